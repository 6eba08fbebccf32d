"""The stores of profiles, of their changes and deletions, and of batches."""

from dataclasses import dataclass
from datetime import timedelta

from service.store.batches import BatchStore
from service.store.profiles.bulk import BulkProfileStore
from service.store.profiles.changes import ChangeStore, changes_lag
from service.store.profiles.collection import ProfileStore
from service.store.profiles.deletions import DeletionStore
from service.store.profiles.duplicates import DuplicateStore
from service.store.profiles.lists import ProfileLists
from service.store.profiles.stale_profiles import StaleProfileStore
from service.store.shared import Shared


@dataclass(frozen=True, kw_only=True)
class ProfileStores:
    """The stores that ``profile_stores`` creates."""

    profiles: ProfileStore
    bulk_profiles: BulkProfileStore
    batches: BatchStore
    duplicates: DuplicateStore
    stale_profiles: StaleProfileStore
    profile_lists: ProfileLists
    deletions: DeletionStore
    changes: ChangeStore


def profile_stores(shared: Shared) -> ProfileStores:
    """Create the stores of profiles."""
    database, reader, max_erasure_time = shared.database, shared.reader, shared.max_erasure_time
    profiles = database["profiles"]
    lists, deletions = ProfileLists(profiles, reader), DeletionStore(database["deletions"])
    lag = changes_lag(max_erasure_time, timedelta(seconds=shared.batch_seconds))
    return ProfileStores(
        profiles=ProfileStore(profiles, reader, max_erasure_time=max_erasure_time),
        bulk_profiles=BulkProfileStore(profiles, reader, max_erasure_time=max_erasure_time),
        batches=BatchStore(database["batches"]),
        duplicates=DuplicateStore(profiles),
        stale_profiles=StaleProfileStore(profiles, shared.search_keys, shared.keyring),
        profile_lists=lists,
        deletions=deletions,
        changes=ChangeStore(database, lists, deletions, lag=lag),
    )
