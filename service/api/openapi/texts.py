"""Texts of the OpenAPI document that do not belong to one operation or schema."""

from collections.abc import Mapping
from typing import Any

from schemas import examples
from service.api.http.parsing import IDEMPOTENCY_KEY, IF_MATCH
from service.model import identifiers

Node = dict[str, Any]
"""An object of the OpenAPI document."""

BEARER = "Bearer"
REQUEST_ID = {"X-Request-Id": "RequestId"}
"""The header that every response has."""

_DESCRIPTION = """\
Finds the customer profile of a contact for a contact-centre agent. The profiles are in your own MongoDB.

Bodies are JSON in UTF-8. An object with two members of the same name is malformed. Unknown fields are
errors. Errors are problem documents (RFC 9457). Clients should branch on `code`; the codes do not change.
Personal values are sent in bodies, never in URLs. Lists return `items` and a `next_cursor` for the next page.

A 503 has `Retry-After`. The change of the request may or may not have been made. A retry is safe, with two
exceptions. A repeated creation without an `Idempotency-Key` can create a second profile. A repeated change
can overwrite a change that another request made in between; `If-Match` prevents this for profiles.

A request can have one value of each sensitive search key, and any number of masks of values that the profile
already has. A credential without `profiles:reveal` can send a limited number of sensitive values in an hour.
Requests over the limit get a 429 (`too_many_sensitive_values`).

The usual sequence for a contact: **match** it when it arrives, **associate** it with the profile that the
agent confirms, correct the association as often as needed, and **clear** the contact when the work is done.

Every operation except health checks and metrics needs a credential: an API key, a token that an API key
created for an agent (`POST /v1/agent-tokens`), or a token of the configured OIDC issuer. The credential
determines the domain and the permitted operations. Each operation names the scope that it needs. With
`AUTH=off`, no credential is needed, but only requests to a name of the service's own machine are accepted:
any other `Host` gets a 421 (`misdirected_request`). Requests with the `Origin` of another site get a 403
(`foreign_origin`), except GET, HEAD and OPTIONS, and except sites in `CORS_ORIGINS`. An HTTP/1.1 request
without a valid `Host` always gets a 400 (`invalid_host`).
"""
INFO: Node = {
    "description": _DESCRIPTION,
    "license": {"name": "MIT", "identifier": "MIT"},
    "summary": "Customer profile look-up for contact centres.",
}
TAGS: Mapping[str, str] = {
    "contacts": "Calls, chats, tasks and e-mails: match them with profiles.",
    "profiles": "Customers: create, read, change and search their profiles.",
    "merges": "Merge profiles of the same person, and undo it.",
    "batch": "Many operations on profiles in one request.",
    "lists": "All profiles and their changes, for programs that copy them.",
    "personal-data": "Export all data about a person.",
    "audit": "Which agent accessed which profile.",
    "search-keys": "The search keys in the agent's drop-down.",
    "settings": "The settings of a domain.",
    "credential": "What the credential of a request allows.",
    "agent-tokens": "Credentials for agents' browsers.",
    "operations": "For operators of the service.",
}
"""The description of each tag. A tag is the name of a blueprint."""


def _header(description: str, example: object, **schema: object) -> Node:
    return {"description": description, "schema": {"type": "string"} | schema, "example": example}


HEADERS: Mapping[str, Node] = {
    "ETag": _header("The profile's version, for `If-Match`.", '"1"'),
    "IdempotencyReplayed": _header(
        "`true` if an earlier request created the profile, executed the batch, or made or undid the merge; "
        "otherwise omitted.",
        "true",
    ),
    "Location": _header(
        "The URL of the new profile.", f"/v1/profiles/{examples.PROFILE_ID}", format="uri-reference"
    ),
    "ProfileMergedInto": _header(
        "If the profile of the request was merged: the ID of the profile into which it was merged, and which "
        "the request used. Otherwise omitted.",
        examples.MERGED_ID,
        pattern=identifiers.PROFILE_ID.pattern,
    ),
    "RateLimit": _header(
        "The remaining quota, and the seconds until it is reset "
        "(draft-ietf-httpapi-ratelimit-headers-10). Each worker counts separately.",
        '"requests";r=0;t=42',
    ),
    "RateLimitPolicy": _header("The quota, and its window in seconds.", '"requests";q=1200;w=60'),
    "RequestId": _header(
        "The request's ID. The log has it too; mention it when you ask for help.",
        examples.REQUEST_ID,
        pattern=identifiers.REQUEST_ID.pattern,
    ),
    "RetryAfter": _header("The number of seconds to wait before a retry.", 1, type="integer", minimum=0),
    "WWWAuthenticate": _header(
        "The credential's error, or the scope that is required (RFC 6750).", 'Bearer realm="profile-lookup"'
    ),
}
SECURITY_SCHEME: Node = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (create one with `profile-lookup api-keys create`), an agent token, or a JWT "
    "of the issuer.",
}
PARAMETERS: Mapping[str, Node] = {
    "IfMatch": {
        "name": "If-Match",
        "required": False,
        "description": "The `ETag` of the version to change, with its quotation marks. The request fails if "
        "the profile has another version. Separate several ETags with commas. `*` matches all versions. A "
        "weak ETag (`W/`) matches no version.",
        "schema": {"type": "string", "pattern": IF_MATCH.pattern},
        "example": '"1"',
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "required": False,
        "description": "A random value such as a UUID: 1 to 255 visible ASCII characters except comma, "
        "quotation mark and backslash. Use a new value for each profile, batch or merge, and the same value "
        "for each retry. The quotation marks of RFC 9651 around the value are optional.",
        "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY.pattern},
        "example": "2f0d3c1e-6a0b-4c7a-9d0e-5b8f1c3a7e42",
    },
}
# Not a component, because Swagger UI does not resolve references in the parameters of a path.
REQUEST_ID_PARAMETER: Node = {
    "in": "header",
    "name": "X-Request-Id",
    "required": False,
    "description": "Your own ID for this request: 1 to 64 letters, digits and hyphens. An ID with seven "
    "or more digits must also have a letter, so that it cannot be a phone number. Other IDs are ignored.",
    "schema": {"type": "string"},
}
MALFORMED_REQUEST: Node = {
    "description": "The HTTP request itself is malformed: for example, a header is too long. The web server "
    "rejects it, without a problem document."
}
METRICS: Node = {
    "summary": "Show the Prometheus metrics",
    "description": "Requests, response times and match outcomes of all workers, up to five seconds old. No "
    "credential is needed, so let only your Prometheus server reach this path.",
    "operationId": "readMetrics",
    "tags": ["operations"],
    "security": [],
    "responses": {
        "200": {
            "description": "OK",
            "headers": REQUEST_ID,
            "content": {"text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}},
        },
        "4XX": MALFORMED_REQUEST,
    },
}
