"""Check the paths of requests, and document their parameters."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response, request
from marshmallow import ValidationError
from marshmallow.fields import Field
from werkzeug.exceptions import MethodNotAllowed

from schemas import examples
from schemas.common import contact_id_field, profile_id_field, search_key_field
from service.errors.requests import FieldError, InvalidRequest

DATA = "/v1/"
"""The prefix of the operations on data. All other paths are for operators and documentation."""

_FIELDS: Mapping[str, Field[Any]] = {
    "contact_id": contact_id_field(),
    "key": search_key_field(description="The search key's name."),
    "profile_id": profile_id_field(),
}
_EXAMPLES = {"contact_id": examples.CONTACT_ID, "key": "ssn", "profile_id": examples.PROFILE_ID}


def register(app: Flask) -> None:
    """Reject methods that a path does not support, and path parameters that are invalid.

    Flask would route ``GET /v1/profiles/search`` to the profile with the ID ``search``. But a path without
    parameters takes precedence over a path with them (OpenAPI 3.1, 4.8.8.2).
    """
    # Computed for the first request, when all rules are registered.
    methods = cache(lambda: _methods_of_fixed_paths(app))

    def check_path() -> Response | None:
        allowed = methods().get(request.path)
        if allowed is not None and request.method not in allowed:
            raise MethodNotAllowed(allowed)
        for name, value in (request.view_args or {}).items():
            if name in _FIELDS:
                _check(name, value)
        return _options(allowed) if allowed is not None and request.method == "OPTIONS" else None

    app.before_request(check_path)


def _methods_of_fixed_paths(app: Flask) -> dict[str, list[str]]:
    """Return the methods of each path that has no parameters."""
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            methods.setdefault(rule.rule, set()).update(rule.methods or ())
    return {path: sorted(allowed) for path, allowed in methods.items()}


def _options(allowed: list[str]) -> Response:
    response = Response()
    response.allow.update(allowed)
    return response


def _check(name: str, value: str) -> None:
    try:
        _FIELDS[name].deserialize(value)
    except ValidationError as error:
        raise InvalidRequest([FieldError(f"/{name}", str(message)) for message in error.messages]) from error


def example_error(name: str) -> InvalidRequest:
    """Return the error for an invalid value of a path parameter."""
    try:
        _check(name, "")
    except InvalidRequest as error:
        return error
    raise ValueError(name)


def parameter_names(rule: str) -> list[str]:
    """Return the names of the path parameters of a rule."""
    return re.findall(r"<(\w+)>", rule)


def document_parameter(name: str) -> dict[str, object]:
    """Return the OpenAPI document of a path parameter."""
    metadata = _FIELDS[name].metadata
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": metadata["description"],
        "schema": {"type": "string", "pattern": metadata["pattern"]},
        "example": _EXAMPLES[name],
    }
