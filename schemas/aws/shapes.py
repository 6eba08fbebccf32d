"""The shapes that several requests share, with the limits of Amazon's API model."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.aws.base import AwsRequest
from schemas.fields import BoundedList, Integer, Text, identifier_field
from service.model.characters import is_blank
from service.model.identifiers import PROFILE_ID
from service.model.limits import (
    DEFAULT_PAGE_SIZE,
    MAX_CURSOR_LENGTH,
    MAX_PAGE_SIZE,
    MAX_VALUE_LENGTH,
)
from service.model.object_types import OBJECT_TYPE_NAME

_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")

Fields = dict[str, fields.Field[Any]]


class ProfileText(Text):
    """A text of a profile with at least ``min_length`` characters.

    Text that has only white space and invisible characters is loaded as an empty text: it is no value.
    """

    def __init__(self, *, min_length: int = 1, **kwargs: Any) -> None:
        self._check_min_length = validate.Length(min=min_length)
        super().__init__(**kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the text without white space at its ends."""
        if isinstance(value, str) and is_blank(value):
            self._check_min_length(value)
            self._check_length(value)
            return ""
        return super().deserialize(value, *args, **kwargs)


class SearchValue(fields.String):
    """A value to search for, as sent. Its NFKC form has a limit too: see ``Text``."""

    def __init__(self, **kwargs: Any) -> None:
        checks: list[Callable[[str], object]] = [
            validate.Length(min=1, max=MAX_VALUE_LENGTH),
            _check_nfkc_length,
        ]
        super().__init__(validate=checks, **kwargs)


def _check_nfkc_length(value: str) -> None:
    if not value.isascii() and len(unicodedata.normalize("NFKC", value)) > 2 * MAX_VALUE_LENGTH:
        raise ValidationError(f"Must not be longer than {2 * MAX_VALUE_LENGTH} characters in its NFKC form.")


def name_field(**kwargs: Any) -> fields.String:
    """Return a field for a name, such as that of a domain, a search key or a field."""
    message = "Must be 1 to 64 of the characters A-Z, a-z, 0-9, _ and -."
    return identifier_field(_NAME, message, metadata={}, **kwargs)


def type_name_field(**kwargs: Any) -> fields.String:
    """Return a field for the name of an object type."""
    message = "Must be 1 to 255 of the characters A-Z, a-z, 0-9, _ and -, and not begin with a digit or -."
    return identifier_field(OBJECT_TYPE_NAME, message, metadata={}, **kwargs)


def profile_id_field(**kwargs: Any) -> fields.String:
    """Return a field for the ID of a profile."""
    return identifier_field(PROFILE_ID, "Must be 32 lower-case hexadecimal digits.", metadata={}, **kwargs)


def enum_field(members: Iterable[str], **kwargs: Any) -> fields.String:
    """Return a field for a member of an enum."""
    return fields.String(validate=validate.OneOf([str(member) for member in members]), **kwargs)


def nested(members: Fields, **kwargs: Any) -> fields.Nested:
    """Return a field for an object with these members."""
    return fields.Nested(AwsRequest.from_dict(members)(), **kwargs)


def search_values_field(max_items: int) -> BoundedList:
    """Return a field for the values of a search key to search for."""
    return BoundedList(SearchValue(), max_items=max_items, required=True)


DOMAIN: Fields = {"DomainName": name_field(required=True)}
PAGE: Fields = {
    "NextToken": fields.String(validate=validate.Length(min=1, max=MAX_CURSOR_LENGTH)),
    "MaxResults": Integer(
        strict=True, validate=validate.Range(min=1, max=MAX_PAGE_SIZE), load_default=DEFAULT_PAGE_SIZE
    ),
}
"""The members of lists with pages. They are in the query string."""
