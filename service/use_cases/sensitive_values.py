"""Values of sensitive keys as callers send them: typed, or in the mask that they were shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.matching import folding as text
from service.matching import search_keys
from service.matching.terms import QueryTerm
from service.model.masking import HIDDEN
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.stores import Stores

_UNKNOWN = (
    f"A sensitive value cannot begin with {HIDDEN}, which hides what is held, and none that is held is shown "
    "so; send the plain value."
)
_AMBIGUOUS = "Several values that are held are shown so; send the plain value of each that is meant."


def is_mask(key: SearchKey, value: str) -> bool:
    """Return whether the value is the mask of a sensitive one: no sensitive value can begin so."""
    return key.sensitive and value.startswith(HIDDEN)


def identity(key: SearchKey, value: str | SensitiveValue, region: str) -> Iterable[str]:
    """Return what two notations of a value have in common, and two different values do not.

    That is its entries as a whole, or its folded text if it has none. The entries of a name's parts do not
    count: all people with the same first name share one.
    """
    if entries := search_keys.whole_value_terms(key, value, region):
        return entries
    typed = value.plain() if isinstance(value, SensitiveValue) else value
    # A value that cannot be opened equals none of a request.
    return () if typed is None else (text.fold(typed),)


def keys_already_held(
    given: Mapping[str, Sequence[str] | None] | None, profile: Profile, domain: Domain
) -> list[str]:
    """Return the sensitive keys with a given value, no mask, that the profile holds in any notation."""
    return [
        name
        for name, values in (given or {}).items()
        if (key := domain.custom_keys.get(name))
        and key.sensitive
        and _is_any_held(key, values, profile, domain)
    ]


def _is_any_held(key: SearchKey, values: Sequence[str] | None, profile: Profile, domain: Domain) -> bool:
    plain = [value for value in values or () if not is_mask(key, value)]
    held = profile["keys"].get(key.name, ()) if plain else ()
    entries = {entry for value in held for entry in identity(key, value, domain.default_region)}
    return any(
        not entries.isdisjoint(identity(key, value, domain.default_region)) for value in plain if entries
    )


def find_holders(stores: Stores, domain: Domain, tokens: Iterable[QueryTerm]) -> list[str]:
    """Return the IDs of the profiles that hold a sensitive value of the query.

    For the audit: a page can show that a profile holds the value by including it, and by excluding it.
    Returns at most ``MAX_HOLDERS`` for each value. Sends one command, none if the query has no such value.
    """
    sensitive = {name for name, key in domain.custom_keys.items() if key.sensitive}
    entries = sorted({token.lookup for token in tokens if token.key in sensitive})
    return stores.value_holders.find(domain.name, entries) if entries else []


def shown_so(mask: str, held: Sequence[Any], pointer: str) -> list[Any]:
    """Return those of the values held that are shown so: none, or one in however many notations it stands.

    Raises ``InvalidRequest`` where they are different ones.
    """
    found = [value for value in held if str(value) == mask]
    if any(value != found[0] for value in found):
        raise InvalidRequest([FieldError(pointer, _AMBIGUOUS)])
    return found


def the_one_shown_so(mask: str, held: Sequence[Any], pointer: str) -> Any:
    """Return the value held that is shown so; raises ``InvalidRequest`` where there is none, or several."""
    found = shown_so(mask, held, pointer)
    if not found:
        raise InvalidRequest([FieldError(pointer, _UNKNOWN)])
    return found[0]


def replaced(key: SearchKey, typed: Sequence[str], held: Sequence[SensitiveValue]) -> list[SensitiveValue]:
    """Return the values that take the place of those held, each that is held already as it is.

    A mask stands for the value that is shown so; where several are, all of them must be there, and stay.
    Raises ``InvalidRequest``.
    """
    by_mask = {mask: [value for value in held if str(value) == mask] for mask in typed if is_mask(key, mask)}
    whole = {mask: iter(found) for mask, found in by_mask.items() if typed.count(mask) == len(found)}
    values = []
    for position, value in enumerate(typed):
        pointer = f"/keys/{key.name}/{position}"
        if value in whole:
            values.append(next(whole[value]))
        elif value in by_mask:
            values.append(the_one_shown_so(value, held, pointer))
        else:
            new = SensitiveValue(value)
            values.append(next((known for known in held if known == new), new))
    return values
