"""Contacts and their associations with profiles."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypedDict


class Channel(StrEnum):
    """The kind of contact."""

    VOICE = "voice"
    CHAT = "chat"
    TASK = "task"
    EMAIL = "email"


class NewAssociation(TypedDict):
    """An association that is not stored yet."""

    association_id: str
    profile_id: str
    agent_id: str | None


class Association(NewAssociation):
    """A profile associated with a contact."""

    associated_at: datetime
    disassociated_at: datetime | None


class Contact(TypedDict):
    """One call, chat, task or e-mail. ``associations`` has the oldest first."""

    contact_id: str
    channel: str | None
    created_at: datetime
    cleared_at: datetime | None
    association: Association | None
    associations: Sequence[Association]
