"""Match a contact with profiles, before the agent accepts it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from service.matching.ranking import Candidate, Place, outcome, place, ranked, reasons, tied
from service.matching.terms import QueryTerm
from service.model.audit import AuditAction
from service.model.contact import Association
from service.model.match import IncomingContact, Outcome
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page
from service.use_cases.queries import MatchQuery, query_terms, resolve
from service.use_cases.sensitive_values import Budget, find_holders, limit_guesses

RANKED = 200
"""Maximum number of candidates to rank. Beyond it, only the best tiers are ranked."""

Terms = Sequence[QueryTerm]


@dataclass(frozen=True, kw_only=True)
class Match:
    """The result of a match."""

    contact_id: str
    outcome: Outcome
    candidates: Sequence[Candidate]
    association: Association | None
    """The contact's current association."""
    next_cursor: str | None
    truncated: bool
    """True if there were too many matches to rank them all."""


def match_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    contact: IncomingContact,
    *,
    limit: int,
    cursor: str | None,
    budget: Budget | None = None,
) -> Audited[Match]:
    """Return the profiles that the contact may belong to, ranked, each with its reasons.

    Writes nothing. Sends one command; more for a contact ID among the values (1), more candidates than can be
    ranked (1 to 3), criteria (2, or 5 if many profiles meet each of them), candidates that tie (1), and
    values of sensitive keys (2: to count them and to find their holders). Raises ``InvalidRequest``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    after = cursors.to_match(cursor)
    query = MatchQuery.parse(contact)
    known = stores.domains.get(domain, keys=query.key_names)
    stages = query.stages(known)
    values = [*stages, *resolve(known, contact.criteria)]
    limit_guesses(chain(*values), budget)
    groups = query_terms(stores, known, values, known.ignored_terms)
    search = CandidateSearch(stores, known, groups[: len(stages)], groups[len(stages) :])
    candidates, truncated, association = search.fetch(contact_id)
    ranking = _rank(stores, domain, candidates, after, limit)
    match = Match(
        contact_id=contact_id,
        outcome=_outcome(known, query, candidates, truncated=truncated),
        candidates=ranking.items,
        association=association,
        next_cursor=ranking.next_cursor,
        truncated=truncated,
    )
    shown = [candidate.profile["profile_id"] for candidate in ranking.items]
    associated = [] if association is None else [association["profile_id"]]
    profile_ids = [*shown, *find_holders(stores, known, chain(*groups)), *associated]
    keys = {each.key.name for each in chain(*values)}
    return Audited(match, [Access([AuditAction.MATCHED], profile_ids, contact_id, keys)])


def _rank(
    stores: Stores, domain: str, candidates: Sequence[Candidate], after: Place | None, limit: int
) -> Page[Candidate]:
    """Return the candidates after a place, best first. Sends one command if candidates tie."""
    tying = tied(candidates, after)
    associated = stores.associations.last_associated(domain, tying) if tying else {}
    places = {c.profile["profile_id"]: place(c, associated) for c in candidates}
    following = [
        candidate
        for candidate in ranked(candidates, associated)
        if after is None or places[candidate.profile["profile_id"]] > after
    ]
    return page(following, limit, lambda c: cursors.of_match(places[c.profile["profile_id"]]))


def _outcome(
    domain: Domain, query: MatchQuery, candidates: Sequence[Candidate], *, truncated: bool
) -> Outcome:
    if not candidates and query.is_withheld(domain):
        return Outcome.WITHHELD
    narrowed = bool(query.contact.criteria)
    return outcome(candidates, name_suffices=domain.unique_by_name, narrowed=narrowed, truncated=truncated)


@dataclass(frozen=True, slots=True)
class _Matches:
    profiles: Sequence[Profile]
    shared: Collection[str] = ()
    """Index terms that too many profiles have to identify one."""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class CandidateSearch:
    """The terms to look for, in stages: the first stage that finds a profile decides.

    Each profile must also have a term of every criterion.
    """

    stores: Stores
    domain: Domain
    stages: Sequence[Terms]
    criteria: Sequence[Terms]

    def fetch(self, contact_id: str) -> tuple[list[Candidate], bool, Association | None]:
        """Return at most ``RANKED`` candidates, whether there are more, and the contact's association.

        The candidates are the profiles of the first stage that finds one, if possible by a value that few
        profiles share. Sends one command; two more if there are criteria, and one to three more if a stage
        finds more profiles than can be ranked.
        """
        name = self.domain.name
        if (index_terms := self._best_first()) and not self.criteria:
            profiles, association = self.stores.profiles.find_any_with_association(
                name, sorted(index_terms), contact_id, limit=RANKED + 1
            )
            matches = self._with_shared_terms(profiles)
        else:
            association = self.stores.associations.current(name, [contact_id]).get(contact_id)
            matches = self.look_up()
        decided = self._decide(matches)
        queries = (list(chain(*self.stages, *self.criteria)), list(chain(*self.stages)))
        candidates = [
            Candidate(each, *(reasons(each["lookup"], query, decided.shared) for query in queries))
            for each in decided.profiles
        ]
        return candidates, not decided.complete, association

    def _best_first(self) -> list[str]:
        """Return the index terms of the stages, first stages first, then best tiers."""
        ordered = (term for stage in self.stages for term in sorted(stage, key=lambda term: term.tier.rank))
        return list(dict.fromkeys(term.lookup for term in ordered))

    def _narrowing(self) -> list[list[str]]:
        return [[term.lookup for term in criterion] for criterion in self.criteria]

    def look_up(self) -> _Matches:
        """Return the profiles of all stages; of too many, the best ones."""
        index_terms, narrowing = self._best_first(), self._narrowing()
        if not index_terms or not all(narrowing):
            return _Matches([])
        name, profiles = self.domain.name, self.stores.profiles
        if not narrowing:
            matches = profiles.find_any(name, sorted(index_terms), after=None, limit=RANKED + 1)
            return self._with_shared_terms(matches)
        scan = profiles.find_all(name, [index_terms, *narrowing], after=None, limit=RANKED + 1)
        return self._with_shared_terms(scan.items, complete=scan.ended_at is None)

    def _with_shared_terms(self, profiles: Sequence[Profile], *, complete: bool = True) -> _Matches:
        """Return the profiles and the terms that too many of them share; of too many profiles, the best."""
        counted = Counter(self._held(profiles))
        shared = {term for term, count in counted.items() if count > self.domain.shared_above}
        if complete and len(profiles) <= RANKED:
            return _Matches(profiles, shared)
        distinctive = [term for term in self._best_first() if term not in shared]
        if not distinctive:
            return _Matches(profiles, shared, complete=False)
        # The profiles with a value that few profiles share come first.
        best, also_shared = self.stores.profiles.find_best(
            self.domain.name,
            distinctive,
            self._narrowing(),
            max_profiles=self.domain.shared_above,
            limit=RANKED + 1,
        )
        by_id = {profile["profile_id"]: profile for profile in [*best, *profiles]}
        return _Matches(list(by_id.values()), shared | also_shared, complete=False)

    def _decide(self, matches: _Matches) -> _Matches:
        """Return the profiles of the stage that decides, at most as many as are ranked."""
        # The first stage that finds a profile by a value that few profiles share.
        held = {term for each in matches.profiles for term in each["lookup"]}.difference(matches.shared)
        stage = next((stage for stage in self.stages if held & _index_terms(stage)), None)
        if stage is not None and not matches.complete:
            matches = self._complete_stage(stage, matches)
        index_terms = _index_terms(chain(*self.stages) if stage is None else stage)
        profiles = [each for each in matches.profiles if not index_terms.isdisjoint(each["lookup"])]
        complete = matches.complete and len(profiles) <= RANKED
        ranked = _Matches(profiles[:RANKED], matches.shared, complete)
        return self._count_shared(ranked) if self.criteria else ranked

    def _held(self, profiles: Iterable[Profile]) -> Iterator[str]:
        """Yield the index terms of the query that each profile has."""
        queried = _index_terms(chain(*self.stages, *self.criteria))
        return (term for profile in profiles for term in profile["lookup"] if term in queried)

    def _complete_stage(self, stage: Terms, matches: _Matches) -> _Matches:
        """Return the profiles of one stage, if all stages together find too many.

        All profiles with a value that few profiles share have been read. Profiles that the stage finds by a
        shared value may be missing because of those that other stages find.
        """
        if _index_terms(stage).isdisjoint(matches.shared):
            return replace(matches, complete=True)
        if sum(map(bool, self.stages)) == 1:
            return matches
        alone = replace(self, stages=[stage]).look_up()
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


def _index_terms(terms: Iterable[QueryTerm]) -> set[str]:
    return {term.lookup for term in terms}
