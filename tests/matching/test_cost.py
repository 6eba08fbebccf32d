"""Normalising takes a limited number of function calls, and time in proportion to the length of a text.

The tests count function calls, because the count does not depend on the machine. Time inside a regular
expression is not visible as calls. So the tests also compare the CPU time for a text with that for a text of
four times the length.
"""

import sys
from collections.abc import Callable
from functools import cache
from itertools import count, cycle, islice
from time import process_time
from types import FrameType

import pytest

from service.matching import phone
from service.matching.profiles import index
from service.matching.search_keys import index_terms, query_terms
from service.model.search_key import KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

_KEYS = [SearchKey(name=each.value, label="", type=each) for each in KeyType]
_MAX_LENGTH = 255
_MAX_FACTOR = 4
"""A text may take this many times the calls of an ordinary name of the same length."""
_MAX_CALLS_OF_A_PROFILE = 5000

# Four times the length takes four times as long; sixteen times as long if the time is quadratic.
_LONGER = 4
_MAX_GROWTH = 8
_MAX_ROUNDS = 20

_NAMES = {
    "Latin": "Maximilian Alexander ",
    "marked": "Jörg van der Köhler-Müller ",
    "kana": "やまだ たろう ",
    "kanji": "山田 太郎 ",
}

_REGION = "JP"
_NUMBERS = ("03-1234-5678", "+49 (0)30 23125 000", "tel:+1-201-555-0123;ext=5")
_JAPANESE = {
    "first_name": "太郎",
    "last_name": "山田",
    "phonetic_first_name": "タロウ",
    "phonetic_last_name": "やまだ",
    "account_number": "A-1001",
}
_EUROPEAN = {
    "first_name": "Jörg-Peter",
    "middle_name": "Maria",
    "last_name": "von der Köhler",
    "business_name": "Größe & Söhne GmbH",
}


def _repeat(pattern: str, length: int = _MAX_LENGTH) -> str:
    return "".join(islice(cycle(pattern), length - 1)) + "x"


def _normalise(value: str) -> None:
    """Compute the index terms and the query terms of the value for a search key of each type."""
    for key in _KEYS:
        index_terms(key, value, "DE")
        query_terms(key, value, "DE")


def _calls(function: Callable[[], object]) -> int:
    """Return how many functions of Python and of C are called."""
    calls = 0

    def profile(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    # Fill the caches first.
    function()
    previous = sys.getprofile()
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(previous)
    return calls


@cache
def _calls_of_a_name(script: str) -> int:
    return _calls(lambda: _normalise(_repeat(_NAMES[script])))


def _seconds(value: str) -> float:
    start = process_time()
    _normalise(value)
    return process_time() - start


def _grows_linearly(pattern: str) -> bool:
    """Return whether a longer text takes proportionally longer, in the best of several rounds."""
    short, long = float("inf"), float("inf")
    for _ in range(_MAX_ROUNDS):
        short = min(short, _seconds(_repeat(pattern)))
        long = min(long, _seconds(_repeat(pattern, _LONGER * _MAX_LENGTH)))
        if long < _MAX_GROWTH * short:
            return True
    return False


@pytest.mark.parametrize(
    ("pattern", "script"),
    [
        (", ", "Latin"),
        ("a, ", "Latin"),
        (", mr. ", "Latin"),
        ("dr. ", "Latin"),
        ("dr. ing. ", "Latin"),
        (", md", "Latin"),
        (", iii", "Latin"),
        (" dr.", "Latin"),
        (", dr. med. dent.", "Latin"),
        ("(prof. dr.", "Latin"),
        ("고객님", "kanji"),
        (", jr.", "Latin"),
        (", (", "Latin"),
        ("-san", "Latin"),
        ("'", "Latin"),
        ("-", "Latin"),
        ("a ", "Latin"),
        ("ae", "Latin"),
        ("x@", "Latin"),
        ("<", "Latin"),
        ('"\\"', "Latin"),
        ("a@b,", "Latin"),
        ("<a@b>", "Latin"),
        ("mailto:", "Latin"),
        ("%40", "Latin"),
        ("&#65;", "Latin"),
        ("+0", "Latin"),
        ("(0)", "Latin"),
        ("tel:", "Latin"),
        ("sip:", "Latin"),
        ("1 ext", "Latin"),
        ("1;", "Latin"),
        ("1;a=", "Latin"),
        ("<sip:", "Latin"),
        ("1 a", "Latin"),
        ("dw 1 ", "Latin"),
        ("･1", "kana"),
        ("0711 1234567 home/", "Latin"),
        ('"a" <4155552604>, ', "Latin"),
        ("内線1", "kanji"),
        ("ä", "marked"),
        ("İ", "marked"),
        ("gmbh ", "Latin"),
        ("s p a ", "Latin"),
        ("oh", "Latin"),
        ("a\u0301\u0302", "marked"),
        ("a-\u0301", "kana"),
        ("\u0301", "kana"),
        ("さん", "kana"),
        ("(様)", "kana"),
        ("サマ", "kana"),
        ("씨", "kanji"),
        (" さん", "kana"),
        ("(カ", "kana"),
        ("っ", "kana"),
        ("ウィ", "kana"),
        ("株式会社", "kanji"),
        ("ゝ", "kana"),
        ("ヽヾ", "kana"),
        ("ﾊﾟ", "kana"),
        ("佐々々々々々々", "kanji"),
        ("々", "kanji"),
        ("〻", "kanji"),
    ],
)
def test_a_hostile_text_costs_little_more_than_a_name(pattern: str, script: str) -> None:
    """The calls are counted at the maximum length. Beyond that length, the time grows linearly."""
    calls = _calls(lambda: _normalise(_repeat(pattern)))
    assert calls < _MAX_FACTOR * _calls_of_a_name(script)
    assert _grows_linearly(pattern)


@pytest.mark.parametrize(
    ("value", "script"),
    [
        pytest.param("佐" + "々" * 254, "kanji", id="kanji and iteration marks"),
        pytest.param("さ" + "ゞゝ" * 127, "kana", id="kana and iteration marks"),
        pytest.param("\ufdfa" * 28, "kana", id="28 characters that fold to 504"),
    ],
)
def test_a_text_that_grows_when_folded_costs_little_more_than_a_name(value: str, script: str) -> None:
    """U+FDFA becomes 18 characters. A request with more than 28 of them in one value is rejected."""
    assert _calls(lambda: _normalise(value)) < _MAX_FACTOR * _calls_of_a_name(script)


@pytest.mark.parametrize("fields", [_JAPANESE, _EUROPEAN], ids=["Japanese", "European"])
def test_a_typical_profile_is_normalised_in_few_calls(
    fields: dict[str, str],
) -> None:
    """It has names, three phone numbers and two e-mail addresses. ``make bench`` measures the time."""
    domains = count()

    def normalise() -> list[str]:
        # Use new domains of addresses in each call, so that no cache contains them.
        nth = next(domains)
        emails = [{"value": f"taro@mail{nth}.example.com"}, {"value": f"Taro <taro@例え{nth}.example>"}]
        numbers = [{"value": number, "e164": phone.e164(number, _REGION)} for number in _NUMBERS]
        profile = profile_with(**fields, profile_id="0" * 32, email_addresses=emails, phone_numbers=numbers)
        return index(profile, {}, _REGION).lookup

    assert "phone:+81312345678" in normalise()
    assert _calls(normalise) < _MAX_CALLS_OF_A_PROFILE
