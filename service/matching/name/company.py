"""Match the names of companies by any of their words, with and without the legal form.

======================  ==============================================  =============================
Stored                  Example: Acme Widgets & Tools GmbH              Found by
======================  ==============================================  =============================
whole names             ``acmewidgetstoolsgmbh``, ``acmewidgetstools``  Acme Widgets & Tools
each word               ``acme``, ``widgets``, ``tools``; of SAS        Acme
                        Institute also ``sas``, which may be no form
Only for companies:
names without the       ``=acmewidgetstools``                           Acme Widgets and Tools; with
legal form and "and"                                                    another form, Acme Widgets &
                                                                        Tools Ltd., in a lower tier
the same with the form  ``=acmewidgetstools gmbh``                      GmbH Acme Widgets and Tools
combinations            ``acme widgets``, ``acme tools``                Tools, Acme; Acme Tools Ltd.
words with the form     ``acme gmbh``, ``gmbh widgets``                 Acme GmbH
======================  ==============================================  =============================

A query without the legal form must not find a person, so the variants in the lower half of the table are
stored in a field that only companies have. The words of such a name have one order, so other orders are no
whole names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from service.matching.name import combinations, initials, legal_forms, spelling
from service.matching.name.combinations import combine
from service.matching.name.spelling import distinct, fold, join, split_words, umlaut_spellings
from service.matching.name.variants import NameVariants

# Between other words, these words and the sign & equal each other, and can be omitted: Marks & Spencer.
_AND = frozenset({"and", "e", "en", "et", "i", "och", "og", "und", "y", "и"})
# People replace these words by signs, or omit them: Smith & Sons.
_CONNECTORS = frozenset({"and", "et", "for", "fur", "of", "og", "och", "the", "und", "y", "и"})
# Legal forms after "and": Ruiz y Cía. S.A.
_AND_COMPANY = frozenset({"cia", "cie", "co", "company", "comp"})
# Prefix of whole names. No folded name with words begins with punctuation.
_WHOLE = "="
_WORD_AND_NEIGHBOURS = 3

_HYPHEN = re.compile(r"(?<=\w)[-\u2010-\u2015\uff0d](?=\w)")


@dataclass(frozen=True, slots=True)
class CompanyVariants:
    """The variants to store for the name of a company.

    ``whole``, ``similar`` and ``parts`` are as for a person (see ``NameVariants``). ``own`` are the variants
    for the field that only companies have.
    """

    whole: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyQuery:
    """The variants to query in the field that only companies have.

    ``whole`` are for the tier ``full_name``, ``partial`` for the tier ``partial_name``.
    """

    whole: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()


def index_variants(business_name: str) -> CompanyVariants:
    """Return the variants to store for the name of a company; none for a blank name.

    Words with a hyphen are found with a hyphen, with a space and as one word: Rolls-Royce, RollsRoyce.
    """
    if not business_name.strip():
        return CompanyVariants()
    values = distinct((business_name, _HYPHEN.sub("", business_name)))
    spellings = [[each for (each,) in umlaut_spellings([value], [fold(value)])] for value in values]
    splits = {name: _split_forms(name) for name in chain.from_iterable(spellings)}
    folded = distinct(name for name, *_ in spellings)
    bases = {name: spelling.simplify(splits[name][0]) for name in folded}
    whole = distinct(join(each) for name, (base, _) in splits.items() for each in (name, base))
    similar = distinct(join(each) for name, base in bases.items() for each in (spelling.simplify(name), base))
    exact = distinct(each for name in spellings[0] for each in _whole(*splits[name]))
    loosened = _without_and(bases[folded[0]])
    words = {name: _words(base) for name, base in bases.items()}
    in_front = map(legal_forms.word_in_front, folded)
    combined = (each for name in folded for each in _stored_combinations(words[name], splits[name][1]))
    return CompanyVariants(
        whole=whole,
        similar=tuple(each for each in similar if each not in whole),
        parts=distinct((*chain.from_iterable(words.values()), *in_front)),
        own=distinct((*exact, *([] if _WHOLE + loosened in exact else [loosened]), *combined)),
    )


def query_variants(value: str, name: NameVariants) -> CompanyQuery:
    """Return what to query for a typed name, besides ``name``, its variants for a person."""
    names = [_split_forms(each) for (each,) in umlaut_spellings([value], [name.shown])]
    base, forms = names[0]
    simplified = spelling.simplify(base)
    whole = distinct(_whole(*each)[-1] for each in names)
    loosened = _without_and(simplified)
    other_forms = (*(_WHOLE + _without_and(each) for each, _ in names), _WHOLE + loosened, loosened)
    combined = (*_queried_combinations(_words(simplified), forms), *filter(_has_words_only, name.similar))
    return CompanyQuery(
        # A single word cannot lack "and", so a person's variants suffice for it.
        whole=whole if forms or len(split_words(base)) > 1 else (),
        partial=distinct((*combined, *other_forms) if forms else combined),
    )


def _whole(base: str, forms: Sequence[str]) -> tuple[str, ...]:
    """Return the whole name without its legal forms, and with all of them at its end if it has any."""
    name = _WHOLE + _without_and(base)
    return (name, f"{name} {forms[0]}") if forms else (name,)


def _split_forms(folded: str) -> tuple[str, tuple[str, ...]]:
    """Return the name without its legal forms, and the forms.

    The forms are up to three words: all of them joined, those in front of the name, and those after it.
    Legal forms must be removed before a name is simplified.
    """
    base = legal_forms.strip(folded)
    if base == folded:
        return base, ()
    in_front, _, after = folded.partition(base)
    *words, last = base.split()
    if words and last in _AND and _AND_COMPANY.intersection(after.split()[:1]):
        base = " ".join(words)
    return base, distinct(map(_form, (f"{in_front} {after}", in_front, after)))


def _form(folded: str) -> str:
    words = folded.split()
    # OG is a legal form of Austria.
    return join(*(word for word in words if len(word) == 1 or word not in _CONNECTORS)) or join(*words)


def _without_and(folded: str) -> str:
    """Return the name as one word, without the words for "and" between others."""
    words = split_words(folded)
    # Remove single letters last. In A and E Networks, e is next to an initial only after "and" is removed.
    for is_letter in (False, True):
        words = [
            word
            for place, word in enumerate(words)
            if (len(word) == 1) is not is_letter or not _is_and(words[place - 1 : place + 2])
        ]
    return join(*words)


def _is_and(words: Sequence[str]) -> bool:
    """Return whether the second of three words is "and"."""
    if len(words) != _WORD_AND_NEIGHBOURS or words[1] not in _AND:
        return False
    return len(words[1]) > 1 or (len(words[0]) > 1 and len(words[2]) > 1)


def _stored_combinations(words: Sequence[str], forms: Sequence[str]) -> Iterator[str]:
    yield from combinations.stored(words)
    if len(words) > 1:
        yield from (f"{word} {form}" for word in words if not initials.is_initial(word) for form in forms)


def _queried_combinations(words: Sequence[str], forms: Sequence[str]) -> Iterator[str]:
    yield from combinations.queried(words)
    yield from combinations.queried_by_three(words)
    yield from combinations.queried(initials.without_initials(words))
    if len(words) == 1 and forms:
        yield f"{words[0]} {forms[0]}"
    elif len(words) > 1 and initials.is_initial(words[0][0]):
        yield combine((words[0][0], *words[1:]))


def _has_words_only(combination: str) -> bool:
    words = combination.split(" ")
    return len(words) > 1 and not any(map(initials.is_initial, words))


def _words(folded: str) -> list[str]:
    """Return the words without connectors and duplicates, or all words if there are only connectors.

    Single letters in a row are one word: J.P. Morgan, A & E.
    """
    split = split_words(folded)
    words = [word for word in split if len(word) == 1 or word not in _CONNECTORS]
    runs = groupby(words, key=lambda word: len(word) == 1 and word.isascii())
    joined = chain.from_iterable([join(*run)] if is_letter else run for is_letter, run in runs)
    return [word for word in dict.fromkeys(joined) if word not in _CONNECTORS] or list(dict.fromkeys(split))
