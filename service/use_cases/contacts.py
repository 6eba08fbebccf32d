"""Contacts: associate them with profiles, correct that, clear them, look them up again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from service.errors import AssociationNotFound, ContactCleared, ContactNotFound, ProfileNotFound
from service.store.associations import Contact, ContactFilter
from service.store.profiles import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.clock import now
from service.use_cases.pages import Page, page
from service.use_cases.profiles import create_profile

Association = Mapping[str, Any]


def associate(
    stores: Stores,
    domain: str,
    contact_id: str,
    profile_id: str,
    *,
    channel: str | None = None,
    agent_id: str | None = None,
) -> tuple[Association, bool]:
    """Associate the contact with the profile; the latest wins.

    Returns the association and whether it is the contact's first. Raises ``ProfileNotFound`` and
    ``ContactCleared``.
    """
    if not stores.profiles.exists(domain, profile_id):
        raise ProfileNotFound
    return _associate(stores, domain, contact_id, profile_id, channel=channel, agent_id=agent_id)


def _associate(
    stores: Stores,
    domain: str,
    contact_id: str,
    profile_id: str,
    *,
    channel: str | None = None,
    agent_id: str | None = None,
) -> tuple[Association, bool]:
    # Its own ID tells it from another that was made within the same millisecond.
    association = {"association_id": uuid4().hex, "profile_id": profile_id, "agent_id": agent_id}
    contact = stores.associations.associate(
        domain, contact_id, channel=channel, association=association, now=now()
    )
    made = contact["association"]
    return made, len(contact["associations"]) == 1 and made["association_id"] == association["association_id"]


def current_association(stores: Stores, domain: str, contact_id: str) -> Association:
    """Return the contact's association; raises ``AssociationNotFound``."""
    contact = stores.associations.get(domain, contact_id)
    if contact is None or contact["association"] is None:
        raise AssociationNotFound
    association: Association = contact["association"]
    return association


def disassociate(stores: Stores, domain: str, contact_id: str) -> Association:
    """End the contact's association, and return it; raises ``AssociationNotFound`` and ``ContactCleared``."""
    contact = stores.associations.disassociate(domain, contact_id, now())
    if contact is None:
        raise AssociationNotFound
    ended: Association = contact["association"]
    return ended


def clear(stores: Stores, domain: str, contact_id: str) -> Contact:
    """Close the contact to changes and return it with the association that remains."""
    return stores.associations.clear(domain, contact_id, now())


def read_contact(stores: Stores, domain: str, contact_id: str) -> Contact:
    """Return the contact with its associations, oldest first; raises ``ContactNotFound``."""
    contact = stores.associations.get(domain, contact_id)
    if contact is None:
        raise ContactNotFound
    return contact


def create_for_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    fields: Mapping[str, Any],
    *,
    channel: str | None = None,
    agent_id: str | None = None,
) -> Profile:
    """Create a profile and associate the contact with it.

    Raises ``ContactCleared``, ``InvalidRequest`` and ``UniqueKeyTaken``; no profile is left behind then.
    Where MongoDB goes away between the two writes, the profile is there and not associated.
    """
    contact = stores.associations.get(domain, contact_id)
    if contact is not None and contact["cleared_at"] is not None:
        raise ContactCleared
    profile = create_profile(stores, domain, fields)
    try:
        _associate(stores, domain, contact_id, profile["profile_id"], channel=channel, agent_id=agent_id)
    except ContactCleared:
        # Cleared by someone else since it was looked at.
        stores.profiles.delete(domain, profile["profile_id"])
        raise
    return profile


def contacts_of_profile(
    stores: Stores, domain: str, profile_id: str, which: ContactFilter, *, limit: int, cursor: str | None
) -> Page[Contact]:
    """Return the contacts associated with the profile, newest first; raises ``ProfileNotFound``."""
    if not stores.profiles.exists(domain, profile_id):
        raise ProfileNotFound
    return search_contacts(stores, domain, replace(which, profile_id=profile_id), limit=limit, cursor=cursor)


def search_contacts(
    stores: Stores, domain: str, which: ContactFilter, *, limit: int, cursor: str | None
) -> Page[Contact]:
    """Return the contacts that the filter lets through, newest first; raises ``InvalidRequest``."""
    before = cursors.to_contact(cursor)
    found = stores.associations.find(domain, replace(which, before=before), limit + 1)
    return page(found, limit, _cursor_of)


def _cursor_of(contact: Contact) -> str:
    created_at: datetime = contact["created_at"]
    return cursors.of_contact(created_at, contact["contact_id"])
