"""The ``audit`` collection. Events are added and read, never changed or deleted.

So the service's MongoDB user needs no right to change or delete them. A TTL index removes old events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from service.model.audit import AuditEvent, AuditFilter
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_errors
from service.store.client.page_scan import IndexScan, PageScan, in_batches
from service.store.indexes.definitions import NEWEST, OF_AGENT, OF_PROFILE

_ACKNOWLEDGED_BY_PRIMARY = WriteConcern(1, j=False)
# Sees events that only the primary has acknowledged.
_LOCAL = ReadConcern("local")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST_FIRST = [("_id", DESCENDING)]
_FIELDS = tuple(field.name for field in fields(AuditEvent) if field.name != "event_id")


class AuditStore:
    """Adds and reads audit events. New events expire after ``retention``."""

    def __init__(self, collection: Collection[Document], *, retention: timedelta) -> None:
        self._durable = collection
        self._fast = collection.with_options(write_concern=_ACKNOWLEDGED_BY_PRIMARY)
        self._local = collection.with_options(read_concern=_LOCAL)
        self._retention = retention

    # Not ``translate_write_errors``: a caller need not know whether an event was added.
    @translate_errors
    def insert(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Add the events. Ignore events that exist, as after a lost response.

        With ``durably`` wait for the journals of a majority, otherwise for the memory of the primary.
        """
        documents = [self._to_document(event) for event in events]
        collection = self._durable if durably else self._fast
        try:
            if len(documents) == 1 and not durably:
                # Every change waits for its event, and insert_one is a seventh cheaper. Durable inserts do
                # not use it: its duplicate key error does not show whether a majority has the first event.
                collection.insert_one(documents[0])
            else:
                collection.insert_many(documents, ordered=False)
        except DuplicateKeyError:
            return
        except BulkWriteError as error:
            duplicate_key_errors(error)

    @translate_errors
    def find(self, domain: str, which: AuditFilter, limit: int) -> PageScan[AuditEvent, str]:
        """Return up to ``limit`` events, newest first.

        One command. For events of a profile and an agent up to four: the profile index has no agent, so the
        agent condition can exclude any number of events.
        """
        covered = which if which.profile_id is None else replace(which, agent_id=None)
        scan = IndexScan(
            collection=self._local,
            hint=_index(which),
            order=_NEWEST_FIRST,
            between=lambda after, until: _query(domain, replace(covered, before=after), until),
            position=lambda document: str(document["_id"]),
            conditions={} if covered == which else {"agent_id": {"$eq": which.agent_id}},
            meets_conditions=lambda document: bool(document["agent_id"] == which.agent_id),
        )
        return scan.page(which.before, limit).map(_to_event)

    def of_profile(self, domain: str, profile_id: str) -> Iterator[AuditEvent]:
        """Yield all events of a profile, newest first. Raises ``DatastoreUnavailable``."""
        query = _query(domain, AuditFilter(profile_id=profile_id))
        with self._local.find(query).hint(OF_PROFILE).sort(_NEWEST_FIRST) as cursor:
            for batch in in_batches(cursor):
                yield from map(_to_event, batch)

    def _to_document(self, event: AuditEvent) -> Document:
        values = {name: getattr(event, name) for name in _FIELDS}
        return {"_id": event.event_id, **values, "expires_at": event.at + self._retention}


def _query(domain: str, which: AuditFilter, until: str | None = None) -> Document:
    """Return the query of a list of events, up to and including the event ``until``."""
    query: Document = {"domain": domain}
    if which.profile_id is not None:
        query["profile_ids"] = {"$eq": which.profile_id}
    if which.agent_id is not None:
        query["agent_id"] = {"$eq": which.agent_id}
    upper = [bound for bound in (which.before, _first_id(which.at_to)) if bound is not None]
    lower = [bound for bound in (until, _first_id(which.at_from)) if bound is not None]
    bounds = {"$gte": max(lower, default=None), "$lt": min(upper, default=None)}
    if given := {operator: bound for operator, bound in bounds.items() if bound is not None}:
        query["_id"] = given
    return query


def _index(which: AuditFilter) -> str:
    if which.profile_id is not None:
        return OF_PROFILE
    return NEWEST if which.agent_id is None else OF_AGENT


def _first_id(time: datetime | None) -> str | None:
    """Return the lower bound of the IDs from this time on: an ID begins with its milliseconds."""
    return None if time is None else f"{max(0, (time - _EPOCH) // timedelta(milliseconds=1)):012x}"


def _to_event(document: Document) -> AuditEvent:
    return AuditEvent(event_id=document["_id"], **{name: document[name] for name in _FIELDS})
