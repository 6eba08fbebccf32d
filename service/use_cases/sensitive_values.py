"""Values of sensitive keys in requests: either plain values or masks from earlier responses.

The response to a plain value can show whether a profile has the value, so a client could guess values. They
are limited: a request can have one value of each sensitive key, and a credential has an hourly limit for all
operations together. A value that counts against these limits is called a guess.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySensitiveValues
from service.matching import folding, search_keys
from service.matching.terms import QueryTerm
from service.model.principal import Principal, Scope
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.model.sensitive import HIDDEN, SensitiveValue, plain_of
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.queries import RequestValue

Value = TypeVar("Value", bound=str | SensitiveValue)

_WINDOW = timedelta(hours=1)
_ONE_VALUE = (
    "A request can have one value of a sensitive key, and any number of masks; send each other value in a "
    "request of its own."
)
_UNKNOWN = (
    f"A sensitive value cannot begin with {HIDDEN}, the character of masks, and no stored value has this "
    "mask; send the plain value."
)
_AMBIGUOUS = "Several stored values have this mask; send the plain value of each."


class GuessLimit:
    """The hourly limit on sensitive values for the credential of one request.

    A credential with ``profiles:reveal`` can read the values anyway, so its values are not counted.
    """

    def __init__(self, stores: Stores, principal: Principal) -> None:
        self._counts = stores.sensitive_value_counts
        self._principal = principal
        self._must_count = not principal.may(Scope.REVEAL)

    def count(self, values: int) -> None:
        """Count the values of the request; raises ``TooManySensitiveValues`` and ``DatastoreUnavailable``.

        Call this before any value is compared. Later calls count nothing: they are for repeated attempts of
        the same request. Nor does a call that raises.
        """
        if not self._must_count:
            return
        time = now()
        begin = time.replace(minute=0, second=0, microsecond=0)
        if not self._counts.add(self._principal.domain, self._principal.credential_id, begin, values):
            raise TooManySensitiveValues(math.ceil((begin + _WINDOW - time).total_seconds()))
        self._must_count = False


def limit_guesses(values: Iterable[RequestValue], region: str, guess_limit: GuessLimit | None) -> None:
    """Reject a second value of a sensitive key, and count the values against the hourly limit.

    If ``guess_limit`` is None, counts nothing. Values that the profile already has also count. Raises
    ``InvalidRequest``, ``TooManySensitiveValues`` and ``DatastoreUnavailable``.
    """
    guesses = count_guesses(values, region)
    if guesses and guess_limit is not None:
        guess_limit.count(guesses)


def count_guesses(values: Iterable[RequestValue], region: str) -> int:
    """Return the number of guesses in a request.

    The same text twice is one value. If a value consists of several addresses or numbers, each counts.
    ``region`` is the domain's default region. Raises ``InvalidRequest`` if a sensitive key has a second
    value.
    """
    by_key: dict[str, RequestValue] = {}
    for each in values:
        if each.key.sensitive:
            first = by_key.setdefault(each.key.name, each)
            if first.value.strip() != each.value.strip():
                raise InvalidRequest([FieldError(each.pointer, _ONE_VALUE)])
    return sum(search_keys.count_values(each.key, each.value, region) for each in by_key.values())


def guesses_in_profile(
    keys: Mapping[str, Sequence[str] | None] | None, domain: Domain
) -> Iterator[RequestValue]:
    """Yield the values of sensitive keys in a request's profile, except masks."""
    for name, values in (keys or {}).items():
        key = domain.custom_keys.get(name)
        if key is not None:
            yield from guesses_for_key(key, values or (), f"/keys/{name}")


def guesses_for_key(key: SearchKey, values: Sequence[str], pointer: str) -> Iterator[RequestValue]:
    """Yield the values, except masks, if the key is sensitive. ``pointer`` points to the list of values."""
    if key.sensitive:
        for position, value in enumerate(values):
            if not is_mask(key, value):
                yield RequestValue(key, value, f"{pointer}/{position}")


