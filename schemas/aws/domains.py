"""Requests for domains, their tags and their integrations."""

from schemas.aws.base import AwsRequest
from schemas.aws.resources import (
    DOMAIN_OPTIONS,
    arn_field,
    expiration_field,
    string_field,
    tag_key_field,
    tags_field,
)
from schemas.aws.shapes import DOMAIN, PAGE, Fields
from schemas.fields import BoundedList, StrictBoolean
from service.model.object_types import MAX_TAGS

_ARN: Fields = {"resourceArn": arn_field()}


class CreateDomainRequest(AwsRequest):
    """The domain to create, and its options."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | DOMAIN_OPTIONS
            | {"DefaultExpirationDays": expiration_field(required=True), "Tags": tags_field()}
        )


class DomainRequest(AwsRequest):
    """The domain to read or to delete."""

    class Meta:
        """All members."""

        include = DOMAIN


class UpdateDomainRequest(AwsRequest):
    """The options of the domain to change. An empty text removes a value."""

    class Meta:
        """All members."""

        include = (
            DOMAIN | DOMAIN_OPTIONS | {"DefaultExpirationDays": expiration_field(), "Tags": tags_field()}
        )


class ListDomainsRequest(AwsRequest):
    """The page to return."""

    class Meta:
        """All members."""

        include = PAGE


class ListAccountIntegrationsRequest(AwsRequest):
    """The URI to which the integrations belong."""

    class Meta:
        """All members."""

        include = PAGE | {
            "Uri": string_field(required=True),
            "IncludeHidden": StrictBoolean(),
        }


class TagResourceRequest(AwsRequest):
    """The tags to add."""

    class Meta:
        """All members."""

        include = _ARN | {"tags": tags_field(required=True)}


class UntagResourceRequest(AwsRequest):
    """The names of the tags to remove."""

    class Meta:
        """All members."""

        include = _ARN | {
            "tagKeys": BoundedList(tag_key_field(), min_items=1, max_items=MAX_TAGS, required=True)
        }


class ListTagsForResourceRequest(AwsRequest):
    """The resource whose tags to return."""

    class Meta:
        """All members."""

        include = _ARN
