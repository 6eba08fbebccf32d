"""Fetch the profiles that a contact may belong to, and the reasons for each."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from service.matching.ranking import Candidate, reasons
from service.matching.terms import QueryTerm
from service.model.contact import Association
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores

RANKED = 200
"""Maximum number of candidates to rank. Beyond it, only the best tiers are ranked."""

Terms = Sequence[QueryTerm]


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """The terms to look for, in stages: the first stage that finds a profile decides.

    Each profile must also have a term of every criterion.
    """

    stages: Sequence[Terms]
    criteria: Sequence[Terms]

    @property
    def stage_terms(self) -> list[QueryTerm]:
        """The terms of all stages."""
        return list(chain(*self.stages))

    @property
    def all_terms(self) -> list[QueryTerm]:
        """The terms of all stages and criteria."""
        return list(chain(*self.stages, *self.criteria))

    @property
    def best_first(self) -> list[str]:
        """The index terms of the stages, without duplicates: first stages first, then best tiers."""
        ordered = (term for stage in self.stages for term in sorted(stage, key=lambda term: term.tier.rank))
        return list(dict.fromkeys(term.lookup for term in ordered))

    @property
    def narrowing(self) -> list[list[str]]:
        """The index terms of each criterion."""
        return [[term.lookup for term in criterion] for criterion in self.criteria]


@dataclass(frozen=True, slots=True)
class _Matches:
    profiles: Sequence[Profile]
    shared: Collection[str] = ()
    """Index terms that too many profiles have to identify one."""
    complete: bool = True


def fetch_candidates(
    stores: Stores, domain: Domain, terms: MatchTerms, contact_id: str
) -> tuple[list[Candidate], bool, Association | None]:
    """Return at most ``RANKED`` candidates, whether there are more, and the contact's current association.

    The candidates are the profiles of the first stage that finds one, if possible by a value that few
    profiles share. Sends one command; two more if there are criteria, and one to three more if a stage finds
    more profiles than can be ranked.
    """
    search = _Search(stores, domain, terms)
    if (index_terms := terms.best_first) and not terms.criteria:
        profiles, association = stores.match_queries.find(
            domain.name, sorted(index_terms), contact_id, limit=RANKED + 1
        )
        matches = search.with_shared_terms(profiles)
    else:
        association = stores.associations.current(domain.name, [contact_id]).get(contact_id)
        matches = search.look_up()
    decided = search.decide(matches)
    queries = (terms.all_terms, terms.stage_terms)
    candidates = [
        Candidate(each, *(reasons(each["lookup"], query, decided.shared) for query in queries))
        for each in decided.profiles
    ]
    return candidates, not decided.complete, association


@dataclass(frozen=True, slots=True)
class _Search:
    stores: Stores
    domain: Domain
    terms: MatchTerms

    def look_up(self) -> _Matches:
        """Return the profiles of all stages; of too many, the best ones."""
        index_terms, narrowing = self.terms.best_first, self.terms.narrowing
        if not index_terms or not all(narrowing):
            return _Matches([])
        profiles = self.stores.profiles
        if not narrowing:
            return self.with_shared_terms(
                profiles.find_any(self.domain.name, sorted(index_terms), after=None, limit=RANKED + 1)
            )
        groups = [index_terms, *narrowing]
        scan = profiles.find_all(self.domain.name, groups, after=None, limit=RANKED + 1)
        return self.with_shared_terms(scan.items, complete=scan.ended_at is None)

    def with_shared_terms(self, profiles: Sequence[Profile], *, complete: bool = True) -> _Matches:
        """Return the profiles and the terms that too many of them share; of too many profiles, the best."""
        counted = Counter(self._held(profiles))
        shared = {term for term, count in counted.items() if count > self.domain.shared_above}
        matches = _Matches(profiles, shared, complete and len(profiles) <= RANKED)
        return matches if matches.complete else self._best_first(matches)

    def decide(self, matches: _Matches) -> _Matches:
        """Return the profiles of the stage that decides, at most as many as are ranked."""
        stage = self._deciding_stage(matches)
        if stage is not None and not matches.complete:
            matches = self._complete_stage(stage, matches)
        index_terms = set(self.terms.best_first if stage is None else _index_terms(stage))
        profiles = [each for each in matches.profiles if not index_terms.isdisjoint(each["lookup"])]
        complete = matches.complete and len(profiles) <= RANKED
        ranked = _Matches(profiles[:RANKED], matches.shared, complete)
        return self._count_shared(ranked) if self.terms.criteria else ranked

    def _held(self, profiles: Iterable[Profile]) -> Iterator[str]:
        """Yield the index terms of the query that each profile has."""
        queried = _index_terms(self.terms.all_terms)
        return (term for profile in profiles for term in profile["lookup"] if term in queried)

    def _deciding_stage(self, matches: _Matches) -> Terms | None:
        """Return the first stage that finds a profile by a value that few profiles share, or None."""
        held = {term for profile in matches.profiles for term in profile["lookup"]}.difference(matches.shared)
        return next((stage for stage in self.terms.stages if held & _index_terms(stage)), None)

    def _best_first(self, matches: _Matches) -> _Matches:
        """Put the profiles with a value that few profiles share before the others."""
        distinctive = [term for term in self.terms.best_first if term not in matches.shared]
        if not distinctive:
            return matches
        best, shared = self.stores.profiles.find_best(
            self.domain.name,
            distinctive,
            self.terms.narrowing,
            max_profiles=self.domain.shared_above,
            limit=RANKED + 1,
        )
        by_id = {profile["profile_id"]: profile for profile in [*best, *matches.profiles]}
        return replace(matches, profiles=list(by_id.values()), shared={*matches.shared, *shared})

    def _complete_stage(self, stage: Terms, matches: _Matches) -> _Matches:
        """Return the profiles of one stage, if all stages together find too many.

        All profiles with a value that few profiles share have been read. Profiles that the stage finds by a
        shared value may be missing because of those that other stages find.
        """
        if _index_terms(stage).isdisjoint(matches.shared):
            return replace(matches, complete=True)
        if sum(map(bool, self.terms.stages)) == 1:
            return matches
        alone = replace(self, terms=replace(self.terms, stages=[stage])).look_up()
        return replace(alone, shared={*matches.shared, *alone.shared})

    def _count_shared(self, matches: _Matches) -> _Matches:
        """Count all profiles with the matched terms, including those that do not meet the criteria."""
        uncounted = sorted(set(self._held(matches.profiles)).difference(matches.shared))
        if not uncounted:
            return matches
        shared = self.stores.profiles.shared(
            self.domain.name, uncounted, max_profiles=self.domain.shared_above
        )
        return replace(matches, shared={*matches.shared, *shared})


def _index_terms(terms: Terms) -> set[str]:
    return {term.lookup for term in terms}
