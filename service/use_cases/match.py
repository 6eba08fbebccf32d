"""Find the profiles that match a contact, before an agent accepts the contact."""

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
from service.use_cases.queries import MatchQuery, key_names, note_merged_id, query_terms, resolve
from service.use_cases.sensitive_values import GuessLimit, find_holders, limit_guesses

MAX_RANKED = 200
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
    guess_limit: GuessLimit | None = None,
) -> Audited[Match]:
    """Return the profiles that match the contact, best first, each with the reasons for its match.

    Changes no profile and no contact. Raises ``InvalidRequest``, ``MasterKeyMissing`` and
    ``TooManySensitiveValues``. Sends one command to MongoDB, and further commands in these cases:

    - a contact ID among the values: 1
    - a profile ID among the values: 1
    - more candidates than can be ranked: 1 to 3
    - criteria: 2, or 5 if many profiles meet each of them
    - candidates that tie: 1
    - values of sensitive keys: 2
    """
    after = cursors.to_match(cursor)
    settings = stores.domains.get(domain, keys=key_names(contact))
    query = MatchQuery.parse(contact, settings)
    values = [*query.stages, *resolve(settings, contact.criteria)]
    limit_guesses(chain(*values), settings.default_region, guess_limit)
    groups = query_terms(stores, settings, values, settings.ignored_terms)
    search = CandidateSearch(stores, settings, groups[: len(query.stages)], groups[len(query.stages) :])
    candidates, truncated, association = search.fetch(contact_id)
    ranking = _rank(stores, domain, candidates, after, limit)
    match = Match(
        contact_id=contact_id,
        outcome=_outcome(settings, query, candidates, narrowed=bool(contact.criteria), truncated=truncated),
        candidates=ranking.items,
        association=association,
        next_cursor=ranking.next_cursor,
        truncated=truncated,
    )
    holders = find_holders(stores, settings, chain(*groups))
    return _audit(match, holders, {each.key.name for each in chain(*values)})


def _rank(
    stores: Stores, domain: str, candidates: Sequence[Candidate], after: Place | None, limit: int
) -> Page[Candidate]:
    """Return the candidates after the place ``after``, best first. Sends one command if candidates tie."""
    tied_ids = tied(candidates, after)
    times = stores.associations.last_associated(domain, tied_ids) if tied_ids else {}
    places = {c.profile["profile_id"]: place(c, times) for c in candidates}
    remaining = [
        candidate
        for candidate in ranked(candidates, times)
        if after is None or places[candidate.profile["profile_id"]] > after
    ]
    return page(remaining, limit, lambda c: cursors.of_match(places[c.profile["profile_id"]]))


def _outcome(
    domain: Domain, query: MatchQuery, candidates: Sequence[Candidate], *, narrowed: bool, truncated: bool
) -> Outcome:
    if not candidates and query.is_withheld():
        return Outcome.WITHHELD
    return outcome(candidates, name_suffices=domain.unique_by_name, narrowed=narrowed, truncated=truncated)


def _audit(match: Match, holders: Iterable[str], keys: Collection[str]) -> Audited[Match]:
    """Return the match and the access to audit. The response shows the candidates and the association."""
    shown = [candidate.profile["profile_id"] for candidate in match.candidates]
    associated = [] if match.association is None else [match.association["profile_id"]]
    profile_ids = [*shown, *holders, *associated]
    return Audited(match, [Access([AuditAction.MATCHED], profile_ids, match.contact_id, keys)])


@dataclass(frozen=True, slots=True)
class _Matches:
    """Profiles with any term of the stages and, if there are criteria, of every criterion."""

    profiles: Sequence[Profile]
    shared: Collection[str] = ()
    """Index terms that many profiles have, so that they do not identify one profile."""
    complete: bool = True
    """False if more profiles match."""


