"""What the OpenAPI document says by itself, in words, headers and parameters: no view or schema tells it."""

from typing import Any

from schemas import examples
from service.api.http.parsing import IDEMPOTENCY_KEY, IF_MATCH
from service.api.openapi.blueprint import REQUEST_ID

_DESCRIPTION = """\
Tells a contact-centre agent who is calling, on your own MongoDB.

Bodies are JSON in UTF-8; a body in which an object has two members of the same name is malformed. Errors are
problem documents (RFC 9457): decide by `code`, which is stable. An unknown field is refused with its pointer.
Personal values travel in bodies, never in a URL. Lists answer `items` and `next_cursor`; hand the cursor back
for the next page.

A 503 tells when to retry, and that is always safe: a change has the same effect once more, and a profile is
created once for as long as the `Idempotency-Key` is the same.

A request can have one value of each sensitive search key, and any number of masks of values that the profile
holds. A credential without `profiles:reveal` has an hourly limit of such values; a request over it gets a 429
(`too_many_sensitive_values`).

A contact goes this way: **match** it when it comes in, **associate** it with the profile that the agent
confirms, correct that as often as needed, and **clear** it when the work is done.

Every operation but those for who runs the service asks for a credential, unless the service was started with
`AUTH=off`: an API key, or a token of the OIDC issuer that is set. The credential decides the domain, and what
is allowed: the scope that an operation needs stands at the operation. With `AUTH=off` the service answers to
the names of its own machine: where `Host` is another one, any answer is a 421 (`misdirected_request`). Where
the `Origin` is that of a foreign page, the answer is a 403 (`foreign_origin`) to all but GET, HEAD and
OPTIONS. A request of HTTP/1.1 without a valid `Host` is a 400 (`invalid_host`).
"""
INFO: dict[str, Any] = {
    "description": _DESCRIPTION,
    "license": {"name": "MIT", "identifier": "MIT"},
    "summary": "Who is calling: customer profile look-up for contact centres.",
}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The profile's version, for `If-Match`.",
        "schema": {"type": "string"},
        "example": '"1"',
    },
    "IdempotencyReplayed": {
        "description": "`true` where the same request with this `Idempotency-Key` has created the profile "
        "before; absent otherwise.",
        "schema": {"type": "string"},
        "example": "true",
    },
    "Location": {
        "description": "Where the new profile stands.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": f"/v1/profiles/{examples.PROFILE_ID}",
    },
    "RateLimit": {
        "description": "What is left of the quota, and the seconds until it is whole again "
        "(draft-ietf-httpapi-ratelimit-headers-10); each worker counts by itself.",
        "schema": {"type": "string"},
        "example": '"requests";r=0;t=42',
    },
    "RateLimitPolicy": {
        "description": "The quota, and the seconds that it is for.",
        "schema": {"type": "string"},
        "example": '"requests";q=1200;w=60',
    },
    REQUEST_ID: {
        "description": "The request's ID, as the log has it; quote it when you ask for help.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
        "example": examples.REQUEST_ID,
    },
    "RetryAfter": {
        "description": "Seconds after which to retry.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "WWWAuthenticate": {
        "description": "What is wrong with the credential, or the scope that it lacks (RFC 6750).",
        "schema": {"type": "string"},
        "example": 'Bearer realm="profile-lookup"',
    },
}
SECURITY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`profile-lookup api-keys create` makes one), or a JWT of the issuer.",
}
IF_MATCH_PARAMETER: dict[str, Any] = {
    "name": "If-Match",
    "required": False,
    "description": "The `ETag` that the caller saw, in its quotation marks: the change is made only if it "
    "still holds. Several are separated by commas; `*` is any. A weak one (`W/`) never holds.",
    "schema": {"type": "string", "pattern": IF_MATCH.pattern},
    "example": '"1"',
}
IDEMPOTENCY_KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "required": False,
    "description": "A random value of your own, such as a UUID, new for each profile and the same for each "
    "retry: 1 to 255 visible ASCII characters but comma, quotation mark and backslash, in quotation marks "
    "(RFC 9651) or without.",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY.pattern},
    "example": "2f0d3c1e-6a0b-4c7a-9d0e-5b8f1c3a7e42",
}
