"""Searches for values, and the profiles that they find, without a database."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile

from benchmarks import others
from service.matching.ranking import Candidate, outcome, ranked, reasons
from service.matching.search_keys import query_terms, term_prefixes
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_MATCH_MODES, DEFAULT_SHARED_ABOVE
from service.model.match import IncomingContact, Outcome
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.store.domains.domain import Domain
from service.use_cases.queries import MatchQuery

_KEYS = {**BUILT_IN, **others.CUSTOM}


@dataclass(frozen=True, slots=True)
class Question:
    """A search for a value. ``meant`` is the ID of the right person, or None for a stranger."""

    perturbation: str
    key: str
    value: str
    region: str
    meant: str | None
    by_prefix: bool = False
    hidden: bool = False


class Population:
    """Profiles by their index terms, like the index of the database."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._profiles = {profile["profile_id"]: profile for profile in profiles}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for profile_id, profile in self._profiles.items():
            for entry in profile["lookup"]:
                self._holders[entry].append(profile_id)
        self._entries = sorted(self._holders)

    def search(self, question: Question) -> list[Candidate]:
        """Return the candidates for a question, ranked."""
        asked = [
            token for key, value in _asked(question) for token in query_terms(key, value, question.region)
        ]
        found = {holder for token in asked for holder in self._holders.get(token.lookup, ())}
        profiles = (self._profiles[profile_id] for profile_id in found)
        return ranked((Candidate(each, reasons(each["lookup"], asked)) for each in profiles), {})

    def complete(self, question: Question) -> set[str]:
        """Return the IDs of all profiles that match while typing."""
        return {
            holder
            for start in term_prefixes(_KEYS[question.key], question.value, question.region)
            for entry in self._beginning_with(start)
            for holder in self._holders[entry]
        }

    def outcome(self, question: Question, candidates: Sequence[Candidate]) -> Outcome:
        """Return the outcome for a call. It is stricter than the default, since a name suffices."""
        if not candidates and _query(question).is_withheld(_domain(question.region)):
            return Outcome.WITHHELD
        return outcome(candidates, name_suffices=True)

    def _beginning_with(self, start: str) -> Iterator[str]:
        begun = islice(self._entries, bisect_left(self._entries, start), None)
        return takewhile(lambda entry: entry.startswith(start), begun)


def _query(question: Question) -> MatchQuery:
    """Return the query for a call with nothing but the number."""
    number = question.value if question.key == "phone" else ""
    return MatchQuery.parse(IncomingContact(channel="voice", phone_number=number))


def _asked(question: Question) -> Iterator[tuple[SearchKey, str]]:
    """Yield search keys and values; for a number, those of a match of a call."""
    if question.key != "phone":
        yield _KEYS[question.key], question.value
        return
    for stage in _query(question).stages(_domain(question.region)):
        yield from ((given.key, given.value) for given in stage)


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
        ignored_values={},
        custom_keys=others.CUSTOM,
    )
