"""Add values of a search key to a profile, remove them, or reveal the values of a sensitive key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from service.crypto.sealed_values import master_id_of
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import ValueSealed, undefined_search_key
from service.matching.phone import stored_numbers
from service.matching.profiles import wrap_sensitive
from service.model.audit import AuditAction
from service.model.limits import MAX_LIST_ITEMS, MAX_NEWEST_VALUES, MAX_PROFILE_SEARCH_KEY_VALUES
from service.model.profile import EmailAddress, PhoneNumber, Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.held_values import EMAIL, PHONE, HeldValues, Stored, value_of
from service.use_cases.profiles.change import IfMatch, audit_change, change_profile, read_profile
from service.use_cases.sensitive_values import (
    GuessLimit,
    check_mask,
    guesses_for_key,
    is_mask,
    keys_of_held_values,
    limit_guesses,
    matching_mask,
)

_NOT_A_LIST = (
    "Values of this key cannot be added or removed here. To change a name or the account number, PATCH the "
    "profile."
)


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change of the values of one search key: the request has ``values``, the profile has ``stored``."""

    key: SearchKey
    values: Sequence[str]
    domain: Domain
    stored: Sequence[Stored]
    label: str | None = None
    """The type of new phone numbers and e-mail addresses."""

    def add(self) -> list[Stored]:
        """Return the result of ``union``. Raises ``InvalidRequest``, also if there are too many values."""
        stored = self.union()
        if len(stored) > MAX_LIST_ITEMS:
            too_many = f"A profile has at most {MAX_LIST_ITEMS} values of a search key."
            raise InvalidRequest([FieldError("/values", too_many)])
        return stored

    def union(self) -> list[Stored]:
        """Return the stored values, followed by the values that the profile does not have yet.

        Raises ``InvalidRequest`` for a mask, unless exactly one stored value has this mask.
        """
        held = HeldValues(self.key, self.domain.default_region, self.stored)
        added: list[Stored] = []
        for position, value in enumerate(self.values):
            if is_mask(self.key, value):
                check_mask(value, list(map(value_of, self.stored)), f"/values/{position}")
            elif value not in held:
                added.append(_to_stored(self.key, value, self.domain, self.label))
                held.add(value)
        return [*self.stored, *added]

    def release(self) -> list[Stored]:
        """Return the stored values without the values of the request.

        Raises ``InvalidRequest`` for a mask that several different stored values have.
        """
        removed = HeldValues(self.key, self.domain.default_region)
        masked: list[str | SensitiveValue] = []
        for position, value in enumerate(self.values):
            if is_mask(self.key, value):
                masked += matching_mask(value, list(map(value_of, self.stored)), f"/values/{position}")
            else:
                removed.add(value)
        return [each for each in self.stored if value_of(each) not in masked and each not in removed]


def with_values(profile: Profile, key: SearchKey, values: Sequence[str], domain: Domain) -> Profile:
    """Return the profile with these values of a search key added. Ignores values that it already has.

    Raises ``InvalidRequest``.
    """
    return _with_stored(profile, key, _Edit(key, values, domain, _stored_in(profile, key)).add())


def with_newest_values(profile: Profile, key: SearchKey, values: Sequence[str], domain: Domain) -> Profile:
    """Return the profile with these values of a custom search key added. Ignores values that it already has.

    If a value was added, only the newest ``MAX_NEWEST_VALUES`` stay, and fewer if the profile has many values
    of other custom search keys, but at least one. Raises ``InvalidRequest``.
    """
    edit = _Edit(key, values, domain, _stored_in(profile, key))
    stored = edit.union()
    others = sum(len(each) for name, each in profile["keys"].items() if name != key.name)
    # Half of the values that a profile can have are left for other changes of the profile.
    room = max(1, min(MAX_NEWEST_VALUES, MAX_PROFILE_SEARCH_KEY_VALUES // 2 - others))
    is_changed = len(stored) > len(edit.stored)
    return _with_stored(profile, key, stored[-room:]) if is_changed else profile


def add_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    guess_limit: GuessLimit | None = None,
    label: str | None = None,
) -> Audited[Profile]:
    """Add values of a search key. Ignores a value that the profile already has, even in another notation.

    ``label`` is the type of new phone numbers and e-mail addresses. Raises what ``update_profile`` raises.
    """
    request = _KeyRequest(key, values, guess_limit, label)
    return _change(stores, domain, profile_id, request, if_match, _Edit.add)


def release_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    guess_limit: GuessLimit | None = None,
) -> Audited[Profile]:
    """Remove values of a search key, in any notation. Ignores values that the profile does not have.

    Raises what ``update_profile`` raises, except ``UniqueKeyTaken``.
    """
    request = _KeyRequest(key, values, guess_limit)
    return _change(stores, domain, profile_id, request, if_match, _Edit.release)


