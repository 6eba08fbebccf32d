"""Which profiles a contact may come from, and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.matching.ranking import Candidate, reasons
from service.matching.search_keys import SearchKey
from service.matching.tokens import Tier, Token
from service.store.domains import Domain
from service.store.profiles import Profile
from service.store.stores import Stores
from service.use_cases.search import tokens_of

RANKED = 200
"""So many candidates are ranked exactly; of more, those on the best tiers."""

Asked = Iterable[tuple[SearchKey, Sequence[str]]]


@dataclass(frozen=True)
class Wanted:
    """What to look for: stage by stage, the first that finds anybody decides; and what all must meet."""

    stages: Sequence[Sequence[Token]]
    must: Sequence[Sequence[Token]]

    @property
    def best_first(self) -> list[str]:
        """The entries of the stages, each once, those of the first stages and best tiers first."""
        ordered = [token for tokens in self.stages for token in sorted(tokens, key=_rank)]
        return list(dict.fromkeys(token.lookup for token in ordered))

    @property
    def narrowing(self) -> list[list[str]]:
        """The entries of which each profile must have one of each group."""
        return [[token.lookup for token in tokens] for tokens in self.must]


@dataclass(frozen=True)
class _Found:
    """Profiles, which entries are shared by too many, and whether there are more profiles."""

    profiles: Sequence[Profile]
    shared: Collection[str] = ()
    truncated: bool = False


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


def find(stores: Stores, domain: Domain, sought: Wanted) -> tuple[list[Candidate], bool]:
    """Return at most ``RANKED`` candidates in any order, and whether there are more.

    One command; one more where there are more, and one where criteria narrow down.
    """
    found = _find(stores, domain, sought)
    return _candidates(found.profiles, found.shared, sought), found.truncated


def _rank(token: Token) -> int:
    return token.tier.rank


def _matching(
    domain: Domain, key: SearchKey, values: Iterable[str], current: Mapping[str, Mapping[str, Any]]
) -> list[Token]:
    """Return what finds the values; nothing for those that never match, as the own switchboard's number."""
    asked = (tokens_of(domain, key, [value], current) for value in values)
    return [
        token
        for tokens in asked
        if not any(_ignored(domain, token) and token.tier is not Tier.PARTIAL_NAME for token in tokens)
        for token in tokens
        if not _ignored(domain, token)
    ]


def _ignored(domain: Domain, token: Token) -> bool:
    return token.lookup in domain.ignored_entries


def _find(stores: Stores, domain: Domain, sought: Wanted) -> _Found:
    entries, narrowing, most = sought.best_first, sought.narrowing, domain.shared_above
    if not entries or not all(narrowing):
        return _Found([])
    if narrowing:
        groups = [entries, *narrowing]
        profiles = stores.profiles.find_all(domain.name, groups, after=None, limit=RANKED + 1)
    else:
        profiles = stores.profiles.find_any(domain.name, sorted(entries), after=None, limit=RANKED + 1)
    asked = {*entries, *(entry for group in narrowing for entry in group)}
    found = _Found(profiles, _shared(profiles, asked, most))
    if len(profiles) > RANKED:
        found = _best_of(stores, domain, sought, found)
    if narrowing and (uncounted := sorted(_held(found.profiles, asked) - set(found.shared))):
        # Those who do not meet the criteria share a value as well.
        shared = stores.profiles.shared(domain.name, uncounted, most=most)
        found = replace(found, shared={*found.shared, *shared})
    return found


def _best_of(stores: Stores, domain: Domain, sought: Wanted, found: _Found) -> _Found:
    """Return the ``RANKED`` best of too many: those with a value that few have come first."""
    telling = [entry for entry in sought.best_first if entry not in found.shared]
    if not telling:
        return _Found(found.profiles[:RANKED], found.shared, truncated=True)
    best, shared = stores.profiles.find_best(
        domain.name, telling, sought.narrowing, most=domain.shared_above, limit=RANKED
    )
    by_id = {profile["profile_id"]: profile for profile in [*best, *found.profiles]}
    return _Found(list(by_id.values())[:RANKED], {*found.shared, *shared}, truncated=True)


def _shared(profiles: Sequence[Profile], entries: Collection[str], most: int) -> set[str]:
    """Return the entries that more than ``most`` of the profiles have."""
    counted = Counter(entry for profile in profiles for entry in profile["lookup"] if entry in entries)
    return {entry for entry, count in counted.items() if count > most}


def _held(profiles: Iterable[Profile], entries: Collection[str]) -> set[str]:
    return {entry for profile in profiles for entry in profile["lookup"] if entry in entries}


def _candidates(profiles: Sequence[Profile], shared: Collection[str], sought: Wanted) -> list[Candidate]:
    """Return the profiles of the first stage that finds anybody, if possible by a value not shared."""
    own = [token for stage in sought.stages for token in stage]
    narrowing = [token for group in sought.must for token in group]
    return [
        Candidate(
            profile,
            reasons(profile["lookup"], [*own, *narrowing], shared),
            reasons(profile["lookup"], own, shared),
        )
        for profile in _of_first_stage(profiles, shared, sought.stages)
    ]


def _of_first_stage(
    profiles: Sequence[Profile], shared: Collection[str], stages: Iterable[Sequence[Token]]
) -> Sequence[Profile]:
    for stage in stages:
        entries = {token.lookup for token in stage}
        if _held(profiles, entries).difference(shared):
            return [profile for profile in profiles if not entries.isdisjoint(profile["lookup"])]
    return profiles
