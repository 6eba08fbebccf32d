"""Digests of the index terms and query terms of sample people show when these terms change."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain

from benchmarks import others
from benchmarks.match_report import profile, questions, strangers
from benchmarks.people import people
from benchmarks.population import Question
from service.matching import folding
from service.matching.rules import MARKER, RULES_VERSION
from service.matching.search_keys import index_terms, query_terms
from service.model.search_key import BUILT_IN

# Digests of the sample values, of their index terms and of their query terms, and the marker of the rules
# (``MARKER``) with which they were computed.
_MADE_WITH = "4/9.0.43/2.4.0/14.0.0"
_SAMPLE = "5076e5417bcdf6e88ea649d70a1fe9c6"
_INDEX_TERMS = "57c90e8e5e9d570930db9b7ec9a6fe0a"
_QUERY_TERMS = "bb843886fc3239d2e85ff634686f1d5a"

_PEOPLE = 27  # one of each locale
_KEYS = {**BUILT_IN, **others.CUSTOM}

# Latin, Greek, Cyrillic, kana, kanji and other widths: no future release of Unicode changes these.
_CHARACTERS = (
    *range(0x20, 0x250),
    *range(0x370, 0x500),
    *range(0x1E00, 0x2000),
    *range(0x3041, 0x3100),
    *range(0x3400, 0x4DB6),
    *range(0x4E00, 0x9FA6),
    *range(0xFF01, 0xFFE0),
)


@cache
def _sample() -> Sequence[Question]:
    return [
        question
        for person in people(_PEOPLE, seed=1)
        for question in chain(questions(person), strangers(person))
    ]


def _digest(parts: Iterable[object]) -> str:
    whole = blake2b(digest_size=16)
    for part in parts:
        whole.update(f"{part!r}\n".encode(errors="backslashreplace"))
    return whole.hexdigest()


def _index_terms() -> Iterator[object]:
    for value in _sample():
        first, *rest = index_terms(_KEYS[value.key], value.value, value.region) or ("",)
        yield first, sorted(rest)
    for person in people(_PEOPLE, seed=1):
        yield profile(person)["lookup"]
    yield from map(folding.fold, map(chr, _CHARACTERS))


def _query_terms() -> Iterator[object]:
    for value in _sample():
        terms = query_terms(_KEYS[value.key], value.value, value.region)
        yield [(term.key, term.value, str(term.tier), term.lookup) for term in terms]


def test_the_sample_is_that_of_the_digests() -> None:
    """If the sample has changed, the other tests compare different values."""
    sample = _digest((value.key, value.value, value.region) for value in _sample())
    assert sample == _SAMPLE, (
        "The benchmarks generate other people or values. First make sure that the tests below pass without "
        "that change. Then update all three digests."
    )


def test_the_version_grows_with_every_change_of_the_index_terms() -> None:
    """With a new version, stored profiles are stale and get reindexed. Otherwise searches would miss them."""
    assert _digest(_index_terms()) == _INDEX_TERMS, (
        f"The same values get other index terms than with {_MADE_WITH}; this is {MARKER}. If a rule has "
        "changed, increase RULES_VERSION by one, once between two releases. A changed library counts by "
        "itself. Then update the digest and _MADE_WITH."
    )
    assert _MADE_WITH.partition("/")[0] == str(RULES_VERSION), (
        "The version has changed, but no index term: that makes every profile stale. Undo it; or, if the "
        "sample does not show the change, update _MADE_WITH."
    )


def test_query_terms_change_only_on_purpose() -> None:
    """A change needs no new version, since stored index terms stay the same."""
    assert _digest(_query_terms()) == _QUERY_TERMS, (
        "The same values have other query terms. If that is intended, and they still equal index terms, "
        "update the digest."
    )


def test_the_marker_begins_with_the_version_of_the_rules_and_has_no_colon() -> None:
    """In a stored profile, the IDs of the master keys follow the marker after a colon."""
    rules, *libraries = MARKER.split("/")
    assert rules == str(RULES_VERSION)
    assert len(libraries) == 3
    assert ":" not in MARKER
