"""Invented people who share a name, a number or an address with another person."""

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from random import Random

from benchmarks.duplicates.homes import Home
from benchmarks.duplicates.records import Record, birth_date, has_chance, other_email, other_number
from benchmarks.people import Name, parse_names

# Twins often get similar names.
_TWINS = (
    "Jan/Jana,Erik/Erika,Daniel/Daniela,Mario/Maria,Julian/Juliane,Tim/Tom,Paul/Paula,Lena/Lea,Nora/Cora"
    ",Christina/Christine,Haruka/Haruna,Martin/Martina,Louis/Louise,Marie/Maria,Anna/Hanna,Jack/James"
)
_SIMILAR = 0.85
# One of these is the number of relatives in a family.
_RELATIVES = (1, 1, 2, 3)


def stranger(record: Record, random: Random) -> Record:
    """Return another person of the same country, with another first name, number and e-mail address."""
    locale = record.locale
    others = [name for name in parse_names(locale.first) if _may_be_siblings(name, record.first)]
    return Record(
        locale=locale,
        first=random.choice(others),
        middle="",
        last=random.choice(parse_names(locale.last)),
        numbers=[other_number(record.numbers[0], random)],
        email=other_email(random),
        born=birth_date(random) if has_chance(random, 0.6) else None,
        home=Home.at_random(locale.region, random) if has_chance(random, 0.7) else None,
    )


def add_relatives(record: Record, relation: str, random: Random) -> Iterator[Record]:
    """Yield relatives who share a number, the home, and perhaps the account and the e-mail address.

    Also changes the record: it gets a home if it has none, twins get similar names, and a parent another age.
    """
    record.home = record.home or Home.at_random(record.locale.region, random)
    taken = [record.first]
    for _ in range(random.choice(_RELATIVES) if relation == "family" else 1):
        relative = stranger(record, random)
        relative.home = record.home
        relative.numbers = [record.numbers[0], *(relative.numbers if has_chance(random, 0.5) else [])]
        relative.account = record.account if has_chance(random, 0.5) else ""
        relative.email = record.email if has_chance(random, 0.25) else relative.email
        names = parse_names(record.locale.first)
        relative.first = random.choice([name for name in names if _may_join(name, taken)])
        taken.append(relative.first)
        if relation == "twins":
            _make_twins(record, relative, random)
        elif relation == "parent and child of one name":
            _make_parent_and_child(record, relative, random)
        else:
            relative.renamed(relative.first, _family_name(record, random))
        yield relative


def _family_name(record: Record, random: Random) -> Name:
    if has_chance(random, 0.8):
        return record.last
    names = parse_names(record.locale.last)
    return random.choice([name for name in names if _script(name) == _script(record.last)])


def _make_twins(record: Record, relative: Record, random: Random) -> None:
    relative.born = record.born
    if record.first.written.isascii() and has_chance(random, 0.5):
        one, other = map(Name, random.choice(_TWINS.split(",")).split("/"))
        record.renamed(one, record.last)
        relative.renamed(other, record.last)
    else:
        relative.renamed(relative.first, record.last)


def _make_parent_and_child(record: Record, relative: Record, random: Random) -> None:
    record.born = birth_date(random, 1940, 1970)
    relative.born = birth_date(random, 1970, 2005) if has_chance(random, 0.9) else None
    has_suffix = not relative.born and record.first.written.isascii()
    relative.middle = record.middle
    relative.renamed(record.first, Name(f"{record.last.written} Jr.") if has_suffix else record.last)


def _may_join(name: Name, taken: list[Name]) -> bool:
    return all(_may_be_siblings(name, each) for each in taken)


def _may_be_siblings(one: Name, other: Name) -> bool:
    """Return whether two children may have these names: in one script, and not Nicolò and Niccolò."""
    is_similar = SequenceMatcher(None, one.written, other.written).ratio() > _SIMILAR
    return not is_similar and _script(one) == _script(other)


def _script(name: Name) -> str:
    return "" if name.reading else unicodedata.name(name.written[0]).partition(" ")[0]
