"""List and delete the objects of a profile, and read them for its export.

An object can have values of sensitive search keys. These values are masked wherever they are in the object,
also if the search key became sensitive only after the object was stored.
"""

from collections.abc import Collection, Iterator

from service.errors.amazon import ObjectNotFound
from service.model.audit import AuditAction
from service.model.object_types import CONTACT_RECORD, ProfileObject
from service.store.stores import Stores
from service.use_cases import contacts, cursors
from service.use_cases.aliases import living_id
from service.use_cases.amazon.mapping import own_values, parse_object
from service.use_cases.amazon.masking import mask_values
from service.use_cases.amazon.profile_writer import release_own_values
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page


def list_objects(
    stores: Stores, domain: str, profile_id: str, object_type: str, *, limit: int, cursor: str | None
) -> Audited[Page[ProfileObject]]:
    """Return a page of the profile's objects of a type, newest first.

    A page with a cursor can have fewer than ``limit`` objects, because objects can be large. Raises
    ``ProfileNotFound``, ``InvalidRequest`` and ``ValueSealed``.
    """
    before = cursors.to_object(cursor)
    profile_id = living_id(stores, domain, profile_id)
    scan = stores.objects.page(domain, profile_id, object_type, before=before, limit=limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_object(scan.ended_at)
    objects = page(scan.items, limit, lambda last: cursors.of_object(last.object_id), scan_cursor)
    sensitive = sensitive_keys(stores, domain) if any(each.key_paths for each in objects.items) else set()
    shown = [mask_values(each, sensitive) for each in objects.items]
    return Audited(Page(shown, objects.next_cursor), [Access([AuditAction.READ], [profile_id])])


def delete_object(
    stores: Stores, domain: str, profile_id: str, object_type: str, object_id: str
) -> Audited[None]:
    """Remove an object, and from its profile the value that identified it. Other values that it added stay.

    For a contact record, ends the association of the contact with the profile. Raises ``ProfileNotFound``,
    ``ObjectNotFound``, and ``ContactCleared`` for the record of a cleared contact.
    """
    if object_type == CONTACT_RECORD:
        ended = contacts.disassociate_profile(stores, domain, profile_id, object_id)
        if not ended.accesses:
            raise ObjectNotFound
        return ended
    stored = stores.objects.get(domain, profile_id, object_type, object_id)
    if stored is None or not stores.objects.remove(domain, profile_id, object_type, object_id):
        living = living_id(stores, domain, profile_id)
        if living == profile_id:
            raise ObjectNotFound
        return delete_object(stores, domain, living, object_type, object_id)
    definition = stores.object_types.get(domain, object_type)
    values = [] if definition is None else own_values(definition, parse_object(stored.content))
    released = release_own_values(stores, domain, profile_id, values)
    changes = [access for access in released if AuditAction.CHANGED in access.actions]
    return Audited(None, changes or [Access([AuditAction.CHANGED], [profile_id])])


def sensitive_keys(stores: Stores, domain: str) -> set[str]:
    """Return the names of the sensitive search keys of the domain."""
    return {name for name, key in stores.domains.read(domain).custom_keys.items() if key.sensitive}


def list_all_objects(
    stores: Stores, domain: str, profile_id: str, *, masked_keys: Collection[str]
) -> Iterator[ProfileObject]:
    """Yield all objects of a profile, with the values of the search keys ``masked_keys`` masked."""
    for each in stores.objects.of_profile(domain, profile_id):
        yield mask_values(each, masked_keys)
