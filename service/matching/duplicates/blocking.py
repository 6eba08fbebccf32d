"""Find the pairs of profiles that are worth comparing, without comparing each profile with each other one."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from service.matching.duplicates import names
from service.matching.duplicates.comparison import Comparable, prepare
from service.model.profile import Profile
from service.model.search_key import SearchKey

_NO_KEYS: Mapping[str, SearchKey] = MappingProxyType({})


def blocking_keys(
    profile: Profile, search_keys: Mapping[str, SearchKey] = _NO_KEYS, ignored: Collection[str] = ()
) -> frozenset[str]:
    """Return texts of which two profiles share one if ``compare`` takes them for the same person.

    The arguments are those of ``prepare``. Names alone are no such text: too many people share them.
    """
    return blocks(prepare(profile, search_keys, ignored))


def blocks(comparable: Comparable) -> frozenset[str]:
    """Return the blocking keys of a prepared profile: the terms, the addresses, and dates with initials."""
    letters = names.first_letters(comparable.name) if comparable.birth_date else ()
    return frozenset(
        (
            *comparable.terms,
            *(f"@{address}" for address in comparable.addresses),
            *(f"{date} {letter}" for date in comparable.birth_date for letter in letters),
        )
    )
