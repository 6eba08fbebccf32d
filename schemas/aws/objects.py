"""Requests for object types and objects."""

import re

from marshmallow import fields, validate

from schemas.aws.base import AwsRequest
from schemas.aws.resources import expiration_field, integer_field, string_field, tags_field
from schemas.aws.shapes import (
    DOMAIN,
    PAGE,
    Fields,
    enum_field,
    name_field,
    nested,
    profile_id_field,
    type_name_field,
)
from schemas.fields import BoundedList, MappingField, StrictBoolean, Text, identifier_field
from service.model.object_types import (
    MAX_KEY_DEFINITIONS,
    MAX_KEY_FIELDS,
    MAX_OBJECT_FIELDS,
    MAX_OBJECT_KEYS,
    MAX_OBJECT_LENGTH,
    ContentType,
    StandardIdentifier,
)

_FIELD_NAME = re.compile(r"^[a-zA-Z0-9_.-]{1,64}$")
_MAX_TEXT_LENGTH = 1000

_TYPE: Fields = {"ObjectTypeName": type_name_field(required=True)}


def _field_name() -> fields.String:
    message = "Must be 1 to 64 of the characters A-Z, a-z, 0-9, _, . and -."
    return identifier_field(_FIELD_NAME, message, metadata={})


_FIELD = nested(
    {
        "Source": string_field(max_length=_MAX_TEXT_LENGTH),
        "Target": string_field(max_length=_MAX_TEXT_LENGTH),
        "ContentType": enum_field(ContentType),
    }
)
_KEY = nested(
    {
        "StandardIdentifiers": BoundedList(
            enum_field(StandardIdentifier), max_items=len(StandardIdentifier), load_default=list
        ),
        "FieldNames": BoundedList(name_field(), max_items=MAX_KEY_FIELDS, load_default=list),
    }
)
_KEYS = MappingField(
    name_field(), BoundedList(_KEY, max_items=MAX_KEY_DEFINITIONS), max_members=MAX_OBJECT_KEYS
)


class PutProfileObjectTypeRequest(AwsRequest):
    """The definition of an object type."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | _TYPE
            | {
                "Description": string_field(max_length=_MAX_TEXT_LENGTH, required=True),
                "TemplateId": name_field(),
                "ExpirationDays": expiration_field(),
                "EncryptionKey": string_field(min_length=0),
                "AllowProfileCreation": StrictBoolean(load_default=False),
                "SourceLastUpdatedTimestampFormat": string_field(),
                "MaxProfileObjectCount": integer_field(),
                "SourcePriority": integer_field(),
                "Fields": MappingField(_field_name(), _FIELD, max_members=MAX_OBJECT_FIELDS),
                "Keys": _KEYS,
                "Tags": tags_field(),
            }
        )


class ProfileObjectTypeRequest(AwsRequest):
    """The object type to read or to remove."""

    class Meta:
        """All members."""

        include = DOMAIN | _TYPE


class ListProfileObjectTypesRequest(AwsRequest):
    """The page to return."""

    class Meta:
        """All members."""

        include = DOMAIN | PAGE


class PutProfileObjectRequest(AwsRequest):
    """The object, as the text of a JSON object."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | _TYPE
            | {"Object": fields.String(validate=validate.Length(min=1, max=MAX_OBJECT_LENGTH), required=True)}
        )


class DeleteProfileObjectRequest(AwsRequest):
    """The object to remove."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | _TYPE
            | {
                "ProfileId": profile_id_field(required=True),
                "ProfileObjectUniqueKey": string_field(required=True),
            }
        )


_KEY_VALUE = Text()


def load_key_value(value: str) -> str:
    """Return the value as a profile stores it for a search key. Raises ``ValidationError``."""
    return str(_KEY_VALUE.deserialize(value))
