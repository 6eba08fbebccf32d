"""Who looked at, changed or erased what, in MongoDB: documents that are added and read, and nothing else.

No method here changes or removes one, so the service's user of MongoDB needs no right to; what is old enough
MongoDB removes by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from service.store.client.batches import in_batches
from service.store.client.connection import Document, translated
from service.store.client.duplicates import duplicates
from service.store.client.page_scan import IndexScan, PageScan
from service.store.indexes.definitions import NEWEST, OF_AGENT, OF_PROFILE

_LIGHTLY = WriteConcern(1, j=False)
# An event that was written lightly is there for whoever asks the primary next.
_AS_IT_STANDS = ReadConcern("local")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST_FIRST = [("_id", DESCENDING)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """What one request did; only IDs and names of search keys are in it, never a value."""

    event_id: str
    """A UUID of version 7 in hexadecimal digits: in the order of time."""
    domain: str
    at: datetime
    action: str
    profile_ids: Sequence[str]
    contact_id: str | None
    keys: Sequence[str]
    credential_id: str
    agent_id: str | None
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which events to list; what is None does not narrow.

    ``before`` is where the last page ended, and ``until`` the ID of the last event to look at.
    """

    profile_id: str | None = None
    agent_id: str | None = None
    at_from: datetime | None = None
    at_to: datetime | None = None
    before: str | None = None
    until: str | None = None


class AuditStore:
    """The ``audit`` collection."""

    def __init__(self, collection: Collection[Document], *, retention: timedelta) -> None:
        """Take the collection, and how long events are kept that are written from now on."""
        self._collection = collection
        self._lightly = collection.with_options(write_concern=_LIGHTLY)
        self._as_it_stands = collection.with_options(read_concern=_AS_IT_STANDS)
        self._retention = retention

    # Not ``writing``: whether an event was added is nothing that a caller has to find out.
    @translated
    def insert(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Add the events; one that is there already, as after a lost answer, is left as it is.

        ``durably`` waits as for any other write; else the primary has them when this returns, and neither its
        journal nor another node need have.
        """
        documents = [self._to_document(event) for event in events]
        collection = self._collection if durably else self._lightly
        try:
            if len(documents) == 1 and not durably:
                # Every change waits for its event, and this is cheaper by a seventh. Not for a durable one:
                # the error of its duplicate does not say whether a majority has the first by now.
                collection.insert_one(documents[0])
            else:
                collection.insert_many(documents, ordered=False)
        except DuplicateKeyError:
            return
        except BulkWriteError as error:
            duplicates(error)

    @translated
    def find(self, domain: str, which: AuditFilter, limit: int) -> PageScan[AuditEvent, str]:
        """Return up to ``limit`` events, the newest first.

        One command. For events of a profile and an agent up to four: the profile index has no agent, so the
        agent condition can exclude any number of events.
        """
        if which.profile_id is None or which.agent_id is None:
            return PageScan([_to_event(document) for document in self._find(domain, which).limit(limit)])
        covered = replace(which, agent_id=None)
        scan = IndexScan(
            collection=self._as_it_stands,
            hint=_index(covered),
            order=_NEWEST_FIRST,
            between=lambda after, until: _query(domain, replace(covered, before=after, until=until)),
            position=lambda document: str(document["_id"]),
            conditions={"agent_id": {"$eq": which.agent_id}},
            meets_conditions=lambda document: bool(document["agent_id"] == which.agent_id),
        )
        page = scan.page(which.before, limit)
        return PageScan([_to_event(each) for each in page.items], page.ended_at, page.scanned)

    def of_profile(self, domain: str, profile_id: str) -> Iterator[AuditEvent]:
        """Yield all events about a profile, the newest first; raises ``DatastoreUnavailable``."""
        with self._find(domain, AuditFilter(profile_id=profile_id)) as cursor:
            for batch in in_batches(cursor):
                yield from map(_to_event, batch)

    def _find(self, domain: str, which: AuditFilter) -> Cursor[Document]:
        return self._as_it_stands.find(_query(domain, which)).hint(_index(which)).sort(_NEWEST_FIRST)

    def _to_document(self, event: AuditEvent) -> Document:
        fields = {field: getattr(event, field) for field in AuditEvent.__slots__ if field != "event_id"}
        return {"_id": event.event_id, **fields, "expires_at": event.at + self._retention}


def _query(domain: str, which: AuditFilter) -> Document:
    query: Document = {"domain": domain}
    if which.profile_id is not None:
        query["profile_ids"] = {"$eq": which.profile_id}
    if which.agent_id is not None:
        query["agent_id"] = {"$eq": which.agent_id}
    ends = [end for end in (which.before, _first_id(which.at_to)) if end is not None]
    begins = [begin for begin in (which.until, _first_id(which.at_from)) if begin is not None]
    bounds = {"$gte": max(begins, default=None), "$lt": min(ends, default=None)}
    if given := {operator: bound for operator, bound in bounds.items() if bound is not None}:
        query["_id"] = given
    return query


def _first_id(time: datetime | None) -> str | None:
    """Return what all IDs of this time and later ones come after: they begin with their milliseconds."""
    return None if time is None else f"{max(0, (time - _EPOCH) // timedelta(milliseconds=1)):012x}"


def _index(which: AuditFilter) -> str:
    narrowing = ((which.profile_id, OF_PROFILE), (which.agent_id, OF_AGENT))
    return next((index for value, index in narrowing if value is not None), NEWEST)


def _to_event(document: Document) -> AuditEvent:
    fields: dict[str, Any] = {n: v for n, v in document.items() if n not in {"_id", "expires_at"}}
    return AuditEvent(event_id=document["_id"], **fields)
