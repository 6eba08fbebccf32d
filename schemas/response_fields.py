"""Fields of responses. They are always present, and each has a description."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from marshmallow import fields

from schemas.base import Response
from schemas.fields import DateTime, one_of


def string_field(description: str, *, allow_none: bool = False) -> fields.String:
    """Return a field for a string."""
    return fields.String(required=True, allow_none=allow_none, metadata={"description": description})


def boolean_field(description: str) -> fields.Boolean:
    """Return a field for a boolean."""
    return fields.Boolean(required=True, metadata={"description": description})


def time_field(description: str, *, allow_none: bool = False) -> DateTime:
    """Return a field for a time."""
    return DateTime(required=True, allow_none=allow_none, metadata={"description": description})


def enum_field(enum: Iterable[StrEnum], description: str, *, allow_none: bool = False) -> fields.String:
    """Return a field for the value of an enum."""
    return fields.String(
        required=True,
        allow_none=allow_none,
        validate=one_of(enum),
        metadata={"description": description},
    )


def list_field(items: Response | fields.Field[Any], description: str) -> fields.List[Any]:
    """Return a field for a list."""
    inner = fields.Nested(items) if isinstance(items, Response) else items
    return fields.List(inner, required=True, metadata={"description": description})
