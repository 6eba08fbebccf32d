"""Read and compare dates of birth, which profiles hold in any format."""

import re
from functools import lru_cache

from service.matching import folding

BirthDate = frozenset[str]
"""The possible readings of a date, each as eight digits (19800401): 04/01/1980 has two. Empty if unknown."""

_NUMBERS = re.compile(r"\d+")
_DOTTED = re.compile(r"\D*\d+\s*\.\s*\d")
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
_DECADE_POSITION = 2


@lru_cache(maxsize=65536)
def read(value: str | None) -> BirthDate:
    """Return the possible readings of a date of birth; none if it is missing, unreadable, or a default."""
    text = folding.canonical(value or "")
    if not any(map(str.isdigit, text)):
        return frozenset()
    text = _IN_ONE_NUMBER.sub(r"\1-\2-\3", _ERA.sub(_western_year, text))
    month = None
    if named := _MONTH.search(text):
        month = 1 + _MONTHS.index(named[1])
        text = f"{text[: named.start()]} {month} {text[named.end() :]}"
    parts = [int(number) for number in _NUMBERS.findall(text)[:_DATE_PARTS]]
    if len(parts) < _DATE_PARTS:
        return frozenset()
    one, two, three = parts
    orders = _orders(one, two, three, named_month=month, is_dotted=_DOTTED.match(text) is not None)
    dates = {f"{year:04}{month:02}{day:02}" for year, month, day in orders if _is_date(year, month, day)}
    return frozenset() if dates <= _DEFAULTS else frozenset(dates)


def _orders(
    one: int, two: int, three: int, *, named_month: int | None, is_dotted: bool
) -> list[tuple[int, int, int]]:
    """Return the possible readings of the three numbers of a date, each as year, month and day."""
    if one in _YEARS:
        return [(one, two, three)]
    if named_month is not None:
        return [(three, named_month, one if two == named_month else two)]
    day_first, month_first = (three, two, one), (three, one, two)
    return [day_first] if is_dotted else [day_first, month_first]


def contradict(one: BirthDate, other: BirthDate) -> bool:
    """Return whether two dates of birth differ by more than a typo, so the people differ.

    A parent and a child can share the name and the birthday. So another decade is no typo, except if two
    digits are swapped (1978, 1987). Unknown dates contradict nothing.
    """
    return bool(one and other) and not any(_may_be_same(first, second) for first in one for second in other)


def _may_be_same(one: str, other: str) -> bool:
    """Return whether the dates are equal except for at most one typo, or with day and month swapped.

    A typo is one other digit after the first three, or two neighbouring digits swapped.
    """
    if one == other or one == f"{other[:4]}{other[6:]}{other[4:6]}":
        return True
    places = [place for place in range(len(one)) if one[place] != other[place]]
    first = places[0]
    if len(places) == 1:
        return first > _DECADE_POSITION
    return places == [first, first + 1] and one[first : first + 2] == other[first : first + 2][::-1]


def _western_year(match: re.Match[str]) -> str:
    era, letter, year = match.groups()
    begin = _ERAS[era] if era else _ERA_LETTERS[letter]
    return f"{begin + (1 if year == '元' else int(year))}-"


def _is_date(year: int, month: int, day: int) -> bool:
    return year in _YEARS and 1 <= month <= _MONTHS_OF_YEAR and 1 <= day <= _DAYS_OF_MONTH
