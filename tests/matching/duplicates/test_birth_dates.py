"""The possible readings of a date of birth."""

import pytest

from service.matching.duplicates import birth_dates


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("04/01/1980", {"19800104", "19800401"}),
        ("04/01/1980.", {"19800104", "19800401"}),
        ("b. 04/01/1980", {"19800104", "19800401"}),
        ("04.01.1980", {"19800104"}),
        ("04. 01. 1980", {"19800104"}),
        ("04/31/1980", {"19800431"}),
        ("April 1, 1980", {"19800401"}),
        ("1. Apr. 1980", {"19800401"}),
        ("4 April 1980", {"19800404"}),
        ("1980/04/01", {"19800401"}),
        ("04/1980", set()),
        ("01/01/1900", set()),
    ],
)
def test_a_date_between_dots_begins_with_the_day_and_others_can_begin_with_the_month(
    text: str, readings: set[str]
) -> None:
    """A month in letters and a year at the beginning leave one reading."""
    assert birth_dates.read(text) == readings


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1978-04-01", "1979-04-01", False),
        ("1978-04-01", "1987-04-01", False),
        ("1980-04-01", "1890-04-01", False),
        ("1978-04-01", "1968-04-01", True),
        ("1978-04-01", "1878-04-01", True),
        ("1978-04-01", "1989-04-01", True),
    ],
)
def test_another_decade_contradicts_unless_two_digits_are_swapped(
    one: str, other: str, *, expected: bool
) -> None:
    """A parent and a child can share the name and the birthday."""
    dates = birth_dates.read(one), birth_dates.read(other)
    assert birth_dates.contradict(*dates) is expected
