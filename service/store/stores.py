"""All stores over one database, as the use cases get them."""

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from service.config import Settings
from service.store.associations import AssociationStore
from service.store.audit import AuditStore
from service.store.audit_trail import AuditTrail
from service.store.availability import Availability
from service.store.client import Document, connect
from service.store.domains import DomainStore
from service.store.indexes import Indexes
from service.store.profiles import ProfileStore
from service.store.search_keys import SearchKeyStore
from service.store.settings import SettingsStore
from service.store.stale_profiles import StaleProfileStore


@dataclass(frozen=True)
class Stores:
    """The stores of one application."""

    profiles: ProfileStore
    stale_profiles: StaleProfileStore
    associations: AssociationStore
    domains: DomainStore
    audit: AuditTrail
    indexes: Indexes
    availability: Availability

    @classmethod
    def connect(cls, settings: Settings) -> "Stores":
        """Return the stores over the database that the settings name."""
        availability = Availability()
        return cls.over(connect(settings, listeners=[availability]), settings, availability)

    @classmethod
    def over(
        cls, database: Database[Document], settings: Settings, availability: Availability | None = None
    ) -> "Stores":
        """Return the stores over a database; one that tells nothing of itself counts as available."""
        return cls(
            ProfileStore(database["profiles"]),
            StaleProfileStore(database["profiles"]),
            AssociationStore(database["associations"]),
            DomainStore(
                SettingsStore(database["settings"]),
                SearchKeyStore(database["search_keys"]),
                default_region=settings.default_region,
                seconds=settings.settings_cache_seconds,
            ),
            AuditTrail(
                AuditStore(database["audit"], retention=timedelta(days=settings.audit_retention_days))
            ),
            Indexes(database),
            availability or Availability(),
        )

    def make_ready(self) -> None:
        """Let a request through once MongoDB can serve it; raises ``DatastoreUnavailable``."""
        self.availability.check()
        self.indexes.ensure()

    def close(self) -> None:
        """Write what still waits to be written; where that cannot be, it is logged, and lost."""
        self.audit.close()
