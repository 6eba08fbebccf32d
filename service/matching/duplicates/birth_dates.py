"""Read and compare dates of birth, which profiles hold in any format."""

import re
from functools import lru_cache

from service.matching import folding

BirthDate = frozenset[str]
"""The possible readings of a date, each as eight digits (19800401): 04/01/1980 has two. Empty if unknown."""

_NUMBERS = re.compile(r"\d+")
_IN_ONE_NUMBER = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
# The year before the first year of each era of Japan.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA_LETTERS = {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}
_ERA = re.compile(rf"^(?:({'|'.join(_ERAS)})|([mtshr])\.?)\s*(\d{{1,2}}|元)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*")
# Programs write these dates for a person without a date of birth.
_DEFAULTS = frozenset({"19000101", "19010101", "19700101", "20000101"})
_YEARS = range(1850, 2150)
_MONTHS_OF_YEAR = 12
_DAYS_OF_MONTH = 31
_DATE_PARTS = 3
_TENS_OF_YEAR = 2


@lru_cache(maxsize=65536)
def read(value: str | None) -> BirthDate:
    """Return the possible readings of a date of birth; none if it is missing, unreadable, or a default."""
    text = folding.canonical(value or "")
    if not any(map(str.isdigit, text)):
        return frozenset()
    text = _IN_ONE_NUMBER.sub(r"\1-\2-\3", _ERA.sub(_western_year, text))
    named = _MONTH.search(text)
    if named:
        text = f"{text[: named.start()]} {1 + _MONTHS.index(named[1])} {text[named.end() :]}"
    parts = [int(number) for number in _NUMBERS.findall(text)[:_DATE_PARTS]]
    if len(parts) < _DATE_PARTS:
        return frozenset()
    one, two, three = parts
    orders = [(one, two, three)] if one in _YEARS else [(three, two, one)]
    if one not in _YEARS and "." not in text:
        orders.append((three, one, two))
    if named and one not in _YEARS:
        month = 1 + _MONTHS.index(named[1])
        orders = [(three, month, one if two == month else two)]
    dates = {f"{year:04}{month:02}{day:02}" for year, month, day in orders if _is_date(year, month, day)}
    return frozenset() if dates <= _DEFAULTS else frozenset(dates)


def exclude(one: BirthDate, other: BirthDate) -> bool:
    """Return whether two dates of birth cannot be of the same person, even if one of them has a typo.

    Another decade is no typo: a parent and a child can share the name and the birthday. Unknown dates exclude
    nothing.
    """
    return bool(one and other) and not any(_is_typo(first, second) for first in one for second in other)


def _is_typo(one: str, other: str) -> bool:
    """Return whether the dates are the same except for a typo, or day and month are in the other order.

    A typo is another digit, but not in the decade, or two neighbouring digits in the other order.
    """
    if one == other or one == f"{other[:4]}{other[6:]}{other[4:6]}":
        return True
    places = [place for place in range(len(one)) if one[place] != other[place]]
    first = places[0]
    if len(places) == 1:
        return first > _TENS_OF_YEAR
    return places == [first, first + 1] and one[first : first + 2] == other[first : first + 2][::-1]


def _western_year(match: re.Match[str]) -> str:
    era, letter, year = match.groups()
    begin = _ERAS[era] if era else _ERA_LETTERS[letter]
    return f"{begin + (1 if year == '元' else int(year))}-"


def _is_date(year: int, month: int, day: int) -> bool:
    return year in _YEARS and 1 <= month <= _MONTHS_OF_YEAR and 1 <= day <= _DAYS_OF_MONTH
