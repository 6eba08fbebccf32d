"""Describe a domain. The domain itself exists with its credential, so its description is all that is stored.

The members of the description, such as the days after which data expires, have no effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.errors.amazon import DomainExists, DomainNotCreated, DomainNotEmpty
from service.model.object_types import DomainDescription, Tags
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.listing import count_profiles


@dataclass(frozen=True, slots=True)
class DomainSize:
    """The numbers of profiles and objects of a domain, and the size of the objects' JSON in bytes."""

    profiles: int
    objects: int
    object_bytes: int


def create_domain(
    stores: Stores, domain: str, options: Mapping[str, Any], tags: Tags, call_id: str | None
) -> DomainDescription:
    """Store the description of the domain, and return it. Raises ``DomainExists``.

    All attempts of a call have the same ``call_id``. A later attempt returns what the first one stored.
    """
    time = now()
    given = {name: value for name, value in options.items() if value is not None}
    description = DomainDescription(options=given, tags=tags, created_at=time, updated_at=time)
    if stores.amazon_domains.add(domain, description, call_id):
        return description
    first = None if call_id is None else stores.amazon_domains.get(domain, call_id)
    if first is None:
        raise DomainExists
    return first


def find_domain(stores: Stores, domain: str) -> DomainDescription | None:
    """Return the description of the domain, or None if it was not created."""
    return stores.amazon_domains.get(domain)


def read_domain(stores: Stores, domain: str) -> DomainDescription:
    """Return the description of the domain; raises ``DomainNotCreated``."""
    description = stores.amazon_domains.get(domain)
    if description is None:
        raise DomainNotCreated
    return description


def change_domain(
    stores: Stores, domain: str, options: Mapping[str, Any], tags: Tags | None
) -> DomainDescription:
    """Change the description, and return it. Removes options that are None. Raises ``DomainNotCreated``.

    If ``tags`` is None, the tags do not change.
    """
    description = stores.amazon_domains.change(domain, options, tags, now())
    if description is None:
        raise DomainNotCreated
    return description


def delete_domain(stores: Stores, domain: str) -> None:
    """Remove the description and the object types. Raises ``DomainNotCreated`` and ``DomainNotEmpty``.

    Settings and search keys stay: the domain exists with its credential. There is nothing to audit: objects
    were erased with their profiles.
    """
    read_domain(stores, domain)
    if stores.profile_lists.by_creation(domain, after=None, limit=1).items:
        raise DomainNotEmpty
    stores.object_types.remove_all(domain)
    # Last, so that a repeated call completes the work of an interrupted one.
    stores.amazon_domains.remove(domain)


def measure_domain(stores: Stores, domain: str) -> DomainSize:
    """Return the size of the domain. Large numbers of profiles and large sizes of objects are estimates."""
    return DomainSize(count_profiles(stores, domain).count, *stores.objects.measure(domain))
