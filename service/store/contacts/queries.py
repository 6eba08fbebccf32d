"""Filters for contacts and pipelines that update their documents, without I/O.

A pipeline evaluates strings that begin with ``$``. So values of a request are wrapped in ``$literal``.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import DESCENDING

from service.model.contact import ContactFilter, ContactPosition, NewAssociation
from service.store.client.document import Document

_CURRENT: Document = {"$cond": [{"$eq": ["$association", None]}, [], ["$association"]]}
"""The associations that a contact keeps when it is cleared: the current one, if there is one."""
NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def association_pipeline(domain: str, contact_id: str) -> list[Document]:
    """Return the pipeline that reads a contact's association. It has no result for an unknown contact."""
    return [{"$match": by_contact_id(domain, contact_id)}, {"$project": {"_id": 0, "association": 1}}]


def by_contact_id(domain: str, contact_id: str) -> Document:
    """Match one contact. The domain is in the query so that MongoDB asks only one shard."""
    return {"_id": document_id(domain, contact_id), "domain": domain}


def document_id(domain: str, contact_id: str) -> str:
    """Return the ID of a contact's document. Neither part can contain a slash."""
    return f"{domain}/{contact_id}"


def contact_position(document: Document) -> ContactPosition:
    """Return the position of a contact's document in the order ``NEWEST_FIRST``."""
    return document["created_at"], document["_id"].partition("/")[2]


def period(
    domain: str, filters: ContactFilter, after: ContactPosition | None, until: ContactPosition | None
) -> Document:
    """Match contacts in the period of the filters that come after ``after``, up to and including ``until``.

    These are positions in the order ``NEWEST_FIRST``.
    """
    last, contact_id = after or (None, "")
    end, end_id = until or (None, "")
    oldest = max((time for time in (filters.created_from, end) if time is not None), default=None)
    limits = {"$gte": oldest, "$lt": filters.created_to, "$lte": last}
    bounds = {operator: time for operator, time in limits.items() if time is not None}
    query: Document = {"created_at": bounds} if bounds else {}
    # Not an $or of "older" and "equally old": the planner would choose an index for each branch.
    outside: list[Document] = []
    if last is not None:
        outside.append({"created_at": last, "_id": {"$gte": document_id(domain, contact_id)}})
    if end is not None:
        outside.append({"created_at": end, "_id": {"$lt": document_id(domain, end_id)}})
    return query | {"$nor": outside} if outside else query


def set_defaults(contact_id: str, now: datetime) -> Document:
    """Set fields that a new contact lacks. The upsert copies ``domain`` and ``cleared_at`` from its query."""
    new: Document = {"channel": None, "created_at": now, "association": None, "associations": []}
    fields: Document = {name: {"$ifNull": [f"${name}", value]} for name, value in new.items()}
    return {"$set": {**fields, "contact_id": {"$literal": contact_id}}}


def associate(
    channel: str | None,
    association: NewAssociation,
    now: datetime,
    unless: Document,
    max_associations: int,
) -> Document:
    """Set the channel, if one is given. End the current association and add a new one, unless ``unless``.

    ``unless`` is a condition. The contact keeps the last ``max_associations`` associations.
    """
    # Concurrent requests may reach MongoDB in a different order from that in which they read the clock.
    latest = {"$max": [now, {"$max": "$associations.associated_at"}]}
    new: Document = {**association, "associated_at": now, "disassociated_at": None}
    entry = {"$mergeObjects": [{"$literal": new}, {"associated_at": latest}]}
    history = {"$concatArrays": [_end_current(now), [entry]]}
    return {
        "$set": {
            "channel": {"$literal": channel} if channel else "$channel",
            "association": {"$cond": [unless, "$association", entry]},
            "associations": {"$cond": [unless, "$associations", {"$slice": [history, -max_associations]}]},
        }
    }


def is_current(association: NewAssociation) -> Document:
    """Return the condition "the current association has the same profile and agent"."""
    values = {"profile_id": association["profile_id"], "agent_id": association["agent_id"]}
    return {
        "$and": [{"$eq": [f"$association.{name}", {"$literal": value}]} for name, value in values.items()]
    }


def was_associated(association: NewAssociation) -> Document:
    """Return the condition "the contact was associated with the same profile at any time"."""
    return {"$in": [{"$literal": association["profile_id"]}, "$associations.profile_id"]}


def disassociate(now: datetime) -> Document:
    """End the current association."""
    return {"$set": {"association": None, "associations": _end_current(now)}}


def clear(now: datetime) -> Document:
    """Close the contact and remove all associations except the current one."""
    return {"$set": {"cleared_at": now, "associations": _CURRENT}}


def complete(
    channel: str | None, agent_id: str | None, begun_at: datetime | None, ended_at: datetime | None
) -> list[Document]:
    """Add the channel, the agent of the current association, and the end, if the contact has none.

    ``created_at`` becomes the earliest of its value, the beginning and the end. A contact with an end is
    cleared: only its current association stays, which begins at the end at the latest.
    """
    # $min ignores null.
    earliest = {"$min": ["$created_at", begun_at, ended_at]}
    agent = {"$ifNull": ["$association.agent_id", {"$literal": agent_id}]}
    # An agent can associate the contact shortly after its end, and a script long after it.
    associated_at = {"$min": ["$association.associated_at", "$cleared_at"]}
    known = {"$mergeObjects": ["$association", {"agent_id": agent, "associated_at": associated_at}]}
    is_current = {"$eq": ["$$this.association_id", "$association.association_id"]}
    history = {"$map": {"input": "$associations", "in": {"$cond": [is_current, "$association", "$$this"]}}}
    return [
        {
            "$set": {
                "channel": {"$ifNull": ["$channel", {"$literal": channel}]},
                "created_at": earliest,
                "cleared_at": {"$ifNull": ["$cleared_at", ended_at]},
            }
        },
        {"$set": {"association": {"$cond": [{"$eq": ["$association", None]}, None, known]}}},
        {"$set": {"associations": {"$cond": [{"$eq": ["$cleared_at", None]}, history, _CURRENT]}}},
    ]


def remove_profiles(profile_ids: Sequence[str]) -> Document:
    """Remove all associations with the profiles."""
    ids = {"$literal": list(profile_ids)}
    others = {"$not": [{"$in": ["$$this.profile_id", ids]}]}
    current = {"$in": ["$association.profile_id", ids]}
    return {
        "$set": {
            "association": {"$cond": [current, None, "$association"]},
            "associations": {"$filter": {"input": "$associations", "cond": others}},
        }
    }


def _end_current(now: datetime) -> Document:
    ended_at = {"$ifNull": ["$$this.disassociated_at", {"$max": [now, "$$this.associated_at"]}]}
    ended = {"$mergeObjects": ["$$this", {"disassociated_at": ended_at}]}
    return {"$map": {"input": "$associations", "in": ended}}
