"""Add values of a search key to a profile, or release them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching.phone import stored_numbers
from service.model.limits import MAX_LIST_ITEMS
from service.model.profile import EmailAddress, PhoneNumber, Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domains import Domain
from service.store.stores import Stores
from service.use_cases.audit import Audited
from service.use_cases.profiles.change import IfMatch, change_profile
from service.use_cases.sensitive_limits import Budget, given_values, limit_guesses
from service.use_cases.sensitive_values import identity, is_mask, matching_mask, value_of_mask

_PHONE, _EMAIL = BUILT_IN["phone"], BUILT_IN["email"]


@dataclass(frozen=True, slots=True)
class _Item:
    """A value of the search key, and what the profile stores for it."""

    value: str | SensitiveValue
    stored: PhoneNumber | EmailAddress | str | SensitiveValue
    identity: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Edit:
    """The values of a request. Records hits: sensitive values that the profile held before."""

    key: SearchKey
    values: Sequence[str]
    domain: Domain
    hits: set[str]

    def add(self, items: list[_Item]) -> list[_Item]:
        """Return the items with the values that are new."""
        held = {term for item in items for term in item.identity}
        added: list[_Item] = []
        for position, value in enumerate(self.values):
            if is_mask(self.key, value):
                value_of_mask(value, [item.value for item in items], f"/values/{position}")
            elif held.isdisjoint((item := _new_item(self.key, value, self.domain)).identity):
                added.append(item)
                held |= item.identity
            elif self.key.sensitive:
                self.hits.add(self.key.name)
        if len(items) + len(added) > MAX_LIST_ITEMS:
            too_many = f"A profile has at most {MAX_LIST_ITEMS} values of a search key."
            raise InvalidRequest([FieldError("/values", too_many)])
        return [*items, *added]

    def release(self, items: list[_Item]) -> list[_Item]:
        """Return the items without the values."""
        released: set[str] = set()
        masked: list[str | SensitiveValue] = []
        for position, value in enumerate(self.values):
            if is_mask(self.key, value):
                masked += matching_mask(value, [item.value for item in items], f"/values/{position}")
            else:
                released.update(_identity(self.key, value, self.domain))
        plain = [item for item in items if not released.isdisjoint(item.identity)]
        if plain and self.key.sensitive:
            self.hits.add(self.key.name)
        return [item for item in items if item.value not in masked and item not in plain]


def add_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> Audited[Profile]:
    """Add the values that the profile does not hold yet in any notation.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    return _change(stores, domain, profile_id, key, values, if_match, budget, edit=_Edit.add)


def release_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> Audited[Profile]:
    """Release the values, in any notation. Values that the profile does not hold are ignored.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``MasterKeyMissing`` and
    ``TooManySensitiveValues``.
    """
    return _change(stores, domain, profile_id, key, values, if_match, budget, edit=_Edit.release)


def _change(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch,
    budget: Budget | None,
    *,
    edit: Callable[[_Edit, list[_Item]], list[_Item]],
) -> Audited[Profile]:
    hits: set[str] = set()

    def change(profile: Profile, known: Domain) -> Profile:
        defined = _defined(known, key)
        limit_guesses(given_values(defined, values, "/values"), budget)
        items = _items(profile, defined, known)
        return _with_items(profile, defined, edit(_Edit(defined, values, known, hits), items))

    custom = [] if key in BUILT_IN else [key]
    numbers = values if key == _PHONE.name else []
    done = change_profile(stores, domain, profile_id, if_match, change, keys=custom, numbers=numbers)
    return done.audited([key], hits)


def _defined(domain: Domain, key: str) -> SearchKey:
    defined = domain.key(key)
    if defined is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if defined.built_in and defined not in {_PHONE, _EMAIL}:
        fields = "Values of this key are fields of the profile; PATCH the profile instead."
        raise InvalidRequest([FieldError("/key", fields)])
    return defined


def _items(profile: Profile, key: SearchKey, domain: Domain) -> list[_Item]:
    """Return the values that the profile holds. A number that was parsed before keeps its E.164 form."""
    if key is _PHONE:
        numbers = profile["phone_numbers"]
        return [
            _Item(each["value"], each, _identity(key, each["e164"] or each["value"], domain))
            for each in numbers
        ]
    if key is _EMAIL:
        addresses = profile["email_addresses"]
        return [_Item(each["value"], each, _identity(key, each["value"], domain)) for each in addresses]
    values = profile["keys"].get(key.name, ())
    return [_Item(value, value, _identity(key, value, domain)) for value in values]


def _new_item(key: SearchKey, value: str, domain: Domain) -> _Item:
    stored: PhoneNumber | EmailAddress | str | SensitiveValue = value
    if key is _PHONE:
        number = {"type": None, **stored_numbers.read(value, domain.default_region)}
        stored = cast("PhoneNumber", number)
    elif key is _EMAIL:
        stored = {"type": None, "value": value}
    elif key.sensitive:
        stored = SensitiveValue(value)
    return _Item(value, stored, _identity(key, value, domain))


def _with_items(profile: Profile, key: SearchKey, items: Sequence[_Item]) -> Profile:
    stored = [item.stored for item in items]
    if key is _PHONE:
        return {**profile, "phone_numbers": cast("list[PhoneNumber]", stored)}
    if key is _EMAIL:
        return {**profile, "email_addresses": cast("list[EmailAddress]", stored)}
    keys = {**profile["keys"], key.name: cast("list[str | SensitiveValue]", stored)}
    return {**profile, "keys": {name: values for name, values in keys.items() if values}}


def _identity(key: SearchKey, value: str | SensitiveValue, domain: Domain) -> frozenset[str]:
    return frozenset(identity(key, value, domain.default_region))
