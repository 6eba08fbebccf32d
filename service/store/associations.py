"""Contacts and the profiles associated with them in MongoDB: one document a contact, one command a change.

The updates are pipelines, since what a change does depends on what is there. A pipeline reads strings
that begin with ``$`` as expressions, so every value that a caller sent stands under ``$literal``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ContactCleared
from service.store.batches import in_batches
from service.store.client import Document, in_one_batch, translated, writing
from service.store.indexes import (
    HISTORY_OF_PROFILE,
    LAST_OF_PROFILE,
    NEWEST,
    OF_AGENT,
    OF_CHANNEL,
    OF_PROFILE,
)

Contact = dict[str, Any]
"""``contact_id``, ``channel``, ``created_at``, ``cleared_at``, ``association`` (the current or None) and
``associations`` (all, oldest first); of each ``association_id``, ``profile_id``, ``agent_id``,
``associated_at`` and ``disassociated_at``."""

KEPT_ASSOCIATIONS = 1000
"""The latest so many associations of an open contact are kept; bounds the document."""

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


@dataclass(frozen=True, kw_only=True)
class ContactFilter:
    """Which contacts to list; what is None does not narrow. ``before`` is where the last page ended."""

    profile_id: str | None = None
    agent_id: str | None = None
    channel: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    before: tuple[datetime, str] | None = None


class AssociationStore:
    """The ``associations`` collection."""

    def __init__(self, collection: Collection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @translated
    def get(self, domain: str, contact_id: str) -> Contact | None:
        """Return the contact, or None where nothing is known of it."""
        document = self._collection.find_one(_key(domain, contact_id))
        return None if document is None else _to_contact(document)

    @writing
    def associate(
        self,
        domain: str,
        contact_id: str,
        *,
        channel: str | None,
        association: Mapping[str, Any],
        now: datetime,
    ) -> Contact:
        """Make the association the current one, and return the contact.

        The same profile and agent once more changes nothing, so that a retry is harmless. Raises
        ``ContactCleared``.
        """
        same = {
            "$and": [
                {"$eq": [f"$association.{name}", {"$literal": association[name]}]}
                for name in ("profile_id", "agent_id")
            ]
        }
        return self._associate(domain, contact_id, _associate(channel, association, now, unless=same), now)

    @writing
    def associate_once(
        self,
        domain: str,
        contact_id: str,
        *,
        channel: str | None,
        association: Mapping[str, Any],
        now: datetime,
    ) -> Contact:
        """Make the association the current one unless the profile has ever been the contact's; return it.

        A late retry so takes nothing back that was done since. Raises ``ContactCleared``.
        """
        ever = {"$in": [{"$literal": association["profile_id"]}, "$associations.profile_id"]}
        return self._associate(domain, contact_id, _associate(channel, association, now, unless=ever), now)

    def _associate(self, domain: str, contact_id: str, change: Document, now: datetime) -> Contact:
        contact = self._change_open(domain, contact_id, change, now)
        if contact is None:
            raise ContactCleared
        return contact

    @writing
    def disassociate(self, domain: str, contact_id: str, now: datetime) -> Contact | None:
        """End the current association and return the contact as it was before, or None if it has none.

        Raises ``ContactCleared``.
        """
        open_and_associated = _key(domain, contact_id) | {"cleared_at": None, "association": {"$ne": None}}
        end = {"$set": {"association": None, "associations": _ended("$associations", now)}}
        before = self._collection.find_one_and_update(open_and_associated, [end])
        if before is not None:
            return _to_contact(before)
        if self._collection.find_one(_key(domain, contact_id) | {"cleared_at": {"$ne": None}}):
            raise ContactCleared
        return None

    @writing
    def clear(self, domain: str, contact_id: str, now: datetime) -> Contact:
        """Close the contact to changes, keep its current association alone, and return it."""
        current = {"$cond": [{"$eq": ["$association", None]}, [], ["$association"]]}
        close = {"$set": {"cleared_at": now, "associations": current}}
        contact = self._change_open(domain, contact_id, close, now)
        return contact if contact is not None else self._cleared(domain, contact_id)

    def _cleared(self, domain: str, contact_id: str) -> Contact:
        """Return the contact that is known to be cleared."""
        document = self._collection.find_one(_key(domain, contact_id))
        if document is None:
            # Contacts are never removed, so it is not the answer of a database that is all there.
            raise DatastoreUnavailable
        return _to_contact(document)

    def _change_open(self, domain: str, contact_id: str, change: Document, now: datetime) -> Contact | None:
        """Change the contact, known or not, and return it; None where it is cleared.

        The upsert of a contact that is cleared, or that another request makes known at this moment,
        meets its ``_id``; the second time it can only be the former.
        """
        # From its query MongoDB puts the domain and ``cleared_at`` into what it inserts.
        new: Document = {"channel": None, "created_at": now, "association": None, "associations": []}
        known: Document = {name: {"$ifNull": [f"${name}", value]} for name, value in new.items()}
        known["contact_id"] = {"$literal": contact_id}
        for _ in range(2):
            with suppress(DuplicateKeyError):
                # An upsert that returns what is there after it returns something.
                document: Any = self._collection.find_one_and_update(
                    _key(domain, contact_id) | {"cleared_at": None},
                    [{"$set": known}, change],
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
                return _to_contact(document)
        return None

    @writing
    def forget_profile(self, domain: str, profile_id: str) -> None:
        """Take the profile out of every contact and history of the domain."""
        others = {"$ne": ["$$this.profile_id", profile_id]}
        current = {"$eq": ["$association.profile_id", profile_id]}
        without = {
            "association": {"$cond": [current, None, "$association"]},
            "associations": {"$filter": {"input": "$associations", "cond": others}},
        }
        self._collection.update_many(
            {"domain": domain, "associations.profile_id": profile_id}, [{"$set": without}]
        )

    def history(self, domain: str, profile_id: str) -> Iterator[Contact]:
        """Yield every contact that the profile stands in, now or earlier, in no order.

        Raises ``DatastoreUnavailable``.
        """
        query: Document = {"domain": domain, "associations.profile_id": profile_id}
        with self._collection.find(query).hint(HISTORY_OF_PROFILE) as cursor:
            for batch in in_batches(cursor):
                yield from map(_to_contact, batch)

    @translated
    def current(self, domain: str, contact_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the association that each of the contacts has now, by contact ID, of those that have one."""
        found = self._collection.find(
            {"domain": domain, "_id": {"$in": [_id(domain, contact_id) for contact_id in contact_ids]}},
            {"contact_id": True, "association": True},
        ).hint("_id_")
        return {d["contact_id"]: d["association"] for d in found if d["association"] is not None}

    @translated
    def last_associated(self, domain: str, profile_ids: Sequence[str]) -> dict[str, datetime]:
        """Return when each of the profiles was last associated with a contact that is still theirs."""
        latest: list[Document] = [
            {"$match": {"domain": domain, "association.profile_id": {"$in": list(profile_ids)}}},
            {"$sort": {"association.profile_id": 1, "association.associated_at": -1}},
            {
                "$group": {
                    "_id": "$association.profile_id",
                    "at": {"$first": "$association.associated_at"},
                }
            },
        ]
        batch = in_one_batch(len(profile_ids))
        found = self._collection.aggregate(latest, hint=LAST_OF_PROFILE, batchSize=batch)
        return {document["_id"]: document["at"] for document in found}

    @translated
    def find(self, domain: str, which: ContactFilter, limit: int) -> list[Contact]:
        """Return up to ``limit`` contacts, those first known last coming first."""
        found = (
            self._collection.find(_query(domain, which)).hint(_index(which)).sort(_NEWEST_FIRST).limit(limit)
        )
        return [_to_contact(document) for document in found]


