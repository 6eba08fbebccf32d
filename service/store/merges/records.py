"""The ``merges`` collection: a record of each merge. It contains IDs and names of search keys, no values."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields

from pymongo import DESCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database

from service.model.limits import MAX_OPEN_MERGES
from service.model.merge import Merge, MergePosition, NotRestored, RestoreProblem
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.client.page_scan import single_batch
from service.store.indexes.definitions import MERGES_OF_PROFILE

_FIELDS = tuple(field.name for field in fields(Merge) if field.name not in {"merge_id", "not_restored"})
_NEWEST_FIRST = [("merged_at", DESCENDING), ("_id", DESCENDING)]


@dataclass(frozen=True, slots=True)
class StoredMerge:
    """A record, and the fingerprint of the request with an Idempotency-Key that made the merge."""

    merge: Merge
    fingerprint: str | None


class MergeStore:
    """Reads the records of merges."""

    def __init__(self, collection: MongoCollection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def get(self, domain: str, merge_id: str) -> StoredMerge | None:
        """Return the record, or None."""
        document = self._collection.find_one({"_id": merge_id, "domain": domain})
        return None if document is None else StoredMerge(to_merge(document), document.get("fingerprint"))

    @translate_errors
    def of_profiles(
        self, domain: str, profile_ids: Collection[str], *, after: MergePosition | None, limit: int
    ) -> list[Merge]:
        """Return up to ``limit`` merges into any of the profiles, newest first, after a position."""
        query: Document = {"domain": domain, "profile_id": {"$in": sorted(profile_ids)}}
        if after is not None:
            query["merged_at"] = {"$lte": after.merged_at}
            query["$nor"] = [{"merged_at": after.merged_at, "_id": {"$gte": after.merge_id}}]
        cursor = self._collection.find(query).hint(MERGES_OF_PROFILE).sort(_NEWEST_FIRST)
        return list(map(to_merge, cursor.limit(limit).batch_size(single_batch(limit))))

    @translate_errors
    def targets_of_merges(self, domain: str, profile_ids: Collection[str]) -> set[str]:
        """Return the IDs of those profiles into which others were merged, even if the merges are undone."""
        query = {"domain": domain, "profile_id": {"$in": sorted(profile_ids)}}
        cursor = self._collection.find(query, {"_id": False, "profile_id": True}).hint(MERGES_OF_PROFILE)
        return {document["profile_id"] for document in cursor}


def count_open(database: Database[Document], domain: str, profile_id: str, session: ClientSession) -> int:
    """Return how many merges into the profile are not undone, up to ``MAX_OPEN_MERGES``.

    Raises driver errors.
    """
    query = {"domain": domain, "profile_id": profile_id, "undone_at": None}
    collection = database["merges"]
    return collection.count_documents(query, limit=MAX_OPEN_MERGES, hint=MERGES_OF_PROFILE, session=session)


def to_merge(document: Document) -> Merge:
    """Return the merge of a record."""
    problems = (
        NotRestored(**{**each, "reason": RestoreProblem(each["reason"])}) for each in document["not_restored"]
    )
    values = {name: document[name] for name in _FIELDS}
    return Merge(merge_id=document["_id"], not_restored=tuple(problems), **values)


def to_document(domain: str, merge: Merge, fingerprint: str | None) -> Document:
    """Return the record of a merge."""
    document: Document = {"_id": merge.merge_id, "domain": domain}
    document |= {name: getattr(merge, name) for name in _FIELDS}
    document |= {"profile_ids": list(merge.profile_ids), "not_restored": problems_of(merge)}
    return document if fingerprint is None else document | {"fingerprint": fingerprint}


def problems_of(merge: Merge) -> list[Document]:
    """Return the stored form of what an undo could not restore."""
    return [asdict(each) for each in merge.not_restored]
