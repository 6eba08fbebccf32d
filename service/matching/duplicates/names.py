"""Read the names of a person, and compare them with those of another person.

Agents write names in any order, in one field or in two, in kanji, in kana or in Latin letters.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from service.matching import folding
from service.matching.duplicates import words
from service.matching.duplicates.likeness import NameLikeness, unite
from service.model.profile import Profile

FirstNames = tuple[str, ...]
"""The words of first and middle names."""
_Names = TypeVar("_Names")
_GENERATION = re.compile(r"[ ,](jr|junior|sr|senior|ii|iii|iv)\.?$")
_SAME_GENERATION = {"junior": "jr", "senior": "sr"}
_MAX_LAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class LastNames:
    """Last names as words, and as one word with and without particles."""

    words: tuple[str, ...]
    forms: frozenset[str]


_NO_LAST_NAMES = LastNames((), frozenset())


@dataclass(frozen=True, slots=True)
class Division:
    """A name divided into first and last names. Each has one or two writings: as written, and phonetic."""

    first: tuple[FirstNames, ...]
    last: tuple[LastNames, ...]

    @property
    def is_first_only(self) -> bool:
        """True if several words in a single field are taken for first names."""
        return not self.last and len(self.first[0]) > 1

    @property
    def is_last_only(self) -> bool:
        """True if several words in a single field are taken for last names."""
        return not self.first and len(self.last[0].words) > 1


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a person; without divisions if there is none.

    A name in a single field has several possible divisions. ``generation`` is a suffix, such as ``jr``.
    """

    divisions: tuple[Division, ...]
    generation: str


@dataclass(frozen=True, slots=True)
class NameComparison:
    """How much the first names and the last names of two people are alike."""

    first: NameLikeness
    last: NameLikeness

    @property
    def contradicts(self) -> bool:
        """True if the names are those of two people. A last name can change."""
        return self.first is NameLikeness.DIFFERENT


_SAME = NameComparison(NameLikeness.SAME, NameLikeness.SAME)
DIFFERENT = NameComparison(NameLikeness.DIFFERENT, NameLikeness.DIFFERENT)
UNKNOWN = NameComparison(NameLikeness.UNKNOWN, NameLikeness.UNKNOWN)


def read(profile: Profile) -> PersonName:
    """Return the name of the person in a profile."""
    first, last = profile.get("first_name") or "", profile.get("last_name") or ""
    middle = profile.get("middle_name") or ""
    phonetic = profile.get("phonetic_first_name") or "", profile.get("phonetic_last_name") or ""
    first_names = words.read_first_names(first)
    if middle:
        first_names += words.read_first_names(middle)
    last_names = _last_names(last)
    generation = _generation(last or first)
    if first_names and last_names.words:
        return PersonName((_with_reading(first_names, last_names, *phonetic),), generation)
    # All names are in one field. Particles are no words there: da Silva.
    single = words.read_only_names(first or last)
    return PersonName(tuple(_divide(single, *phonetic)), generation)


def compare(one: PersonName, other: PersonName) -> NameComparison:
    """Return how much two names are alike, in the order of the words in which they are most alike."""
    if not one.divisions or not other.divisions:
        return UNKNOWN
    if len(one.divisions) == len(other.divisions) == 1:
        return _compare_fields(one.divisions[0], other.divisions[0])
    best = max((_compare(a, b) for a in one.divisions for b in other.divisions), key=_rank)
    is_alike = min(best.first, best.last) >= NameLikeness.SIMILAR
    return best if is_alike or _whole(one).isdisjoint(_whole(other)) else _SAME


def _compare_fields(one: Division, other: Division) -> NameComparison:
    """Compare two names in two fields each, which may be swapped."""
    best = _compare(one, other)
    if min(best.first, best.last) >= NameLikeness.SIMILAR:
        return best
    swapped = tuple(("-".join(names.words),) for names in one.last)
    if _compare_writings(_compare_first, swapped, other.first) < NameLikeness.SIMILAR:
        return best
    last = tuple(LastNames(names, frozenset({_join(names)})) for names in one.first)
    in_other_order = _compare(Division(swapped, last), other)
    is_alike = in_other_order.last >= NameLikeness.SIMILAR
    return max(best, in_other_order, key=_rank) if is_alike else best


def readings(name: PersonName) -> set[str]:
    """Return the parts of a name, and the whole name.

    Two people with the same first or last name have a part in common, even if the order of the names differs.
    """
    parts = set[str]()
    for division in name.divisions:
        for names in (*division.first, *(last.words for last in division.last)):
            parts.update((*names[:1], _join(names)))
        parts.update(form for last in division.last for form in last.forms)
    return _whole(name).union(*map(words.readings, parts - {""}))


def _whole(name: PersonName) -> set[str]:
    """Return the whole name as one word, in both orders."""
    pairs = [
        ("".join(first).replace("-", ""), "".join(last.words))
        for division in name.divisions
        for first in division.first
        for last in division.last or (_NO_LAST_NAMES,)
    ]
    return {joined for one, other in pairs for joined in (one + other, other + one)}


