"""How a request becomes a view's arguments, and how a view documents itself."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

import flask_smorest
import orjson
from flask import Request, current_app, request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from schemas.operations import Problem
from service import errors
from service.api import paths, problems

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

View = TypeVar("View", bound=Callable[..., Any])

_EXAMPLES: dict[type[errors.ServiceError], errors.ServiceError] = {
    errors.InvalidRequest: errors.InvalidRequest(
        [errors.FieldError("/first_name", "Missing data for required field.")]
    ),
    errors.UniqueKeyTaken: errors.UniqueKeyTaken("ssn", "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"),
    errors.TooManySearchKeys: errors.TooManySearchKeys(100),
    errors.PayloadTooLarge: errors.PayloadTooLarge(256 * 1024),
    errors.UnsupportedMediaType: errors.UnsupportedMediaType([JSON]),
    errors.NotReady: errors.NotReady({"mongodb": "ok", "indexes": "missing: profiles.lookup"}),
}
_WITH_BODY = (
    errors.MalformedJson,
    errors.PayloadTooLarge,
    errors.UnsupportedMediaType,
    errors.InvalidRequest,
)
MET_BY_ALL = (errors.DatastoreUnavailable,)
"""What any operation on data can answer."""

_EXAMPLE_REQUEST_ID = "6f1c2b7de6b34a40a2f4f0c3c1b8a9d2"


class BodyParser(FlaskParser):
    """Reads bodies and query strings, and raises what is wrong with them in the service's own words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE}  # noqa: RUF012 - as webargs declares it

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the parsed body.

        Raises ``UnsupportedMediaType``, ``PayloadTooLarge`` and ``MalformedJson``.
        """
        del schema
        supported = (MERGE_PATCH, JSON) if req.method == "PATCH" else (JSON,)
        if req.mimetype not in supported:
            raise errors.UnsupportedMediaType(supported)
        try:
            return orjson.loads(req.get_data(cache=False))
        except orjson.JSONDecodeError as error:
            raise errors.MalformedJson from error
        except RequestEntityTooLarge as error:
            raise errors.PayloadTooLarge(current_app.config["MAX_CONTENT_LENGTH"]) from error

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise ``InvalidRequest`` with a pointer for each fault."""
        del req, schema, error_status_code, error_headers
        by_location: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow's
        faults = [fault for messages in by_location.values() for fault in _flat(messages, "")]
        raise errors.InvalidRequest(faults) from error


def _flat(messages: Any, pointer: str) -> Iterator[errors.FieldError]:
    """Yield marshmallow's nested messages, each with its RFC 6901 pointer."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _flat(inner, pointer + step)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield errors.FieldError(pointer, str(message))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc] # flask-smorest is untyped
    """A group of operations, each documented with its ID and every problem it can answer."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, *args: Any, met_by_all: tuple[type[errors.ServiceError], ...], **kwargs: Any) -> None:
        """Take what flask-smorest takes, and what every operation of the group can answer."""
        super().__init__(*args, **kwargs)
        self._met_by_all = met_by_all
        self._prepare_doc_cbks.append(self._document_problems)

    def body(self, schema: Schema, example: Any, *, patch: bool = False) -> Callable[[View], View]:
        """Give the view the body, loaded with the schema, as its first argument."""
        content_type = MERGE_PATCH if patch else JSON
        decorate: Callable[[View], View] = self.arguments(schema, example=example, content_type=content_type)
        return decorate

    @staticmethod
    def problems(*raised: type[errors.ServiceError]) -> Callable[[View], View]:
        """Document what the view raises, beside what any request can meet."""

        def decorate(view: View) -> View:
            apidoc: dict[str, Any] = dict(getattr(view, "_apidoc", {}))
            apidoc["problems"] = raised
            vars(view)["_apidoc"] = apidoc
            return view

        return decorate

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Add the rule, its variable parts documented."""
        super().add_url_rule(rule, *args, **options | {"parameters": paths.parameters(rule)})

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        first, *others = obj.__name__.split("_")
        operation_id = first + "".join(word.title() for word in others)
        for name, doc in self._docs[endpoint].items():
            if name != "parameters":
                doc.setdefault("manual_doc", {})["operationId"] = operation_id
                doc["in_path"] = bool(self._docs[endpoint]["parameters"])

    def _document_problems(self, doc: dict[str, Any], info: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        raised = {*info.get("problems", ()), *self._met_by_all}
        if "requestBody" in doc:
            raised |= set(_WITH_BODY)
        if info["in_path"]:
            raised.add(errors.InvalidRequest)
        by_status: dict[HTTPStatus, list[type[errors.ServiceError]]] = {}
        for error in sorted(raised, key=lambda error: error.code):
            by_status.setdefault(problems.status_of(error), []).append(error)
        for status in sorted(by_status):
            doc.setdefault("responses", {})[str(int(status))] = _documented(status, by_status[status])
        return doc


def _documented(status: HTTPStatus, raised: list[type[errors.ServiceError]]) -> dict[str, Any]:
    examples = {error.code: {"summary": error.title, "value": _example(error)} for error in raised}
    response = {
        "description": ", or ".join(error.title for error in raised) + ".",
        "content": {problems.CONTENT_TYPE: {"schema": Problem, "examples": examples}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["headers"] = {"Retry-After": "RetryAfter"}
    return response


def _example(error: type[errors.ServiceError]) -> dict[str, Any]:
    made = _EXAMPLES.get(error) or error()  # type: ignore[call-arg] # those with arguments stand in the table
    status = problems.status_of(error)
    return (
        problems.document(status, error.code, error.title, made.detail, _EXAMPLE_REQUEST_ID) | made.members()
    )


def if_match() -> frozenset[int] | None:
    """Return the versions that If-Match accepts, or None where it accepts any (RFC 9110, 13.1.1).

    An ETag that the service never gave matches nothing.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    return frozenset(int(tag) for tag in request.if_match.as_set() if tag.isascii() and tag.isdigit())
