"""Split names into words, and decide which of them are particles.

A particle is a word that people omit, and that does not identify a person: ``da`` in João da Silva. Words
such as ``le`` and ``van`` are particles in one language and names in another (Lê Văn An). They are certainly
particles only next to a certain particle (van den Berg), in lower case beside capitals (Ludwig van
Beethoven), or after an apostrophe (van 't Hoff). Otherwise such words are stored as words, and queries are
read with and without them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from service.matching.name.spelling import fold, punctuation_to_space, split_words

MIN_WORDS_TO_SHORTEN = 3
"""People may use only the first and the last word of a name of this many words or more."""

# The first line has words that connect two names: John and Jane, Ortega y Gasset.
_PARTICLES = frozenset(
    {"and", "et", "och", "og", "und", "и"}
    | {"af", "av", "bint", "da", "das", "de", "degli", "dei", "del", "dela", "della", "den", "der", "di"}
    | {"dos", "el", "ibn", "las", "los", "op", "ten", "ter", "vom", "von", "zu", "zum", "zur"}
)
_MAYBE_PARTICLES = frozenset(
    {"al", "ben", "bin", "do", "du", "e", "en", "i", "in", "la", "le", "t", "van", "y"},
)
# Parts of the following word: Mc Donald is McDonald, O Neil is O'Neil.
_PREFIXES = frozenset({"mac", "mc", "o"})
# Articles that stay when the particle before them is left out: de La Fontaine is also Lafontaine.
_ARTICLES = frozenset({"la", "le"})
_ALL_PARTICLES = _PARTICLES | _MAYBE_PARTICLES
_ALL = _ALL_PARTICLES | _PREFIXES

_INITIAL = re.compile(r"(?<!\w)(\w)\.")
# A short form of a word, after an apostrophe of any kind: van 't Hoff.
_ELIDED = re.compile(r"(?:^|\s)[^\w\s](\w)(?!\w)")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a name, in several readings that differ only if the name has particles.

    ``kept`` has no certain particles, and ``bare`` no particles at all. In ``attached``, certain particles
    are a part of the following word (``vandenberg``), in ``joined`` all particles. ``articles`` is ``joined``
    without the particles before an article (``lafontaine`` for ``delafontaine``).
    """

    kept: tuple[str, ...]
    bare: tuple[str, ...]
    attached: tuple[str, ...]
    joined: tuple[str, ...]
    articles: tuple[str, ...]


def read(texts: Sequence[str], folded: Iterable[str]) -> Words:
    """Return the words of a name. ``texts`` are its fields as written, and ``folded`` the fields folded.

    If all words may be particles, none of them counts as a particle.
    """
    fields = [split_words(name) for name in folded]
    if not any(map(_ALL.intersection, fields)):
        words = tuple(chain.from_iterable(fields))
        return Words(words, words, words, words, words)
    marks = _Marks.of(texts)
    words = tuple(word for field in fields for word in _join_prefixes(field, marks))
    # A letter at the beginning or the end is an initial (Veld, T.), except at the beginning of 't Hooft.
    possible = {
        place
        for place, word in enumerate(words)
        if marks.may_be_particle(word)
        and (len(word) > 1 or (place < len(words) - 1 and (place > 0 or word in marks.elided)))
    }
    if len(possible) == len(words):
        return Words(words, words, words, words, words)
    certain = {place for place in possible if marks.is_particle(words[place])}
    certain |= {place for place in possible if {place - 1, place + 1} & certain}
    return Words(
        kept=tuple(word for place, word in enumerate(words) if place not in certain),
        bare=tuple(word for place, word in enumerate(words) if place not in possible),
        attached=tuple(_join_runs(words, certain)),
        joined=tuple(_join_runs(words, possible)),
        articles=tuple(_join_from_articles(words, possible)),
    )


@dataclass(frozen=True, slots=True)
class _Marks:
    """Words with marks that folding removes.

    They are initials with a full stop, letters after an apostrophe, and words in lower case beside capitals.
    """

    initials: frozenset[str]
    elided: frozenset[str]
    in_lower_case: frozenset[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Marks":
        written = chain.from_iterable(punctuation_to_space(text).split() for text in texts)
        has_capitals = any(text != text.lower() for text in texts)
        return cls(
            frozenset(fold(initial) for text in texts for initial in _INITIAL.findall(text)),
            frozenset(letter.lower() for text in texts for letter in _ELIDED.findall(text)),
            frozenset(word for word in written if has_capitals and word.islower()),
        )

    def may_be_particle(self, word: str) -> bool:
        return word in _ALL_PARTICLES and word not in self.initials

    def is_particle(self, word: str) -> bool:
        return word in _PARTICLES or word in self.in_lower_case or word in self.elided

    def is_prefix(self, word: str) -> bool:
        return word in _PREFIXES and word not in self.initials


def _join_prefixes(words: Sequence[str], marks: _Marks) -> list[str]:
    return _join_runs(words, {place for place, word in enumerate(words[:-1]) if marks.is_prefix(word)})


def _join_runs(words: Sequence[str], run: set[int]) -> list[str]:
    joined, start = [], ""
    for place, word in enumerate(words):
        start += word
        if place not in run:
            joined.append(start)
            start = ""
    return [*joined, start] if start else joined


def _join_from_articles(words: Sequence[str], run: set[int]) -> list[str]:
    places = [
        place
        for place in range(len(words))
        if not (place in run and place + 1 in run and words[place + 1] in _ARTICLES)
    ]
    particles = {new for new, place in enumerate(places) if place in run}
    return _join_runs([words[place] for place in places], particles)


def readings(words: Words) -> tuple[tuple[str, ...], ...]:
    """Return the readings that have two words or more: without certain particles, without any, and joined."""
    distinct = dict.fromkeys((words.kept, words.bare, words.joined))
    return tuple(reading for reading in distinct if len(reading) > 1)
