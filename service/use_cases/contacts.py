"""Associate contacts with profiles, end associations, clear contacts, and read stored contacts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from service.errors.records import AssociationNotFound, ContactNotFound, ProfileNotFound
from service.model.audit import AuditAction
from service.model.contact import Association, Channel, Contact, ContactFilter, NewAssociation
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.aliases import find_alias, follow_merge, living_id
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.cursors import Page


def associate(
    stores: Stores,
    domain: str,
    contact_id: str,
    profile_id: str,
    *,
    channel: Channel | None = None,
    agent_id: str | None = None,
    at: datetime | None = None,
) -> tuple[Audited[Association], bool]:
    """Associate the contact with the profile, unless its current association has this profile and agent.

    ``at`` is the time of the association, and of the contact if the contact is new. None means now. Returns
    the contact's current association, and whether this request made it and it is the contact's first one.
    Raises ``ProfileNotFound`` and ``ContactCleared``.
    """
    # Also check before the write: a wrong ID must not end the current association.
    try:
        profile_id = living_id(stores, domain, profile_id)
    except ProfileNotFound:
        # If this retries an interrupted request, the contact may already be associated with the profile.
        stores.associations.forget_profile(domain, profile_id)
        raise
    new = new_association(profile_id, agent_id)
    contact = stores.associations.associate(
        domain, contact_id, channel=channel, association=new, now=at or now()
    )
    current, profile_id_now = contact["association"], follow_or_forget(stores, domain, profile_id)
    if profile_id_now is None or current is None:
        raise ProfileNotFound
    current = {**current, "profile_id": profile_id_now}
    is_first = len(contact["associations"]) == 1 and current["association_id"] == new["association_id"]
    access = Access([AuditAction.ASSOCIATED], [current["profile_id"]], contact_id, agent_id=agent_id)
    return Audited(current, [access]), is_first


def new_association(profile_id: str, agent_id: str | None) -> NewAssociation:
    """Return a new association. Its ID distinguishes it from others of the same millisecond."""
    return {"association_id": uuid4().hex, "profile_id": profile_id, "agent_id": agent_id}


def follow_or_forget(stores: Stores, domain: str, profile_id: str) -> str | None:
    """Return the ID under which the profile lives. If it was erased, remove it from all contacts.

    Call this after a contact was associated with the profile. An erasure deletes the profile first, then
    removes it from contacts. If the profile still exists, a later erasure finds the new association. If not,
    the erasure may have ended before the association. If the profile was merged meanwhile, this moves the
    contact, as the merge would have done. Returns None for an erased profile.
    """
    profile_id_now = follow_merge(stores, domain, profile_id)
    if profile_id_now is None:
        stores.associations.forget_profile(domain, profile_id)
    return profile_id_now


def current_association(stores: Stores, domain: str, contact_id: str) -> Audited[Association]:
    """Return the contact's current association; raises ``AssociationNotFound``."""
    association = _association_of(stores.associations.get(domain, contact_id))
    return Audited(association, [Access([AuditAction.READ], [association["profile_id"]], contact_id)])


def disassociate(stores: Stores, domain: str, contact_id: str) -> Audited[None]:
    """End the contact's current association; raises ``AssociationNotFound`` and ``ContactCleared``."""
    association = _association_of(stores.associations.disassociate(domain, contact_id, now()))
    return Audited(None, [Access([AuditAction.DISASSOCIATED], [association["profile_id"]], contact_id)])


def disassociate_profile(stores: Stores, domain: str, profile_id: str, contact_id: str) -> Audited[None]:
    """End the contact's current association if it is with the profile, or with that in which it lives on.

    Otherwise nothing changes, and there is no access to audit. Raises ``ContactCleared`` and
    ``ProfileNotFound``.
    """

    def end(profile_id: str) -> bool:
        ended = stores.associations.disassociate(domain, contact_id, now(), profile_id=profile_id)
        return ended is not None

    is_ended = end(profile_id)
    if not is_ended and (living := living_id(stores, domain, profile_id)) != profile_id:
        profile_id, is_ended = living, end(living)
    access = Access([AuditAction.DISASSOCIATED], [profile_id], contact_id)
    return Audited(None, [access] if is_ended else [])


def _association_of(contact: Contact | None) -> Association:
    if contact is None or contact["association"] is None:
        raise AssociationNotFound
    return contact["association"]


def clear(stores: Stores, domain: str, contact_id: str) -> Audited[Contact]:
    """Clear the contact, so that it cannot change any more. Keep only its current association."""
    contact = stores.associations.clear(domain, contact_id, now())
    return Audited(contact, [Access([AuditAction.CLEARED], _profiles_of([contact]), contact_id)])


def view_contact(stores: Stores, domain: str, contact_id: str) -> Audited[Contact]:
    """Return the contact with the access to audit; raises ``ContactNotFound``."""
    contact = read_contact(stores, domain, contact_id)
    return Audited(contact, [Access([AuditAction.READ], _profiles_of([contact]), contact_id)])


def read_contact(stores: Stores, domain: str, contact_id: str) -> Contact:
    """Return the contact with its associations, oldest first; raises ``ContactNotFound``."""
    contact = stores.associations.get(domain, contact_id)
    if contact is None:
        raise ContactNotFound
    return contact


def contacts_of_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    contact_filter: ContactFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Audited[Page[Contact]]:
    """Return a page of the contacts whose current association is with the profile, newest first.

    Raises ``ProfileNotFound`` and ``InvalidRequest``.
    """
    profile_id = living_id(stores, domain, profile_id)
    contact_filter = replace(contact_filter, profile_id=profile_id)
    contacts = _find_page(stores, domain, contact_filter, limit, cursor)
    return Audited(contacts, [Access([AuditAction.READ], [profile_id, *_profiles_of(contacts.items)])])


def search_contacts(
    stores: Stores, domain: str, contact_filter: ContactFilter, *, limit: int, cursor: str | None
) -> Audited[Page[Contact]]:
    """Return a page of the contacts that match the filter, newest first; raises ``InvalidRequest``.

    If there are none, and the profile of the filter was merged, returns those of the profile in which it
    lives on. A page with a cursor can have fewer than ``limit`` contacts: it also ends after a bounded number
    of contacts that the filter excludes.
    """
    contacts = _find_page(stores, domain, contact_filter, limit, cursor)
    # A merge moves the contacts, so only a filter that finds none can have the ID of a merged profile.
    is_empty = not contacts.items and contacts.next_cursor is None
    if is_empty and contact_filter.profile_id is not None:
        alias = find_alias(stores, domain, contact_filter.profile_id)
        if alias is not None:
            contact_filter = replace(contact_filter, profile_id=alias)
            contacts = _find_page(stores, domain, contact_filter, limit, cursor)
    return Audited(contacts, [Access([AuditAction.SEARCHED], _profiles_of(contacts.items))])


def _find_page(
    stores: Stores, domain: str, contact_filter: ContactFilter, limit: int, cursor: str | None
) -> Page[Contact]:
    contact_filter = replace(contact_filter, before=cursors.to_contact(cursor))
    scan = stores.associations.find(domain, contact_filter, limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_contact(*scan.ended_at)
    return cursors.page(
        scan.items, limit, lambda c: cursors.of_contact(c["created_at"], c["contact_id"]), scan_cursor
    )


def _profiles_of(contacts: Iterable[Contact]) -> list[str]:
    return [each["profile_id"] for contact in contacts for each in contact["associations"]]
