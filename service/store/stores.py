"""All stores over one database, as the use cases get them."""

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from service.config import Settings
from service.crypto.master_keyring import MasterKeyring
from service.store.api_keys import ApiKeyStore
from service.store.audit.collection import AuditStore
from service.store.audit.trail import AuditTrail
from service.store.client.connection import Document, connect
from service.store.contacts.associations import AssociationStore
from service.store.domains.domains import DomainStore
from service.store.domains.search_keys import SearchKeyStore
from service.store.domains.sensitive_value_counts import SensitiveValueCountStore
from service.store.domains.settings import SettingsStore
from service.store.health.availability import Availability
from service.store.health.durability import Durability
from service.store.health.ping import Pulse
from service.store.indexes.builder import Indexes
from service.store.master_keys import read_master_keys
from service.store.profiles.collection import ProfileStore
from service.store.profiles.erasures import ErasureStore
from service.store.profiles.match_query import ArrivalStore
from service.store.profiles.reader import ProfileReader
from service.store.profiles.stale_profiles import StaleProfileStore
from service.store.profiles.value_holders import ValueHolderStore


@dataclass(frozen=True)
class Stores:
    """The stores of one application."""

    profiles: ProfileStore
    stale_profiles: StaleProfileStore
    erasures: ErasureStore
    associations: AssociationStore
    arrivals: ArrivalStore
    domains: DomainStore
    audit: AuditTrail
    indexes: Indexes
    availability: Availability
    pulse: Pulse
    api_keys: ApiKeyStore
    durability: Durability
    request_seconds: float
    """How long all that one request asks of MongoDB may take together."""
    masters: MasterKeyring
    sensitive_value_counts: SensitiveValueCountStore
    value_holders: ValueHolderStore

    @classmethod
    def connect(cls, settings: Settings) -> "Stores":
        """Return the stores over the database that the settings name."""
        availability = Availability()
        return cls.over(connect(settings, listeners=[availability]), settings, availability)

    @classmethod
    def over(
        cls, database: Database[Document], settings: Settings, availability: Availability | None = None
    ) -> "Stores":
        """Return the stores over a database; one that tells nothing of itself counts as available.

        Raises ``MasterKeyringError`` where the master keys that the settings name cannot be used.
        """
        request_seconds = settings.mongodb_timeout_ms / 1000
        masters = read_master_keys(settings)
        search_keys = SearchKeyStore(database["search_keys"], masters)
        domains = DomainStore(
            SettingsStore(database["settings"]),
            search_keys,
            default_region=settings.default_region,
            seconds=settings.settings_cache_seconds,
        )
        reader = ProfileReader(masters, domains)
        return cls(
            ProfileStore(database["profiles"], masters, reader),
            StaleProfileStore(database["profiles"], search_keys, masters),
            ErasureStore(database["profiles"], max_age=timedelta(seconds=request_seconds)),
            AssociationStore(database["associations"]),
            ArrivalStore(database["profiles"], "associations", reader),
            domains,
            AuditTrail(
                AuditStore(database["audit"], retention=timedelta(days=settings.audit_retention_days))
            ),
            Indexes(database, patience=request_seconds),
            availability or Availability(),
            Pulse(database),
            ApiKeyStore(database["api_keys"]),
            Durability(database, required=settings.mongodb_require_replica_set),
            request_seconds,
            masters,
            SensitiveValueCountStore(
                database["sensitive_value_counts"], limit=settings.sensitive_values_per_hour
            ),
            ValueHolderStore(database["profiles"]),
        )

    def make_ready(self) -> None:
        """Let a request through once MongoDB can serve it; raises ``DatastoreUnavailable``."""
        self.availability.check()
        self.indexes.ensure()

    def close(self) -> None:
        """Write what still waits to be written; where that cannot be, it is logged, and lost."""
        self.audit.close()
