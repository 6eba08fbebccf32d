"""Tags of a domain and of its object types, by their ARNs.

An ARN can have any region and account: clients put their own into it.
"""

import re
from collections.abc import Callable, Collection

from service.errors.amazon import ResourceNotFound, TooManyTags
from service.errors.datastore import DatastoreUnavailable
from service.model.object_types import MAX_TAGS, Tags
from service.store.stores import Stores

_ARN = re.compile(
    r"arn:[a-z0-9-]+:profile:[a-z0-9-]*:[0-9]*:domains/(?P<domain>[A-Za-z0-9_-]+)"
    r"(?:/object-types/(?P<object_type>[A-Za-z_][A-Za-z0-9_-]*))?"
)
_MAX_ATTEMPTS = 16
"""Maximum number of attempts if other requests change the same tags meanwhile."""


def read_tags(stores: Stores, domain: str, arn: str) -> Tags:
    """Return the tags of a resource of the domain; raises ``ResourceNotFound``."""
    return _tags_of(stores, domain, _object_type(domain, arn))


def add_tags(stores: Stores, domain: str, arn: str, tags: Tags) -> None:
    """Add tags, or change their values. Raises ``ResourceNotFound`` and ``TooManyTags``."""
    _change(stores, domain, _object_type(domain, arn), lambda old: {**old, **tags})


def remove_tags(stores: Stores, domain: str, arn: str, names: Collection[str]) -> None:
    """Remove the tags with these names, if they exist. Raises ``ResourceNotFound``."""
    _change(
        stores,
        domain,
        _object_type(domain, arn),
        lambda old: {name: value for name, value in old.items() if name not in names},
    )


def _object_type(domain: str, arn: str) -> str | None:
    """Return the name of the object type in the ARN, or None if it is the ARN of the domain.

    Raises ``ResourceNotFound`` for other ARNs.
    """
    parts = _ARN.fullmatch(arn)
    if parts is None or parts["domain"] != domain:
        raise ResourceNotFound
    return parts["object_type"]


def _tags_of(stores: Stores, domain: str, object_type: str | None) -> Tags:
    resource = (
        stores.amazon_domains.get(domain)
        if object_type is None
        else stores.object_types.get(domain, object_type)
    )
    if resource is None:
        raise ResourceNotFound
    return resource.tags


def _change(stores: Stores, domain: str, object_type: str | None, change: Callable[[Tags], Tags]) -> None:
    for _ in range(_MAX_ATTEMPTS):
        old = _tags_of(stores, domain, object_type)
        new = change(old)
        if len(new) > MAX_TAGS:
            raise TooManyTags(MAX_TAGS)
        if object_type is None:
            is_replaced = stores.amazon_domains.replace_tags(domain, old, new)
        else:
            is_replaced = stores.object_types.replace_tags(domain, object_type, old, new)
        if is_replaced:
            return
    raise DatastoreUnavailable
