"""All stores of one database."""

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from service.config import Settings
from service.crypto.master_keyring import MasterKeyring
from service.store.amazon.domains import AmazonDomainStore
from service.store.amazon.object_types import ObjectTypeStore
from service.store.amazon.objects import ObjectStore
from service.store.amazon.sealed_objects import ObjectSeal
from service.store.amazon.stale_objects import StaleObjectStore
from service.store.audit import AuditStore, AuditTrail
from service.store.batches import BatchStore
from service.store.client.connection import connect
from service.store.client.document import Document
from service.store.contacts.associations import AssociationStore
from service.store.domains.domains import DomainStore, SettingsStore
from service.store.domains.search_keys import SearchKeyStore
from service.store.domains.sensitive_value_counts import SensitiveValueCountStore
from service.store.health import Availability, Health
from service.store.indexes.builder import IndexBuilder
from service.store.keys import AccessKeyStore, ApiKeyStore
from service.store.master_keys import read_master_keys
from service.store.merges.aliases import AliasStore
from service.store.merges.erasing import MergeEraser
from service.store.merges.moves import MoveStore
from service.store.merges.records import MergeStore
from service.store.merges.snapshots import SnapshotStore
from service.store.merges.writing import MergeWriter
from service.store.profiles.bulk import BulkProfileStore
from service.store.profiles.changes import ChangeStore, changes_lag
from service.store.profiles.collection import ProfileStore
from service.store.profiles.deletions import DeletionStore
from service.store.profiles.documents import ProfileReader
from service.store.profiles.duplicates import DuplicateStore
from service.store.profiles.lists import ProfileLists
from service.store.profiles.stale_profiles import StaleProfileStore

_BATCH_FACTOR = 2
"""The commands for many profiles may take this much longer than those of other requests."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """The stores of an application.

    ``request_seconds`` limits the total time of a request's commands, and ``batch_seconds`` that of the
    commands in each step of a batch.
    """

    profiles: ProfileStore
    bulk_profiles: BulkProfileStore
    duplicates: DuplicateStore
    stale_profiles: StaleProfileStore
    stale_snapshots: StaleProfileStore
    batches: BatchStore
    profile_lists: ProfileLists
    deletions: DeletionStore
    changes: ChangeStore
    associations: AssociationStore
    aliases: AliasStore
    moves: MoveStore
    merges: MergeStore
    merge_snapshots: SnapshotStore
    merge_writer: MergeWriter
    merge_eraser: MergeEraser
    objects: ObjectStore
    stale_objects: StaleObjectStore
    object_types: ObjectTypeStore
    amazon_domains: AmazonDomainStore
    domains: DomainStore
    audit: AuditTrail
    indexes: IndexBuilder
    availability: Availability
    health: Health
    api_keys: ApiKeyStore
    access_keys: AccessKeyStore
    request_seconds: float
    batch_seconds: float
    keyring: MasterKeyring
    sensitive_value_counts: SensitiveValueCountStore

    @classmethod
    def connect(cls, settings: Settings) -> "Stores":
        """Connect to the database of the settings. A background thread writes queued audit events."""
        availability = Availability()
        database = connect(settings, listeners=[availability])
        return cls.over(database, settings, availability, audit_in_background=True)

    @classmethod
    def over(
        cls,
        database: Database[Document],
        settings: Settings,
        availability: Availability | None = None,
        *,
        audit_in_background: bool = False,
    ) -> "Stores":
        """Create the stores of a database. Raises ``MasterKeyringError``."""
        request_seconds = settings.mongodb_timeout_ms / 1000
        batch_seconds = _BATCH_FACTOR * request_seconds
        keyring = read_master_keys(settings)
        search_keys = SearchKeyStore(database["search_keys"], keyring)
        domains = DomainStore(
            SettingsStore(database["settings"]),
            search_keys,
            default_region=settings.default_region,
            seconds=settings.settings_cache_seconds,
        )
        reader = ProfileReader(keyring, domains)
        objects, seal = database["profile_objects"], ObjectSeal(keyring)
        profiles, counts = database["profiles"], database["sensitive_value_counts"]
        lists, deletions = ProfileLists(profiles, reader), DeletionStore(database["deletions"])
        max_erasure_time = timedelta(seconds=request_seconds)
        lag = changes_lag(max_erasure_time, timedelta(seconds=batch_seconds))
        audit = AuditStore(database["audit"], retention=timedelta(days=settings.audit_retention_days))
        return cls(
            profiles=ProfileStore(profiles, reader, max_erasure_time=max_erasure_time),
            bulk_profiles=BulkProfileStore(profiles, reader, max_erasure_time=max_erasure_time),
            duplicates=DuplicateStore(profiles),
            stale_profiles=StaleProfileStore(profiles, search_keys, keyring),
            stale_snapshots=StaleProfileStore(database["merge_snapshots"], search_keys, keyring),
            batches=BatchStore(database["batches"]),
            profile_lists=lists,
            deletions=deletions,
            changes=ChangeStore(database, lists, deletions, lag=lag),
            associations=AssociationStore(database["associations"]),
            aliases=AliasStore(database["merged_profiles"]),
            moves=MoveStore(database),
            merge_eraser=MergeEraser(database),
            merges=MergeStore(database["merges"]),
            merge_snapshots=SnapshotStore(database["merge_snapshots"], reader),
            merge_writer=MergeWriter(database, reader, audit, max_erasure_time=max_erasure_time),
            objects=ObjectStore(objects, seal),
            stale_objects=StaleObjectStore(objects, seal),
            object_types=ObjectTypeStore(database["object_types"]),
            amazon_domains=AmazonDomainStore(database["amazon_domains"]),
            domains=domains,
            audit=AuditTrail(audit, in_background=audit_in_background),
            indexes=IndexBuilder(database, patience=request_seconds),
            availability=availability or Availability(),
            health=Health(database, require_replica_set=settings.mongodb_require_replica_set),
            api_keys=ApiKeyStore(database["api_keys"]),
            access_keys=AccessKeyStore(database["access_keys"]),
            request_seconds=request_seconds,
            batch_seconds=batch_seconds,
            keyring=keyring,
            sensitive_value_counts=SensitiveValueCountStore(counts, limit=settings.sensitive_values_per_hour),
        )

    def make_ready(self) -> None:
        """Build missing indexes. Raise ``DatastoreUnavailable`` if MongoDB is not ready for requests."""
        self.availability.check()
        self.indexes.ensure()

    def close(self) -> None:
        """Write queued audit events, or log how many are lost. Call this before the process ends."""
        self.audit.close()

    def disconnect(self) -> None:
        """Close the connections to MongoDB, so that the driver's threads end before the process does."""
        self.health.disconnect()
