"""Spellings of a name: as stored in a profile, and as typed in a search."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from benchmarks import spelling
from benchmarks.people import Person, halves

Ways = Sequence[str]
_Way = Callable[[dict[str, str], Person], dict[str, str]]
_HYPHENS = "-\u2010\u2013\uff0d"
_APOSTROPHES = "'’‘`´ʼ′＇"
_PARTICLES = frozenset(
    {"'t", "da", "de", "del", "della", "der", "di", "do", "dos", "in", "la", "lo", "mac", "ní", "ó", "ten"}
    | {"van", "von", "y"}
)
_WORDS_OF_A_PAIR = 2
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")


def whole(person: Person) -> str:
    """Return the first and last name as the person writes them."""
    return f"{person.first.written} {person.last.written}"


def _as_it_is(fields: dict[str, str], _person: Person) -> dict[str, str]:
    return fields


def _every(change: Callable[[str], str]) -> _Way:
    return lambda fields, _person: {name: change(value) for name, value in fields.items()}


def _umlauts_spelt_out(fields: dict[str, str], person: Person) -> dict[str, str]:
    return _every(spelling.spelt_out)(fields, person) if person.locale.spells_out else fields


def _half_width_reading(fields: dict[str, str], _person: Person) -> dict[str, str]:
    reading = {
        name: spelling.half_width(value) for name, value in fields.items() if name.startswith("phonetic")
    }
    return {**fields, **reading}


def _variant_kanji(fields: dict[str, str], _person: Person) -> dict[str, str]:
    return {name: [*spelling.variant_kanji(value), value][0] for name, value in fields.items()}


def _with_honorific(fields: dict[str, str], person: Person) -> dict[str, str]:
    before = [title for title in person.locale.titles.split("/") if title.endswith("{}") and " " in title]
    return {**fields, "first_name": before[-1].format(fields["first_name"])} if before else fields


def _middle_behind_the_first(fields: dict[str, str], person: Person) -> dict[str, str]:
    return {**fields, "first_name": f"{fields['first_name']} {person.middle}".strip(), "middle_name": ""}


def _in_one_field(fields: dict[str, str], _person: Person) -> dict[str, str]:
    # In one field, a middle name looks like the first half of a last name.
    middle = "" if " " in fields["last_name"] else fields["middle_name"]
    names = (fields["first_name"], middle, fields["last_name"])
    return {**fields, "first_name": " ".join(filter(None, names)), "middle_name": "", "last_name": ""}


_STORED: Sequence[_Way] = (
    _as_it_is,
    _every(spelling.plain),
    _umlauts_spelt_out,
    _every(str.upper),
    _every(spelling.wide),
    _variant_kanji,
    _half_width_reading,
    _with_honorific,
    _middle_behind_the_first,
    _every(lambda value: unicodedata.normalize("NFD", value)),
    _in_one_field,
)


def stored(person: Person) -> dict[str, Any]:
    """Return the name fields of the person's profile."""
    fields = {
        "first_name": person.first.written,
        "middle_name": person.middle,
        "last_name": person.last.written,
        "phonetic_first_name": person.first.read,
        "phonetic_last_name": spelling.hiragana(person.last.read),
    }
    return _way(person)(fields, person)


