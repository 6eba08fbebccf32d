"""Update pipelines for the document of a contact, without I/O.

They are pipelines because each change depends on the stored document. A pipeline reads strings that begin
with ``$`` as expressions, so values from a caller are under ``$literal``.
"""

from datetime import datetime

from service.model.contact import NewAssociation
from service.store.client.document import Document


def set_defaults(contact_id: str, now: datetime) -> Document:
    """Set the fields of a new contact.

    The upsert takes ``domain`` and ``cleared_at`` from its query.
    """
    new: Document = {"channel": None, "created_at": now, "association": None, "associations": []}
    fields: Document = {name: {"$ifNull": [f"${name}", value]} for name, value in new.items()}
    return {"$set": {**fields, "contact_id": {"$literal": contact_id}}}


def associate(
    channel: str | None,
    association: NewAssociation,
    now: datetime,
    *,
    unless: Document,
    max_associations: int,
) -> Document:
    """End the current association and add a new one, unless the condition is true."""
    # Requests that race may reach MongoDB in another order than they read the clock.
    latest = {"$max": [now, {"$max": "$associations.associated_at"}]}
    entry = {
        "$mergeObjects": [
            {"$literal": {**association, "associated_at": now, "disassociated_at": None}},
            {"associated_at": latest},
        ]
    }
    history = {"$concatArrays": [_end_current(now), [entry]]}
    return {
        "$set": {
            "channel": {"$literal": channel} if channel else "$channel",
            "association": {"$cond": [unless, "$association", entry]},
            "associations": {
                "$cond": [unless, "$associations", {"$slice": [history, -max_associations]}],
            },
        }
    }


def is_current(association: NewAssociation) -> Document:
    """Return the condition that the current association has the same profile and agent."""
    values = {"profile_id": association["profile_id"], "agent_id": association["agent_id"]}
    return {
        "$and": [{"$eq": [f"$association.{name}", {"$literal": value}]} for name, value in values.items()]
    }


def was_associated(association: NewAssociation) -> Document:
    """Return the condition that the contact was ever associated with the same profile."""
    return {"$in": [{"$literal": association["profile_id"]}, "$associations.profile_id"]}


def disassociate(now: datetime) -> Document:
    """End the current association."""
    return {"$set": {"association": None, "associations": _end_current(now)}}


def clear(now: datetime) -> Document:
    """Close the contact and remove all associations except the current one."""
    current = {"$cond": [{"$eq": ["$association", None]}, [], ["$association"]]}
    return {"$set": {"cleared_at": now, "associations": current}}


def remove_profile(profile_id: str) -> Document:
    """Remove all associations with the profile."""
    others = {"$ne": ["$$this.profile_id", profile_id]}
    current = {"$eq": ["$association.profile_id", profile_id]}
    return {
        "$set": {
            "association": {"$cond": [current, None, "$association"]},
            "associations": {"$filter": {"input": "$associations", "cond": others}},
        }
    }


def _end_current(now: datetime) -> Document:
    """Return the associations with the end of the current one set, not before its beginning."""
    ended_at = {"$ifNull": ["$$this.disassociated_at", {"$max": [now, "$$this.associated_at"]}]}
    return {
        "$map": {
            "input": "$associations",
            "in": {"$mergeObjects": ["$$this", {"disassociated_at": ended_at}]},
        }
    }
