"""No text costs much more to fold than a name of the same length, whatever stands in it."""

from functools import cache
from itertools import cycle, islice
from time import process_time

import pytest

from service.matching.search_keys import index_terms, query_terms
from service.model.search_key import KeyType, SearchKey

_KEYS = [SearchKey(name=each.value, label="", type=each) for each in KeyType]
_LONGEST = 255
_ROUNDS = 12
_TIMES = 4

_NAMES = {
    "Latin": "Maximilian Alexander ",
    "marked": "Jörg van der Köhler-Müller ",
    "kana": "やまだ たろう ",
    "kanji": "山田 太郎 ",
}


def _filled(pattern: str, length: int = _LONGEST) -> str:
    return "".join(islice(cycle(pattern), length - 1)) + "x"


def _seconds(value: str) -> float:
    """Return the CPU time of storing a value under a key of each type and asking for it: the best round."""
    rounds = []
    for _ in range(_ROUNDS):
        begun = process_time()
        for key in _KEYS:
            index_terms(key, value, "DE")
            query_terms(key, value, "DE")
        rounds.append(process_time() - begun)
    return min(rounds)


@cache
def _of_a_name(script: str) -> float:
    return _seconds(_filled(_NAMES[script]))


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
        (", jr.", "Latin"),
        (", (", "Latin"),
        ("-san", "Latin"),
        ("'", "Latin"),
        ("-", "Latin"),
        ("a ", "Latin"),
        ("ae", "Latin"),
        ("x@", "Latin"),
        ("<", "Latin"),
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
        ("内線1", "kanji"),
        ("ä", "marked"),
        ("İ", "marked"),
        ("a\u0301\u0302", "marked"),
        ("a-\u0301", "kana"),
        ("\u0301", "kana"),
        ("さん", "kana"),
        ("(様)", "kana"),
        ("サマ", "kana"),
        ("씨", "kanji"),
        (" さん", "kana"),
        ("ゝ", "kana"),
        ("ヽヾ", "kana"),
        ("ﾊﾟ", "kana"),
        ("佐々々々々々々", "kanji"),
        ("々", "kanji"),
        ("〻", "kanji"),
    ],
)
def test_a_hostile_text_costs_little_more_than_a_name(pattern: str, script: str) -> None:
    """Of 255 characters each: what grew with the square of its length would take ten times as long."""
    assert _seconds(_filled(pattern)) < _TIMES * _of_a_name(script)


def test_a_run_of_marks_is_as_cheap_as_what_it_repeats() -> None:
    """One kanji and 254 marks, or one kana: they are written out in one go."""
    assert _seconds("佐" + "々" * 254) < _TIMES * _of_a_name("kanji")
    assert _seconds("さ" + "ゞゝ" * 127) < _TIMES * _of_a_name("kana")


def test_the_longest_that_is_taken_costs_what_its_characters_cost() -> None:
    """28 characters that are 504 when they are written out: 255 of them are refused with the request."""
    assert _seconds("\ufdfa" * 28) < _TIMES * _of_a_name("kana")
