"""Read the changes from the stores, and copy the profiles with them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bson import Timestamp
from pymongo.database import Database

from service.model.changes import FIRST_CHANGE, ChangedProfile, ChangePosition
from service.store.profiles.changes import ChangeStore
from service.store.stores import Stores

Document = dict[str, Any]


def change_store(database: Database[Document], stores: Stores, lag: timedelta = timedelta(0)) -> ChangeStore:
    """Return a store of changes with another delay. Without a delay, it shows changes at once."""
    return ChangeStore(database, stores.profile_lists, stores.deletions, lag=lag)


@dataclass
class Copy:
    """Versions of profiles by ID, as a program has them after the changes that it has read."""

    store: ChangeStore
    position: ChangePosition = FIRST_CHANGE
    complete_until: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    log: list[tuple[str, int | None]] = field(default_factory=list)
    """Each change that was read: the ID, and the version or None for a deletion."""

    def poll(self, limit: int = 100) -> list[tuple[str, int | None]]:
        """Read all new changes and return them."""
        before = len(self.log)
        while True:
            scan = self.store.read("default", after=self.position, limit=limit)
            self.position, self.complete_until = scan.ended_at, scan.complete_until
            for change in scan.changes:
                profile_id = change.position.profile_id
                self.versions.pop(profile_id, None)
                version = change.profile["version"] if isinstance(change, ChangedProfile) else None
                if version is not None:
                    self.versions[profile_id] = version
                self.log.append((profile_id, version))
            if not scan.changes:
                return self.log[before:]


def stored_versions(database: Database[Document]) -> dict[str, int]:
    """Return the version of each profile in the database."""
    return {document["_id"]: document["version"] for document in database["profiles"].find()}


def tick_of(database: Database[Document], profile_id: str, collection: str = "profiles") -> Timestamp:
    """Return the time of the change of a profile, or of its deletion."""
    document = database[collection].find_one({"_id": profile_id})
    assert document is not None
    tick: Timestamp = document["changed" if collection == "profiles" else "deleted"]
    return tick
