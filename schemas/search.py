"""Searching profiles, and the reasons for which they are found."""

from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.fields import Several, Text
from schemas.identifiers import search_key_field
from schemas.pages import cursor_field, limit_field, next_cursor_field
from schemas.profiles import ProfileResponse

MOST_CRITERIA = 5
MOST_VALUES = 10
TIERS = ("unique", "exact", "variant", "full_name", "raw", "partial_name", "prefix")


class Criterion(Request):
    """A search key and the values of which the profile must have one."""

    key = search_key_field(
        required=True,
        metadata={
            "description": "A name from `GET /v1/search-keys`, built in or custom.",
            "example": "phone",
        },
    )
    values = Several(
        Text(),
        required=True,
        validate=validate.Length(min=1, max=MOST_VALUES),
        metadata={"description": "The values, in any notation; one of them is enough."},
    )


class SearchRequest(Request):
    """What to search for."""

    # What ``_check_prefix`` checks, in the words of JSON Schema.
    document: ClassVar[dict[str, Any]] = {
        "if": {"properties": {"mode": {"const": "prefix"}}, "required": ["mode"]},
        "then": {
            "properties": {
                "criteria": {"maxItems": 1, "items": {"properties": {"values": {"maxItems": 1}}}},
                "cursor": {"type": "null"},
            }
        },
    }

    criteria = Several(
        fields.Nested(Criterion()),
        required=True,
        validate=validate.Length(min=1, max=MOST_CRITERIA),
        metadata={"description": "What is known of the customer."},
    )
    operator = fields.String(
        load_default="or",
        validate=validate.OneOf(("or", "and")),
        metadata={
            "description": "Whether one criterion is enough or all must be met. Where thousands of "
            "profiles meet each of them, a page may be short, or empty: `next_cursor` goes on."
        },
    )
    mode = fields.String(
        load_default="exact",
        validate=validate.OneOf(("exact", "prefix")),
        metadata={
            "description": "`prefix` completes one value of one key while the agent types: at least two "
            "characters or one kanji, the first `limit` profiles, no cursor; not for a sensitive key."
        },
    )
    limit = limit_field()
    cursor = cursor_field()

    @validates_schema
    def _check_prefix(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["mode"] != "prefix":
            return
        if len(data["criteria"]) > 1:
            raise ValidationError("A prefix search has one criterion.", "criteria")
        if len(data["criteria"][0]["values"]) > 1:
            raise ValidationError({"criteria": {0: {"values": ["A prefix search has one value."]}}})
        if data["cursor"] is not None:
            raise ValidationError("A prefix search has no further pages; type more instead.", "cursor")


class ReasonResponse(Response):
    """One key that agreed."""

    key = fields.String(required=True, metadata={"description": "The search key's name."})
    value = fields.String(
        required=True,
        metadata={"description": "The value that matched, normalised; of a sensitive key, its mask."},
    )
    tier = fields.String(
        required=True,
        validate=validate.OneOf(TIERS),
        metadata={"description": "What the agreement proves, best first as listed."},
    )


class FoundProfileResponse(Response):
    """A profile and every reason for which it was found."""

    profile = fields.Nested(ProfileResponse(), required=True)
    matched_on = fields.List(
        fields.Nested(ReasonResponse()),
        required=True,
        metadata={"description": "The keys that agreed, the best proof first."},
    )


class FoundProfilesResponse(Response):
    """A page of profiles: those who meet every criterion first, then by the best tier that agrees."""

    items = fields.List(
        fields.Nested(FoundProfileResponse()), required=True, metadata={"description": "The profiles found."}
    )
    next_cursor = next_cursor_field()
    truncated = fields.Boolean(
        required=True, metadata={"description": "True where a prefix search found more than `limit`."}
    )
