"""Who is calling: match a contact with profiles before the agent even accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.matching.ranking import Candidate, Place, outcome, place, ranked, tied
from service.model.match import Outcome
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import candidates as candidates_for
from service.use_cases import cursors, match_keys
from service.use_cases.pages import Page, page
from service.use_cases.search import contacts_in, defined_keys, given_criteria
from service.use_cases.sensitive_limits import Budget, limit_guesses
from service.use_cases.sensitive_values import find_holders


@dataclass(frozen=True, kw_only=True)
class Match:
    """The answer to a contact: the outcome, the candidates, and the association that stands already."""

    contact_id: str
    outcome: Outcome
    candidates: Sequence[Candidate]
    association: Mapping[str, Any] | None
    next_cursor: str | None
    truncated: bool
    keys: Sequence[str]
    """The names of the search keys that were tried."""
    hits: Sequence[str] = ()
    """The IDs of the profiles that hold a sensitive value of the request, on this page or not."""


def match_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    contact: Mapping[str, Any],
    *,
    limit: int,
    cursor: str | None,
    budget: Budget | None = None,
) -> Match:
    """Return the profiles that the contact may come from, ranked, each with its reasons.

    A pure read: one command for the candidates and the association together; one more where a contact's ID is
    asked for, one to three where there are more than can be ranked, two where criteria narrow down (each of
    which many meet: five), and one where candidates tie. Values of sensitive keys cost two more: one counts
    them, one finds their holders. Raises ``InvalidRequest``, ``MasterKeyMissing`` and
    ``TooManySensitiveValues``.
    """
    after = cursors.to_match(cursor)
    known = stores.domains.get(domain, keys=match_keys.named(contact))
    stages = match_keys.stages(known, contact)
    criteria = defined_keys(known, contact.get("criteria") or ())
    limit_guesses([*match_keys.given_attributes(stages, contact), *given_criteria(criteria)], budget)
    asked = [pair for stage in [*stages, criteria] for pair in stage]
    others = contacts_in(asked)
    current = stores.associations.current(domain, others) if others else {}
    query = candidates_for.wanted(known, stages, criteria, current)
    found = candidates_for.find(stores, known, query, contact_id)
    ranking = _page(stores, domain, found.candidates, after, limit)
    return Match(
        contact_id=contact_id,
        outcome=_outcome(known, contact, found.candidates, truncated=found.truncated),
        candidates=ranking.items,
        association=found.association,
        next_cursor=ranking.next_cursor,
        truncated=found.truncated,
        keys=[key.name for key, _ in asked],
        hits=find_holders(stores, known, query.tokens),
    )


def _page(
    stores: Stores, domain: str, candidates: Sequence[Candidate], after: Place | None, limit: int
) -> Page[Candidate]:
    """Return the candidates behind a place, the best first: one command where some tie."""
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
    domain: Domain, contact: Mapping[str, Any], candidates: Sequence[Candidate], *, truncated: bool
) -> Outcome:
    if not candidates and match_keys.withheld(domain, contact):
        return Outcome.WITHHELD
    return outcome(
        candidates,
        name_suffices=domain.unique_by_name,
        narrowed=bool(contact.get("criteria")),
        truncated=truncated,
    )
