"""Requests and responses of a domain's settings."""

from collections.abc import Sequence

from marshmallow import ValidationError, fields, validate

from schemas.base import Request, Response
from schemas.common import enum_field, list_field, search_key_field
from schemas.fields import BoundedList, Integer, MappingField, StrictBoolean, Text, identifier_field
from service.model.domain_settings import (
    DEFAULT_SEARCH_VALUE_FALLS_BACK,
    DEFAULT_SHARED_ABOVE,
    DEFAULT_UNIQUE_BY_NAME,
    DEFAULT_WARN_OF_DUPLICATES,
)
from service.model.identifiers import REGION
from service.model.limits import MAX_IGNORED_VALUES, MAX_MATCH_KEYS, MAX_SHARED_ABOVE
from service.model.match import MatchMode

_CHANNELS = ("For voice calls.", "For chats.", "For tasks.", "For e-mails.")
_PATCH_DESCRIPTIONS = [f"{text} Null restores the default." for text in _CHANNELS]
_DEFAULT_REGION = {
    "description": "The region (ISO 3166-1 alpha-2) of phone numbers without a country code.",
    "example": "JP",
}
_MATCH_KEYS = {"description": "For each channel, the search keys that contacts are matched by."}
_MATCH_MODES = {
    "description": "For each channel, how its match keys are used. `first`: only the first match key that "
    "finds a profile by a value that few profiles share, or all match keys if there is none. `all`: all "
    "match keys."
}
_SEARCH_VALUE_FALLS_BACK = {
    "description": "If true, the match keys are used if `profileSearchValue` finds no profile. If false, a "
    "contact with a `profileSearchValue` is matched by that value only.",
    "example": DEFAULT_SEARCH_VALUE_FALLS_BACK,
}
_UNIQUE_BY_NAME = {
    "description": "If true, the outcome is also `unique` if the best profile matches only by its whole "
    "name. If false, it is `ambiguous` then.",
    "example": DEFAULT_UNIQUE_BY_NAME,
}
_SHARED_ABOVE = {
    "description": "If more profiles than this number have the same value, a match reports the value as "
    "`shared` and ranks it below all other values.",
    "example": DEFAULT_SHARED_ABOVE,
}
_WARN_OF_DUPLICATES = {
    "description": "If true, a creation looks for other profiles that may be of the same person. If false, "
    "`possible_duplicates` is empty and `on_duplicate` has no effect.",
    "example": DEFAULT_WARN_OF_DUPLICATES,
}
_IGNORED_VALUES = {
    "description": "Values, by search key, that do not count when contacts are matched and duplicates are "
    "found, such as the number of your own switchboard or a placeholder. Not for sensitive search keys. In a "
    "PATCH, null removes the values of a search key.",
    "example": {"phone": ["0000000000"]},
}


def _upper_case(region: object) -> object:
    # Only ASCII, because the upper case of "ß" is "SS", a valid region.
    return region.upper() if isinstance(region, str) and region.isascii() else region


def _check_distinct(keys: Sequence[str]) -> None:
    if len(set(keys)) < len(keys):
        raise ValidationError("Must not contain a search key twice.")


class MatchKeysPatchRequest(Request):
    """For each channel, the search keys that contacts are matched by, in order."""

    voice, chat, task, email = (
        BoundedList(
            search_key_field(),
            max_items=MAX_MATCH_KEYS,
            validate=[_check_distinct],
            allow_none=True,
            metadata={"description": text, "uniqueItems": True},
        )
        for text in _PATCH_DESCRIPTIONS
    )


class MatchModesPatchRequest(Request):
    """For each channel, how its match keys are used together."""

    voice, chat, task, email = (
        enum_field(MatchMode, text, required=False, allow_none=True) for text in _PATCH_DESCRIPTIONS
    )


class SettingsPatchRequest(Request):
    """A merge patch (RFC 7396). Null restores the default of a setting."""

    default_region = identifier_field(
        REGION,
        "Must be two letters (ISO 3166-1 alpha-2).",
        pre_load=_upper_case,
        allow_none=True,
        metadata=_DEFAULT_REGION,
    )
    match_keys = fields.Nested(MatchKeysPatchRequest(), allow_none=True, metadata=_MATCH_KEYS)
    match_modes = fields.Nested(MatchModesPatchRequest(), allow_none=True, metadata=_MATCH_MODES)
    search_value_falls_back = StrictBoolean(allow_none=True, metadata=_SEARCH_VALUE_FALLS_BACK)
    unique_by_name = StrictBoolean(allow_none=True, metadata=_UNIQUE_BY_NAME)
    shared_above = Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=1, max=MAX_SHARED_ABOVE),
        metadata=_SHARED_ABOVE,
    )
    warn_of_duplicates = StrictBoolean(allow_none=True, metadata=_WARN_OF_DUPLICATES)
    ignored_values = MappingField(
        search_key_field(),
        BoundedList(Text(), max_items=MAX_IGNORED_VALUES, allow_none=True),
        max_members=MAX_MATCH_KEYS,
        allow_none=True,
        metadata=_IGNORED_VALUES,
    )


class MatchKeysResponse(Response):
    """For each channel, the search keys that contacts are matched by, in order."""

    voice, chat, task, email = (list_field(search_key_field(), text) for text in _CHANNELS)


class MatchModesResponse(Response):
    """For each channel, how its match keys are used together."""

    voice, chat, task, email = (enum_field(MatchMode, text) for text in _CHANNELS)


class SettingsResponse(Response):
    """All settings. Settings that were never changed have their defaults."""

    default_region = fields.String(required=True, metadata=_DEFAULT_REGION)
    match_keys = fields.Nested(MatchKeysResponse(), required=True, metadata=_MATCH_KEYS)
    match_modes = fields.Nested(MatchModesResponse(), required=True, metadata=_MATCH_MODES)
    search_value_falls_back = fields.Boolean(required=True, metadata=_SEARCH_VALUE_FALLS_BACK)
    unique_by_name = fields.Boolean(required=True, metadata=_UNIQUE_BY_NAME)
    shared_above = fields.Integer(required=True, metadata=_SHARED_ABOVE)
    warn_of_duplicates = fields.Boolean(required=True, metadata=_WARN_OF_DUPLICATES)
    ignored_values = MappingField(
        search_key_field(), fields.List(fields.String()), required=True, metadata=_IGNORED_VALUES
    )
