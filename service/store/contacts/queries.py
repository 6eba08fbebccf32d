"""Filters of contacts, without I/O."""

from dataclasses import replace

from pymongo import DESCENDING

from service.model.contact import ContactFilter, ContactPosition
from service.store.client.document import Document
from service.store.indexes.definitions import NEWEST, OF_AGENT, OF_CHANNEL, OF_PROFILE

NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def covered_by_index(which: ContactFilter) -> ContactFilter:
    """Return the filter reduced to the conditions that its index covers."""
    if which.profile_id is not None:
        return replace(which, agent_id=None, channel=None)
    return which if which.agent_id is None else replace(which, channel=None)


def outside_index(which: ContactFilter) -> Document:
    """Return the conditions that the index does not cover."""
    covered = covered_by_index(which)
    outside: Document = {}
    if which.agent_id != covered.agent_id:
        outside["association.agent_id"] = {"$eq": which.agent_id}
    if which.channel != covered.channel:
        outside["channel"] = {"$eq": which.channel}
    return outside


def meets_conditions(which: ContactFilter, document: Document) -> bool:
    """Return whether a contact that the index leads to meets the conditions outside the index."""
    has_agent = which.agent_id in {None, document["association"]["agent_id"]}
    return has_agent and which.channel in {None, document["channel"]}


def association_pipeline(domain: str, contact_id: str) -> list[Document]:
    """Return the pipeline that reads the association of one contact; no document if it is unknown."""
    return [{"$match": by_contact_id(domain, contact_id)}, {"$project": {"_id": 0, "association": 1}}]


def by_contact_id(domain: str, contact_id: str) -> Document:
    """Match one contact. The domain leads to its shard."""
    return {"_id": document_id(domain, contact_id), "domain": domain}


def document_id(domain: str, contact_id: str) -> str:
    """Return the ID of a contact's document. Neither part can contain a slash."""
    return f"{domain}/{contact_id}"


def contact_position(document: Document) -> ContactPosition:
    """Return the position of a contact's document in ``NEWEST_FIRST``."""
    return document["created_at"], document["_id"].partition("/")[2]


def contacts_query(domain: str, which: ContactFilter, until: ContactPosition | None) -> Document:
    """Return the query of a list of contacts, up to and including the position ``until``.

    The API has validated all values.
    """
    query: Document = {"domain": domain}
    for field, value in (
        ("association.profile_id", which.profile_id),
        ("association.agent_id", which.agent_id),
        ("channel", which.channel),
    ):
        if value is not None:
            query[field] = {"$eq": value}
    last, contact_id = which.before or (None, "")
    end, end_id = until or (None, "")
    oldest = max((time for time in (which.created_from, end) if time is not None), default=None)
    period = {"$gte": oldest, "$lt": which.created_to, "$lte": last}
    if bounds := {operator: time for operator, time in period.items() if time is not None}:
        query["created_at"] = bounds
    # Not an $or of older and equally old contacts: the planner would choose an index for each branch.
    outside: list[Document] = []
    if last is not None:
        outside.append({"created_at": last, "_id": {"$gte": document_id(domain, contact_id)}})
    if end is not None:
        outside.append({"created_at": end, "_id": {"$lt": document_id(domain, end_id)}})
    return query | {"$nor": outside} if outside else query


def contacts_index(which: ContactFilter) -> str:
    """Return the index for the most selective condition. The planner sometimes prefers ``NEWEST``."""
    conditions = ((which.profile_id, OF_PROFILE), (which.agent_id, OF_AGENT), (which.channel, OF_CHANNEL))
    return next((index for value, index in conditions if value is not None), NEWEST)
