"""Limits on guessing: how many values of sensitive keys a request, and a credential, may bring.

Each answer to a value that was typed in full tells whether it is somebody's. So a request may bring one value
of each sensitive key, and a credential a number of them an hour, whichever operations they come in.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from service.access import Principal, Scope
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySensitiveValues
from service.matching.search_keys import SearchKey
from service.store.domains import Domain
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.sensitive_values import is_mask

_WINDOW = timedelta(hours=1)
_ONE_VALUE = (
    "A request may bring one value of a sensitive key, and any number of the masks that were shown; send the "
    "other values in requests of their own."
)


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value of a search key as it came in a request, and an RFC 6901 pointer to it."""

    key: SearchKey
    value: str = field(repr=False)
    pointer: str


class Budget:
    """What the credential of one request may still bring; the request is charged once, however often asked.

    A credential that may reveal the values has no need to guess them, and is not charged.
    """

    def __init__(self, stores: Stores, principal: Principal) -> None:
        """Take the stores, and whose request it is."""
        self._counts = stores.sensitive_value_counts
        self._principal = principal
        self._is_charged = principal.may(Scope.REVEAL)

    def charge(self, values: int) -> None:
        """Count the values before anything is compared with them; raises ``TooManySensitiveValues``.

        A request that is refused is not counted.
        """
        if self._is_charged:
            return
        time = now()
        begin = time.replace(minute=0, second=0, microsecond=0)
        if not self._counts.add(self._principal.domain, self._principal.credential_id, begin, values):
            raise TooManySensitiveValues(math.ceil((begin + _WINDOW - time).total_seconds()))
        self._is_charged = True


def limit_guesses(given: Iterable[GivenValue], budget: Budget | None) -> None:
    """Refuse a second value of a sensitive key, and charge what is left to the budget, if there is one.

    The same text twice is one value. What is stored plays no part in it. Raises ``InvalidRequest`` and
    ``TooManySensitiveValues``.
    """
    by_key: dict[str, str] = {}
    for each in given:
        value = each.value.strip()
        if each.key.sensitive and by_key.setdefault(each.key.name, value) != value:
            raise InvalidRequest([FieldError(each.pointer, _ONE_VALUE)])
    if by_key and budget is not None:
        budget.charge(len(by_key))


def given_in_profile(keys: Mapping[str, Sequence[str] | None] | None, domain: Domain) -> Iterator[GivenValue]:
    """Yield the values of sensitive keys among those of a profile, except masks."""
    for name, values in (keys or {}).items():
        key = domain.custom_keys.get(name)
        if key is not None:
            yield from given_values(key, values or (), f"/keys/{name}")


def given_values(key: SearchKey, values: Sequence[str], pointer: str) -> Iterator[GivenValue]:
    """Yield the values of a key, where it is sensitive, except masks; ``pointer`` leads to the list."""
    if key.sensitive:
        for position, value in enumerate(values):
            if not is_mask(key, value):
                yield GivenValue(key, value, f"{pointer}/{position}")
