"""The shapes of domains and object types, and of their tags."""

import re

from marshmallow import fields, validate

from schemas.aws.shapes import Fields, enum_field, nested
from schemas.fields import BoundedList, Integer, MappingField, StrictBoolean, identifier_field
from service.model.object_types import MAX_TAGS

_MAX_INTEGER = 2**31 - 1
_TAG_KEY = re.compile(r"^(?!aws:)[a-zA-Z+-=._:/]{1,128}$")
_ARN = re.compile(r"^arn:[a-z0-9]{1,10}:profile[\s\S]*$")
_MAX_ARN_LENGTH = 256
_TIME = re.compile(r"^(?:[0-9]|0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$")
_BUCKET = re.compile(r"^[a-z0-9.-]{3,63}$")
_DAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")


class _Double(fields.Float):
    """A number. Strings and booleans are errors, although marshmallow accepts them."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return float(super()._deserialize(value, attr, data, **kwargs))


def string_field(*, min_length: int = 1, max_length: int = 255, required: bool = False) -> fields.String:
    """Return a field for a string that is not changed, only checked for its length."""
    return fields.String(validate=validate.Length(min=min_length, max=max_length), required=required)


def integer_field(*, max_value: int = _MAX_INTEGER, required: bool = False) -> Integer:
    """Return a field for an integer of at least 1."""
    return Integer(strict=True, validate=validate.Range(min=1, max=max_value), required=required)


def expiration_field(*, required: bool = False) -> Integer:
    """Return a field for a number of days from 1 to 1098."""
    return integer_field(max_value=1098, required=required)


def tag_key_field() -> fields.String:
    """Return a field for the name of a tag."""
    message = "Must be 1 to 128 of the characters A-Z, a-z, 0-9 and +,-./:;<=_, and not begin with aws:."
    return identifier_field(_TAG_KEY, message, metadata={})


def tags_field(**kwargs: bool) -> MappingField:
    """Return a field for tags."""
    values = fields.String(validate=validate.Length(max=256))
    return MappingField(
        tag_key_field(), values, max_members=MAX_TAGS, validate=validate.Length(min=1), **kwargs
    )


def arn_field() -> fields.String:
    """Return a field for the ARN of a resource."""
    checks = [
        validate.Length(max=_MAX_ARN_LENGTH),
        validate.Regexp(rf"{_ARN.pattern}\Z", error="Must begin with arn:aws:profile."),
    ]
    return fields.String(validate=checks, required=True)


def _texts(max_items: int, max_length: int = 255, **kwargs: bool) -> BoundedList:
    return BoundedList(string_field(max_length=max_length), min_items=1, max_items=max_items, **kwargs)


_ENABLED: Fields = {"Enabled": StrictBoolean(required=True)}
_CONFLICTS = nested(
    {
        "ConflictResolvingModel": enum_field(["RECENCY", "SOURCE"], required=True),
        "SourceName": string_field(),
    }
)
_EXPORTING = nested(
    {
        "S3Exporting": nested(
            {
                "S3BucketName": identifier_field(
                    _BUCKET, "Must be the name of an S3 bucket.", metadata={}, required=True
                ),
                "S3KeyName": string_field(max_length=800),
            }
        )
    }
)
_ATTRIBUTES = BoundedList(_texts(20), min_items=1, max_items=10, required=True)
_MATCHING = nested(
    _ENABLED
    | {
        "JobSchedule": nested(
            {
                "DayOfTheWeek": enum_field(_DAYS, required=True),
                "Time": identifier_field(_TIME, "Must be a time such as 09:30.", metadata={}, required=True),
            }
        ),
        "AutoMerging": nested(
            _ENABLED
            | {
                "Consolidation": nested({"MatchingAttributesList": _ATTRIBUTES}),
                "ConflictResolution": _CONFLICTS,
                "MinAllowedConfidenceScoreForMerging": _Double(validate=validate.Range(min=0, max=1)),
            }
        ),
        "ExportingConfig": _EXPORTING,
    }
)
_RULE_BASED_MATCHING = nested(
    _ENABLED
    | {
        "MatchingRules": BoundedList(nested({"Rule": _texts(15, required=True)}), min_items=1, max_items=15),
        "MaxAllowedRuleLevelForMerging": integer_field(max_value=15),
        "MaxAllowedRuleLevelForMatching": integer_field(max_value=15),
        "AttributeTypesSelector": nested(
            {
                "AttributeMatchingModel": enum_field(["ONE_TO_ONE", "MANY_TO_MANY"], required=True),
                "Address": _texts(4),
                "PhoneNumber": _texts(4),
                "EmailAddress": _texts(3),
            }
        ),
        "ConflictResolution": _CONFLICTS,
        "ExportingConfig": _EXPORTING,
    }
)

DOMAIN_OPTIONS: Fields = {
    "DefaultEncryptionKey": string_field(min_length=0),
    "DeadLetterQueueUrl": string_field(min_length=0),
    "Matching": _MATCHING,
    "RuleBasedMatching": _RULE_BASED_MATCHING,
    "DataStore": nested({"Enabled": StrictBoolean()}),
}
"""The optional members of a domain, except its expiration and its tags."""