@dataclass(frozen=True, slots=True)
class _KeyRequest:
    """A request to add or remove values of one search key, and the limit on guesses."""

    key: str
    values: Sequence[str]
    guess_limit: GuessLimit | None
    label: str | None = None


def _change(
    stores: Stores,
    domain: str,
    profile_id: str,
    request: _KeyRequest,
    if_match: IfMatch,
    edit: Callable[[_Edit], list[Stored]],
) -> Audited[Profile]:
    matched_keys: set[str] = set()

    def change(profile: Profile, settings: Domain) -> Profile:
        key = _find_key(settings, request.key)
        guesses = list(guesses_for_key(key, request.values, "/values"))
        limit_guesses(guesses, settings.default_region, request.guess_limit)
        matched_keys.update(keys_of_held_values(guesses, profile, settings.default_region))
        stored = _stored_in(profile, key)
        changed = edit(_Edit(key, request.values, settings, stored, request.label))
        return _with_stored(profile, key, changed)

    custom = [] if request.key in BUILT_IN else [request.key]
    numbers = request.values if request.key == PHONE.name else []
    result = change_profile(stores, domain, profile_id, if_match, change, keys=custom, numbers=numbers)
    return audit_change(*result, [request.key], matched_keys)


def _find_key(domain: Domain, name: str) -> SearchKey:
    key = domain.key(name)
    if key is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if key.built_in and key not in {PHONE, EMAIL}:
        raise InvalidRequest([FieldError("/key", _NOT_A_LIST)])
    return key


def _stored_in(profile: Profile, key: SearchKey) -> Sequence[Stored]:
    if key is PHONE:
        return profile["phone_numbers"]
    return profile["email_addresses"] if key is EMAIL else profile["keys"].get(key.name, ())


def _with_stored(profile: Profile, key: SearchKey, stored: Sequence[Stored]) -> Profile:
    if key is PHONE:
        return {**profile, "phone_numbers": cast("Sequence[PhoneNumber]", stored)}
    if key is EMAIL:
        return {**profile, "email_addresses": cast("Sequence[EmailAddress]", stored)}
    keys = {**profile["keys"], key.name: cast("Sequence[str | SensitiveValue]", stored)}
    return {**profile, "keys": {name: values for name, values in keys.items() if values}}


def _to_stored(key: SearchKey, value: str, domain: Domain, label: str | None) -> Stored:
    if key is PHONE:
        return cast("PhoneNumber", {"type": label, **stored_numbers.read(value, domain.default_region)})
    if key is EMAIL:
        return {"type": label, "value": value}
    return SensitiveValue(value) if key.sensitive else value


@dataclass(frozen=True, slots=True)
class Revealed:
    """The plain values of a sensitive search key in a profile."""

    key: str
    values: list[str] = field(repr=False)


def reveal_key_values(stores: Stores, domain: str, profile_id: str, key: str) -> Audited[Revealed]:
    """Return the plain values of a sensitive key in a profile.

    Raises ``InvalidRequest``, ``ProfileNotFound``, ``ValueSealed`` if a value cannot be decrypted, and
    ``DatastoreUnavailable``.
    """
    settings = stores.domains.get(domain, keys=[key])
    defined = settings.key(key)
    if defined is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if not defined.sensitive:
        raise InvalidRequest([FieldError("/key", "This key is not sensitive: its values are never masked.")])
    profile = wrap_sensitive(read_profile(stores, domain, profile_id), settings.custom_keys)
    revealed = Revealed(key, [_plain(value) for value in profile["keys"].get(key, ())])
    return Audited(revealed, [Access([AuditAction.REVEALED], [profile["profile_id"]], keys=[key])])


def _plain(value: str | SensitiveValue) -> str:
    if isinstance(value, str):
        return value
    plain = value.plain()
    if plain is None:
        raise ValueSealed(master_id_of(value.sealed or ""))
    return plain
