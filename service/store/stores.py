"""All stores over one database, as the use cases get them."""

from dataclasses import dataclass

from pymongo.database import Database

from service.config import Settings
from service.store.associations import AssociationStore
from service.store.client import Document
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
    indexes: Indexes

    @classmethod
    def over(cls, database: Database[Document], settings: Settings) -> "Stores":
        """Return the stores over the database."""
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
            Indexes(database),
        )
