"""Who is calling: match a contact with profiles before the agent even accepts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.matching.ranking import Candidate, Outcome, outcome, place, ranked, reasons, tied
from service.matching.tokens import Token
from service.store.domains import Domain
from service.store.profiles import Profile
from service.store.stores import Stores
from service.use_cases import cursors, match_keys
from service.use_cases.pages import page
from service.use_cases.search import contacts_in, defined_keys, tokens_of

RANKED = 200
"""So many candidates are ranked exactly; of more, those on the best tiers."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """The answer to a contact: the outcome, the candidates, and the association that stands already."""

    contact_id: str
    outcome: Outcome
    candidates: Sequence[Candidate]
    association: Mapping[str, Any] | None
    next_cursor: str | None
    truncated: bool


def match_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    contact: Mapping[str, Any],
    *,
    limit: int,
    cursor: str | None,
) -> Match:
    """Return the profiles that the contact may come from, ranked, each with its reasons.

    A pure read: one command for the candidates and one for the association; one more where candidates tie,
    and one where there are more than ``RANKED``. Raises ``InvalidRequest``.
    """
    after = cursors.to_match(cursor)
    known = stores.domains.get(domain, keys=match_keys.named(contact))
    stages = match_keys.stages(known, contact)
    criteria = defined_keys(known, contact.get("criteria") or ())
    asked = [pair for stage in [*stages, criteria] for pair in stage]
    current = stores.associations.current(domain, [contact_id, *contacts_in(asked)])
    wanted = [
        [t for key, values in stage for t in _matching(known, tokens_of(known, key, values, current))]
        for stage in stages
    ]
    must = [tokens_of(known, key, values, current) for key, values in criteria]
    profiles, truncated = _found(stores, domain, wanted, must)
    candidates = _candidates(known, profiles, wanted, must)
    associated = stores.associations.last_associated(domain, ids) if (ids := tied(candidates)) else {}
    places = {c.profile["profile_id"]: place(c, associated) for c in candidates}
    following = [
        candidate
        for candidate in ranked(candidates, associated)
        if after is None or places[candidate.profile["profile_id"]] > after
    ]
    cut = page(following, limit, lambda c: cursors.of_match(places[c.profile["profile_id"]]))
    return Match(
        contact_id=contact_id,
        outcome=_outcome(known, contact, candidates),
        candidates=cut.items,
        association=current.get(contact_id),
        next_cursor=cut.next_cursor,
        truncated=truncated,
    )


def _matching(domain: Domain, tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without those of values that never match, such as the own switchboard's number."""
    return [token for token in tokens if token.lookup not in domain.ignored_entries]


def _found(
    stores: Stores, domain: str, wanted: Sequence[Sequence[Token]], must: Sequence[Sequence[Token]]
) -> tuple[list[Profile], bool]:
    """Return at most ``RANKED`` profiles, and whether there are more."""
    entries = sorted({token.lookup for tokens in wanted for token in tokens})
    narrowing = [[token.lookup for token in tokens] for tokens in must]
    if not entries or not all(narrowing):
        return [], False
    if narrowing:
        found = stores.profiles.find_all(domain, [entries, *narrowing], after=None, limit=RANKED + 1)
        return found[:RANKED], len(found) > RANKED
    found = stores.profiles.find_any(domain, entries, after=None, limit=RANKED + 1)
    if len(found) <= RANKED:
        return found, False
    return stores.profiles.find_best(domain, _best_first(wanted), limit=RANKED), True


def _best_first(wanted: Sequence[Sequence[Token]]) -> list[list[str]]:
    """Return the entries in groups, stage by stage and within a stage tier by tier."""
    groups: dict[tuple[int, int], list[str]] = {}
    for stage, tokens in enumerate(wanted):
        for token in tokens:
            groups.setdefault((stage, token.tier.rank), []).append(token.lookup)
    return [groups[key] for key in sorted(groups)]


def _candidates(
    domain: Domain,
    profiles: Sequence[Profile],
    wanted: Sequence[Sequence[Token]],
    must: Sequence[Sequence[Token]],
) -> list[Candidate]:
    """Return the profiles of the first stage that finds anybody, if possible by a value not shared."""
    tokens = [token for group in [*wanted, *must] for token in group]
    shared = _shared(profiles, {token.lookup for token in tokens}, domain.shared_above)
    for stage in wanted:
        telling = {token.lookup for token in stage} - shared
        if hits := [profile for profile in profiles if not telling.isdisjoint(profile["lookup"])]:
            return [Candidate(profile, reasons(profile["lookup"], tokens, shared)) for profile in hits]
    return [Candidate(profile, reasons(profile["lookup"], tokens, shared)) for profile in profiles]


def _shared(profiles: Sequence[Profile], entries: Collection[str], most: int) -> set[str]:
    """Return the entries that more than ``most`` of the profiles have."""
    counted = Counter(entry for profile in profiles for entry in profile["lookup"] if entry in entries)
    return {entry for entry, count in counted.items() if count > most}


def _outcome(domain: Domain, contact: Mapping[str, Any], candidates: Sequence[Candidate]) -> Outcome:
    if not candidates and match_keys.withheld(contact):
        return Outcome.WITHHELD
    return outcome(candidates, name_suffices=domain.unique_by_name)
