"""Limit guessing of sensitive values, per request and per credential.

A response to a whole value shows whether a profile holds it. So a request can have one value of each
sensitive key, and a credential has an hourly limit over all operations.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySensitiveValues
from service.model.principal import Principal, Scope
from service.model.search_key import SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.criteria import GivenValue
from service.use_cases.sensitive_values import is_mask

_WINDOW = timedelta(hours=1)
_ONE_VALUE = (
    "A request can have one value of a sensitive key, and any number of masks; send each other value in a "
    "request of its own."
)


class Budget:
    """The hourly limit of a request's credential. Charges each request once.

    A credential with ``profiles:reveal`` can read the values, and is not charged.
    """

    def __init__(self, stores: Stores, principal: Principal) -> None:
        self._counts = stores.sensitive_value_counts
        self._principal = principal
        self._is_charged = principal.may(Scope.REVEAL)

    def charge(self, values: int) -> None:
        """Count the values, before any of them is compared; raises ``TooManySensitiveValues``.

        A rejected request is not counted.
        """
        if self._is_charged:
            return
        time = now()
        begin = time.replace(minute=0, second=0, microsecond=0)
        if not self._counts.add(self._principal.domain, self._principal.credential_id, begin, values):
            raise TooManySensitiveValues(math.ceil((begin + _WINDOW - time).total_seconds()))
        self._is_charged = True


def limit_guesses(given: Iterable[GivenValue], budget: Budget | None) -> None:
    """Reject a second value of a sensitive key, and charge the others to the budget.

    The same text twice is one value, and values that are stored already count. Raises ``InvalidRequest`` and
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
    """Yield the values of the sensitive keys of a profile in a request, except masks."""
    for name, values in (keys or {}).items():
        key = domain.custom_keys.get(name)
        if key is not None:
            yield from given_values(key, values or (), f"/keys/{name}")


def given_values(key: SearchKey, values: Sequence[str], pointer: str) -> Iterator[GivenValue]:
    """Yield the values of a sensitive key, except masks; none of another key. ``pointer`` is the list's."""
    if key.sensitive:
        for position, value in enumerate(values):
            if not is_mask(key, value):
                yield GivenValue(key, value, f"{pointer}/{position}")
