"""The stores for Amazon's API (``service.aws``)."""

from dataclasses import dataclass

from service.store.amazon.domains import AmazonDomainStore
from service.store.amazon.object_types import ObjectTypeStore
from service.store.amazon.objects import ObjectStore
from service.store.amazon.sealed_objects import ObjectSeal
from service.store.amazon.stale_objects import StaleObjectStore
from service.store.shared import Shared


@dataclass(frozen=True, kw_only=True)
class AmazonStores:
    """The stores that only Amazon's API uses."""

    objects: ObjectStore
    stale_objects: StaleObjectStore
    object_types: ObjectTypeStore
    amazon_domains: AmazonDomainStore


def amazon_stores(shared: Shared) -> AmazonStores:
    """Create the stores for Amazon's API."""
    database, seal = shared.database, ObjectSeal(shared.keyring)
    objects = database["profile_objects"]
    return AmazonStores(
        objects=ObjectStore(objects, seal),
        stale_objects=StaleObjectStore(objects, seal),
        object_types=ObjectTypeStore(database["object_types"]),
        amazon_domains=AmazonDomainStore(database["amazon_domains"]),
    )
