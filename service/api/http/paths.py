"""What stands in a path: how it is checked, and how it is documented."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response
from marshmallow import ValidationError
from marshmallow.fields import Field
from werkzeug.exceptions import MethodNotAllowed

from schemas import examples
from schemas.identifiers import contact_id_field, profile_id_field, search_key_field
from service.api.http.current import this_request
from service.errors.requests import FieldError, InvalidRequest
from service.model.identifiers import CONTACT_ID, PROFILE_ID, SEARCH_KEY_NAME

DATA = "/v1/"
"""Under it are the operations on data; what is elsewhere is for those who run the service."""

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


def register(app: Flask) -> None:
    """Refuse a method that a path does not have, and a part of a path that is not what its name says.

    To Flask ``GET /v1/profiles/search`` reads the profile with the ID ``search``. But a path that a rule
    names letter by letter is that rule's alone (OpenAPI 3.1, 4.8.8.2).
    """
    # Asked for with the first request, when all rules are there.
    methods = cache(lambda: _methods_of_fixed_paths(app))

    def check_request() -> Response | None:
        request = this_request()
        allowed = methods().get(request.path)
        if allowed is not None and request.method not in allowed:
            raise MethodNotAllowed(allowed)
        _check(request.view_args or {})
        return _options(allowed) if allowed is not None and request.method == "OPTIONS" else None

    app.before_request(check_request)


def _methods_of_fixed_paths(app: Flask) -> dict[str, list[str]]:
    """Return the methods of each path that no variable stands in."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            found.setdefault(rule.rule, set()).update(rule.methods or ())
    return {path: sorted(methods) for path, methods in found.items()}


def _options(allowed: list[str]) -> Response:
    response = Response()
    response.allow.update(allowed)
    return response


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
