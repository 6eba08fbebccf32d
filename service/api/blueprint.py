"""How a request becomes a view's arguments, and how a view documents itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

import flask_smorest
import orjson
from apispec import APISpec
from flask import Request, current_app, request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from schemas import examples
from schemas.operations import Problem
from service import errors
from service.api import paths, problems

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

# A version in quotation marks, which some clients leave out; no longer than MongoDB's integers.
_ETAG = re.compile(r'"?([1-9][0-9]{0,17})"?', re.ASCII)

View = TypeVar("View", bound=Callable[..., Any])

_EXAMPLES: dict[type[errors.ServiceError], errors.ServiceError] = {
    errors.InvalidRequest: errors.InvalidRequest([errors.FieldError("/nickname", "Unknown field.")]),
    errors.UniqueKeyTaken: errors.UniqueKeyTaken("ssn", examples.PROFILE_ID),
    errors.TooManySearchKeys: errors.TooManySearchKeys(100),
    errors.PayloadTooLarge: errors.PayloadTooLarge(256 * 1024),
    errors.NotReady: errors.NotReady({"mongodb": "ok", "indexes": "missing: profiles.lookup"}),
}
_MOST_FAULTS = 100
"""An answer names so many faults; a caller who has made more is not helped by all of them."""

_WITH_BODY = (
    errors.MalformedJson,
    errors.PayloadTooLarge,
    errors.UnsupportedMediaType,
    errors.InvalidRequest,
)
MET_BY_ALL = (errors.DatastoreUnavailable,)
"""What any operation on data can answer."""

# What each operation answers in the same words, alone under its status.
_ALIKE = frozenset(
    {
        "association_not_found",
        "contact_cleared",
        "datastore_unavailable",
        "internal_error",
        "malformed_json",
        "payload_too_large",
        "profile_not_found",
        "unique_key_taken",
        "version_conflict",
    }
)
REQUEST_ID = "RequestId"
# No component: Swagger UI does not resolve a reference that stands beside the operations of a path.
REQUEST_ID_PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": "X-Request-Id",
    "required": False,
    "description": "An ID of your own for this request: 1 to 64 letters, digits and hyphens. Any other is "
    "passed over.",
    "schema": {"type": "string"},
    "example": examples.REQUEST_ID,
}
_EVERYWHERE = {"X-Request-Id": REQUEST_ID}
MALFORMED = (
    "The HTTP request itself is malformed, such as a header that is too long. It is refused before it gets "
    "here, so without a problem document."
)


def _media_types(method: str) -> tuple[str, ...]:
    """Return the kinds of body that a method takes, the best first."""
    return (MERGE_PATCH, JSON) if method.upper() == "PATCH" else (JSON,)


class BodyParser(FlaskParser):
    """Reads bodies and query strings, and raises what is wrong with them in the service's own words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE}  # noqa: RUF012 - as webargs declares it

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the parsed body.

        Raises ``UnsupportedMediaType``, ``PayloadTooLarge`` and ``MalformedJson``.
        """
        del schema
        supported = _media_types(req.method)
        if req.mimetype not in supported:
            raise errors.UnsupportedMediaType(supported)
        try:
            body = req.get_data(cache=False)
            # A body in chunks is cut at the limit, and only a read beyond it tells.
            req.stream.read(1)
            return orjson.loads(body)
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
        raise errors.InvalidRequest(faults[:_MOST_FAULTS]) from error


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
        self._prepare_doc_cbks += (self._document_problems, self._document_alike)

    def body(self, schema: Schema, example: Any) -> Callable[[View], View]:
        """Give the view the body, loaded with the schema, as its first argument."""
        decorate: Callable[[View], View] = self.arguments(schema, example=example)
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
        """Add the rule, its variable parts documented, and the header that every request may have."""
        super().add_url_rule(
            rule, *args, **options | {"parameters": [*paths.parameters(rule), REQUEST_ID_PARAMETER]}
        )

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        first, *others = obj.__name__.split("_")
        operation_id = first + "".join(word.title() for word in others)
        for name, doc in self._docs[endpoint].items():
            if name != "parameters":
                doc.setdefault("manual_doc", {})["operationId"] = operation_id
                doc["docstring"]["summary"] = doc["docstring"]["summary"].removesuffix(".")
                documented = self._docs[endpoint]["parameters"]
                doc["in_path"] = [parameter["name"] for parameter in documented if parameter["in"] == "path"]

    def _document_problems(
        self, doc: dict[str, Any], info: dict[str, Any], *, spec: APISpec, method: str, **_kwargs: Any
    ) -> dict[str, Any]:
        """Add each problem under its status, with an example as this operation answers it."""
        raised = {*info.get("problems", ()), *self._met_by_all}
        raised_here = _EXAMPLES | {
            errors.UnsupportedMediaType: errors.UnsupportedMediaType(_media_types(method))
        }
        if "requestBody" in doc:
            raised |= set(_WITH_BODY)
        elif info["in_path"]:
            raised.add(errors.InvalidRequest)
            raised_here[errors.InvalidRequest] = paths.refusal(info["in_path"][0])
        by_status: dict[HTTPStatus, dict[str, Any]] = {}
        for error in sorted(raised, key=lambda error: error.code):
            made = raised_here.get(error) or error()  # those with arguments stand in the table
            by_status.setdefault(problems.status_of(error), {})[error.code] = _problem(made)
        internal_error = problems.internal_error(examples.REQUEST_ID)
        by_status[HTTPStatus.INTERNAL_SERVER_ERROR] = {internal_error["code"]: internal_error}
        for status, by_code in by_status.items():
            response: Any = _documented(status, by_code)
            if len(by_code) == 1 and _ALIKE.issuperset(by_code):
                response = _component(spec, next(iter(by_code)), response)
            doc.setdefault("responses", {})[str(int(status))] = response
        return doc

    @staticmethod
    def _document_alike(
        doc: dict[str, Any], _info: dict[str, Any], *, method: str, **_kwargs: Any
    ) -> dict[str, Any]:
        """Add what holds for all: the kinds of body, the headers, and the statuses in their order."""
        if "requestBody" in doc:
            (content,) = doc["requestBody"]["content"].values()
            doc["requestBody"]["content"] = {kind: dict(content) for kind in _media_types(method)}
        responses = {str(int(status)): response for status, response in doc["responses"].items()}
        if not any(status.startswith("4") for status in responses):
            responses["4XX"] = {"description": MALFORMED}
        for status, response in responses.items():
            if status.startswith("2"):
                response["headers"] = response.get("headers", {}) | _EVERYWHERE
        return doc | {"responses": dict(sorted(responses.items()))}


def _documented(status: HTTPStatus, by_code: dict[str, Any]) -> dict[str, Any]:
    named = {code: {"summary": problem["title"], "value": problem} for code, problem in by_code.items()}
    retry_after = {"Retry-After": "RetryAfter"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {
        "description": ", or ".join(problem["title"] for problem in by_code.values()) + ".",
        "headers": retry_after | _EVERYWHERE,
        "content": {problems.CONTENT_TYPE: {"schema": Problem, "examples": named}},
    }


def _component(spec: APISpec, code: str, response: dict[str, Any]) -> str:
    """Return the name of the component that the response is, made at its first use."""
    name = "".join(word.title() for word in code.split("_"))
    if name not in spec.components.responses:
        spec.components.response(name, response)
    return name


def _problem(error: errors.ServiceError) -> dict[str, Any]:
    status = problems.status_of(type(error))
    return (
        problems.document(status, error.code, error.title, error.detail, examples.REQUEST_ID)
        | error.members()
    )


def if_match() -> frozenset[int] | None:
    """Return the versions that If-Match accepts, or None where it accepts any (RFC 9110, 13.1.1).

    An ETag that the service never gave, and a weak one, matches nothing.
    """
    held = request.headers.get("If-Match")
    if held is None or held.strip() == "*":
        return None
    tags = (_ETAG.fullmatch(tag.strip()) for tag in held.split(","))
    return frozenset(int(tag[1]) for tag in tags if tag)