def _way(person: Person) -> _Way:
    return _STORED[person.number_of // 3 % len(_STORED)]


def asked(person: Person) -> Mapping[str, Ways]:
    """Return the spellings to search for, by perturbation; none if they would not differ."""
    name = whole(person)
    first, last = person.first.written, person.last.written
    # If the middle name is in the field of the first name, it is left out.
    parted = not person.middle or _way(person) is not _middle_behind_the_first
    joined, spaced = ([""], [" "]) if parted else ([], [])
    found: Mapping[str, Ways] = {
        "as it is": [name],
        "case": [name.upper(), name.lower(), name.swapcase(), *_turkish(person)],
        "accents left out": [spelling.plain(name)],
        "letters decomposed": [unicodedata.normalize("NFD", name)],
        "umlauts spelt out": [spelling.spelt_out(name)] if person.locale.spells_out else [],
        "full width": [spelling.wide(name)],
        "other order": [f"{last} {first}", f"{last}, {first}"],
        "comma, particles behind": [*_indexed(person)] if parted else [],
        "without the space": [f"{first}{last}", f"{last}{first}"] if parted else [],
        "honorifics": [title.format(way) for title in _titles(person) for way in _addressed(person)],
        "hyphens": [name.replace("-", other) for other in (*joined, " ", *_HYPHENS[1:])],
        "apostrophes": [_APOSTROPHE.sub(other, name) for other in ("", *spaced, *_APOSTROPHES)],
        "several at once": [
            spelling.plain(f"{last}, {first}").upper(),
            spelling.wide(spelling.plain(f"{last} {first}")),
        ],
        **_with_middle(person),
        **_words(person),
        "initials": [*_initials(person)],
        **_japanese(person),
    }
    return {
        kind: ways if kind == "as it is" else [way for way in ways if way != name]
        for kind, ways in found.items()
    }


def typed(person: Person) -> Mapping[str, Ways]:
    """Return the beginnings of the name that must find the person while typing, by perturbation."""
    first, last = person.first, person.last
    # A middle name without its own field comes where the last name is expected.
    own = not person.middle or _way(person) not in {_middle_behind_the_first, _in_one_field}
    # What begins as it was stored cannot be known of a letter that was stored as two.
    latin = unicodedata.name(last.written[0]).startswith("LATIN") and _way(person) is not _umlauts_spelt_out
    readings = [f"{last.read}{first.read}"] if last.read else []
    return {
        "two characters": [_letters(each)[:2] for each in (f"{last.written}{first.written}", whole(person))],
        "three letters, no accents": [spelling.plain(_letters(f"{last.written}{first.written}"))[:3].lower()]
        if latin
        else [],
        "two kana": [
            change(reading[:2]) for reading in readings for change in (spelling.hiragana, spelling.half_width)
        ],
        "up to the second name": [
            f"{last.written} {first.written[:1]}",
            f"{first.written} {last.written[:1]}",
        ]
        if own
        else [],
    }


def _letters(name: str) -> str:
    # Marks of Indian scripts are letters, too; an apostrophe or a blank is no character that counts.
    return "".join(char for char in name if char.isalpha() or unicodedata.category(char).startswith("M"))


def _indexed(person: Person) -> Iterator[str]:
    """Yield the name as in a printed index, with particles behind the first name."""
    words = person.last.written.split()
    main = next((place for place, word in enumerate(words) if not word.islower()), 0)
    if main:
        yield f"{' '.join(words[main:])}, {person.first.written} {' '.join(words[:main])}"


def _titles(person: Person) -> list[str]:
    return person.locale.titles.split("/") if person.locale.titles else []


def _addressed(person: Person) -> Iterator[str]:
    yield whole(person)
    if person.last.read:
        yield f"{person.last.written} {person.first.written}"
        yield f"{person.last.written}{person.first.written}"


def _turkish(person: Person) -> list[str]:
    return [spelling.turkish_capitals(whole(person))] if person.region == "TR" else []


def _middle(person: Person) -> str:
    """Return the middle name, if the profile has it."""
    left_out = _way(person) is _in_one_field and " " in person.last.written
    return "" if left_out else person.middle


def _with_middle(person: Person) -> Mapping[str, Ways]:
    first, middle, last = person.first.written, _middle(person), person.last.written
    if not middle:
        return {}
    return {
        "middle name left out": [f"{first} {last}", f"{last} {first}", f"{last}, {first}"],
        "middle name said": [
            f"{first} {middle} {last}",
            f"{last} {first} {middle}",
            f"{last}, {first} {middle}",
        ],
        "middle initial": [f"{first} {middle[0]}. {last}", f"{first} {middle[0]} {last}"],
        "last, middle, first": [f"{last} {middle} {first}"],
    }


def _words(person: Person) -> Mapping[str, Ways]:
    """Return the name in unusual orders, and two of its words, if it has more."""
    names = (person.first.written, _middle(person), person.last.written)
    words = [word for word in " ".join(names).split() if word.casefold() not in _PARTICLES]
    if len(words) <= _WORDS_OF_A_PAIR:
        return {}
    return {
        "words in another order": [" ".join(order) for order in (words[1:] + words[:1], words[::-1])],
        "words left out": [" ".join(pair) for pair in permutations(words, _WORDS_OF_A_PAIR)],
    }


def _initials(person: Person) -> Iterator[str]:
    """Yield the last name with initials, in scripts that have capital letters."""
    first, middle, last = person.first.written, _middle(person), person.last.written
    if first[0].lower() == first[0].upper():
        return
    yield from (f"{first[0]}. {last}", f"{last}, {first[0]}.", f"{last} {first[0]}")
    if middle:
        yield from (f"{first[0]}. {middle[0]}. {last}", f"{last} {first[0]}.{middle[0]}.")


def _japanese(person: Person) -> Mapping[str, Ways]:
    if not person.last.read:
        return {}
    kanji, read = f"{person.last.written} {person.first.written}", f"{person.last.read} {person.first.read}"
    turned = f"{person.first.read} {person.last.read}"
    apart = _way(person) is not _in_one_field
    half = [f"{person.last.written} {person.first.read}", f"{person.last.read}{person.first.written}"]
    return {
        "hiragana": [
            spelling.hiragana(read),
            spelling.hiragana(turned),
            spelling.hiragana(read.replace(" ", "")),
        ],
        "katakana": [read, turned, read.replace(" ", "・")],
        "half-width kana": [spelling.half_width(read), spelling.half_width(turned)],
        "variant kanji": [*spelling.variant_kanji(kanji), spelling.variant_selected(kanji)],
        "one half in kana": [way for each in half for way in (each, spelling.hiragana(each))]
        if apart
        else [],
    }


def contradicting(person: Person) -> Ways:
    """Return names of strangers that differ only in the middle name."""
    other, _ = halves(person.locale.strangers)
    first, last = person.first.written, person.last.written
    return [f"{first} {other.written} {last}", f"{last}, {first} {other.written}"] if person.middle else []


def near(person: Person) -> Ways:
    """Return names of strangers that are nearly equal."""
    other_first, other_last = halves(person.locale.strangers)
    first, last = person.first, person.last
    return [
        f"{other_first.written} {last.written}",
        f"{last.written}{other_first.written}",
        f"{first.written} {other_last.written}",
        f"{other_last.written}, {first.written}",
        *([f"{last.read} {other_first.read}"] if last.read else []),
    ]
