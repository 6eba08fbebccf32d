"""Requests and responses of searches, and the reasons for a match."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validates_schema

from schemas import common
from schemas.base import Request, Response
from schemas.fields import BoundedList
from schemas.profiles import ProfileResponse
from service.model.limits import MAX_CRITERIA, MAX_CRITERION_VALUES
from service.model.match import Operator, SearchMode, Tier


class Criterion(Request):
    """A search key and values. A profile meets the criterion if it has at least one of the values."""

    key = common.search_key_field(
        description="A name from the list of `GET /v1/search-keys`.", example="phone", required=True
    )
    values = common.values_field(MAX_CRITERION_VALUES, "The values, in any notation.")


class SearchRequest(Request):
    """The criteria of a search, how to combine them, and the page to return."""

    # The same rule as ``_check_prefix``.
    document: ClassVar[Mapping[str, object]] = {
        "if": {"properties": {"mode": {"const": SearchMode.PREFIX.value}}, "required": ["mode"]},
        "then": {
            "properties": {
                "criteria": {"maxItems": 1, "items": {"properties": {"values": {"maxItems": 1}}}},
                "cursor": {"type": "null"},
            }
        },
    }

    criteria = BoundedList(
        fields.Nested(Criterion()),
        min_items=1,
        max_items=MAX_CRITERIA,
        required=True,
        metadata={"description": "The search keys and values to search for."},
    )
    operator = common.enum_field(
        Operator,
        "`or`: a profile must meet at least one criterion. `and`: a profile must meet all criteria. If "
        "thousands of profiles meet only some of the criteria, a page can have few or no items although "
        "there is a next page.",
        load_default=Operator.OR,
    )
    mode = common.enum_field(
        SearchMode,
        "`exact` finds whole values, and parts of names. `prefix` finds profiles with a value that begins "
        "with the text, for example while the agent types. The text must have two characters or one kanji, "
        "and the search key must not be sensitive. A prefix search returns the first `limit` profiles and "
        "has no cursor.",
        load_default=SearchMode.EXACT,
    )
    limit = common.limit_field()
    cursor = common.cursor_field()

    @validates_schema
    def _check_prefix(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if data["mode"] != SearchMode.PREFIX:
            return
        if len(data["criteria"]) > 1:
            raise ValidationError("A prefix search has one criterion.", "criteria")
        if len(data["criteria"][0]["values"]) > 1:
            raise ValidationError({"criteria": {0: {"values": ["A prefix search has one value."]}}})
        if data["cursor"] is not None:
            raise ValidationError("A prefix search has only one page; send a longer prefix.", "cursor")


class ReasonResponse(Response):
    """A value that matched."""

    key = common.string_field("The search key's name.")
    value = common.string_field("The normalised value that matched. Masked if the search key is sensitive.")
    tier = common.enum_field(
        Tier, "The strength of the match. The values of this enum are listed from strongest to weakest."
    )


class FoundProfileResponse(Response):
    """A profile and the reasons why it matches."""

    profile = fields.Nested(ProfileResponse(), required=True)
    matched_on = common.list_field(ReasonResponse(), "The values that matched, best tier first.")


class FoundProfilesResponse(Response):
    """A page of profiles.

    In mode `exact`, profiles that meet every criterion come first, then profiles with better tiers.
    """

    items = common.list_field(FoundProfileResponse(), "The matching profiles.")
    next_cursor = common.NEXT_CURSOR
    truncated = common.boolean_field("True if a prefix search found more than `limit` profiles.")
