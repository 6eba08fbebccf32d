"""The queries for contacts, as plain data: how one is told, and how they are listed."""

from dataclasses import dataclass, replace
from datetime import datetime

from pymongo import DESCENDING

from service.store.client.connection import Document
from service.store.indexes.definitions import NEWEST, OF_AGENT, OF_CHANNEL, OF_PROFILE

NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

ContactPosition = tuple[datetime, str]
"""When a contact was first known, and its ID: the position in ``NEWEST_FIRST``."""


@dataclass(frozen=True, kw_only=True)
class ContactFilter:
    """Which contacts to list; what is None does not narrow.

    ``before`` is the position at which the last page ended, ``until`` that of the last contact to look at.
    """

    profile_id: str | None = None
    agent_id: str | None = None
    channel: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    before: ContactPosition | None = None
    until: ContactPosition | None = None

    @property
    def covered_by_index(self) -> "ContactFilter":
        """Return the filter reduced to the conditions that the index covers."""
        if self.profile_id is not None:
            return replace(self, agent_id=None, channel=None)
        return self if self.agent_id is None else replace(self, channel=None)

    @property
    def outside_index(self) -> Document:
        """Return the conditions that the index does not cover, as a filter."""
        covered = self.covered_by_index
        outside: Document = {}
        if self.agent_id != covered.agent_id:
            outside["association.agent_id"] = {"$eq": self.agent_id}
        if self.channel != covered.channel:
            outside["channel"] = {"$eq": self.channel}
        return outside

    def meets_conditions(self, document: Document) -> bool:
        """Return whether a contact that the index leads to meets the conditions outside the index."""
        return self.agent_id in {None, document["association"]["agent_id"]} and self.channel in {
            None,
            document["channel"],
        }


def association_of(domain: str, contact_id: str) -> list[Document]:
    """Ask for the contact's current association: no document where nothing is known of the contact."""
    return [{"$match": one(domain, contact_id)}, {"$project": {"_id": 0, "association": 1}}]


def one(domain: str, contact_id: str) -> Document:
    """Match the contact's document; by its domain as well, which leads to the shard that has it."""
    return {"_id": id_of(domain, contact_id), "domain": domain}


def id_of(domain: str, contact_id: str) -> str:
    """Return the document's ID; neither part can contain the slash."""
    return f"{domain}/{contact_id}"


def contact_position(document: Document) -> ContactPosition:
    """Return the position of a contact's document in ``NEWEST_FIRST``."""
    return document["created_at"], document["_id"].partition("/")[2]


def listed(domain: str, which: ContactFilter) -> Document:
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
    end, end_id = which.until or (None, "")
    oldest = max((time for time in (which.created_from, end) if time is not None), default=None)
    period = {"$gte": oldest, "$lt": which.created_to, "$lte": last}
    if bounds := {operator: time for operator, time in period.items() if time is not None}:
        query["created_at"] = bounds
    # An $or of what is older and what is as old would have the planner choose an index for each.
    outside: list[Document] = []
    if last is not None:
        outside.append({"created_at": last, "_id": {"$gte": id_of(domain, contact_id)}})
    if end is not None:
        outside.append({"created_at": end, "_id": {"$lt": id_of(domain, end_id)}})
    return query | {"$nor": outside} if outside else query


def index_of(which: ContactFilter) -> str:
    """Return the index of what narrows most; the planner is sometimes taken with that of all contacts."""
    narrowing = ((which.profile_id, OF_PROFILE), (which.agent_id, OF_AGENT), (which.channel, OF_CHANNEL))
    return next((index for value, index in narrowing if value is not None), NEWEST)
