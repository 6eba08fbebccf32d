"""Export all data that is stored about a person (GDPR, articles 15 and 20)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeVar

from service.matching.profiles import wrap_sensitive
from service.model.audit import AuditAction, AuditEvent
from service.model.contact import Contact
from service.model.object_types import ProfileObject
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue, plain_of
from service.store.stores import Stores
from service.use_cases.amazon.objects import list_all_objects
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.profiles.change import read_profile

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Export:
    """All data about a profile. Contacts, objects and events are read during the response."""

    profile: Profile
    exported_at: datetime
    contacts: Iterable[Contact]
    objects: Iterable[ProfileObject]
    events: Iterable[AuditEvent]


def export_profile(stores: Stores, domain: str, profile_id: str, *, reveal: bool) -> Audited[Export]:
    """Return the profile, the contacts that it is or was associated with, its objects, and its audit events.

    Values of sensitive search keys are masked unless ``reveal``. Values whose master key is not set are
    always masked. Index terms are left out: they derive from the profile. Raises ``ProfileNotFound`` and
    ``DatastoreUnavailable``. Iterating over contacts, objects and events can also raise it, and
    ``ValueSealed`` for an object whose master key is not set.
    """
    # The definitions are read after the profile: a search key may have become sensitive meanwhile.
    profile = read_profile(stores, domain, profile_id)
    custom_keys = stores.domains.read(domain).custom_keys
    profile = wrap_sensitive(profile, custom_keys)
    sensitive = {name for name, key in custom_keys.items() if key.sensitive}
    revealed = {
        name: [value if (plain := plain_of(value)) is None else plain for value in values]
        for name, values in profile["keys"].items()
        if reveal and any(isinstance(value, SensitiveValue) for value in values)
    }
    profile["keys"] = {**profile["keys"], **revealed}
    history = stores.associations.history(domain, profile_id)
    objects = list_all_objects(stores, domain, profile_id, masked_keys=set() if reveal else sensitive)
    first_object = next(objects, None)
    # An object can have values of search keys of which the profile has none.
    revealed_keys = sensitive if reveal and first_object else revealed.keys()
    export = Export(
        profile=profile,
        exported_at=now(),
        contacts=_read_first(_without_other_profiles(contact, profile_id) for contact in history),
        objects=() if first_object is None else chain([first_object], objects),
        events=_read_first(stores.audit.store.of_profile(domain, profile_id)),
    )
    return Audited(export, [Access([AuditAction.EXPORTED], [profile_id], keys=revealed_keys)])


def _without_other_profiles(contact: Contact, profile_id: str) -> Contact:
    own = [association for association in contact["associations"] if association["profile_id"] == profile_id]
    return {**contact, "associations": own}


def _read_first(items: Iterator[T]) -> Iterator[T]:
    """Read the first item now, so that an error is raised before the response begins."""
    first = next(items, None)
    return iter(()) if first is None else chain([first], items)
