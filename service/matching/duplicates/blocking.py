"""Find the pairs of profiles that are worth comparing, without comparing each profile with each other one."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from service.matching.duplicates import names
from service.matching.duplicates.comparison import Comparable, prepare
from service.model.profile import Profile
from service.model.search_key import SearchKey

_ADDRESS = "@"
"""The prefix of addresses. No name of a search key begins with it."""
_NO_KEYS: Mapping[str, SearchKey] = MappingProxyType({})


def blocking_keys(
    profile: Profile, search_keys: Mapping[str, SearchKey] = _NO_KEYS, ignored: Collection[str] = ()
) -> frozenset[str]:
    """Return the blocking keys of a profile. Only profiles with a common blocking key need to be compared.

    ``compare`` takes no other profiles for the same person. The arguments are those of ``prepare``. A name
    alone is no blocking key: too many people share it.
    """
    return blocking_keys_of(prepare(profile, search_keys, ignored))


def blocking_keys_of(comparable: Comparable) -> frozenset[str]:
    """Return the blocking keys of a prepared profile: terms, addresses, and dates of birth with a name.

    So two profiles that share only the date of birth must also share the first, last or business name.
    """
    readings = set[str]()
    if comparable.birth_date:
        readings = names.readings(comparable.name) or {comparable.business_name}
    return frozenset(
        (
            *comparable.terms,
            *(f"{_ADDRESS}{address}" for address in comparable.addresses),
            *(f"{date} {reading}" for date in comparable.birth_date for reading in readings),
        )
    )


def kind_of(key: str) -> str:
    """Return what a blocking key is made of: the name of a search key, ``address`` or ``birth_date``."""
    if key.startswith(_ADDRESS):
        return "address"
    return "birth_date" if key[0].isdigit() else key.partition(":")[0]
