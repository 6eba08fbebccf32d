"""The ``deletions`` collection: the IDs of erased and of merged profiles, with the ticks of the deletions."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from service.model.changes import ChangePosition, DeletedProfile
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.client.transactions import Session
from service.store.indexes.definitions import DELETED
from service.store.profiles.lists import changed_after
from service.store.profiles.ticks import CURRENT_TICK, to_number


class DeletionStore:
    """Adds and reads deletions. They are never removed, because clients can list changes from the start."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_write_errors
    def add(self, domain: str, erasures: Mapping[str, datetime]) -> None:
        """Store a deletion for each profile. ``erasures`` maps its ID to the start of its erasure.

        Call this before the profile is removed. Replaces an earlier deletion of the profile, except one with
        the same start, which a concurrent request has stored. Sends one command.
        """
        updates = [
            UpdateOne(
                {"_id": profile_id, "domain": domain, "erasing_at": {"$ne": erasing_at}},
                {
                    "$set": {"erasing_at": erasing_at},
                    "$unset": {"merged_into": ""},
                    "$currentDate": {"deleted": CURRENT_TICK},
                },
                upsert=True,
            )
            for profile_id, erasing_at in erasures.items()
        ]
        try:
            self._collection.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            # The deletion with the same start does not match the filter, so the upsert has tried to insert.
            duplicate_key_errors(error)

    def pages(self, size: int) -> Iterator[list[tuple[str, str]]]:
        """Yield the domain and the ID of all erased profiles, ``size`` at a time.

        A profile whose erasure was interrupted may still exist. Raises ``DatastoreUnavailable``.
        """
        after = ""
        while page := self._page(after, size):
            yield page
            after = page[-1][1]

    @translate_errors
    def _page(self, after: str, size: int) -> list[tuple[str, str]]:
        query = {"_id": {"$gt": after}, "merged_into": {"$exists": False}}
        cursor = self._collection.find(query, ["domain"]).hint("_id_").sort("_id").limit(size)
        return [(document["domain"], document["_id"]) for document in cursor.batch_size(single_batch(size))]

    def find(
        self, domain: str, *, after: ChangePosition, until: int, limit: int, session: Session
    ) -> list[DeletedProfile]:
        """Return up to ``limit`` deletions after the position, up to the tick ``until``, oldest first.

        Raises driver errors.
        """
        query = changed_after(domain, "deleted", after, until)
        cursor = self._collection.find(query, session=session).hint(DELETED)
        documents = cursor.sort([("deleted", 1), ("_id", 1)]).limit(limit).batch_size(single_batch(limit))
        return [
            DeletedProfile(ChangePosition(to_number(d["deleted"]), d["_id"]), d.get("merged_into"))
            for d in documents
        ]
