"""The attributes of a contact, plain or in the shape of Amazon Connect Streams."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.base import Request
from schemas.fields import Mapped

# Amazon Connect's limits on contact attributes are 32 KiB in all; what matters of them is checked on use.
_MAX_ATTRIBUTES = 500
_MAX_LENGTH = 32768
_NO_NUL = validate.ContainsNoneOf("\x00", error="Must not contain NUL.")
_NEITHER = "Must be text, or an object with `name` and `value`, both text and without NUL."
_PATTERN_NO_NUL = {"pattern": r"^[^\x00]*$"}


def _name(**kwargs: Any) -> fields.String:
    return fields.String(validate=[validate.Length(min=1, max=_MAX_LENGTH), _NO_NUL], **kwargs)


def _value(**kwargs: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=_MAX_LENGTH), _NO_NUL], **kwargs)


class ContactAttribute(Request):
    """An attribute as `getAttributes()` of Amazon Connect Streams returns it."""

    name = _name(
        required=True,
        metadata={"description": "The name of the member once more; ignored.", **_PATTERN_NO_NUL},
    )
    value = _value(required=True, metadata={"description": "The attribute's value.", **_PATTERN_NO_NUL})


class AttributeValue(fields.Field[str]):
    """The value of an attribute: text, or an object that holds it."""

    plain = _value(metadata=_PATTERN_NO_NUL)
    wrapped = fields.Nested(ContactAttribute())

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        del attr, data, kwargs
        if isinstance(value, Mapping):
            try:
                attribute: dict[str, str] = self.wrapped.deserialize(value)
            except ValidationError as error:
                raise ValidationError(_NEITHER) from error
            return attribute["value"]
        text: str = self.plain.deserialize(value)
        return text


def contact_attributes_field() -> Mapped:
    """Return the field of a contact's attributes, which loads each value as text."""
    return Mapped(
        _name(metadata=_PATTERN_NO_NUL),
        AttributeValue(),
        most=_MAX_ATTRIBUTES,
        allow_none=True,
        metadata={
            "description": "The contact's attributes, plain or as `getAttributes()` of Amazon Connect "
            "Streams returns them. `profileSearchKey` and `profileSearchValue` are matched on first; an "
            "attribute with the name of a match key gives that key's value.",
            "example": {"profileSearchKey": "account", "profileSearchValue": "A-1"},
        },
    )
