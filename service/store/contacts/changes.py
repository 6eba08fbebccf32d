"""What a change does to the document of a contact: stages of the pipelines that update it.

Pipelines, since what a change does depends on what is there. They read strings that begin with ``$`` as
expressions, so every value that a caller sent stands under ``$literal``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.store.client.connection import Document

KEPT_ASSOCIATIONS = 1000
"""The latest so many associations of an open contact are kept; bounds the document."""


def known(contact_id: str, now: datetime) -> Document:
    """Give a contact that is new what every contact has.

    But for the domain and ``cleared_at``, which MongoDB takes from the query of the upsert.
    """
    new: Document = {"channel": None, "created_at": now, "association": None, "associations": []}
    fields: Document = {name: {"$ifNull": [f"${name}", value]} for name, value in new.items()}
    return {"$set": {**fields, "contact_id": {"$literal": contact_id}}}


def associated(
    channel: str | None, association: Mapping[str, Any], now: datetime, *, unless: Document
) -> Document:
    """Make the association the current one, and end the one before it, unless the condition holds."""
    # Of racing requests the one that comes last need not have looked at the clock last.
    latest = {"$max": [now, {"$max": "$associations.associated_at"}]}
    entry = {
        "$mergeObjects": [
            {"$literal": {**association, "associated_at": now, "disassociated_at": None}},
            {"associated_at": latest},
        ]
    }
    history = {"$concatArrays": [_ended(now), [entry]]}
    return {
        "$set": {
            "channel": {"$literal": channel} if channel else "$channel",
            "association": {"$cond": [unless, "$association", entry]},
            "associations": {
                "$cond": [unless, "$associations", {"$slice": [history, -KEPT_ASSOCIATIONS]}],
            },
        }
    }


def is_current(association: Mapping[str, Any]) -> Document:
    """Return whether the contact is associated with the same profile by the same agent now."""
    return {
        "$and": [
            {"$eq": [f"$association.{name}", {"$literal": association[name]}]}
            for name in ("profile_id", "agent_id")
        ]
    }


def was_ever(association: Mapping[str, Any]) -> Document:
    """Return whether the profile has ever been the contact's."""
    return {"$in": [{"$literal": association["profile_id"]}, "$associations.profile_id"]}


def disassociated(now: datetime) -> Document:
    """End the current association."""
    return {"$set": {"association": None, "associations": _ended(now)}}


def cleared(now: datetime) -> Document:
    """Close the contact, and keep its current association alone."""
    current = {"$cond": [{"$eq": ["$association", None]}, [], ["$association"]]}
    return {"$set": {"cleared_at": now, "associations": current}}


def without(profile_id: str) -> Document:
    """Take the profile out of the contact and its history."""
    others = {"$ne": ["$$this.profile_id", profile_id]}
    current = {"$eq": ["$association.profile_id", profile_id]}
    return {
        "$set": {
            "association": {"$cond": [current, None, "$association"]},
            "associations": {"$filter": {"input": "$associations", "cond": others}},
        }
    }


def _ended(now: datetime) -> Document:
    """Return the associations, the one that is still current ended ``now``, but not before it began."""
    ended_at = {"$ifNull": ["$$this.disassociated_at", {"$max": [now, "$$this.associated_at"]}]}
    return {
        "$map": {
            "input": "$associations",
            "in": {"$mergeObjects": ["$$this", {"disassociated_at": ended_at}]},
        }
    }
