"""A store of API keys in memory, for an authenticator without MongoDB."""

from dataclasses import dataclass, field

from service.errors.datastore import DatastoreUnavailable
from service.model.principal import ApiKey


@dataclass
class FakeStore:
    """Replaces MongoDB and counts the reads."""

    keys: dict[str, ApiKey] = field(default_factory=dict)
    reads: int = 0
    reads_of_ids: int = 0
    is_down: bool = False

    def insert(self, key: ApiKey) -> None:
        """Add a key."""
        self.keys[key.key_id] = key

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key."""
        self.reads += 1
        return self.keys.get(key_id)

    def ids(self) -> frozenset[str]:
        """Return the IDs of all keys."""
        self.reads_of_ids += 1
        return frozenset(self.keys)

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` while ``is_down``, like ``stores.availability.check()``."""
        if self.is_down:
            raise DatastoreUnavailable
