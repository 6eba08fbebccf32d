"""Create, read, correct and delete profiles."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.errors.requests import FieldError, InvalidRequest
from service.matching import phone, stored_numbers
from service.matching.profiles import Index, index
from service.matching.search_keys import BUILT_IN
from service.store.domains import Domain
from service.store.profiles import Profile
from service.store.stores import Stores
from service.use_cases import sensitive_values
from service.use_cases.clock import now

IfMatch = frozenset[int] | None
"""The versions that the caller accepts to change; None accepts any."""

EMPTY: Mapping[str, Any] = {
    "first_name": None,
    "middle_name": None,
    "last_name": None,
    "phonetic_first_name": None,
    "phonetic_last_name": None,
    "business_name": None,
    "account_number": None,
    "birth_date": None,
    "gender": None,
    "party_type": None,
    "additional_information": None,
    "phone_numbers": (),
    "email_addresses": (),
    "addresses": (),
    "attributes": {},
    "keys": {},
}
"""A profile about which nothing is known."""

_EMAIL_ADDRESS: Mapping[str, Any] = {"type": None, "value": None}
_ADDRESS: Mapping[str, Any] = dict.fromkeys(
    (
        "type",
        "address_1",
        "address_2",
        "address_3",
        "address_4",
        "city",
        "county",
        "state",
        "province",
        "country",
        "postal_code",
    )
)

_MOST_MEMBERS = {"attributes": 200, "keys": 50}
"""A profile has at most so many of them, as many as one request may bring."""

MOST_KEY_VALUES = 200
"""Of all custom keys together: each is normalised anew with every change."""

_BUILT_IN = "This search key is built in: its values are fields of the profile, such as phone_numbers."
_UNDEFINED = "No custom search key has this name; define it first."

_TRIES = 64
"""So many racing changes of one profile succeed before a caller is told to come back later."""


def create_profile(stores: Stores, domain: str, fields: Mapping[str, Any]) -> Profile:
    """Create a profile; raises ``InvalidRequest``, ``UniqueKeyTaken`` and ``MasterKeyMissing``."""
    profile, entries = new_profile(stores, domain, fields, uuid4().hex)
    stores.profiles.insert(domain, profile, entries)
    return profile


def new_profile(
    stores: Stores, domain: str, fields: Mapping[str, Any], profile_id: str
) -> tuple[Profile, Index]:
    """Return a profile that is yet to be stored, and what it is found by; raises ``InvalidRequest``."""
    time = now()
    blank: Profile = {
        "profile_id": profile_id,
        **EMPTY,
        "version": 1,
        "created_at": time,
        "updated_at": time,
    }
    known = _domain_for(stores, domain, fields.get("keys"), _typed(fields))
    profile = _patched(blank, fields, known)
    _check_sizes(profile)
    return profile, index(profile, known.custom_keys, known.default_region)


def read_profile(stores: Stores, domain: str, profile_id: str) -> Profile:
    """Return the profile; raises ``ProfileNotFound``."""
    profile = stores.profiles.get(domain, profile_id)
    if profile is None:
        raise ProfileNotFound
    return profile


def update_profile(
    stores: Stores, domain: str, profile_id: str, patch: Mapping[str, Any], if_match: IfMatch = None
) -> Profile:
    """Apply an RFC 7396 merge patch.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken`` and
    ``MasterKeyMissing``.
    """
    return change_profile(
        stores,
        domain,
        profile_id,
        if_match,
        lambda old, known: _patched(old, patch, known),
        keys=patch.get("keys"),
        numbers=_typed(patch),
    )


def delete_profile(
    stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None, *, record: Callable[[], None]
) -> None:
    """Erase the profile and take it out of every contact.

    What ``record`` writes stands before the profile goes, so that nobody is erased without it. The contacts
    are seen to even where the profile is gone, so that a retry completes what a lost connection has left
    half done. Raises ``ProfileNotFound``, ``VersionConflict`` and what ``record`` raises.
    """
    version, deleted = stores.profiles.version(domain, profile_id), False
    if version is not None:
        if if_match is not None and version not in if_match:
            raise VersionConflict
        record()
        deleted = stores.profiles.delete(domain, profile_id, if_match)
        if not deleted and stores.profiles.exists(domain, profile_id):
            raise VersionConflict
    stores.associations.forget_profile(domain, profile_id)
    if not deleted:
        # Perhaps by another request, since the version was read.
        raise ProfileNotFound


def change_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    if_match: IfMatch,
    change: Callable[[Profile, Domain], Profile],
    *,
    keys: Collection[str] | None = None,
    numbers: Iterable[str] = (),
) -> Profile:
    """Put what ``change`` makes of the profile in its place, unless someone else was faster; then again.

    A change that changes nothing writes nothing, so that a retry is harmless. ``keys`` and ``numbers``
    are the custom keys and the phone numbers that the change may bring in. Raises ``ProfileNotFound``,
    ``VersionConflict``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and what ``change`` raises.
    """
    for _ in range(_TRIES):
        old = read_profile(stores, domain, profile_id)
        _check_version(old, if_match)
        lookup = old.pop("lookup")
        known = _domain_for(stores, domain, keys or old["keys"], numbers)
        old = sensitive_values.guarded(old, known)
        # By the rules of this release a number is found that the change leaves alone, too.
        current = old | {"phone_numbers": read_again(old, known)}
        new = change(current, known)
        if new == current:
            return old
        _check_sizes(new)
        new = new | {"version": old["version"] + 1, "updated_at": now()}
        before = old | {"lookup": lookup}
        entries = index(new, known.custom_keys, known.default_region, before)
        if stores.profiles.replace(domain, new, entries, old=old):
            return new
    raise DatastoreUnavailable


def read_again(profile: Profile, domain: Domain) -> list[dict[str, Any]]:
    """Return the phone numbers of a stored profile as the rules of this release read them."""
    return [stored_numbers.read_again(number, domain.default_region) for number in profile["phone_numbers"]]


def _check_version(profile: Profile, if_match: IfMatch) -> None:
    if if_match is not None and profile["version"] not in if_match:
        raise VersionConflict


def _check_sizes(profile: Profile) -> None:
    """Raise ``InvalidRequest`` where changes have piled up to more than can be sent back in one."""
    errors = [
        FieldError(f"/{name}", f"A profile has at most {most} of them.")
        for name, most in _MOST_MEMBERS.items()
        if len(profile[name]) > most
    ]
    if sum(len(values) for values in profile["keys"].values()) > MOST_KEY_VALUES:
        errors.append(FieldError("/keys", f"A profile has at most {MOST_KEY_VALUES} values of custom keys."))
    if errors:
        raise InvalidRequest(errors)


def _domain_for(stores: Stores, domain: str, keys: Collection[str] | None, numbers: Iterable[str]) -> Domain:
    """Return what is needed to index a profile, as it is now where custom keys or national numbers come in.

    What was remembered could say nothing of a uniqueness, or of a region, that another worker has set; and
    what is stored by it stays.
    """
    if keys or not all(map(phone.is_international, numbers)):
        return stores.domains.read(domain)
    return stores.domains.get(domain)


def _typed(fields: Mapping[str, Any]) -> list[str]:
    return [number["value"] for number in fields.get("phone_numbers") or ()]


def _patched(old: Profile, patch: Mapping[str, Any], domain: Domain) -> Profile:
    """Return the profile with the patch merged in (RFC 7396, section 2) and every phone number read."""
    new = old | {name: _merged(name, old[name], value) for name, value in patch.items()}
    new["keys"] = {key: values for key, values in new["keys"].items() if values}
    brought = [key for key in patch.get("keys") or () if key in new["keys"]]
    _check_keys(brought, domain)
    for key in map(domain.custom_keys.__getitem__, brought):
        if key.sensitive:
            held = old["keys"].get(key.name, ())
            new["keys"][key.name] = sensitive_values.replaced(key, new["keys"][key.name], held)
    new["phone_numbers"] = _read_numbers(new["phone_numbers"], old["phone_numbers"], domain.default_region)
    new["email_addresses"] = [_EMAIL_ADDRESS | address for address in new["email_addresses"]]
    new["addresses"] = [_ADDRESS | address for address in new["addresses"]]
    return new


def _merged(name: str, old: Any, value: Any) -> Any:
    if value is None:
        return EMPTY[name]
    if name not in {"attributes", "keys"}:
        return value
    return {member: part for member, part in {**old, **value}.items() if part is not None}


def _check_keys(keys: Iterable[str], domain: Domain) -> None:
    undefined = [key for key in keys if key not in domain.custom_keys]
    if undefined:
        raise InvalidRequest(
            [FieldError(f"/keys/{key}", _BUILT_IN if key in BUILT_IN else _UNDEFINED) for key in undefined]
        )


def _read_numbers(
    numbers: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], region: str
) -> list[dict[str, Any]]:
    """Return the numbers, each with its E.164 form.

    One that is sent back as it was read keeps the form it has, since the domain's default region may have
    changed after it was typed; without ``e164`` it is read anew. It may have been read in another way since
    it was answered: then its text tells which it is.
    """
    read = [number for number in old if number["e164"]]
    by_text = {number["value"]: number for number in read}
    by_both = {(number["value"], number["e164"]): number for number in read}

    def kept(number: Mapping[str, Any]) -> Mapping[str, Any] | None:
        value, e164 = number["value"], number.get("e164")
        return by_both.get((value, e164), by_text.get(value)) if e164 else None

    return [
        {**number, **(kept(number) or stored_numbers.read(number["value"], region))}
        | {"type": number.get("type")}
        for number in numbers
    ]
