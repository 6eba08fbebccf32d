"""The stores of merges."""

from dataclasses import dataclass

from service.store.merges.aliases import AliasStore
from service.store.merges.erasing import MergeEraser
from service.store.merges.moves import MoveStore
from service.store.merges.records import MergeStore
from service.store.merges.snapshots import SnapshotStore
from service.store.merges.writing import MergeWriter
from service.store.profiles.stale_profiles import StaleProfileStore
from service.store.shared import Shared


@dataclass(frozen=True, kw_only=True)
class MergeStores:
    """All stores of merges."""

    aliases: AliasStore
    moves: MoveStore
    merges: MergeStore
    merge_snapshots: SnapshotStore
    stale_snapshots: StaleProfileStore
    merge_writer: MergeWriter
    merge_eraser: MergeEraser


def merge_stores(shared: Shared) -> MergeStores:
    """Create the stores of merges."""
    database, reader, snapshots = shared.database, shared.reader, shared.database["merge_snapshots"]
    return MergeStores(
        aliases=AliasStore(database["merged_profiles"]),
        moves=MoveStore(database),
        merges=MergeStore(database["merges"]),
        merge_snapshots=SnapshotStore(snapshots, reader),
        stale_snapshots=StaleProfileStore(snapshots, shared.search_keys, shared.keyring),
        merge_writer=MergeWriter(database, reader, shared.audit, max_erasure_time=shared.max_erasure_time),
        merge_eraser=MergeEraser(database),
    )
