"""What stands in a path: how it is checked, and how it is documented."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError
from marshmallow.fields import Field

from schemas import examples
from schemas.base import CONTACT_ID, PROFILE_ID, SEARCH_KEY_NAME, profile_id_field, search_key_field
from schemas.contacts import contact_id_field
from service.errors import FieldError, InvalidRequest

_FIELDS: dict[str, Field[Any]] = {
    "contact_id": contact_id_field(),
    "key": search_key_field(),
    "profile_id": profile_id_field(),
}


def _parameter(name: str, pattern: re.Pattern[str], description: str, example: str) -> dict[str, Any]:
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": pattern.pattern},
        "example": example,
    }


_PARAMETERS = {
    "contact_id": _parameter(
        "contact_id", CONTACT_ID, "The contact's ID, chosen by the frontend.", examples.CONTACT_ID
    ),
    "key": _parameter("key", SEARCH_KEY_NAME, "The search key's name.", "ssn"),
    "profile_id": _parameter("profile_id", PROFILE_ID, "The profile's ID.", examples.PROFILE_ID),
}


def check_request() -> None:
    """Raise ``InvalidRequest`` where a part of the request's path is not what its name says."""
    _check(request.view_args or {})


def _check(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in _FIELDS:
            try:
                _FIELDS[name].deserialize(value)
            except ValidationError as error:
                faults = [FieldError(f"/{name}", str(message)) for message in error.messages]
                raise InvalidRequest(faults) from error


def refusal(name: str) -> InvalidRequest:
    """Return what is raised where the part of this name is not what its name says."""
    try:
        _check({name: ""})
    except InvalidRequest as error:
        return error
    raise ValueError(name)


def parameters(rule: str) -> list[dict[str, Any]]:
    """Return what documents the variable parts of a rule."""
    return [dict(_PARAMETERS[name]) for name in re.findall(r"<(\w+)>", rule)]
