"""Which profiles a contact may come from, and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.matching.ranking import Candidate, reasons
from service.matching.terms import QueryTerm
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.search import tokens_of

RANKED = 200
"""So many candidates are ranked exactly; of more, those on the best tiers."""

Asked = Iterable[tuple[SearchKey, Sequence[str]]]


@dataclass(frozen=True)
class Wanted:
    """What to look for: stage by stage, the first that finds anybody decides; and what all must meet."""

    stages: Sequence[Sequence[QueryTerm]]
    must: Sequence[Sequence[QueryTerm]]

    @property
    def tokens(self) -> list[QueryTerm]:
        """All that is looked for, and all that narrows down."""
        return [token for tokens in [*self.stages, *self.must] for token in tokens]

    @property
    def best_first(self) -> list[str]:
        """The entries of the stages, each once, those of the first stages and best tiers first."""
        ordered = [token for tokens in self.stages for token in sorted(tokens, key=_rank)]
        return list(dict.fromkeys(token.lookup for token in ordered))

    @property
    def narrowing(self) -> list[list[str]]:
        """The entries of which each profile must have one of each group."""
        return [[token.lookup for token in tokens] for tokens in self.must]

    @property
    def entries(self) -> set[str]:
        """The entries of the stages and those that narrow down."""
        return {*self.best_first, *(entry for group in self.narrowing for entry in group)}


@dataclass(frozen=True)
class Arrival:
    """At most ``RANKED`` candidates in any order, whether there are more, and the contact's association."""

    candidates: Sequence[Candidate]
    truncated: bool
    association: Mapping[str, Any] | None


@dataclass(frozen=True)
class _Found:
    """Profiles, which entries are shared by too many, and whether these are all profiles that there are."""

    profiles: Sequence[Profile]
    shared: Collection[str] = ()
    complete: bool = True


def wanted(
    domain: Domain,
    stages: Iterable[Asked],
    criteria: Asked,
    current: Mapping[str, Mapping[str, Any]],
) -> Wanted:
    """Return what to look for, but for the values that never match."""
    return Wanted(
        [[t for key, values in stage for t in _matching(domain, key, values, current)] for stage in stages],
        [_matching(domain, key, values, current) for key, values in criteria],
    )


def find(stores: Stores, domain: Domain, sought: Wanted, contact_id: str) -> Arrival:
    """Return who may have arrived with the contact, and whose it is already.

    The candidates are the profiles of the first stage that finds anybody, if possible by a value not shared.
    One command; two more where criteria narrow down, and one to three more where a stage finds more than can
    be ranked.
    """
    entries = sought.best_first
    if entries and not sought.must:
        first, association = stores.match_queries.find(
            domain.name, sorted(entries), contact_id, limit=RANKED + 1
        )
        found = _weighed(stores, domain, sought, first, complete=True)
    else:
        association = stores.associations.current(domain.name, [contact_id]).get(contact_id)
        found = _look_up(stores, domain, sought)
    decided = _decided(stores, domain, sought, found)
    return Arrival(_candidates(decided, sought), not decided.complete, association)


def _decided(stores: Stores, domain: Domain, sought: Wanted, found: _Found) -> _Found:
    """Return what is found by the stage that decides, as many as are ranked."""
    stage = _deciding(found, sought.stages)
    if stage is not None and not found.complete:
        found = _of_stage(stores, domain, sought, stage, found)
    entries = sought.best_first if stage is None else [token.lookup for token in stage]
    profiles = [profile for profile in found.profiles if not set(entries).isdisjoint(profile["lookup"])]
    ranked = _Found(profiles[:RANKED], found.shared, found.complete and len(profiles) <= RANKED)
    return _with_shared(stores, domain, sought, ranked) if sought.must else ranked


def _rank(token: QueryTerm) -> int:
    return token.tier.rank


def _matching(
    domain: Domain, key: SearchKey, values: Iterable[str], current: Mapping[str, Mapping[str, Any]]
) -> list[QueryTerm]:
    """Return what finds the values; nothing for those that never match, as the own switchboard's number."""
    asked = (tokens_of(domain, key, [value], current) for value in values)
    return [
        token
        for tokens in asked
        if not any(_ignored(domain, token) and token.tier is not Tier.PARTIAL_NAME for token in tokens)
        for token in tokens
        if not _ignored(domain, token)
    ]


