"""Contacts and the profiles associated with them in MongoDB: one document a contact, one command a change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ContactCleared
from service.model.contact import Association, Contact
from service.store.client.batches import in_batches
from service.store.client.connection import Document, in_one_batch, translated, writing
from service.store.client.page_scan import IndexScan, PageScan
from service.store.contacts import changes as contact_changes
from service.store.contacts.queries import (
    NEWEST_FIRST,
    ContactFilter,
    ContactPosition,
    contact_position,
    id_of,
    index_of,
    listed,
    one,
)
from service.store.indexes.definitions import HISTORY_OF_PROFILE, LAST_OF_PROFILE


class AssociationStore:
    """The ``associations`` collection."""

    def __init__(self, collection: Collection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @translated
    def get(self, domain: str, contact_id: str) -> Contact | None:
        """Return the contact, or None where nothing is known of it."""
        document = self._collection.find_one(one(domain, contact_id))
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
        same = contact_changes.is_current(association)
        change = contact_changes.associated(channel, association, now, unless=same)
        return self._associate(domain, contact_id, change, now)

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
        ever = contact_changes.was_ever(association)
        change = contact_changes.associated(channel, association, now, unless=ever)
        return self._associate(domain, contact_id, change, now)

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
        open_and_associated = one(domain, contact_id) | {"cleared_at": None, "association": {"$ne": None}}
        end = contact_changes.disassociated(now)
        before = self._collection.find_one_and_update(open_and_associated, [end])
        if before is not None:
            return _to_contact(before)
        if self._collection.find_one(one(domain, contact_id) | {"cleared_at": {"$ne": None}}):
            raise ContactCleared
        return None

    @writing
    def clear(self, domain: str, contact_id: str, now: datetime) -> Contact:
        """Close the contact to changes, keep its current association alone, and return it."""
        contact = self._change_open(domain, contact_id, contact_changes.cleared(now), now)
        return contact if contact is not None else self._cleared(domain, contact_id)

    def _cleared(self, domain: str, contact_id: str) -> Contact:
        """Return the contact that is known to be cleared."""
        document = self._collection.find_one(one(domain, contact_id))
        if document is None:
            # Contacts are never removed, so it is not the answer of a database that is all there.
            raise DatastoreUnavailable
        return _to_contact(document)

    def _change_open(self, domain: str, contact_id: str, change: Document, now: datetime) -> Contact | None:
        """Change the contact, known or not, and return it; None where it is cleared.

        The upsert of a contact that is cleared, or that another request makes known at this moment,
        meets its ``_id``; the second time it can only be the former.
        """
        for _ in range(2):
            with suppress(DuplicateKeyError):
                # An upsert that returns what is there after it returns something.
                document: Any = self._collection.find_one_and_update(
                    one(domain, contact_id) | {"cleared_at": None},
                    [contact_changes.known(contact_id, now), change],
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
                return _to_contact(document)
        return None

    @writing
    def forget_profile(self, domain: str, profile_id: str) -> None:
        """Take the profile out of every contact and history of the domain."""
        self._collection.update_many(
            {"domain": domain, "associations.profile_id": profile_id}, [contact_changes.without(profile_id)]
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
    def current(self, domain: str, contact_ids: Iterable[str]) -> dict[str, Association]:
        """Return the association that each of the contacts has now, by contact ID, of those that have one."""
        found = self._collection.find(
            {"domain": domain, "_id": {"$in": [id_of(domain, contact_id) for contact_id in contact_ids]}},
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
    def find(self, domain: str, which: ContactFilter, limit: int) -> PageScan[Contact, ContactPosition]:
        """Return up to ``limit`` contacts, those first known last coming first.

        One command if the index covers all conditions. If not, up to four: conditions outside the index can
        exclude any number of contacts.
        """
        covered = which.covered_by_index
        if covered == which:
            found = self._collection.find(listed(domain, which)).hint(index_of(which))
            return PageScan([_to_contact(each) for each in found.sort(NEWEST_FIRST).limit(limit)])
        scan = IndexScan(
            collection=self._collection,
            hint=index_of(which),
            order=NEWEST_FIRST,
            between=lambda after, until: listed(domain, replace(covered, before=after, until=until)),
            position=contact_position,
            conditions=which.outside_index,
            meets_conditions=which.meets_conditions,
        )
        page = scan.page(which.before, limit)
        return PageScan([_to_contact(each) for each in page.items], page.ended_at, page.scanned)


def _to_contact(document: Document) -> Contact:
    return {name: value for name, value in document.items() if name not in {"_id", "domain"}}
