"""The error messages of a field."""

from typing import Any

import pytest
from marshmallow import ValidationError, fields


def errors_of(field: fields.Field[Any], value: object) -> Any:
    """Return the messages for a value that the field rejects."""
    with pytest.raises(ValidationError) as caught:
        field.deserialize(value)
    return caught.value.messages
