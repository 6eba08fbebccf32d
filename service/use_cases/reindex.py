"""Update all profiles to the current matching rules, master keys and search keys; encrypt objects again."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from service.crypto.sealed_values import master_id_of
from service.matching.profiles import Index, index, wrap_sensitive
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.profiles.stale_profiles import Conflict, StaleProfile, StaleProfileStore
from service.store.stores import Stores
from service.use_cases.profiles.merge_patch import reread_numbers

MAX_REPORTED = 1000
"""Maximum number of profiles of each kind to report. Later runs report the others, which stay stale."""


@dataclass(frozen=True, slots=True)
class Undecryptable:
    """A profile that cannot be updated: the master key of one of its values is not set or has changed."""

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


@dataclass(kw_only=True)
class Reindexed:
    """The result of a run."""

    renewed: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    still_stale: int = 0
    """Number of profiles that are still stale, including ``conflicts``, ``undecryptable`` and ``orphans``."""
    undecryptable: list[Undecryptable] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


def reindex_profiles(stores: Stores, *, batch_size: int, advance: Callable[[int], None]) -> Reindexed:
    """Write new index terms for each stale profile and encrypt its sensitive values again.

    The service can run meanwhile: each request that changes a profile also updates its index terms.
    ``advance`` is called after each batch with the number of profiles that were processed for the first time,
    and can raise to stop the run. Raises ``DatastoreUnavailable``, and ``MasterKeyMissing`` if a value must
    be encrypted for the first time.

    A profile is refused if another profile owns its unique value. The owner may be stale too, and its renewal
    can release the value. So a pass with fewer refused profiles than the pass before is followed by another
    pass, until none is refused.
    """
    store = stores.stale_profiles
    result, refused = _run(stores, store, batch_size, advance)
    renewed, previous = result.renewed, refused + 1
    while 0 < refused < previous:
        previous = refused
        result, refused = _run(stores, store, batch_size, lambda _: advance(0))
        renewed += result.renewed
    return replace(result, renewed=renewed, still_stale=store.count())


def reindex_snapshots(stores: Stores, *, batch_size: int, advance: Callable[[int], None]) -> Reindexed:
    """Renew the snapshots for the undo of merges, as ``reindex_profiles`` renews profiles.

    Afterwards, only snapshots that cannot be decrypted are still stale. Values of an undefined search key are
    not reported here, but by the undo of the merge.
    """
    result, refused = _run(stores, stores.stale_snapshots, batch_size, advance)
    return replace(result, still_stale=refused, orphans=[])


@dataclass(frozen=True, slots=True)
class ReindexedObjects:
    """The numbers of objects that were encrypted again, and of those whose master key is not set."""

    renewed: int
    still_stale: int


def reindex_objects(stores: Stores, *, batch_size: int, advance: Callable[[int], None]) -> ReindexedObjects:
    """Encrypt each stale object with the first master key. The service can run meanwhile.

    ``advance`` is called after each batch with the number of its objects that were encrypted again, and can
    raise to stop the run. Raises ``DatastoreUnavailable``.
    """
    renewed = 0
    for batch in stores.stale_objects.batches(batch_size):
        count = stores.stale_objects.renew(batch)
        renewed += count
        advance(count)
    return ReindexedObjects(renewed, stores.stale_objects.count())


def _run(
    stores: Stores, store: StaleProfileStore, batch_size: int, advance: Callable[[int], None]
) -> tuple[Reindexed, int]:
    """Renew all stale profiles once. Return the result, and the number of profiles that could not be renewed.

    The result has at most ``MAX_REPORTED`` profiles of each kind.
    """
    result, refused = Reindexed(), 0
    with closing(store.batches(batch_size)) as batches:
        for batch in batches:
            undecryptable = list(filter(None, map(_undecryptable, batch)))
            skipped_ids = {profile.profile_id for profile in undecryptable}
            renewed, conflicts, orphans = _renew(
                stores, store, [stale for stale in batch if stale.profile["profile_id"] not in skipped_ids]
            )
            result.renewed += renewed
            refused += len(conflicts) + len(undecryptable)
            result.conflicts += conflicts[: MAX_REPORTED - len(result.conflicts)]
            result.undecryptable += undecryptable[: MAX_REPORTED - len(result.undecryptable)]
            # A profile with two undefined keys is in two batches.
            new = [orphan for orphan in orphans if orphan not in result.orphans]
            result.orphans += new[: MAX_REPORTED - len(result.orphans)]
            advance(len(batch))
    return result, refused


def _undecryptable(stale: StaleProfile) -> Undecryptable | None:
    """Return the first value that cannot be decrypted, or None. A profile with one is not renewed."""
    for key, values in stale.profile["keys"].items():
        for value in values:
            if isinstance(value, SensitiveValue) and value.plain() is None:
                master_id = master_id_of(value.sealed or "")
                return Undecryptable(stale.domain, stale.profile["profile_id"], key, master_id)
    return None


def _renew(
    stores: Stores, store: StaleProfileStore, batch: Sequence[StaleProfile]
) -> tuple[int, list[Conflict], list[Orphan]]:
    """Renew the profiles of a batch that need it.

    Returns the number of renewed profiles, the conflicts, and the undefined search keys of profiles that need
    no renewal.
    """
    domains = _domains_of(stores, batch)
    due: list[tuple[StaleProfile, Index]] = []
    orphans: list[Orphan] = []
    for each in batch:
        domain = domains[each.domain]
        # The form in which this release stores the profile: numbers parsed again, sensitive values wrapped.
        wrapped = wrap_sensitive(each.profile, domain.custom_keys)
        wrapped["phone_numbers"] = reread_numbers(each.profile, domain)
        stale = replace(each, profile=wrapped)
        profile_index = index(stale.profile, domain.custom_keys, domain.default_region)
        if store.needs_no_renewal(stale, profile_index):
            undefined = [name for name, key in profile_index.definitions.items() if key is None]
            orphans += [Orphan(stale.domain, stale.profile["profile_id"], name) for name in undefined]
        else:
            due.append((stale, profile_index))
    renewed, conflicts = store.renew(due)
    return renewed, conflicts, orphans


def _domains_of(stores: Stores, batch: Sequence[StaleProfile]) -> dict[str, Domain]:
    """Return the domains of the batch. Bypasses the cache for profiles with custom keys.

    Call this after the profiles are read: a search key that a profile holds cannot be removed or redefined,
    so the definitions stay valid for these profiles.
    """
    with_keys = {stale.domain for stale in batch if stale.profile["keys"]}
    return {
        name: stores.domains.read(name) if name in with_keys else stores.domains.get(name)
        for name in {stale.domain for stale in batch}
    }
