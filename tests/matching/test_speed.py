"""What normalising costs, in CPU time: the clock on the wall says more of the machine's other work."""

from collections.abc import Iterator
from itertools import count
from statistics import median
from time import process_time
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from service.matching import phone
from service.matching.profiles import index

_REGION = "JP"
_CALLS, _SERIES = 101, 100
_NUMBERS = ("03-1234-5678", "+49 (0)30 23125 000", "tel:+1-201-555-0123;ext=5")
_PROFILE = {
    "profile_id": "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f",
    "first_name": "太郎",
    "last_name": "山田",
    "phonetic_first_name": "タロウ",
    "phonetic_last_name": "やまだ",
    "account_number": "A-1001",
}
_EUROPEAN = {
    "profile_id": "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f",
    "first_name": "Jörg-Peter",
    "middle_name": "Maria",
    "last_name": "von der Köhler",
    "business_name": "Größe & Söhne GmbH",
}
_nth = count()


def _normalise(person: dict[str, Any]) -> list[str]:
    """Normalise a profile whose e-mail domains were never seen before, so that none is remembered."""
    nth = next(_nth)
    emails = [{"value": f"taro@mail{nth}.example.com"}, {"value": f"Taro <taro@例え{nth}.example>"}]
    numbers = [{"value": number, "e164": phone.e164(number, _REGION)} for number in _NUMBERS]
    profile = {**person, "email_addresses": emails, "phone_numbers": numbers}
    return index(profile, {}, _REGION).lookup


def _medians(person: dict[str, Any]) -> Iterator[float]:
    """Yield the median of each of some series of calls, in seconds."""
    for _ in range(_SERIES):
        seconds = []
        for _ in range(_CALLS):
            begun = process_time()
            _normalise(person)
            seconds.append(process_time() - begun)
        yield median(seconds)


@pytest.mark.benchmark(timer=process_time)
@pytest.mark.parametrize("person", [_PROFILE, _EUROPEAN], ids=["Japanese", "European"])
def test_a_profile_with_three_numbers_and_two_addresses_is_normalised_in_a_millisecond(
    benchmark: BenchmarkFixture, person: dict[str, Any]
) -> None:
    """In the median of 101 profiles; the first good series ends it, as the machine's other work is not ours.

    pytest-benchmark prints the figures when this file is run alone; beside other tests it measures nothing.
    """
    entries = benchmark(_normalise, person)
    assert "phone:+81312345678" in entries
    assert any(seconds < 0.001 for seconds in _medians(person))
