"""Bring the lookup entries of all profiles up to date with the rules of this release."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from service.matching.profiles import Index, index
from service.store.domains import Domain
from service.store.stale_profiles import Conflict, StaleProfile
from service.store.stores import Stores
from service.use_cases.profiles import read_again

MOST_CONFLICTS = 1000
"""So many are named; the others are still stale, and named once these are settled."""


@dataclass(frozen=True)
class Reindexed:
    """What came of it."""

    renewed: int
    conflicts: list[Conflict]
    left: int
    """How many are stale now, those with a conflict among them."""


def reindex_profiles(stores: Stores, *, batch_size: int, advance: Callable[[int], None]) -> Reindexed:
    """Give every stale profile new entries while the service goes on; raises ``DatastoreUnavailable``.

    A profile that is changed in the meantime got its entries by that. ``advance`` is told how many profiles
    were dealt with. Where a value of a unique key was taken, its owner may itself have been stale and have
    given it up since: hence another walk along what is left, as long as there is less of it each time.
    """
    renewed, conflicts, count = _walk(stores, batch_size, advance)
    previous = count + 1
    while 0 < count < previous:
        previous = count
        more, conflicts, count = _walk(stores, batch_size, lambda _: None)
        renewed += more
    return Reindexed(renewed, conflicts, stores.stale_profiles.count())


def _walk(stores: Stores, batch_size: int, advance: Callable[[int], None]) -> tuple[int, list[Conflict], int]:
    """Return how many were renewed, the first conflicts, and how many there are."""
    renewed = count = 0
    conflicts: list[Conflict] = []
    with closing(stores.stale_profiles.batches(batch_size)) as batches:
        for batch in batches:
            done, refused = _renew(stores, batch)
            renewed += done
            count += len(refused)
            conflicts += refused[: MOST_CONFLICTS - len(conflicts)]
            advance(len(batch))
    return renewed, conflicts, count


def _renew(stores: Stores, batch: Sequence[StaleProfile]) -> tuple[int, list[Conflict]]:
    domains = _domains_of(stores, batch)
    read = [_read_again(stale, domains[stale.domain]) for stale in batch]
    return stores.stale_profiles.renew([(stale, _index(stale, domains[stale.domain])) for stale in read])


def _read_again(stale: StaleProfile, domain: Domain) -> StaleProfile:
    return replace(stale, profile=stale.profile | {"phone_numbers": read_again(stale.profile, domain)})


def _index(stale: StaleProfile, domain: Domain) -> Index:
    return index(stale.profile, domain.custom_keys, domain.default_region)


def _domains_of(stores: Stores, batch: Sequence[StaleProfile]) -> dict[str, Domain]:
    """Return the domains of the batch, those with custom keys in it as they are now.

    A key that a profile holds cannot be removed nor made unique, so what is read after the profile is true
    of it for as long as it stands.
    """
    with_keys = {stale.domain for stale in batch if stale.profile["keys"]}
    return {
        name: stores.domains.read(name) if name in with_keys else stores.domains.get(name)
        for name in {stale.domain for stale in batch}
    }
