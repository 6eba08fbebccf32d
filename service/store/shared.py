"""What the stores of one database share."""

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from service.config import Settings
from service.crypto.master_keyring import MasterKeyring
from service.store.audit import AuditStore
from service.store.client.document import Document
from service.store.domains.domains import DomainStore, SettingsStore
from service.store.domains.search_keys import SearchKeyStore
from service.store.master_keys import read_master_keys
from service.store.profiles.documents import ProfileReader

_BATCH_FACTOR = 2
"""How many times longer the commands in a step of a batch may take than those of a request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """The database, the stores that other stores use, the master keys, and the time limit of a request."""

    database: Database[Document]
    keyring: MasterKeyring
    search_keys: SearchKeyStore
    domains: DomainStore
    reader: ProfileReader
    audit: AuditStore
    request_seconds: float

    @classmethod
    def of(cls, database: Database[Document], settings: Settings) -> "Shared":
        """Create the shared parts, and read the master keys. Raises ``MasterKeyringError``."""
        keyring = read_master_keys(settings)
        search_keys = SearchKeyStore(database["search_keys"], keyring)
        domains = DomainStore(
            SettingsStore(database["settings"]),
            search_keys,
            default_region=settings.default_region,
            seconds=settings.settings_cache_seconds,
        )
        return cls(
            database=database,
            keyring=keyring,
            search_keys=search_keys,
            domains=domains,
            reader=ProfileReader(keyring, domains),
            audit=AuditStore(database["audit"], retention=timedelta(days=settings.audit_retention_days)),
            request_seconds=settings.mongodb_timeout_ms / 1000,
        )

    @property
    def batch_seconds(self) -> float:
        """The limit of the total time of the commands in each step of a batch."""
        return _BATCH_FACTOR * self.request_seconds

    @property
    def max_erasure_time(self) -> timedelta:
        """The limit of the total time of the commands of an erasure."""
        return timedelta(seconds=self.request_seconds)
