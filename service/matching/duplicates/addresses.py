"""Compare postal addresses by their postal code or city and their house number.

People write streets in too many ways to compare them: Street, St., 1丁目2番3号.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from service.matching import folding
from service.model.profile import Address

# The numbers of a Japanese address: 1丁目2番3号, 1-2-3.
_HOUSE_NUMBER = re.compile(r"\d+(?:(?:-|丁目|番地の?|番|の)\d+){0,2}")
_NO_DIGITS = re.compile(r"\D+")
_WORD = re.compile(r"[^\W\d_]{3,}")


def keys(addresses: Sequence[Address]) -> frozenset[str]:
    """Return texts for comparing: the same address in two profiles gives at least one common text.

    An address without a house number, or with neither a postal code nor a city, gives none.
    """
    return frozenset(key for address in addresses for key in _keys(address))


def _keys(address: Address) -> Iterator[str]:
    lines = address["address_1"], address["address_2"], address["address_3"], address["address_4"]
    for line in (folding.fold(text) for text in lines if text):
        if number := _HOUSE_NUMBER.search(line):
            break
    else:
        return
    house = _NO_DIGITS.sub("-", number[0])
    if postal_code := address["postal_code"]:
        yield f"{_read_postal_code(postal_code)} {house}"
    if (city := address["city"]) and (words := _WORD.findall(line)):
        yield f"{_read_city(city)} {max(words, key=len)} {house}"


@lru_cache(maxsize=65536)
def _read_postal_code(value: str) -> str:
    return "".join(filter(str.isalnum, folding.canonical(value)))


@lru_cache(maxsize=65536)
def _read_city(value: str) -> str:
    return folding.fold(value)
