"""All stores of one database."""

from dataclasses import dataclass

from pymongo.database import Database

from service.config import Settings
from service.crypto.master_keyring import MasterKeyring
from service.store.amazon.stores import AmazonStores, amazon_stores
from service.store.audit import AuditTrail
from service.store.client.connection import connect
from service.store.client.document import Document
from service.store.contacts.associations import AssociationStore
from service.store.domains.domains import DomainStore
from service.store.domains.sensitive_value_counts import SensitiveValueCountStore
from service.store.health import Availability, Health
from service.store.indexes.builder import IndexBuilder
from service.store.keys import AccessKeyStore, ApiKeyStore
from service.store.merges.stores import MergeStores, merge_stores
from service.store.profiles.stores import ProfileStores, profile_stores
from service.store.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Stores(ProfileStores, MergeStores, AmazonStores):
    """The stores of an application.

    ``request_seconds`` limits the total time of a request's commands, and ``batch_seconds`` that of the
    commands in each step of a batch.
    """

    associations: AssociationStore
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
        """Create the stores of the database in the settings, without connecting yet.

        A background thread writes queued audit events. Raises ``MasterKeyringError``.
        """
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
        shared = Shared.of(database, settings)
        counts = database["sensitive_value_counts"]
        return cls(
            # ``vars`` works because these dataclasses have no slots.
            **vars(profile_stores(shared)),
            **vars(merge_stores(shared)),
            **vars(amazon_stores(shared)),
            associations=AssociationStore(database["associations"]),
            domains=shared.domains,
            audit=AuditTrail(shared.audit, in_background=audit_in_background),
            indexes=IndexBuilder(database, patience=shared.request_seconds),
            availability=availability or Availability(),
            health=Health(database, require_replica_set=settings.mongodb_require_replica_set),
            api_keys=ApiKeyStore(database["api_keys"]),
            access_keys=AccessKeyStore(database["access_keys"]),
            request_seconds=shared.request_seconds,
            batch_seconds=shared.batch_seconds,
            keyring=shared.keyring,
            sensitive_value_counts=SensitiveValueCountStore(counts, limit=settings.sensitive_values_per_hour),
        )

    def make_ready(self) -> None:
        """Start to build missing indexes, and wait for them up to ``request_seconds`` from the start.

        Raises ``DatastoreUnavailable`` if MongoDB is unavailable, or if a unique index is still missing.
        """
        self.availability.check()
        self.indexes.ensure()

    def close(self) -> None:
        """Write queued audit events, or log how many are lost. Call this before the process ends."""
        self.audit.close()

    def disconnect(self) -> None:
        """Close the connections to MongoDB, so that the driver's threads end before the process does."""
        self.health.disconnect()
