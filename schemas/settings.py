"""A domain's settings."""

import re

from marshmallow import ValidationError, fields, validate

from schemas.base import Answer, Identifier, Request, search_key_field

MOST_MATCH_KEYS = 10
REGION = re.compile(r"^[A-Z]{2}$")

_DEFAULT_REGION = {
    "description": "The region (ISO 3166-1 alpha-2) of numbers typed without a country code.",
    "example": "JP",
}
_MATCH_KEYS = {"description": "The search keys that a contact is matched on, by channel."}


def _check_distinct(keys: list[str]) -> None:
    if len(set(keys)) < len(keys):
        raise ValidationError("Must not name a search key twice.")


def _match_keys(channel: str) -> fields.List[str]:
    return fields.List(
        search_key_field(),
        allow_none=True,
        validate=[validate.Length(max=MOST_MATCH_KEYS), _check_distinct],
        metadata={"description": f"For {channel}; null brings the default back.", "uniqueItems": True},
    )


class MatchKeysPatch(Request):
    """The search keys on which a contact is matched, by channel; the first that finds anybody decides."""

    voice = _match_keys("voice calls")
    chat = _match_keys("chats")
    task = _match_keys("tasks")
    email = _match_keys("e-mails")


class SettingsPatch(Request):
    """A merge patch (RFC 7396); null brings a default back."""

    default_region = Identifier(
        REGION,
        "A region is two capital letters (ISO 3166-1 alpha-2).",
        allow_none=True,
        metadata=_DEFAULT_REGION,
    )
    match_keys = fields.Nested(MatchKeysPatch(), allow_none=True, metadata=_MATCH_KEYS)


def _answered_match_keys(channel: str) -> fields.List[str]:
    return fields.List(search_key_field(), required=True, metadata={"description": f"For {channel}."})


class MatchKeysAnswer(Answer):
    """The search keys on which a contact is matched, by channel; the first that finds anybody decides."""

    voice = _answered_match_keys("voice calls")
    chat = _answered_match_keys("chats")
    task = _answered_match_keys("tasks")
    email = _answered_match_keys("e-mails")


class SettingsAnswer(Answer):
    """The settings that apply, the defaults filled in."""

    default_region = fields.String(required=True, metadata=_DEFAULT_REGION)
    match_keys = fields.Nested(MatchKeysAnswer(), required=True, metadata=_MATCH_KEYS)
