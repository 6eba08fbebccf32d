"""Match a contact with profiles, before the agent accepts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from service.matching.ranking import Candidate, Place, outcome, place, ranked, tied
from service.model.audit import AuditAction
from service.model.contact import Association
from service.model.match import IncomingContact, Outcome
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import criteria, cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.candidates import CandidateSearch
from service.use_cases.cursors import Page, page
from service.use_cases.match_query import MatchQuery
from service.use_cases.sensitive_values import Budget, find_holders, limit_guesses


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
    narrowing = criteria.resolve(known, contact.criteria)
    given = list(chain(*stages, *narrowing))
    limit_guesses(given, budget)
    groups = criteria.query_terms(stores, known, [*stages, *narrowing], known.ignored_entries)
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
    keys = {each.key.name for each in given}
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
