"""Declare an operation: its scope, arguments, response, problems and audit events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import cast

import orjson
from flask import Response
from marshmallow import Schema

from service.api.http import parsing
from service.api.http.authentication import View, declare_scopes
from service.api.http.context import principal, request_id, stores
from service.errors.base import ServiceError
from service.errors.records import PossibleDuplicates, UniqueKeyTaken
from service.model.audit import AuditAction, AuditEvent
from service.model.principal import Scope
from service.model.sensitive import SensitiveValue
from service.use_cases import aliases, audit
from service.use_cases.audit import Access, Audited

_OPERATION_ATTRIBUTE = "operation"
_AUDITED_ATTRIBUTE = "is_audited"
MERGED_INTO: Mapping[str, object] = {"Profile-Merged-Into": "ProfileMergedInto"}
"""The response header of operations that accept or find the ID of a merged profile."""


@dataclass(frozen=True, slots=True)
class Content:
    """The schema of a body, and an example for the OpenAPI document."""

    schema: Schema
    example: Mapping[str, object]
    alternatives: Mapping[str, "Content"] = field(default_factory=dict)
    """Other forms of a request, by the member that identifies the form."""

    def document(self) -> dict[str, object]:
        """Return the OpenAPI media type object."""
        if not self.alternatives:
            return {"schema": self.schema, "example": self.example}
        forms = [self, *self.alternatives.values()]
        return {
            "schema": {"anyOf": [form.schema for form in forms]},
            "examples": {type(form.schema).__name__: {"value": form.example} for form in forms},
        }

    def schema_for(self, body: object) -> Schema:
        """Return the schema of the first alternative whose member the body has, or else ``schema``."""
        members = body if isinstance(body, Mapping) else ()
        forms = (form.schema for member, form in self.alternatives.items() if member in members)
        return next(forms, self.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A decorator for views: loads the arguments, calls the view, and dumps its result.

    The view gets the loaded body, then the loaded query, then the path parameters. It returns the result
    alone, or a tuple of the result and either a status or headers. A `Response` is returned unchanged.
    """

    scope: Scope | tuple[Scope, ...] | None
    """The scope that the credential needs, or alternative scopes; None for a public operation."""
    body: Content | None = None
    max_body_bytes: int = 0
    """The maximum size of the body, if it is larger than that of other operations."""
    query: Schema | None = None
    header_parameters: tuple[str, ...] = ()
    """Names of parameter components in the OpenAPI document."""
    status: HTTPStatus = HTTPStatus.OK
    response: Content | None = None
    response_headers: Mapping[str, object] = field(default_factory=dict)
    """The OpenAPI component (its name) or object of each header of a successful response."""
    created_description: str = ""
    """The description of the 201 response, if the view can return 201 instead of ``status``."""
    problems: tuple[type[ServiceError], ...] = ()
    """The errors that the view raises, in addition to the errors of all operations."""

    def __call__(self, view: Callable[..., object]) -> Callable[..., Response]:
        """Return the function that Flask calls."""

        @wraps(view)
        def call(**path: str) -> Response:
            return self._respond(view(*self._arguments(), **path))

        vars(call)[_OPERATION_ATTRIBUTE] = self
        return declare_scopes(call, self.scopes)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes; the credential needs any one of them. There are none for a public operation."""
        if self.scope is None:
            return ()
        return self.scope if isinstance(self.scope, tuple) else (self.scope,)

    def _arguments(self) -> Iterator[object]:
        # Public operations ignore a query string. Probes and browsers may add one.
        if self.query is None and self.scope is not None:
            parsing.reject_query()
        if self.body is not None:
            yield parsing.load_body(self.body.schema_for, self.query, self.max_body_bytes)
        if self.query is not None:
            yield parsing.load_query(self.query)

    def _respond(self, result: object) -> Response:
        if isinstance(result, Response):
            return result
        status: int = self.status
        headers: dict[str, str] = {}
        if isinstance(result, tuple):
            result, extra = result
            if isinstance(extra, int):
                status = extra
            else:
                headers = extra
        if self.response is None:
            response = Response(status=status, headers=headers)
            # A response without a body has no media type, but Flask would send text/html.
            del response.headers["Content-Type"]
            return response
        schema = self.response.schema
        body = schema.dump(result)
        if "merged_into" in schema.fields and (target := aliases.noted_target()):
            body["merged_into"] = target
        return Response(to_json(body), status, headers, mimetype=parsing.JSON)


def operation_of(view: Callable[..., object]) -> Operation | None:
    """Return the operation that the view declares, or None for other views."""
    return getattr(view, _OPERATION_ATTRIBUTE, None)


def to_json(value: object) -> bytes:
    """Return the value as JSON. Sensitive values are masked."""
    return orjson.dumps(value, default=_mask)


def _mask(value: object) -> str:
    if isinstance(value, SensitiveValue):
        return str(value)
    raise TypeError(type(value).__name__)


def audited(view: View) -> View:
    """Decorate a view: write the audit events of its result, then return `Audited.value`.

    The view returns an ``Audited``, alone or in a tuple with a status or headers. Any other result raises
    TypeError, because its profiles would be missing in the audit. Also writes the events of the profiles in
    ``UniqueKeyTaken`` and ``PossibleDuplicates``.
    """

    @wraps(view)
    def call(*args: object, **path: str) -> object:
        try:
            response = view(*args, **path)
        except (UniqueKeyTaken, PossibleDuplicates) as error:
            # Like a search, the error response shows that these profiles have the values.
            searched, contact_id = [AuditAction.SEARCHED], path.get("contact_id")
            record(*(Access(searched, [owner], contact_id, keys) for owner, keys in error.owners.items()))
            raise
        result, *extra = response if isinstance(response, tuple) else (response,)
        if not isinstance(result, Audited):
            raise TypeError(f"The view returned {type(result).__name__}; return an Audited instead.")
        if result.accesses:
            record(*result.accesses)
        return (result.value, *extra) if extra else result.value

    vars(call)[_AUDITED_ATTRIBUTE] = True
    return cast("View", call)


def is_audited(view: Callable[..., object]) -> bool:
    """Return whether the view is decorated with ``audited``."""
    return getattr(view, _AUDITED_ATTRIBUTE, False)


def events_of(*accesses: Access) -> Sequence[AuditEvent]:
    """Return the audit events of accesses by the current request, for a use case that writes them itself."""
    return audit.events_of(principal(), request_id(), *accesses)


def record(*accesses: Access) -> None:
    """Write the audit events of accesses by the current request: see ``audit.record``."""
    audit.record(stores(), principal(), request_id(), *accesses)