@dataclass(frozen=True, slots=True)
class CandidateSearch:
    """A search for candidates in stages: only one stage counts, see ``fetch``.

    Each candidate has a term of this stage, and of every criterion.
    """

    stores: Stores
    domain: Domain
    stages: Sequence[Terms]
    criteria: Sequence[Terms]

    def fetch(self, contact_id: str) -> tuple[list[Candidate], bool, Association | None]:
        """Return at most ``MAX_RANKED`` candidates, whether there are more, and the contact's association.

        The candidates are the profiles of the first stage that finds one by a value that few profiles share.
        If there is no such stage, they are the profiles of all stages. Sends one command, two more if there
        are criteria, and one to three more if the stages find more profiles than can be ranked.
        """
        name = self.domain.name
        if (index_terms := self._terms_best_first()) and not self.criteria:
            profiles, association = self.stores.profiles.find_any_with_association(
                name, sorted(index_terms), contact_id, limit=MAX_RANKED + 1
            )
            matches = self._with_shared_terms(profiles)
        else:
            association = self.stores.associations.current(name, [contact_id]).get(contact_id)
            matches = self.look_up()
        selected = self._select_stage(matches)
        queries = (list(chain(*self.stages, *self.criteria)), list(chain(*self.stages)))
        candidates = [
            note_merged_id(
                Candidate(each, *(reasons(each["lookup"], query, selected.shared) for query in queries))
            )
            for each in selected.profiles
        ]
        return candidates, not selected.complete, association

    def _terms_best_first(self) -> list[str]:
        """Return the index terms of all stages, ordered by stage, then by rank with the best first."""
        ordered = (term for stage in self.stages for term in sorted(stage, key=lambda term: term.rank))
        return list(dict.fromkeys(term.lookup for term in ordered))

    def _criteria_terms(self) -> list[list[str]]:
        return [[term.lookup for term in criterion] for criterion in self.criteria]

    def look_up(self) -> _Matches:
        """Return the profiles of all stages, or the best of them if there are too many."""
        index_terms, criteria = self._terms_best_first(), self._criteria_terms()
        if not index_terms or not all(criteria):
            return _Matches([])
        name, profiles = self.domain.name, self.stores.profiles
        if not criteria:
            matches = profiles.find_any(name, sorted(index_terms), after=None, limit=MAX_RANKED + 1)
            return self._with_shared_terms(matches)
        scan = profiles.find_all(name, [index_terms, *criteria], after=None, limit=MAX_RANKED + 1)
        return self._with_shared_terms(scan.items, complete=scan.ended_at is None)

    def _with_shared_terms(self, profiles: Sequence[Profile], *, complete: bool = True) -> _Matches:
        """Return the profiles and the terms that too many of them share.

        If there are too many profiles to rank, the first are those with a term that few profiles share.
        """
        counts = Counter(self._matched_terms(profiles))
        shared = {term for term, count in counts.items() if count > self.domain.shared_above}
        if complete and len(profiles) <= MAX_RANKED:
            return _Matches(profiles, shared)
        distinctive = [term for term in self._terms_best_first() if term not in shared]
        if not distinctive:
            return _Matches(profiles, shared, complete=False)
        # Profiles with a value that few profiles share come first.
        best, also_shared = self.stores.profiles.find_best(
            self.domain.name,
            distinctive,
            self._criteria_terms(),
            max_profiles=self.domain.shared_above,
            limit=MAX_RANKED + 1,
        )
        by_id = {profile["profile_id"]: profile for profile in [*best, *profiles]}
        return _Matches(list(by_id.values()), shared | also_shared, complete=False)

    def _select_stage(self, matches: _Matches) -> _Matches:
        """Return the profiles of the stage that counts, at most ``MAX_RANKED``."""
        # The stage that counts is the first one that finds a profile by a value that few profiles share.
        terms = {term for each in matches.profiles for term in each["lookup"]}.difference(matches.shared)
        stage = next((stage for stage in self.stages if terms & _index_terms(stage)), None)
        if stage is not None and not matches.complete:
            matches = self._complete_stage(stage, matches)
        index_terms = _index_terms(chain(*self.stages) if stage is None else stage)
        profiles = [each for each in matches.profiles if not index_terms.isdisjoint(each["lookup"])]
        complete = matches.complete and len(profiles) <= MAX_RANKED
        selected = _Matches(profiles[:MAX_RANKED], matches.shared, complete)
        return self._count_shared(selected) if self.criteria else selected

    def _matched_terms(self, profiles: Iterable[Profile]) -> Iterator[str]:
        """Yield, for each profile in turn, the index terms of the query that it has."""
        queried = _index_terms(chain(*self.stages, *self.criteria))
        return (term for profile in profiles for term in profile["lookup"] if term in queried)

    def _complete_stage(self, stage: Terms, matches: _Matches) -> _Matches:
        """Return the profiles of one stage. Call this if all stages together find too many profiles.

        All profiles with a value that few profiles share have been read. Profiles that the stage finds by a
        shared value may be missing, because the profiles of other stages took their place.
        """
        if _index_terms(stage).isdisjoint(matches.shared):
            return replace(matches, complete=True)
        if sum(map(bool, self.stages)) == 1:
            return matches
        of_stage = replace(self, stages=[stage]).look_up()
        return replace(of_stage, shared={*matches.shared, *of_stage.shared})

    def _count_shared(self, matches: _Matches) -> _Matches:
        """Return the matches with more shared terms: counts profiles that do not meet the criteria too."""
        uncounted = sorted(set(self._matched_terms(matches.profiles)).difference(matches.shared))
        if not uncounted:
            return matches
        shared = self.stores.profiles.shared_terms(
            self.domain.name, uncounted, max_profiles=self.domain.shared_above
        )
        return replace(matches, shared={*matches.shared, *shared})


def _index_terms(terms: Iterable[QueryTerm]) -> set[str]:
    return {term.lookup for term in terms}
