"""A domain's settings."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.base import Request, Response
from schemas.fields import Identifier, Mapped, Several, Text, TrueOrFalse, Whole
from schemas.identifiers import search_key_field

MOST_MATCH_KEYS = 10
MOST_IGNORED_VALUES = 100
GREATEST_SHARED_ABOVE = 100
MATCH_MODES = ("first", "all")
REGION = re.compile(r"^[A-Za-z]{2}$")

_DEFAULT_REGION = {
    "description": "The region (ISO 3166-1 alpha-2) of numbers typed without a country code.",
    "example": "JP",
}
_MATCH_KEYS = {"description": "The search keys that a contact is matched on, by channel."}
_MATCH_MODES = {
    "description": "By channel, `first`: the first match key that finds anybody decides; `all`: all count."
}
_SEARCH_VALUE_FALLS_BACK = {
    "description": "Whether the match keys are tried when `profileSearchValue` finds nobody.",
    "example": True,
}
_UNIQUE_BY_NAME = {
    "description": "Whether one profile found by its name alone is a `unique` outcome.",
    "example": False,
}
_SHARED_ABOVE = {
    "description": "A value that more profiles have than this says little: it is reported as `shared` and "
    "ranks below any other.",
    "example": 20,
}
_IGNORED_VALUES = {
    "description": "Values that never match, by search key: the own switchboard, a number that stands for "
    "none; not for sensitive keys. In a PATCH, null removes a key.",
    "example": {"phone": ["0000000000"]},
}


class Region(Identifier):
    """A region, in upper case whatever it was typed in."""

    def __init__(self, **kwargs: Any) -> None:
        """Accept the arguments of a marshmallow field."""
        super().__init__(REGION, "A region is two letters (ISO 3166-1 alpha-2).", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        # Validation comes after this, and "ß" in upper case would be "SS".
        region = super()._deserialize(value, *args, **kwargs)
        return region.upper() if region.isascii() else region


def _check_distinct(keys: list[str]) -> None:
    if len(set(keys)) < len(keys):
        raise ValidationError("Must not name a search key twice.")


def _match_keys(channel: str) -> fields.List[str]:
    return Several(
        search_key_field(),
        allow_none=True,
        validate=[validate.Length(max=MOST_MATCH_KEYS), _check_distinct],
        metadata={"description": f"For {channel}; null brings the default back.", "uniqueItems": True},
    )


def _match_mode(channel: str) -> fields.String:
    return fields.String(
        allow_none=True,
        validate=validate.OneOf(MATCH_MODES),
        metadata={"description": f"For {channel}; null brings the default back."},
    )


class MatchKeysPatchRequest(Request):
    """The search keys on which a contact is matched, by channel; the first that finds anybody decides."""

    voice = _match_keys("voice calls")
    chat = _match_keys("chats")
    task = _match_keys("tasks")
    email = _match_keys("e-mails")


class MatchModesPatchRequest(Request):
    """Whether the first match key that finds anybody decides, or all count together, by channel."""

    voice = _match_mode("voice calls")
    chat = _match_mode("chats")
    task = _match_mode("tasks")
    email = _match_mode("e-mails")


class SettingsPatchRequest(Request):
    """A merge patch (RFC 7396); null brings a default back."""

    default_region = Region(allow_none=True, metadata=_DEFAULT_REGION)
    match_keys = fields.Nested(MatchKeysPatchRequest(), allow_none=True, metadata=_MATCH_KEYS)
    match_modes = fields.Nested(MatchModesPatchRequest(), allow_none=True, metadata=_MATCH_MODES)
    search_value_falls_back = TrueOrFalse(allow_none=True, metadata=_SEARCH_VALUE_FALLS_BACK)
    unique_by_name = TrueOrFalse(allow_none=True, metadata=_UNIQUE_BY_NAME)
    shared_above = Whole(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=1, max=GREATEST_SHARED_ABOVE),
        metadata=_SHARED_ABOVE,
    )
    ignored_values = Mapped(
        search_key_field(),
        Several(Text(), allow_none=True, validate=validate.Length(max=MOST_IGNORED_VALUES)),
        most=MOST_MATCH_KEYS,
        allow_none=True,
        metadata=_IGNORED_VALUES,
    )


def _answered_match_keys(channel: str) -> fields.List[str]:
    return fields.List(search_key_field(), required=True, metadata={"description": f"For {channel}."})


def _answered_match_mode(channel: str) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.OneOf(MATCH_MODES),
        metadata={"description": f"For {channel}."},
    )


class MatchKeysResponse(Response):
    """The search keys on which a contact is matched, by channel; the first that finds anybody decides."""

    voice = _answered_match_keys("voice calls")
    chat = _answered_match_keys("chats")
    task = _answered_match_keys("tasks")
    email = _answered_match_keys("e-mails")


class MatchModesResponse(Response):
    """Whether the first match key that finds anybody decides, or all count together, by channel."""

    voice = _answered_match_mode("voice calls")
    chat = _answered_match_mode("chats")
    task = _answered_match_mode("tasks")
    email = _answered_match_mode("e-mails")


class SettingsResponse(Response):
    """The settings that apply, the defaults filled in."""

    default_region = fields.String(required=True, metadata=_DEFAULT_REGION)
    match_keys = fields.Nested(MatchKeysResponse(), required=True, metadata=_MATCH_KEYS)
    match_modes = fields.Nested(MatchModesResponse(), required=True, metadata=_MATCH_MODES)
    search_value_falls_back = fields.Boolean(required=True, metadata=_SEARCH_VALUE_FALLS_BACK)
    unique_by_name = fields.Boolean(required=True, metadata=_UNIQUE_BY_NAME)
    shared_above = fields.Integer(required=True, metadata=_SHARED_ABOVE)
    ignored_values = Mapped(
        search_key_field(), fields.List(fields.String()), required=True, metadata=_IGNORED_VALUES
    )
