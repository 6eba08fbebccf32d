"""Contacts and their associations with profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict


class Channel(StrEnum):
    """The medium of a contact."""

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
    """A call, chat, task or e-mail.

    ``association`` is the current one. ``associations`` are the current and earlier ones, oldest first.
    """

    contact_id: str
    channel: Channel | None
    created_at: datetime
    cleared_at: datetime | None
    association: Association | None
    associations: Sequence[Association]


ContactPosition = tuple[datetime, str]
"""The creation time and ID of a contact: its position in a list of contacts, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFilter:
    """Conditions for a list of contacts. A field that is None adds no condition.

    ``before`` is the position at which the previous page ended.
    """

    profile_id: str | None = None
    agent_id: str | None = None
    channel: Channel | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    before: ContactPosition | None = None
