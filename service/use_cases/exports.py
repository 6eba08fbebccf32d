"""Everything that is held on a person (GDPR, articles 15 and 20)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from service.matching.profiles import wrap_sensitive
from service.model.audit import AuditEvent
from service.model.contact import Contact
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.profiles import read_profile

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Export:
    """What is held; contacts and events are read while it is written out, so that it may be of any size."""

    profile: Profile
    exported_at: datetime
    keys: Sequence[str]
    """The sensitive search keys whose values are shown."""
    contacts: Iterable[Contact]
    events: Iterable[AuditEvent]


def export_profile(stores: Stores, domain: str, profile_id: str, *, reveal: bool) -> Export:
    """Return the profile, the contacts that it stands in and the events of the audit about it.

    Values of sensitive search keys are masked unless ``reveal``. What the search goes by is left out: it is
    made of the profile's own fields. A value whose master key is not set stays masked. Raises
    ``ProfileNotFound`` and ``DatastoreUnavailable``; the latter also while contacts and events are read.
    """
    profile = wrap_sensitive(
        read_profile(stores, domain, profile_id), stores.domains.read(domain).custom_keys
    )
    sensitive = [
        name for name, values in profile["keys"].items() if any(isinstance(v, SensitiveValue) for v in values)
    ]
    if reveal:
        profile["keys"] |= {name: [_opened(value) for value in profile["keys"][name]] for name in sensitive}
    history = stores.associations.history(domain, profile_id)
    return Export(
        profile=profile,
        exported_at=now(),
        keys=sensitive if reveal else (),
        contacts=_begun(_without_others(contact, profile_id) for contact in history),
        events=_begun(stores.audit.store.of_profile(domain, profile_id)),
    )


def _opened(value: Any) -> Any:
    """Return the plain value of what opens, and the rest as it is: its text is the mask."""
    plain = value.plain() if isinstance(value, SensitiveValue) else None
    return value if plain is None else plain


def _without_others(contact: Contact, profile_id: str) -> dict[str, Any]:
    """Return the contact without whom else it was taken for."""
    own = [association for association in contact["associations"] if association["profile_id"] == profile_id]
    return contact | {"associations": own}


def _begun(items: Iterator[T]) -> Iterator[T]:
    """Return the items, the first of them read: where that cannot be, nothing is answered yet."""
    first = next(items, None)
    return iter(()) if first is None else chain([first], items)
