"""How an operation says what it takes and what it can answer."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import flask_smorest
from apispec import APISpec
from marshmallow import Schema

from schemas import examples
from schemas.operations import Problem
from service.api.http import paths, problems
from service.api.http.auditing import audited
from service.api.http.current import this_request
from service.api.http.parsing import BodyParser, media_types, pointer
from service.api.http.request_errors import (
    IncompleteBody,
    MalformedJson,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from service.errors.access import Forbidden, IssuerUnavailable, TooManyRequests, Unauthenticated
from service.errors.base import ServiceError
from service.errors.datastore import DatastoreUnavailable, NotReady
from service.errors.records import UniqueKeyTaken
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySearchKeys, TooManySensitiveValues, ValueSealed
from service.model.principal import Scope

View = TypeVar("View", bound=Callable[..., Any])

_EXAMPLES: dict[type[ServiceError], ServiceError] = {
    InvalidRequest: InvalidRequest([FieldError("/nickname", "Unknown field.")]),
    UniqueKeyTaken: UniqueKeyTaken("customer_number", examples.PROFILE_ID, stored_form="C-1001"),
    ValueSealed: ValueSealed("2026-01"),
    TooManySearchKeys: TooManySearchKeys(100),
    PayloadTooLarge: PayloadTooLarge(256 * 1024),
    TooManyRequests: TooManyRequests(42),
    TooManySensitiveValues: TooManySensitiveValues(1800),
    NotReady: NotReady({"mongodb": "ok", "indexes": "missing: profiles.lookup"}),
}
_WITH_BODY = (IncompleteBody, MalformedJson, PayloadTooLarge, UnsupportedMediaType, InvalidRequest)
_WITH_CREDENTIAL = (Unauthenticated, Forbidden, IssuerUnavailable)
MET_BY_ALL = (DatastoreUnavailable, InvalidRequest, TooManyRequests)
"""What any operation on data can answer."""

# What each operation answers in the same words, where nothing else stands under its status.
_ALIKE = frozenset(
    {
        "association_not_found",
        "contact_cleared",
        "datastore_unavailable",
        "insufficient_scope",
        "internal_error",
        "issuer_unavailable",
        "malformed_json",
        "master_key_missing",
        "payload_too_large",
        "profile_not_found",
        "rate_limited",
        "too_many_sensitive_values",
        "unauthenticated",
        "unique_key_taken",
        "version_conflict",
    }
)
BEARER = "Bearer"
REQUEST_ID = "RequestId"
# No component: Swagger UI does not resolve a reference that stands beside the operations of a path.
REQUEST_ID_PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": "X-Request-Id",
    "required": False,
    "description": "An ID of your own for this request: 1 to 64 letters, digits and hyphens; a letter "
    "among them where there are seven digits or more, lest it be a phone number. Any other is passed over.",
    "schema": {"type": "string"},
}
_EVERYWHERE = {"X-Request-Id": REQUEST_ID}
_CHALLENGE = {"WWW-Authenticate": "WWWAuthenticate"}
_RETRY_AFTER = {"Retry-After": "RetryAfter"}
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.FORBIDDEN: _CHALLENGE,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER
    | {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"},
}
MALFORMED = (
    "The HTTP request itself is malformed, such as a header that is too long. It is refused before it gets "
    "here, so without a problem document."
)


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc] # flask-smorest is untyped
    """A group of operations, each documented with its ID and every problem it can answer."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, *args: Any, met_by_all: tuple[type[ServiceError], ...], **kwargs: Any) -> None:
        """Take what flask-smorest takes, and what every operation of the group can answer."""
        super().__init__(*args, **kwargs)
        self._met_by_all = met_by_all
        self._with_query: set[str] = set()
        if InvalidRequest in met_by_all:
            self.before_request(self._refuse_query)
        self._prepare_doc_cbks += (self._document_problems, self._document_alike)

    def body(self, schema: Schema, example: Any) -> Callable[[View], View]:
        """Give the view the body, loaded with the schema, as its first argument."""
        decorate: Callable[[View], View] = self.arguments(schema, example=example)
        return decorate

    @staticmethod
    def requires(scope: Scope) -> Callable[[View], View]:
        """Declare the scope that the operation needs."""

        def decorate(view: View) -> View:
            apidoc: dict[str, Any] = dict(getattr(view, "_apidoc", {}))
            apidoc["scope"] = scope
            vars(view)["_apidoc"] = apidoc
            return view

        return decorate

    audited = staticmethod(audited)

    @staticmethod
    def problems(*raised: type[ServiceError]) -> Callable[[View], View]:
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

    def _refuse_query(self) -> None:
        """Raise ``InvalidRequest`` for a query string where none is read."""
        request = this_request()
        # To parse none takes longer than to look whether there is one.
        if not request.query_string:
            return
        endpoint = (request.endpoint or "").rpartition(".")[2]
        if request.args and endpoint not in self._with_query:
            raise InvalidRequest([FieldError(pointer(name), "Unknown field.") for name in request.args])

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        taken = getattr(obj, "_apidoc", {}).get("arguments", {}).get("parameters", ())
        if any(parameter["in"] == "query" for parameter in taken):
            self._with_query.add(endpoint)
        first, *others = obj.__name__.split("_")
        operation_id = first + "".join(word.title() for word in others)
        for name, doc in self._docs[endpoint].items():
            if name != "parameters":
                manual = doc.get("manual_doc", {})
                # Left there, they would take the place of those in the query string.
                doc["in_headers"] = manual.get("parameters", [])
                kept = {part: value for part, value in manual.items() if part != "parameters"}
                doc["manual_doc"] = kept | {"operationId": operation_id}
                doc["docstring"]["summary"] = doc["docstring"]["summary"].removesuffix(".")
                documented = self._docs[endpoint]["parameters"]
                doc["in_path"] = [parameter["name"] for parameter in documented if parameter["in"] == "path"]

    def _document_problems(
        self, doc: dict[str, Any], info: dict[str, Any], *, spec: APISpec, method: str, **_kwargs: Any
    ) -> dict[str, Any]:
        """Add each problem under its status, with an example as this operation answers it."""
        raised = {*info.get("problems", ()), *self._met_by_all}
        raised_here = _EXAMPLES | {UnsupportedMediaType: UnsupportedMediaType(media_types(method))}
        if "scope" in info:
            raised |= set(_WITH_CREDENTIAL)
            raised_here[Forbidden] = Forbidden(info["scope"].value)
        if "requestBody" in doc:
            raised |= set(_WITH_BODY)
        elif info["in_path"]:
            raised_here[InvalidRequest] = paths.refusal(info["in_path"][0])
        by_status: dict[HTTPStatus, dict[str, Any]] = {}
        for error in sorted(raised, key=lambda error: error.code):
            made = raised_here.get(error) or error()  # those with arguments stand in the table
            by_status.setdefault(problems.status_of(error), {})[error.code] = _problem(made)
        internal_error = problems.internal_error(examples.REQUEST_ID)
        by_status[HTTPStatus.INTERNAL_SERVER_ERROR] = {internal_error["code"]: internal_error}
        for status, by_code in by_status.items():
            response: Any = _documented(status, by_code)
            if _ALIKE.issuperset(by_code):
                response = _component(spec, by_code, response)
            doc.setdefault("responses", {})[str(int(status))] = response
        return doc

    @staticmethod
    def _document_alike(
        doc: dict[str, Any], info: dict[str, Any], *, method: str, **_kwargs: Any
    ) -> dict[str, Any]:
        """Add what holds for all: scopes, the kinds of body, the headers, the statuses in their order."""
        if info["in_headers"]:
            doc["parameters"] = [*doc.get("parameters", ()), *info["in_headers"]]
        # Said, not forgotten: without a scope it asks for no credential.
        doc["security"] = [{BEARER: [info["scope"].value]}] if "scope" in info else []
        if "requestBody" in doc:
            (content,) = doc["requestBody"]["content"].values()
            doc["requestBody"]["content"] = {kind: dict(content) for kind in media_types(method)}
        responses = {str(int(status)): response for status, response in doc["responses"].items()}
        if not any(status.startswith("4") for status in responses):
            responses["4XX"] = {"description": MALFORMED}
        for status, response in responses.items():
            if status.startswith("2"):
                response["headers"] = response.get("headers", {}) | _EVERYWHERE
        return doc | {"responses": dict(sorted(responses.items()))}


def _documented(status: HTTPStatus, by_code: dict[str, Any]) -> dict[str, Any]:
    named = {code: {"summary": problem["title"], "value": problem} for code, problem in by_code.items()}
    return {
        "description": ", or ".join(problem["title"] for problem in by_code.values()) + ".",
        "headers": _BY_STATUS.get(status, {}) | _EVERYWHERE,
        "content": {problems.CONTENT_TYPE: {"schema": Problem, "examples": named}},
    }


def _component(spec: APISpec, by_code: dict[str, Any], response: dict[str, Any]) -> str:
    """Return the name of the component that the response is, made at its first use."""
    names = (f"{code} {problem.get('scope', '')}" for code, problem in by_code.items())
    name = "Or".join("".join(word.title() for word in re.findall("[a-z]+", each)) for each in names)
    if name not in spec.components.responses:
        spec.components.response(name, response)
    return name


def _problem(error: ServiceError) -> dict[str, Any]:
    status = problems.status_of(type(error))
    return (
        problems.document(status, error.code, error.title, error.detail, examples.REQUEST_ID)
        | error.members()
    )