def association_of(domain: str, contact_id: str) -> list[Document]:
    """Ask for the contact's current association: no document where nothing is known of the contact."""
    return [{"$match": _key(domain, contact_id)}, {"$project": {"_id": 0, "association": 1}}]


def _key(domain: str, contact_id: str) -> Document:
    """Match the contact's document; by its domain as well, which leads to the shard that has it."""
    return {"_id": _id(domain, contact_id), "domain": domain}


def _id(domain: str, contact_id: str) -> str:
    """Return the document's ID; neither part can contain the slash."""
    return f"{domain}/{contact_id}"


def _associate(
    channel: str | None, association: Mapping[str, Any], now: datetime, *, unless: Document
) -> Document:
    # Of racing requests the one that comes last need not have looked at the clock last.
    latest = {"$max": [now, {"$max": "$associations.associated_at"}]}
    entry = {
        "$mergeObjects": [
            {"$literal": {**association, "associated_at": now, "disassociated_at": None}},
            {"associated_at": latest},
        ]
    }
    history = {"$concatArrays": [_ended("$associations", now), [entry]]}
    return {
        "$set": {
            "channel": {"$literal": channel} if channel else "$channel",
            "association": {"$cond": [unless, "$association", entry]},
            "associations": {
                "$cond": [unless, "$associations", {"$slice": [history, -KEPT_ASSOCIATIONS]}],
            },
        }
    }


def _ended(associations: str, now: datetime) -> Document:
    """Return the associations with the one that is still current ended ``now``, but not before it began."""
    ended_at = {"$ifNull": ["$$this.disassociated_at", {"$max": [now, "$$this.associated_at"]}]}
    return {
        "$map": {
            "input": associations,
            "in": {"$mergeObjects": ["$$this", {"disassociated_at": ended_at}]},
        }
    }


def _query(domain: str, which: ContactFilter) -> Document:
    """Return the filter; every value is one that the API has checked, and none is a name."""
    query: Document = {"domain": domain}
    for field, value in (
        ("association.profile_id", which.profile_id),
        ("association.agent_id", which.agent_id),
        ("channel", which.channel),
    ):
        if value is not None:
            query[field] = {"$eq": value}
    last, contact_id = which.before or (None, "")
    period = {"$gte": which.created_from, "$lt": which.created_to, "$lte": last}
    if bounds := {operator: time for operator, time in period.items() if time is not None}:
        query["created_at"] = bounds
    if last is not None:
        # An $or of what is older and what is as old would have the planner choose an index for each.
        query["$nor"] = [{"created_at": last, "_id": {"$gte": _id(domain, contact_id)}}]
    return query


def _index(which: ContactFilter) -> str:
    """Return the index of what narrows most; the planner is sometimes taken with that of all contacts."""
    narrowing = ((which.profile_id, OF_PROFILE), (which.agent_id, OF_AGENT), (which.channel, OF_CHANNEL))
    return next((index for value, index in narrowing if value is not None), NEWEST)


def _to_contact(document: Document) -> Contact:
    return {name: value for name, value in document.items() if name not in {"_id", "domain"}}
