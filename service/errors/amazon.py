"""Errors of domains, object types and objects of Amazon Connect Customer Profiles."""

from service.errors.base import Conflict, NotFound


class DomainNotCreated(NotFound):
    """The domain was not created."""

    code = "domain_not_created"
    detail = "The domain was not created with CreateDomain; create it."


class DomainExists(Conflict):
    """The domain was created before."""

    code = "domain_exists"
    detail = "The domain was created before; change it with UpdateDomain."


class DomainNotEmpty(Conflict):
    """The domain has profiles."""

    code = "domain_not_empty"
    detail = (
        "The domain has profiles, and one call must not destroy all of them; delete each with DeleteProfile. "
        "GET /v1/profiles lists them."
    )


class ObjectTypeNotFound(NotFound):
    """Object type not found."""

    code = "object_type_not_found"
    detail = "No object type has this name; define it with PutProfileObjectType."


class ObjectNotFound(NotFound):
    """Object not found."""

    code = "object_not_found"
    detail = "The profile has no object of this type with this ProfileObjectUniqueKey; list its objects."


class ResourceNotFound(NotFound):
    """Resource not found."""

    code = "resource_not_found"
    detail = (
        "This is not the ARN of the domain, which CreateDomain must have created, nor of one of its object "
        "types; send arn:aws:profile:REGION:ACCOUNT:domains/DOMAIN, or the same with "
        "/object-types/NAME."
    )


class TooManyTags(Conflict):
    """Too many tags."""

    code = "too_many_tags"

    def __init__(self, limit: int) -> None:
        super().__init__(f"tags: A resource has at most {limit} tags; remove some with UntagResource.")


class NoProfileForObject(Conflict):
    """The object belongs to no profile."""

    code = "no_profile_for_object"


class UnusableObjectType(Conflict):
    """The object type cannot store objects."""

    code = "unusable_object_type"
    detail = "The object type has no key that is marked UNIQUE; define it again with PutProfileObjectType."


class OutdatedObjectType(Conflict):
    """The object type has a search key that was removed."""

    code = "outdated_object_type"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The search key `{key}` of the object type was removed; define the object type again with "
            "PutProfileObjectType."
        )
