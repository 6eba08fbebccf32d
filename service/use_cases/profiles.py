"""Create, read and correct profiles."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.matching import phone, stored_numbers
from service.matching.profiles import Index, index
from service.store.domains import Domain
from service.store.profile_documents import Profile
from service.store.stores import Stores
from service.use_cases import sensitive_values
from service.use_cases.clock import now
from service.use_cases.merge_patch import EMPTY, check_sizes, patched

IfMatch = frozenset[int] | None
"""The versions that the caller accepts to change; None accepts any."""

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
    profile = patched(blank, fields, known)
    check_sizes(profile)
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
        lambda old, known: patched(old, patch, known),
        keys=patch.get("keys"),
        numbers=_typed(patch),
    )


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
        check_sizes(new)
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
