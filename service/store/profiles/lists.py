"""Lists of all profiles of a domain, and their number."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection as MongoCollection

from service.model.changes import ChangedProfile, ChangePosition
from service.model.profile import Profile
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.client.page_scan import PageScan, single_batch
from service.store.client.transactions import Session
from service.store.indexes.definitions import CHANGED, OLDEST
from service.store.profiles.documents import ProfileReader
from service.store.profiles.ticks import from_number, to_number

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""A page ends when its documents exceed this size: a profile at all its limits has more than a megabyte."""

MAX_EXACT_COUNT = 10_000
"""Maximum number of profiles that are counted one by one."""

SAMPLE_SIZE = 2000
"""Number of profiles in the sample that estimates the share of a domain.

In 95 % of all samples, the error is at most 2.2 % of all profiles.
"""


# The index ``oldest`` serves only queries with a condition on ``created_at``. All profiles meet this one.
_AT_ANY_TIME: Document = {"created_at": {"$gte": datetime.min.replace(tzinfo=UTC)}}

# The index terms are half of a document, and lists do not show them.
_WITHOUT_TERMS = {"lookup": False, "unique": False}


class ProfileLists:
    """Reads pages of all profiles of a domain, and counts them."""

    def __init__(self, collection: MongoCollection[Document], reader: ProfileReader) -> None:
        self._collection = collection
        self._reader = reader

    @translate_errors
    def by_creation(
        self, domain: str, *, after: tuple[datetime, str] | None, limit: int, with_terms: bool = False
    ) -> PageScan[Profile, tuple[datetime, str]]:
        """Return up to ``limit`` profiles after a position, oldest first. Stops at ``MAX_PAGE_BYTES``.

        Positions are the time of creation and the ID of a profile. With ``with_terms``, the profiles have
        their index terms.
        """
        query = {"domain": domain} | (_AT_ANY_TIME if after is None else _after("created_at", *after))
        documents, stopped = self._find(query, OLDEST, "created_at", limit, with_terms=with_terms)
        last = (documents[-1]["created_at"], documents[-1]["_id"]) if stopped else None
        return PageScan(self._reader.read(domain, documents), last)

    @translate_errors
    def end_of_page(
        self, domain: str, *, after: tuple[datetime, str] | None, size: int
    ) -> tuple[datetime, str] | None:
        """Return the position of the last of ``size`` profiles after a position, or None if there are fewer.

        Reads the index alone.
        """
        query = {"domain": domain} | (_AT_ANY_TIME if after is None else _after("created_at", *after))
        cursor = (
            self._collection.find(query, ["created_at"]).hint(OLDEST).sort([("created_at", 1), ("_id", 1)])
        )
        for document in cursor.skip(size - 1).limit(1):
            return document["created_at"], document["_id"]
        return None

    @translate_errors
    def by_change(
        self,
        domain: str,
        *,
        after: ChangePosition,
        until: int | None = None,
        limit: int,
        session: Session = None,
    ) -> PageScan[ChangedProfile, ChangePosition]:
        """Return up to ``limit`` profiles after a position, in the order of their last changes.

        Omits profiles that changed after the tick ``until``. Stops at ``MAX_PAGE_BYTES``. Sends one command,
        or up to two if the position has no tick.
        """
        documents: list[Document] = []
        stopped = False
        if after.tick is None:
            query = {"domain": domain, "changed": None, "_id": {"$gt": after.profile_id}}
            documents, stopped = self._find(query, CHANGED, "changed", limit, session)
            after = ChangePosition(0, "")
        if not stopped and len(documents) < limit:
            query = changed_after(domain, "changed", after, until)
            found, stopped = self._find(query, CHANGED, "changed", limit - len(documents), session)
            documents += found
        positions = [_position(document) for document in documents]
        profiles = self._reader.read(domain, documents)
        changed = [ChangedProfile(*pair) for pair in zip(positions, profiles, strict=True)]
        return PageScan(changed, positions[-1] if stopped else None)

    @translate_errors
    def existing(self, domain: str, profile_ids: Collection[str], session: Session = None) -> set[str]:
        """Return the IDs of the profiles that exist."""
        query = {"_id": {"$in": list(profile_ids)}, "domain": domain}
        documents = self._collection.find(query, ["_id"], session=session).hint("_id_")
        return {document["_id"] for document in documents.batch_size(single_batch(len(profile_ids)))}

    @translate_errors
    def count(self, domain: str) -> tuple[int, bool]:
        """Return the number of profiles, and whether it is an estimate; it is above ``MAX_EXACT_COUNT``."""
        limit = MAX_EXACT_COUNT + 1
        count = self._collection.count_documents({"domain": domain} | _AT_ANY_TIME, limit=limit, hint=OLDEST)
        if count <= MAX_EXACT_COUNT:
            return count, False
        total = self._collection.estimated_document_count()
        if self._is_only_domain(domain):
            return max(count, total), True
        sample: list[Document] = [
            {"$sample": {"size": SAMPLE_SIZE}},
            {"$group": {"_id": "$domain", "n": {"$sum": 1}}},
        ]
        sizes = {row["_id"]: row["n"] for row in self._collection.aggregate(sample)}
        return max(count, total * sizes.get(domain, 0) // max(1, sum(sizes.values()))), True

    def _is_only_domain(self, domain: str) -> bool:
        query: Document = {"domain": {"$ne": domain}} | _AT_ANY_TIME
        others = self._collection.find(query, {"_id": False, "domain": True}).hint(OLDEST)
        return next(iter(others.limit(1)), None) is None

    def _find(
        self,
        query: Document,
        hint: str,
        field: str,
        limit: int,
        session: Session = None,
        *,
        with_terms: bool = False,
    ) -> tuple[list[Document], bool]:
        """Return up to ``limit`` documents, sorted by the field and the ID, until they exceed MAX_PAGE_BYTES.

        Also returns whether they exceed it.
        """
        options = self._collection.codec_options.with_options(document_class=RawBSONDocument)
        # Only the documents of the page are decoded.
        collection: MongoCollection[RawBSONDocument] = self._collection.with_options(codec_options=options)
        cursor = collection.find(query, None if with_terms else _WITHOUT_TERMS, session=session).hint(hint)
        with cursor.sort([(field, 1), ("_id", 1)]).limit(limit).batch_size(single_batch(limit)):
            raw, stopped = _take(cursor)
        return [bson.decode(each.raw, self._collection.codec_options) for each in raw], stopped


def changed_after(domain: str, field: str, after: ChangePosition, until: int | None) -> Document:
    """Match documents of the domain whose tick in ``field`` is after the position, and at most ``until``."""
    query: Document = {"domain": domain} | _after(field, from_number(after.tick or 0), after.profile_id)
    if until is not None:
        query[field]["$lte"] = from_number(until)
    return query


def _after(field: str, value: object, profile_id: str) -> Document:
    # Not an $or of "later" and "equally late": the planner would choose an index for each branch.
    return {field: {"$gte": value}, "$nor": [{field: value, "_id": {"$lte": profile_id}}]}


def _position(document: Mapping[str, Any]) -> ChangePosition:
    tick = document.get("changed")
    return ChangePosition(None if tick is None else to_number(tick), document["_id"])


def _take(documents: Iterable[RawBSONDocument]) -> tuple[list[RawBSONDocument], bool]:
    """Return the documents until they exceed ``MAX_PAGE_BYTES``, and whether they do."""
    taken, size = [], 0
    for document in documents:
        taken.append(document)
        size += len(document.raw)
        if size > MAX_PAGE_BYTES:
            return taken, True
    return taken, False
