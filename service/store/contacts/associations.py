"""The ``associations`` collection: one document for each contact. One atomic command makes each change."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ContactCleared
from service.model.contact import Association, Contact, ContactFilter, ContactPosition, NewAssociation
from service.model.limits import MAX_ASSOCIATIONS
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import IndexScan, PageScan, in_batches, single_batch, split_conditions
from service.store.contacts import queries
from service.store.indexes import definitions


class AssociationStore:
    """Reads and changes contacts."""

    def __init__(self, collection: Collection[Document], *, max_associations: int = MAX_ASSOCIATIONS) -> None:
        self._collection = collection
        self._max_associations = max_associations

    @translate_errors
    def get(self, domain: str, contact_id: str) -> Contact | None:
        """Return the contact, or None if it is unknown."""
        document = self._collection.find_one(queries.by_contact_id(domain, contact_id))
        return None if document is None else _to_contact(document)

    @translate_write_errors
    def associate(
        self,
        domain: str,
        contact_id: str,
        *,
        channel: str | None,
        association: NewAssociation,
        now: datetime,
        once: bool = False,
    ) -> Contact:
        """Make the association the current one, and return the contact. Raises ``ContactCleared``.

        Creates an unknown contact. Changes only the channel if the current association has the same profile
        and agent. With ``once``, changes only the channel if the contact has or had an association with the
        profile: a late retry must not replace a newer one.
        """
        unless = queries.was_associated(association) if once else queries.is_current(association)
        change = queries.associate(channel, association, now, unless, self._max_associations)
        contact = self._change_open(domain, contact_id, change, now)
        if contact is None:
            raise ContactCleared
        return contact

    @translate_write_errors
    def disassociate(
        self, domain: str, contact_id: str, now: datetime, *, profile_id: str | None = None
    ) -> Contact | None:
        """End the current association, and return the contact as it was before.

        With ``profile_id``, ends only an association with this profile. Returns None if there is no such
        association. Raises ``ContactCleared``.
        """
        contact = queries.by_contact_id(domain, contact_id)
        with_profile = (
            {"association": {"$ne": None}} if profile_id is None else {"association.profile_id": profile_id}
        )
        associated = contact | {"cleared_at": None} | with_profile
        before = self._collection.find_one_and_update(associated, [queries.disassociate(now)])
        if before is not None:
            return _to_contact(before)
        if self._collection.find_one(contact | {"cleared_at": {"$ne": None}}):
            raise ContactCleared
        return None

    @translate_write_errors
    def clear(self, domain: str, contact_id: str, now: datetime) -> Contact:
        """Close the contact, keep only its current association, and return the contact.

        Creates an unknown contact. A contact that is cleared already does not change.
        """
        contact = self._change_open(domain, contact_id, queries.clear(now), now)
        if contact is not None:
            return contact
        document = self._collection.find_one(queries.by_contact_id(domain, contact_id))
        if document is None:
            # Contacts are never deleted, so the read did not see all data.
            raise DatastoreUnavailable
        return _to_contact(document)

    @translate_write_errors
    def complete(
        self,
        domain: str,
        contact_id: str,
        *,
        channel: str | None,
        agent_id: str | None,
        begun_at: datetime | None,
        ended_at: datetime | None,
    ) -> None:
        """Add what became known later of a contact, even if it is cleared. See ``queries.complete``.

        Ignores an unknown contact.
        """
        change = queries.complete(channel, agent_id, begun_at, ended_at)
        self._collection.update_one(queries.by_contact_id(domain, contact_id), change)

    def _change_open(self, domain: str, contact_id: str, change: Document, now: datetime) -> Contact | None:
        """Change the contact, or create it, and return it. Return None if the contact is cleared."""
        # A duplicate ``_id`` means that the contact is cleared, or that a concurrent request has created it.
        for _ in range(2):
            with suppress(DuplicateKeyError):
                document = self._collection.find_one_and_update(
                    queries.by_contact_id(domain, contact_id) | {"cleared_at": None},
                    [queries.set_defaults(contact_id, now), change],
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
                return None if document is None else _to_contact(document)
        return None

    @translate_write_errors
    def forget_profile(self, domain: str, profile_id: str) -> None:
        """Remove the profile from all contacts of the domain."""
        self.forget_profiles(domain, [profile_id])

    @translate_write_errors
    def forget_profiles(self, domain: str, profile_ids: Sequence[str]) -> None:
        """Remove the profiles from all contacts of the domain. Sends one command."""
        ids = list(profile_ids)
        self._collection.update_many(
            {"domain": domain, "associations.profile_id": {"$in": ids}}, [queries.remove_profiles(ids)]
        )

    def history(self, domain: str, profile_id: str) -> Iterator[Contact]:
        """Yield all contacts that were ever associated with the profile. Raises ``DatastoreUnavailable``."""
        query: Document = {"domain": domain, "associations.profile_id": profile_id}
        with self._collection.find(query).hint(definitions.HISTORY_OF_PROFILE) as cursor:
            for batch in in_batches(cursor):
                yield from map(_to_contact, batch)

    @translate_errors
    def current(self, domain: str, contact_ids: Iterable[str]) -> dict[str, Association]:
        """Return the current associations by contact ID. Omits contacts without one."""
        ids = [queries.document_id(domain, contact_id) for contact_id in contact_ids]
        documents = self._collection.find(
            {"domain": domain, "_id": {"$in": ids}}, {"contact_id": True, "association": True}
        ).hint("_id_")
        return {d["contact_id"]: d["association"] for d in documents if d["association"] is not None}

    @translate_errors
    def last_associated(self, domain: str, profile_ids: Sequence[str]) -> dict[str, datetime]:
        """Return by profile ID when the latest current association with the profile began.

        Omits profiles without a current association.
        """
        latest: list[Document] = [
            {"$match": {"domain": domain, "association.profile_id": {"$in": list(profile_ids)}}},
            {"$sort": {"association.profile_id": 1, "association.associated_at": -1}},
            {"$group": {"_id": "$association.profile_id", "at": {"$first": "$association.associated_at"}}},
        ]
        batch_size = single_batch(len(profile_ids))
        documents = self._collection.aggregate(latest, hint=definitions.LAST_OF_PROFILE, batchSize=batch_size)
        return {document["_id"]: document["at"] for document in documents}

    @translate_errors
    def find(self, domain: str, filters: ContactFilter, limit: int) -> PageScan[Contact, ContactPosition]:
        """Return up to ``limit`` contacts that meet the filters, newest first.

        Sends one command, or up to four if the filters have several of profile, agent and channel.
        """
        # The most selective condition is first. A hint is needed: the planner sometimes prefers ``NEWEST``.
        values = [
            ("association.profile_id", definitions.OF_PROFILE, filters.profile_id),
            ("association.agent_id", definitions.OF_AGENT, filters.agent_id),
            ("channel", definitions.OF_CHANNEL, filters.channel),
        ]
        hint, covered, others = split_conditions(values, definitions.NEWEST)
        scan = IndexScan(
            collection=self._collection,
            hint=hint,
            order=queries.NEWEST_FIRST,
            between=lambda after, until: (
                {"domain": domain} | covered | queries.period(domain, filters, after, until)
            ),
            position=queries.contact_position,
            conditions=others,
        )
        return scan.page(filters.before, limit).map(_to_contact)


def _to_contact(document: Document) -> Contact:
    fields = {name: value for name, value in document.items() if name not in {"_id", "domain"}}
    return cast("Contact", fields)
