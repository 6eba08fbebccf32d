"""Check methods and path parameters, and document path parameters."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response, current_app, request
from marshmallow import ValidationError
from marshmallow.fields import Field
from werkzeug.exceptions import MethodNotAllowed

from schemas import examples
from schemas.common import contact_id_field, profile_id_field, search_key_field
from service.errors.requests import FieldError, InvalidRequest

DATA_PATHS = re.compile("/v1/")
"""Matches the beginning of the paths of all operations on data.

All other paths are for operators, documentation and the agent panel, or belong to another API.
"""

_EXTENSION = "data_paths"

_FIELDS: Mapping[str, Field[Any]] = {
    "contact_id": contact_id_field(),
    "key": search_key_field(description="The search key's name."),
    "merge_id": profile_id_field("The merge's ID."),
    "profile_id": profile_id_field(),
}
_EXAMPLES = {
    "contact_id": examples.CONTACT_ID,
    "key": "ssn",
    "merge_id": examples.MERGE_ID,
    "profile_id": examples.PROFILE_ID,
}


def add_data_paths(app: Flask, other: re.Pattern[str]) -> None:
    """Add the paths of another API's operations on data. ``other`` matches the beginning of these paths."""
    app.extensions[_EXTENSION] = re.compile(f"{DATA_PATHS.pattern}|{other.pattern}")


def is_data_path() -> bool:
    """Return whether the path of the request begins like those of operations on data."""
    pattern: re.Pattern[str] = current_app.extensions.get(_EXTENSION, DATA_PATHS)
    return pattern.match(request.path) is not None


def is_data_request() -> bool:
    """Return whether the request has the path and method of an operation on data."""
    return request.url_rule is not None and is_data_path()


def register(app: Flask) -> None:
    """Reject unsupported methods and invalid path parameters.

    Flask would route ``GET /v1/profiles/search`` to the profile with the ID ``search``. But in OpenAPI 3.1
    (4.8.8.2), a path without parameters takes precedence over a path with parameters.
    """
    # Computed at the first request, because all rules are registered by then.
    methods = cache(lambda: _methods_of_fixed_paths(app))

    def check_path() -> Response | None:
        allowed = methods().get(request.path)
        if allowed is not None and request.method not in allowed:
            raise MethodNotAllowed(allowed)
        for name, value in (request.view_args or {}).items():
            if name in _FIELDS and (errors := field_errors(name, value)):
                raise InvalidRequest(errors)
        if allowed is None or request.method != "OPTIONS":
            return None
        return Response(headers={"Allow": ", ".join(allowed)})

    app.before_request(check_path)


def _methods_of_fixed_paths(app: Flask) -> dict[str, list[str]]:
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        # A rule without methods has no operation: it gives errors of another API the form of that API.
        if not rule.arguments and rule.methods:
            methods.setdefault(rule.rule, set()).update(rule.methods)
    return {path: sorted(allowed) for path, allowed in methods.items()}


def field_errors(name: str, value: str) -> list[FieldError]:
    """Return the errors in the value of a path parameter, none if it is valid."""
    try:
        _FIELDS[name].deserialize(value)
    except ValidationError as error:
        return [FieldError(f"/{name}", str(message)) for message in error.messages]
    return []


def document_parameter(name: str) -> dict[str, object]:
    """Return the OpenAPI object of a path parameter."""
    metadata = _FIELDS[name].metadata
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": metadata["description"],
        "schema": {"type": "string", "pattern": metadata["pattern"]},
        "example": _EXAMPLES[name],
    }
