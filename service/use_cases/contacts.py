"""Contacts: associate them with profiles, correct that, clear them, look them up again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from service.errors.records import AssociationNotFound, ContactCleared, ContactNotFound, ProfileNotFound
from service.model.contact import Contact, ContactFilter, NewAssociation
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.clock import now
from service.use_cases.idempotency import Claim, claim, create_claimed, find_claimed
from service.use_cases.pages import Page, page
from service.use_cases.profiles import create_profile, take_back
from service.use_cases.sensitive_limits import Budget, given_in_profile, limit_guesses

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
    # Looked for before the write as well as after it: a mistaken ID must not end the association that stands.
    if not stores.profiles.exists(domain, profile_id):
        # Where this is the retry of a request that was cut off, the contact may name the profile already.
        stores.associations.forget_profile(domain, profile_id)
        raise ProfileNotFound
    made = _made(profile_id, agent_id)
    contact = stores.associations.associate(domain, contact_id, channel=channel, association=made, now=now())
    if _forgotten(stores, domain, profile_id):
        raise ProfileNotFound
    stands = contact["association"]
    first = len(contact["associations"]) == 1 and stands["association_id"] == made["association_id"]
    return stands, first


def _made(profile_id: str, agent_id: str | None) -> NewAssociation:
    # Its own ID tells it from another that was made within the same millisecond.
    return {"association_id": uuid4().hex, "profile_id": profile_id, "agent_id": agent_id}


def _forgotten(stores: Stores, domain: str, profile_id: str) -> bool:
    """Return whether a profile is gone that was just associated, and then take it out of every contact.

    Whoever deletes a profile takes it out of the contacts afterwards. Where it is still there, that will meet
    this association too; where it is not, that may have been over before the association was made.
    """
    if stores.profiles.exists(domain, profile_id):
        return False
    stores.associations.forget_profile(domain, profile_id)
    return True


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
    key: str | None = None,
    budget: Budget | None = None,
) -> tuple[Profile, bool]:
    """Create a profile and associate the contact with it; with an Idempotency-Key only once, however often.

    Returns the profile as it is now, and whether it was there. A repetition completes what was cut off
    between the two writes, and does not take back what was done to the contact since. Raises
    ``ContactCleared``, ``InvalidRequest``, ``UniqueKeyTaken``, ``IdempotencyKeyReused`` and
    ``TooManySensitiveValues``; where it is the first request that is refused, and no other raced it, no
    profile is left behind.
    """
    claimed = None
    if key is not None:
        said = {"contact_id": contact_id, "channel": channel, "agent_id": agent_id, "profile": fields}
        claimed = claim(domain, "contact_profiles", key, said, stores.keyring)
    contact = stores.associations.get(domain, contact_id)
    if contact is not None and contact["cleared_at"] is not None:
        return _created_before(stores, domain, contact, fields, claimed, budget), True
    if claimed is None:
        profile, repeated = create_profile(stores, domain, fields, budget), False
    else:
        profile, repeated = create_claimed(stores, domain, fields, claimed, budget)
    try:
        made = _made(profile["profile_id"], agent_id)
        stores.associations.associate(
            domain, contact_id, channel=channel, association=made, now=now(), once=True
        )
    except ContactCleared:
        # By someone else, since it was looked at.
        _take_back(stores, domain, contact_id, profile, repeated=repeated)
    _forgotten(stores, domain, profile["profile_id"])
    return profile, repeated


def _created_before(
    stores: Stores,
    domain: str,
    contact: Contact,
    fields: Mapping[str, Any],
    claimed: Claim | None,
    budget: Budget | None,
) -> Profile:
    """Return what was created for the contact before it was cleared.

    Raises ``ContactCleared``, and for the fields, which are compared with those of an earlier request,
    ``InvalidRequest`` and ``TooManySensitiveValues``.
    """
    if claimed is None:
        raise ContactCleared
    known = stores.domains.get(domain, keys=fields.get("keys") or ())
    limit_guesses(given_in_profile(fields.get("keys"), known), budget)
    profile = find_claimed(stores, domain, claimed)
    if profile is None or not _is_with(contact, profile):
        raise ContactCleared
    return profile


def _take_back(stores: Stores, domain: str, contact_id: str, profile: Profile, *, repeated: bool) -> None:
    """Remove the profile that is of no use to a cleared contact, and raise ``ContactCleared``.

    Unless a repetition of the request, which raced this one, was told of it; returns where it was so quick
    as to associate the two.
    """
    contact = read_contact(stores, domain, contact_id)
    if _is_with(contact, profile):
        return
    if not repeated:
        take_back(stores, domain, profile["profile_id"])
    raise ContactCleared


def _is_with(contact: Contact, profile: Profile) -> bool:
    return any(entry["profile_id"] == profile["profile_id"] for entry in contact["associations"])


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
    """Return the contacts that the filter lets through, newest first; raises ``InvalidRequest``.

    A page can have fewer than ``limit`` contacts and a cursor: it also ends after a bounded number of those
    that the filter excludes.
    """
    which = replace(which, before=cursors.to_contact(cursor))
    scan = stores.associations.find(domain, which, limit + 1)
    broken_off = None if scan.ended_at is None else cursors.of_contact(*scan.ended_at)
    return page(scan.items, limit, _cursor_of, broken_off)


def _cursor_of(contact: Contact) -> str:
    created_at: datetime = contact["created_at"]
    return cursors.of_contact(created_at, contact["contact_id"])
