"""Spellings of a name: as stored in a profile, and as typed in a search."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from benchmarks import spelling
from benchmarks.people import Person, parse_names

Spellings = Sequence[str]
_Respell = Callable[[dict[str, str], Person], dict[str, str]]
"""Returns the name fields of a person in another notation."""
_HYPHENS = "-\u2010\u2013\uff0d"
_APOSTROPHES = "'’‘`´ʼ′＇"
_PARTICLES = frozenset(
    {"'t", "da", "de", "del", "della", "der", "di", "do", "dos", "in", "la", "lo", "mac", "ní", "ó", "ten"}
    | {"van", "von", "y"}
)
_WORDS_OF_A_PAIR = 2
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")


def full_name(person: Person) -> str:
    """Return the first and last name as the person writes them."""
    return f"{person.first.written} {person.last.written}"


def _unchanged(fields: dict[str, str], _person: Person) -> dict[str, str]:
    return fields


def _in_all_fields(change: Callable[[str], str]) -> _Respell:
    return lambda fields, _person: {name: change(value) for name, value in fields.items()}


def _umlauts_spelt_out(fields: dict[str, str], person: Person) -> dict[str, str]:
    return _in_all_fields(spelling.spelt_out)(fields, person) if person.locale.spells_out else fields


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


def _middle_name_in_first_name(fields: dict[str, str], person: Person) -> dict[str, str]:
    return {**fields, "first_name": f"{fields['first_name']} {person.middle}".strip(), "middle_name": ""}


def _names_in_one_field(fields: dict[str, str], _person: Person) -> dict[str, str]:
    # If all names are in one field, a middle name looks like the first part of a last name.
    middle = "" if " " in fields["last_name"] else fields["middle_name"]
    names = (fields["first_name"], middle, fields["last_name"])
    return {**fields, "first_name": " ".join(filter(None, names)), "middle_name": "", "last_name": ""}


_STORED: Sequence[_Respell] = (
    _unchanged,
    _in_all_fields(spelling.without_accents),
    _umlauts_spelt_out,
    _in_all_fields(str.upper),
    _in_all_fields(spelling.full_width),
    _variant_kanji,
    _half_width_reading,
    _with_honorific,
    _middle_name_in_first_name,
    _in_all_fields(lambda value: unicodedata.normalize("NFD", value)),
    _names_in_one_field,
)


def stored_fields(person: Person) -> dict[str, Any]:
    """Return the name fields of the person's profile, in one of the notations of ``_STORED``."""
    fields = {
        "first_name": person.first.written,
        "middle_name": person.middle,
        "last_name": person.last.written,
        "phonetic_first_name": person.first.reading,
        "phonetic_last_name": spelling.hiragana(person.last.reading),
    }
    return _respelling(person)(fields, person)