def _ignored(domain: Domain, token: QueryTerm) -> bool:
    return token.lookup in domain.ignored_entries


def _look_up(stores: Stores, domain: Domain, sought: Wanted) -> _Found:
    """Return the profiles of all stages, or of too many the best ones."""
    entries, narrowing = sought.best_first, sought.narrowing
    if not entries or not all(narrowing):
        return _Found([])
    if narrowing:
        groups = [entries, *narrowing]
        scan = stores.profiles.find_all(domain.name, groups, after=None, limit=RANKED + 1)
        profiles, complete = scan.items, scan.ended_at is None
    else:
        profiles = stores.profiles.find_any(domain.name, sorted(entries), after=None, limit=RANKED + 1)
        complete = True
    return _weighed(stores, domain, sought, profiles, complete=complete)


def _weighed(
    stores: Stores, domain: Domain, sought: Wanted, profiles: Sequence[Profile], *, complete: bool
) -> _Found:
    """Return what the profiles say of the entries; of too many the best ones in their place."""
    shared = _shared(profiles, sought.entries, domain.shared_above)
    found = _Found(profiles, shared, complete and len(profiles) <= RANKED)
    return found if found.complete else _best_of(stores, domain, sought, found)


def _best_of(stores: Stores, domain: Domain, sought: Wanted, found: _Found) -> _Found:
    """Return the best of too many before the others: those with a value that few have."""
    telling = [entry for entry in sought.best_first if entry not in found.shared]
    if not telling:
        return found
    best, shared = stores.profiles.find_best(
        domain.name, telling, sought.narrowing, max_profiles=domain.shared_above, limit=RANKED + 1
    )
    by_id = {profile["profile_id"]: profile for profile in [*best, *found.profiles]}
    return replace(found, profiles=list(by_id.values()), shared={*found.shared, *shared})


def _of_stage(
    stores: Stores, domain: Domain, sought: Wanted, stage: Sequence[QueryTerm], found: _Found
) -> _Found:
    """Return what the one stage finds, when all stages together find too many.

    All profiles with a value that few have were read, the first stages' first. What else the stage finds by a
    value that is shared may have been crowded out by what another stage finds.
    """
    if not any(token.lookup in found.shared for token in stage):
        return replace(found, complete=True)
    if sum(map(bool, sought.stages)) == 1:
        return found
    alone = _look_up(stores, domain, replace(sought, stages=[stage]))
    return replace(alone, shared={*found.shared, *alone.shared})


def _with_shared(stores: Stores, domain: Domain, sought: Wanted, found: _Found) -> _Found:
    """Count those who have what agreed and do not meet the criteria: they share it as well."""
    uncounted = sorted(_held(found.profiles, sought.entries) - set(found.shared))
    if not uncounted:
        return found
    shared = stores.profiles.shared(domain.name, uncounted, max_profiles=domain.shared_above)
    return replace(found, shared={*found.shared, *shared})


def _shared(profiles: Sequence[Profile], entries: Collection[str], most: int) -> set[str]:
    """Return the entries that more than ``most`` of the profiles have."""
    counted = Counter(entry for profile in profiles for entry in profile["lookup"] if entry in entries)
    return {entry for entry, count in counted.items() if count > most}


def _held(profiles: Iterable[Profile], entries: Collection[str]) -> set[str]:
    return {entry for profile in profiles for entry in profile["lookup"] if entry in entries}


def _candidates(found: _Found, sought: Wanted) -> list[Candidate]:
    own = [token for stage in sought.stages for token in stage]
    narrowing = [token for group in sought.must for token in group]
    return [
        Candidate(
            profile,
            reasons(profile["lookup"], [*own, *narrowing], found.shared),
            reasons(profile["lookup"], own, found.shared),
        )
        for profile in found.profiles
    ]


def _deciding(found: _Found, stages: Iterable[Sequence[QueryTerm]]) -> Sequence[QueryTerm] | None:
    """Return the first stage that finds anybody by a value not shared, or None."""
    for stage in stages:
        if _held(found.profiles, {token.lookup for token in stage}).difference(found.shared):
            return stage
    return None