def _rank(comparison: NameComparison) -> tuple[int, int]:
    return min(comparison.first, NameLikeness.UNKNOWN), comparison.first + comparison.last


def _compare(one: Division, other: Division) -> NameComparison:
    compare_first = _compare_all if one.is_first_only or other.is_first_only else _compare_first
    first = _compare_writings(compare_first, one.first, other.first)
    last = _compare_writings(_compare_last, one.last, other.last)
    if not one.first or not other.first:
        is_whole = one.is_last_only or other.is_last_only
        if last < (NameLikeness.SAME if is_whole else NameLikeness.WEAK):
            return DIFFERENT
    return NameComparison(first, last)


def _compare_writings(
    compare_names: Callable[[_Names, _Names], NameLikeness],
    one: tuple[_Names, ...],
    other: tuple[_Names, ...],
) -> NameLikeness:
    if len(one) == len(other) == 1:
        return compare_names(one[0], other[0])
    return unite(compare_names(a, b) for a in one for b in other)


def _compare_first(one: FirstNames, other: FirstNames) -> NameLikeness:
    """Compare the first words and the other words, which can be omitted; if these differ, all words."""
    if one == other or _join(one) == _join(other):
        return NameLikeness.SAME
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    first = words.compare_first_names(shorter[0], longer[0])
    others = _least(shorter[1:], longer[1:])
    if NameLikeness.DIFFERENT not in {first, others}:
        at_most = NameLikeness.SIMILAR if others is NameLikeness.CLOSE else others
        return min(first, at_most) if others < NameLikeness.UNKNOWN else first
    is_part = _least(shorter, longer) is NameLikeness.SAME
    return NameLikeness.SIMILAR if is_part else NameLikeness.DIFFERENT


def _compare_all(one: FirstNames, other: FirstNames) -> NameLikeness:
    """Compare first names as a whole, without omitting any, because one of them may be a last name."""
    return NameLikeness.SAME if _join(one) == _join(other) else NameLikeness.DIFFERENT


def _least(shorter: Sequence[str], longer: Sequence[str]) -> NameLikeness:
    """Match each word of ``shorter`` with the most similar word of ``longer``. Return the worst likeness."""
    return min(
        (max(words.compare_first_names(word, each) for each in longer) for word in shorter),
        default=NameLikeness.SAME,
    )


def _compare_last(one: LastNames, other: LastNames) -> NameLikeness:
    if one is other or not one.forms.isdisjoint(other.forms):
        return NameLikeness.SAME
    likeness = max(words.compare_last_names(a, b) for a in one.forms for b in other.forms)
    if likeness is not NameLikeness.DIFFERENT:
        return likeness
    # One of two last names can be omitted: García, García Márquez.
    shared = set(one.words) & set(other.words)
    return NameLikeness.SIMILAR if shared in (set(one.words), set(other.words)) else likeness


def _with_reading(first: FirstNames, last: LastNames, read_first: str, read_last: str) -> Division:
    reading, reading_of_last = words.read_first_names(read_first), _last_names(read_last)
    return Division(
        (first, reading) if reading else (first,),
        (last, reading_of_last) if reading_of_last.words else (last,),
    )


def _divide(single: FirstNames, read_first: str, read_last: str) -> Iterator[Division]:
    """Yield the divisions of a name in a single field: the last name is its first or its last words."""
    reading, reading_of_last = words.read_first_names(read_first), _last_names(read_last)
    readings = (reading,) if reading else ()
    readings_of_last = (reading_of_last,) if reading_of_last.words else ()
    if len(single) <= 1:
        if single or readings or readings_of_last:
            yield Division((single, *readings) if single else readings, readings_of_last)
        if single and not readings_of_last:
            # An agent may have written the last name into the only required field.
            yield Division((), (_last_names(single[0]), *((_last_names(read_first),) if readings else ())))
        return
    for size in range(1, 1 + min(_MAX_LAST_WORDS, len(single) - 1)):
        last = _last_names(" ".join(single[-size:]))
        yield Division((single[:-size], *readings), (last, *readings_of_last))
    yield Division((single[1:], *readings), (_last_names(single[0]), *readings_of_last))
    if not readings_of_last:
        yield Division((single, *readings), ())
        yield Division((), (_last_names(" ".join(single)), *((_last_names(read_first),) if readings else ())))


def _join(names: Sequence[str]) -> str:
    return "".join(names).replace("-", "")


@lru_cache(maxsize=65536)
def _last_names(value: str) -> LastNames:
    return LastNames(*words.read_last_names(value))


@lru_cache(maxsize=65536)
def _generation(value: str) -> str:
    match = _GENERATION.search(folding.canonical(value))
    return _SAME_GENERATION.get(match[1], match[1]) if match else ""
