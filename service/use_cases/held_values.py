"""Find out whether a profile already has a value of a search key, in any notation."""

from collections.abc import Iterable
from typing import cast

from service.matching import phone
from service.matching.search_keys import can_be_several
from service.matching.terms import term
from service.model.profile import EmailAddress, PhoneNumber
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue
from service.use_cases.sensitive_values import identity

PHONE, EMAIL = BUILT_IN["phone"], BUILT_IN["email"]

Stored = PhoneNumber | EmailAddress | str | SensitiveValue
"""A value of a search key in the form in which a profile stores it."""


class HeldValues:
    """The terms that identify the values of one search key. ``region`` is the domain's default region."""

    def __init__(self, key: SearchKey, region: str, values: Iterable[Stored] = ()) -> None:
        self._key = key
        self._region = region
        self._terms: set[str] = set()
        for value in values:
            self.add(value)

    def add(self, value: Stored) -> None:
        """Add a value."""
        self._terms.update(self._identity(value))

    def __contains__(self, value: Stored) -> bool:
        """Return whether the value was added; if it consists of several values, whether all of them were.

        A value that cannot be decrypted has no identity, so it is never found.
        """
        own = set(self._identity(value))
        held = own <= self._terms if can_be_several(self._key) else not own.isdisjoint(self._terms)
        return bool(own) and held

    def _identity(self, stored: Stored) -> Iterable[str]:
        """Return the identity of a value. A phone number that has been parsed keeps its E.164 form."""
        if isinstance(stored, dict) and (e164 := cast("str | None", stored.get("e164"))):
            read_in = cast("str", stored.get("region", self._region))
            return [term(self._key.name, form) for form in phone.index_forms(stored["value"], read_in, e164)]
        return identity(self._key, value_of(stored), self._region)


def value_of(stored: Stored) -> str | SensitiveValue:
    """Return the value without its label."""
    return stored["value"] if isinstance(stored, dict) else stored
