"""Find out whether a profile already has a value of a search key, in any notation."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar, cast

from service.matching import folding, phone
from service.matching.search_keys import can_be_several
from service.matching.terms import term
from service.model.profile import Address, EmailAddress, PhoneNumber
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.sensitive_values import identity

PHONE, EMAIL = BUILT_IN["phone"], BUILT_IN["email"]

_KEYS_OF_LISTS = {"phone_numbers": PHONE, "email_addresses": EMAIL}

Stored = PhoneNumber | EmailAddress | str | SensitiveValue
"""A value of a search key in the form in which a profile stores it."""


AnyStored = TypeVar("AnyStored", bound=Stored)


class HeldValues:
    """Values of one search key, found in any notation. ``region`` is the default region of the domain."""

    def __init__(self, key: SearchKey, region: str, values: Iterable[Stored] = ()) -> None:
        self._key = key
        self._region = region
        self._terms: set[str] = set()
        for value in values:
            self.add(value)

    def add(self, value: Stored) -> None:
        """Add a value."""
        self._terms.update(self.identity(value))

    def __contains__(self, value: Stored) -> bool:
        """Return whether the value was added; if it consists of several values, whether all of them were.

        A value that cannot be decrypted has no identity, so it is never found.
        """
        own = self.identity(value)
        held = own <= self._terms if can_be_several(self._key) else not own.isdisjoint(self._terms)
        return bool(own) and held

    def identity(self, stored: Stored) -> frozenset[str]:
        """Return the terms that identify a value. A parsed phone number keeps its E.164 form."""
        if isinstance(stored, dict) and (e164 := cast("str | None", stored.get("e164"))):
            read_in = cast("str", stored.get("region", self._region))
            forms = phone.index_forms(stored["value"], read_in, e164)
            return frozenset(term(self._key.name, form) for form in forms)
        return frozenset(identity(self._key, value_of(stored), self._region))


def value_of(stored: Stored) -> str | SensitiveValue:
    """Return the value, without the label of a phone number or an e-mail address."""
    return stored["value"] if isinstance(stored, dict) else stored


def items_not_held(
    field: str, items: Sequence[object], stored: Sequence[object], domain: Domain
) -> list[object]:
    """Return the items of a list field that are not among the stored ones, each in one notation only."""
    if field == "addresses":
        return _addresses_not_held(cast("Sequence[Address]", items), cast("Sequence[Address]", stored))
    held = HeldValues(_KEYS_OF_LISTS[field], domain.default_region, cast("Sequence[Stored]", stored))
    return list(values_not_held(cast("Sequence[Stored]", items), held))


def values_not_held(values: Iterable[AnyStored], held: HeldValues) -> list[AnyStored]:
    """Return the values that are not in ``held``, each in one notation only. Adds them to ``held``."""
    added = []
    for value in values:
        if value not in held:
            held.add(value)
            added.append(value)
    return added


def item_identity(field: str, domain: Domain, item: object) -> frozenset[Hashable]:
    """Return what an item of a list field shares with the same item in another notation."""
    if field == "addresses":
        return frozenset([address_identity(cast("Address", item))])
    return HeldValues(_KEYS_OF_LISTS[field], domain.default_region).identity(cast("Stored", item))


def value_identity(name: str, domain: Domain, value: str | SensitiveValue) -> frozenset[Hashable]:
    """Return what a value of a custom search key shares with the same value in another notation.

    Returns an empty set if the search key is not defined.
    """
    key = domain.custom_keys.get(name)
    return frozenset() if key is None else HeldValues(key, domain.default_region).identity(value)


def address_identity(address: Address) -> tuple[tuple[str, str], ...]:
    """Return the names and the folded texts of the lines of an address, without its label."""
    lines = ((name, line) for name, line in address.items() if name != "type" and isinstance(line, str))
    return tuple(sorted((name, folding.fold(line)) for name, line in lines))


def _addresses_not_held(addresses: Sequence[Address], stored: Sequence[Address]) -> list[object]:
    held = set(map(address_identity, stored))
    added: list[object] = []
    for address in addresses:
        if (identity_ := address_identity(address)) not in held:
            held.add(identity_)
            added.append(address)
    return added
