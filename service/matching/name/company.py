"""Match the names of companies by any of their words, with and without the legal form.

====================  ==========================================  =============================
Stored                Example: Acme Widgets GmbH                  Found by
====================  ==========================================  =============================
whole names           ``acmewidgetsgmbh``, ``acmewidgets``        Acme Widgets
combinations          ``acme widgets``                            Widgets, Acme
words with the form   ``acme gmbh``, ``gmbh widgets``             Acme GmbH
each word             ``acme``, ``widgets``; of SAS Institute     Acme
                      also ``sas``, which may be no legal form
the name without its  ``acmewidgets``, in a field that only       Acme Widgets Ltd., which may
legal form            companies have                              be another company
====================  ==========================================  =============================

The words of a company have one order, so other orders are no whole names.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from service.matching.name import NameVariants, combinations, legal_forms, spelling
from service.matching.name.spelling import distinct, fold, join, sort_words, split_words, umlaut_spellings

# People replace these words by signs, or omit them: Smith & Sons.
_CONNECTORS = frozenset({"and", "et", "for", "fur", "of", "og", "och", "the", "und", "y", "и"})

_HYPHEN = re.compile(r"(?<=\w)[-\u2010-\u2015\uff0d](?=\w)")


def index_variants(business_name: str) -> NameVariants:
    """Return the variants to store for the name of a company; it may be blank.

    Words with a hyphen are found with and without it: Rolls-Royce, Rolls Royce, RollsRoyce.
    """
    if not business_name.strip():
        return NameVariants()
    values = distinct((business_name, _HYPHEN.sub("", business_name)))
    folded = distinct(
        name for value in values for each in umlaut_spellings([value], [fold(value)]) for name in each
    )
    whole = distinct(join(each) for name in folded for each in (name, legal_forms.strip(name)))
    names = distinct(map(fold, values))
    similar = chain.from_iterable(map(_similar, names))
    return NameVariants(
        whole=whole,
        similar=distinct(each for each in similar if each not in whole),
        parts=distinct(word for name in names for word in _parts(name)),
    )


def without_legal_form(business_name: str) -> tuple[str, ...]:
    """Return the name to store in the field of companies; nothing for a blank name."""
    return distinct([join(_base(fold(business_name)))])


def query_variants(folded: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what to query for a folded name besides the variants of a person's name.

    First its words without connectors, if it has any. Second the name without its legal form, if it has one,
    to query in the field of companies.
    """
    simplified = spelling.simplify(folded)
    words = _words(simplified)
    combined, base = sort_words(*words), _base(folded)
    return (
        (combined,) if len(words) > 1 and combined != sort_words(simplified) else (),
        (join(base),) if base != simplified else (),
    )


def _base(folded: str) -> str:
    """Return the simplified name without its legal form, which must be removed before simplifying."""
    return spelling.simplify(legal_forms.strip(folded))


def _parts(folded: str) -> Iterator[str]:
    yield from _words(_base(folded))
    yield legal_forms.word_in_front(folded)


def _similar(folded: str) -> Iterator[str]:
    base = _base(folded)
    words = _words(base)
    yield from (join(spelling.simplify(folded)), join(base))
    yield from combinations.stored(words)
    yield from _pairs_with_form(words, folded)


def _words(folded: str) -> list[str]:
    """Return the words without connectors. Single letters in a row are one word: J.P. Morgan, I.B.M."""
    runs = groupby(split_words(folded), key=lambda word: len(word) == 1 and word.isascii())
    joined = chain.from_iterable([join(*run)] if is_letter else run for is_letter, run in runs)
    words = list(dict.fromkeys(joined))
    return [word for word in words if word not in _CONNECTORS] or words


def _pairs_with_form(words: Sequence[str], folded: str) -> Iterator[str]:
    in_front, _, behind = folded.partition(legal_forms.strip(folded))
    forms = [spelling.simplify(form) for form in (in_front, behind) if form.strip()]
    if len(words) > 1:
        yield from (sort_words(form, word) for form in forms for word in words)