def is_mask(key: SearchKey, value: str) -> bool:
    """Return whether the value is a mask of a sensitive key: it begins with ``HIDDEN``, as no value does."""
    return key.sensitive and value.startswith(HIDDEN)


def identity(key: SearchKey, value: str | SensitiveValue, region: str) -> Iterable[str]:
    """Return terms that all notations of a value share, and that different values do not share.

    These are the index terms of the whole value, or its folded text if it has none. The terms of parts of a
    name are not included, since all people with the same first name share such a term. For a value that
    cannot be decrypted, there are no terms.
    """
    if terms := search_keys.whole_value_terms(key, value, region):
        return terms
    plain = plain_of(value)
    return () if plain is None else (folding.fold(plain),)


def keys_of_held_values(values: Sequence[RequestValue], profile: Profile, region: str) -> set[str]:
    """Return the names of the search keys for which the profile already has one of these values.

    Notations do not matter. If a value consists of several addresses or numbers, one of them suffices.
    """
    keys = {each.key.name: each.key for each in values}
    held = {
        name: {term for value in profile["keys"].get(name, ()) for term in identity(key, value, region)}
        for name, key in keys.items()
    }
    return {
        each.key.name
        for each in values
        if not held[each.key.name].isdisjoint(identity(each.key, each.value, region))
    }


def find_holders(stores: Stores, domain: Domain, terms: Iterable[QueryTerm]) -> list[str]:
    """Return the IDs of the profiles that have a sensitive value of the query.

    These profiles are audited even if they are not on the page, because their absence can also show that they
    have the value. Returns at most ``MAX_HOLDERS`` IDs for each index term. Sends one command, or none if no
    term is of a sensitive key.
    """
    sensitive = {name for name, key in domain.custom_keys.items() if key.sensitive}
    index_terms = sorted({term.lookup for term in terms if term.key in sensitive})
    return stores.profiles.holders(domain.name, index_terms) if index_terms else []


def matching_mask(mask: str, held: Sequence[Value], pointer: str) -> list[Value]:
    """Return the values with this mask: none, or one value, which ``held`` may have several times.

    Raises ``InvalidRequest`` if different values have the mask.
    """
    matches = [value for value in held if str(value) == mask]
    if any(value != matches[0] for value in matches):
        raise InvalidRequest([FieldError(pointer, _AMBIGUOUS)])
    return matches


def value_of_mask(mask: str, held: Sequence[Value], pointer: str) -> Value:
    """Return the value with this mask; raises ``InvalidRequest`` if there is none, or different ones."""
    matches = matching_mask(mask, held, pointer)
    if not matches:
        raise InvalidRequest([FieldError(pointer, _UNKNOWN)])
    return matches[0]


def check_mask(mask: str, held: Sequence[Value], pointer: str) -> None:
    """Raise ``InvalidRequest`` unless exactly one value has this mask."""
    value_of_mask(mask, held, pointer)


def merge_values(
    key: SearchKey, sent: Sequence[str], stored: Sequence[SensitiveValue]
) -> list[SensitiveValue]:
    """Return the values to store instead of ``stored``, in the order of ``sent``.

    A stored value that is sent again is kept as it is, so it is not encrypted again. A mask keeps the value
    with this mask. If several values have the mask, the request must have the mask once for each of them, and
    all are kept. Raises ``InvalidRequest``.
    """
    by_mask = {mask: [value for value in stored if str(value) == mask] for mask in sent if is_mask(key, mask)}
    unchanged = {mask: iter(matches) for mask, matches in by_mask.items() if sent.count(mask) == len(matches)}
    values = []
    for position, value in enumerate(sent):
        pointer = f"/keys/{key.name}/{position}"
        if value in unchanged:
            values.append(next(unchanged[value]))
        elif value in by_mask:
            values.append(value_of_mask(value, stored, pointer))
        else:
            new = SensitiveValue(value)
            values.append(next((old for old in stored if old == new), new))
    return values
