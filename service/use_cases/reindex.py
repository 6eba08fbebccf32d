"""Bring all profiles up to date: with the rules, the accepted masters, and the definitions of search keys."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from service.crypto.sealed_values import master_id_of
from service.matching.profiles import Index, index, wrap_sensitive
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.profiles.stale_profiles import Conflict, StaleProfile
from service.store.stores import Stores
from service.use_cases.profiles import read_again

MOST_CONFLICTS = 1000
"""So many are named; the others are still stale, and named once these are settled."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A profile that stays as it is: a value of it is sealed with a master that does not open it."""

    domain: str
    profile_id: str
    key: str
    master_id: str


@dataclass(frozen=True, slots=True)
class Orphan:
    """A profile with values of an undefined search key."""

    domain: str
    profile_id: str
    key: str


@dataclass(frozen=True)
class Reindexed:
    """What came of it."""

    renewed: int
    conflicts: list[Conflict]
    left: int
    """Number of profiles that are still stale, including conflicts, sealed ones and orphans."""
    sealed: list[Sealed] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


@dataclass
class _Walk:
    """What came of one walk along what is stale; of those refused the first are named, all counted."""

    renewed: int = 0
    refused: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


def reindex_profiles(stores: Stores, *, batch_size: int, advance: Callable[[int], None]) -> Reindexed:
    """Give every stale profile new entries, and seal its sensitive values anew, while the service goes on.

    Raises ``DatastoreUnavailable``, and ``MasterKeyMissing`` where a value is to be sealed for the first
    time. A profile that is changed in the meantime got its entries by that. ``advance`` is told how many
    profiles were dealt with. Where a value of a unique key was taken, its owner may itself have been stale
    and have given it up since: hence another walk along what is left, as long as there is less of it.
    """
    walk = _walk(stores, batch_size, advance)
    renewed = walk.renewed
    previous = walk.refused + 1
    while 0 < walk.refused < previous:
        previous = walk.refused
        walk = _walk(stores, batch_size, lambda _: None)
        renewed += walk.renewed
    return Reindexed(renewed, walk.conflicts, stores.stale_profiles.count(), walk.sealed, walk.orphans)


def _walk(stores: Stores, batch_size: int, advance: Callable[[int], None]) -> _Walk:
    walk = _Walk()
    with closing(stores.stale_profiles.batches(batch_size)) as batches:
        for batch in batches:
            sealed = list(filter(None, map(_sealed, batch)))
            shut = {profile.profile_id for profile in sealed}
            renewed, conflicts, orphans = _renew(
                stores, [stale for stale in batch if stale.profile["profile_id"] not in shut]
            )
            walk.renewed += renewed
            walk.refused += len(conflicts) + len(sealed)
            walk.conflicts += conflicts[: MOST_CONFLICTS - len(walk.conflicts)]
            walk.sealed += sealed[: MOST_CONFLICTS - len(walk.sealed)]
            # A profile with two undefined keys comes twice.
            new = [orphan for orphan in orphans if orphan not in walk.orphans]
            walk.orphans += new[: MOST_CONFLICTS - len(walk.orphans)]
            advance(len(batch))
    return walk


def _sealed(stale: StaleProfile) -> Sealed | None:
    """Return what keeps the profile as it is: a run without the masters must not undo what others did."""
    for key, values in stale.profile["keys"].items():
        for value in values:
            if isinstance(value, SensitiveValue) and value.plain() is None:
                master_id = master_id_of(value.sealed or "")
                return Sealed(stale.domain, stale.profile["profile_id"], key, master_id)
    return None


def _renew(stores: Stores, batch: Sequence[StaleProfile]) -> tuple[int, list[Conflict], list[Orphan]]:
    """Renew profiles. Return the number of renewed ones, the conflicts and the orphans."""
    if not batch:
        return 0, [], []
    domains = _domains_of(stores, batch)
    ours = [_ours(stale, domains[stale.domain]) for stale in batch]
    due: list[tuple[StaleProfile, Index]] = []
    orphans: list[Orphan] = []
    for stale in ours:
        made = _index(stale, domains[stale.domain])
        if stores.stale_profiles.is_renewed(stale, made):
            orphans += _orphans(stale, made)
        else:
            due.append((stale, made))
    renewed, conflicts = stores.stale_profiles.renew(due)
    return renewed, conflicts, orphans


def _orphans(stale: StaleProfile, made: Index) -> list[Orphan]:
    undefined = [name for name, key in made.definitions.items() if key is None]
    return [Orphan(stale.domain, stale.profile["profile_id"], name) for name in undefined]


def _ours(stale: StaleProfile, domain: Domain) -> StaleProfile:
    """Return the profile as this release holds it: numbers read again, sensitive values in their shell."""
    numbers = read_again(stale.profile, domain)
    return replace(
        stale, profile=wrap_sensitive(stale.profile, domain.custom_keys) | {"phone_numbers": numbers}
    )


def _index(stale: StaleProfile, domain: Domain) -> Index:
    return index(stale.profile, domain.custom_keys, domain.default_region)


def _domains_of(stores: Stores, batch: Sequence[StaleProfile]) -> dict[str, Domain]:
    """Return the domains of the batch, those with custom keys in it as they are now.

    The domain is read after the profile. A key that a profile holds cannot be removed or redefined, so the
    definition that is read stays valid for the profile.
    """
    with_keys = {stale.domain for stale in batch if stale.profile["keys"]}
    return {
        name: stores.domains.read(name) if name in with_keys else stores.domains.get(name)
        for name in {stale.domain for stale in batch}
    }
