"""Contact attributes, plain or in the format of Amazon Connect Streams."""

from collections.abc import Mapping

from marshmallow import ValidationError, fields, validate

from schemas.base import Request
from schemas.fields import MappingField
from service.model.limits import MAX_CONTACT_ATTRIBUTE_LENGTH, MAX_CONTACT_ATTRIBUTES

_NO_NUL = validate.ContainsNoneOf("\x00", error="Must not contain NUL.")


def _text(*, min_length: int = 0, required: bool = False, **metadata: str) -> fields.String:
    length = validate.Length(min=min_length or None, max=MAX_CONTACT_ATTRIBUTE_LENGTH)
    metadata["pattern"] = r"^[^\x00]*$"
    return fields.String(validate=[length, _NO_NUL], required=required, metadata=metadata)


class ContactAttribute(Request):
    """An attribute as `getAttributes()` of Amazon Connect Streams returns it."""

    name = _text(
        min_length=1,
        required=True,
        description="The attribute's name, ignored: the member's name counts.",
    )
    value = _text(required=True, description="The attribute's value.")


class AttributeValue(fields.Field[str]):
    """The value of an attribute: text, or an object that contains it."""

    plain = _text()
    wrapped = fields.Nested(ContactAttribute())

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        del attr, data, kwargs
        if not isinstance(value, Mapping):
            return self.plain.deserialize(value)
        try:
            text: str = self.wrapped.deserialize(value)["value"]
        except ValidationError as error:
            message = "Must be text, or an object with `name` and `value`, both text and without NUL."
            raise ValidationError(message) from error
        return text


def contact_attributes_field() -> MappingField:
    """Return a field for a contact's attributes, which loads each value as text."""
    return MappingField(
        _text(min_length=1),
        AttributeValue(),
        max_members=MAX_CONTACT_ATTRIBUTES,
        allow_none=True,
        metadata={
            "description": "The contact's attributes, plain or as `getAttributes()` of Amazon Connect "
            "Streams returns them. `profileSearchKey` and `profileSearchValue` are matched first. An "
            "attribute with the name of a match key sets the value of that match key.",
            "example": {"profileSearchKey": "account", "profileSearchValue": "A-1"},
        },
    )
