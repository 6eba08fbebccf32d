"""What a field says to what it does not take."""

from typing import Any

import pytest
from marshmallow import ValidationError, fields


def refusals(field: fields.Field[Any], value: Any) -> Any:
    """Return what the field says to a value that it refuses."""
    with pytest.raises(ValidationError) as caught:
        field.deserialize(value)
    return caught.value.messages
