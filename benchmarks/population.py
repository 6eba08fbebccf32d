"""Searches profiles by values, without a database."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile

from benchmarks import others
from service.matching.ranking import Candidate, outcome, ranked, reasons
from service.matching.search_keys import query_terms, term_prefixes
from service.model.contact import Channel
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_MATCH_MODES, DEFAULT_SHARED_ABOVE
from service.model.match import IncomingContact, Outcome
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.store.domains.domain import Domain
from service.use_cases.queries import MatchQuery

_KEYS = {**BUILT_IN, **others.CUSTOM}


@dataclass(frozen=True, slots=True)
class Question:
    """A search for a value of the search key ``key``. ``region`` is the default region of the domain.

    ``person_id`` is the ID of the right person, or None for a stranger. ``hidden`` is True for a withheld
    number.
    """

    perturbation: str
    key: str
    value: str
    region: str
    person_id: str | None
    by_prefix: bool = False
    hidden: bool = False


class Population:
    """Profiles by index term, like the index of the database."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._profiles = {profile["profile_id"]: profile for profile in profiles}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for profile_id, profile in self._profiles.items():
            for term in profile["lookup"]:
                self._holders[term].append(profile_id)
        self._terms = sorted(self._holders)

    def search(self, question: Question) -> list[Candidate]:
        """Return the ranked candidates for a question."""
        terms = [
            term
            for key, value in _keys_and_values(question)
            for term in query_terms(key, value, question.region)
        ]
        profile_ids = {holder for term in terms for holder in self._holders.get(term.lookup, ())}
        profiles = (self._profiles[profile_id] for profile_id in profile_ids)
        return ranked((Candidate(each, reasons(each["lookup"], terms)) for each in profiles), {})

    def search_prefix(self, question: Question) -> set[str]:
        """Return the IDs of all profiles that a prefix search finds."""
        return {
            holder
            for prefix in term_prefixes(_KEYS[question.key], question.value, question.region)
            for term in self._terms_with_prefix(prefix)
            for holder in self._holders[term]
        }

    def outcome(self, question: Question, candidates: Sequence[Candidate]) -> Outcome:
        """Return the outcome for a call. Unlike the default, a name alone is enough for a unique match."""
        if not candidates and _query(question).is_withheld():
            return Outcome.WITHHELD
        return outcome(candidates, name_suffices=True)

    def _terms_with_prefix(self, prefix: str) -> Iterator[str]:
        following = islice(self._terms, bisect_left(self._terms, prefix), None)
        return takewhile(lambda term: term.startswith(prefix), following)


def _query(question: Question) -> MatchQuery:
    """Return the query for a call with the number of the question, or without a number for other values."""
    number = question.value if question.key == "phone" else ""
    contact = IncomingContact(channel=Channel.VOICE, phone_number=number)
    return MatchQuery.parse(contact, _domain(question.region))


def _keys_and_values(question: Question) -> Iterator[tuple[SearchKey, str]]:
    """Yield the search keys and values to search for. A number is searched for as in the match of a call."""
    if question.key != "phone":
        yield _KEYS[question.key], question.value
        return
    for stage in _query(question).stages:
        yield from ((each.key, each.value) for each in stage)


@cache
def _domain(region: str) -> Domain:
    return Domain(
        name="default",
        default_region=region,
        match_keys=DEFAULT_MATCH_KEYS,
        match_modes=DEFAULT_MATCH_MODES,
        search_value_falls_back=True,
        unique_by_name=True,
        shared_above=DEFAULT_SHARED_ABOVE,
        warn_of_duplicates=False,
        ignored_values={},
        custom_keys=others.CUSTOM,
    )