def _respelling(person: Person) -> _Respell:
    return _STORED[person.index // 3 % len(_STORED)]


def search_spellings(person: Person) -> Mapping[str, Spellings]:
    """Return the spellings to search for, by perturbation.

    Only "as it is" has spellings that equal the name. A perturbation that the name cannot have has none.
    """
    name = full_name(person)
    first, last = person.first.written, person.last.written
    # Spellings without a space are not tried if the middle name is in the field of the first name.
    has_own_field = not person.middle or _respelling(person) is not _middle_name_in_first_name
    without_space, with_space = ([""], [" "]) if has_own_field else ([], [])
    by_perturbation: Mapping[str, Spellings] = {
        "as it is": [name],
        "case": [name.upper(), name.lower(), name.swapcase(), *_turkish(person)],
        "accents left out": [spelling.without_accents(name)],
        "letters decomposed": [unicodedata.normalize("NFD", name)],
        "umlauts spelt out": [spelling.spelt_out(name)] if person.locale.spells_out else [],
        "full width": [spelling.full_width(name)],
        "other order": [f"{last} {first}", f"{last}, {first}"],
        "comma, particles after the first name": [*_index_order(person)] if has_own_field else [],
        "without the space": [f"{first}{last}", f"{last}{first}"] if has_own_field else [],
        "honorifics": [title.format(each) for title in _titles(person) for each in _names_to_address(person)],
        "hyphens": [name.replace("-", other) for other in (*without_space, " ", *_HYPHENS[1:])],
        "apostrophes": [_APOSTROPHE.sub(other, name) for other in ("", *with_space, *_APOSTROPHES)],
        "several at once": [
            spelling.without_accents(f"{last}, {first}").upper(),
            spelling.full_width(spelling.without_accents(f"{last} {first}")),
        ],
        **_with_middle(person),
        **_words(person),
        "initials": [*_initials(person)],
        **_japanese(person),
    }
    return {
        kind: spellings if kind == "as it is" else [each for each in spellings if each != name]
        for kind, spellings in by_perturbation.items()
    }


def name_prefixes(person: Person) -> Mapping[str, Spellings]:
    """Return prefixes of the name that must find the person, by perturbation."""
    first, last = person.first, person.last
    # In the field of the first name, a middle name is where the last name is expected.
    has_own_field = not person.middle or _respelling(person) not in {
        _middle_name_in_first_name,
        _names_in_one_field,
    }
    # The stored name may begin with two letters instead of an umlaut.
    is_latin = (
        unicodedata.name(last.written[0]).startswith("LATIN")
        and _respelling(person) is not _umlauts_spelt_out
    )
    readings = [f"{last.reading}{first.reading}"] if last.reading else []
    letters = _letters(f"{last.written}{first.written}")
    return {
        "two characters": [letters[:2], _letters(full_name(person))[:2]],
        "three letters, no accents": [spelling.without_accents(letters)[:3].lower()] if is_latin else [],
        "two kana": [
            change(reading[:2]) for reading in readings for change in (spelling.hiragana, spelling.half_width)
        ],
        "up to the second name": [
            f"{last.written} {first.written[:1]}",
            f"{first.written} {last.written[:1]}",
        ]
        if has_own_field
        else [],
    }


def _letters(name: str) -> str:
    # Marks of Indian scripts count as letters. Apostrophes and blanks do not.
    return "".join(char for char in name if char.isalpha() or unicodedata.category(char).startswith("M"))


def _index_order(person: Person) -> Iterator[str]:
    """Yield the name as in a printed index, with particles after the first name."""
    words = person.last.written.split()
    start = next((position for position, word in enumerate(words) if not word.islower()), 0)
    if start:
        yield f"{' '.join(words[start:])}, {person.first.written} {' '.join(words[:start])}"


def _titles(person: Person) -> list[str]:
    return person.locale.titles.split("/") if person.locale.titles else []


def _names_to_address(person: Person) -> Iterator[str]:
    yield full_name(person)
    if person.last.reading:
        yield f"{person.last.written} {person.first.written}"
        yield f"{person.last.written}{person.first.written}"


def _turkish(person: Person) -> list[str]:
    return [spelling.turkish_capitals(full_name(person))] if person.region == "TR" else []


def _middle(person: Person) -> str:
    """Return the middle name, or an empty text if the profile does not have it."""
    left_out = _respelling(person) is _names_in_one_field and " " in person.last.written
    return "" if left_out else person.middle


def _with_middle(person: Person) -> Mapping[str, Spellings]:
    first, middle, last = person.first.written, _middle(person), person.last.written
    if not middle:
        return {}
    return {
        "middle name left out": [f"{first} {last}", f"{last} {first}", f"{last}, {first}"],
        "with the middle name": [
            f"{first} {middle} {last}",
            f"{last} {first} {middle}",
            f"{last}, {first} {middle}",
        ],
        "middle initial": [f"{first} {middle[0]}. {last}", f"{first} {middle[0]} {last}"],
        "last, middle, first": [f"{last} {middle} {first}"],
    }


def _words(person: Person) -> Mapping[str, Spellings]:
    """Return the name in unusual orders, and all pairs of its words, if it has three words or more."""
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


def _japanese(person: Person) -> Mapping[str, Spellings]:
    if not person.last.reading:
        return {}
    kanji, reading = (
        f"{person.last.written} {person.first.written}",
        f"{person.last.reading} {person.first.reading}",
    )
    reversed_reading = f"{person.first.reading} {person.last.reading}"
    has_separate_fields = _respelling(person) is not _names_in_one_field
    mixed = [f"{person.last.written} {person.first.reading}", f"{person.last.reading}{person.first.written}"]
    return {
        "hiragana": [
            spelling.hiragana(reading),
            spelling.hiragana(reversed_reading),
            spelling.hiragana(reading.replace(" ", "")),
        ],
        "katakana": [reading, reversed_reading, reading.replace(" ", "・")],
        "half-width kana": [spelling.half_width(reading), spelling.half_width(reversed_reading)],
        "variant kanji": [*spelling.variant_kanji(kanji), spelling.with_variation_selector(kanji)],
        "one half in kana": [each for text in mixed for each in (text, spelling.hiragana(text))]
        if has_separate_fields
        else [],
    }


def other_middle_names(person: Person) -> Spellings:
    """Return names of strangers that differ only in the middle name, or none if there is no middle name."""
    other, _ = parse_names(person.locale.strangers)
    first, last = person.first.written, person.last.written
    return [f"{first} {other.written} {last}", f"{last}, {first} {other.written}"] if person.middle else []


def similar_names(person: Person) -> Spellings:
    """Return similar names, which belong to strangers."""
    other_first, other_last = parse_names(person.locale.strangers)
    first, last = person.first, person.last
    return [
        f"{other_first.written} {last.written}",
        f"{last.written}{other_first.written}",
        f"{first.written} {other_last.written}",
        f"{other_last.written}, {first.written}",
        *([f"{last.reading} {other_first.reading}"] if last.reading else []),
    ]
