"""A store of API keys or access keys in memory, for an authenticator without MongoDB."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.errors.datastore import DatastoreUnavailable


@dataclass
class FakeStore:
    """Replaces MongoDB and counts the reads."""

    keys: dict[str, Any] = field(default_factory=dict)
    reads: int = 0
    reads_of_ids: int = 0
    is_down: bool = False

    def insert(self, key: Any) -> None:
        """Add a key."""
        self.keys[key.key_id] = key

    def get(self, key_id: str) -> Any:
        """Return the key."""
        self.reads += 1
        return self.keys.get(key_id)

    def ids(self) -> frozenset[str]:
        """Return the IDs of all keys."""
        self.reads_of_ids += 1
        return frozenset(self.keys)

    def set_successor(
        self, key_id: str, successor: str, *, expires_at: datetime | None, revoked_at: datetime | None
    ) -> bool:
        """Store which key replaces this one."""
        old = self.keys[key_id]
        self.keys[key_id] = replace(old, successor=successor, expires_at=expires_at, revoked_at=revoked_at)
        return True

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` while ``is_down``, like ``stores.availability.check()``."""
        if self.is_down:
            raise DatastoreUnavailable
