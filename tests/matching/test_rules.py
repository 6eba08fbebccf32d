"""The version of the rules grows when they change: what people are found by is held against it."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from benchmarks import others
from benchmarks.match_report import Question, profile, questions, strangers
from benchmarks.people import people
from service.matching import folding as text
from service.matching.rules import MARKER, RULES_VERSION
from service.matching.search_keys import index_terms, query_terms
from service.model.search_key import BUILT_IN

# The digests of what was typed, of the entries of that, and of what it asks for; and what they were made
# with. Noted anew by whoever changes any of it, as the test that fails says.
_MADE_WITH = "3/9.0.43/2.4.0/14.0.0"
_TYPED = "a2f723b9a80417ff1eaed4fa9391fc30"
_ENTRIES = "e0c6d4adc2e72a0698b88d9e947ddcda"
_ASKED = "add711a546d6cd4575c7c040a11b895c"

_PEOPLE = 54
_KEYS = {**BUILT_IN, **others.CUSTOM}

# Latin, Greek, Cyrillic, kana, kanji and other widths: what no release of Unicode will change any more.
_CHARACTERS = (
    *range(0x20, 0x250),
    *range(0x370, 0x500),
    *range(0x1E00, 0x2000),
    *range(0x3041, 0x3100),
    *range(0x3400, 0x4DB6),
    *range(0x4E00, 0x9FA6),
    *range(0xFF01, 0xFFE0),
)


def _typed() -> Iterator[Question]:
    for person in people(_PEOPLE, seed=1):
        yield from questions(person)
        yield from strangers(person)


def _digest(parts: Iterable[object]) -> str:
    whole = blake2b(digest_size=16)
    for part in parts:
        whole.update(f"{part!r}\n".encode(errors="backslashreplace"))
    return whole.hexdigest()


def _entries() -> Iterator[object]:
    for asked in _typed():
        first, *rest = index_terms(_KEYS[asked.key], asked.value, asked.region) or ("",)
        yield first, sorted(rest)
    for person in people(_PEOPLE, seed=1):
        yield profile(person)["lookup"]
    yield from map(text.fold, map(chr, _CHARACTERS))


def test_the_people_are_those_of_the_digests() -> None:
    """Otherwise nothing below can be compared."""
    typed = _digest((asked.key, asked.value, asked.region) for asked in _typed())
    assert typed == _TYPED, (
        "The benchmarks make other people, or ask for them in other ways. See to it that the tests below "
        "pass without that change; then note all three digests anew."
    )


def test_the_version_grows_with_every_change_of_the_entries() -> None:
    """Profiles that were stored before would be missed in silence: stale, they are brought up to date."""
    assert _digest(_entries()) == _ENTRIES, (
        f"The same values get other entries than with {_MADE_WITH}; this is {MARKER}. If a rule has changed, "
        "let RULES_VERSION grow by one, once between two releases. If a library has, it counts by itself. "
        "Then note the digest anew, and what it was made with."
    )
    assert _MADE_WITH.partition("/")[0] == str(RULES_VERSION), (
        "The version has grown, and no entry has changed: it makes every profile stale. Take it back; or, if "
        "the people here do not show the change, note the new version."
    )


def test_what_is_asked_for_changes_on_purpose_alone() -> None:
    """That needs no new version: what is stored stays as it is."""
    asked = _digest(query_terms(_KEYS[asked.key], asked.value, asked.region) for asked in _typed())
    assert asked == _ASKED, (
        "The same values ask for other entries. If that is meant, and what is asked for is what is stored, "
        "note the digest anew."
    )


def test_the_marker_says_what_entries_are_made_with() -> None:
    """Our rules first; a colon would end it where something is said of sensitive values."""
    rules, *libraries = MARKER.split("/")
    assert rules == str(RULES_VERSION)
    assert len(libraries) == 3
    assert ":" not in MARKER
