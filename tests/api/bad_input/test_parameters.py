"""Unknown or invalid query parameters and headers."""

import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import pointers
from tests.api.operations import OPERATIONS, Operation

BY_NAME = {str(operation): operation for operation in OPERATIONS}
QUERIES: dict[str, dict[str, list[str]]] = {
    "POST /v1/contacts/{contact_id}/profile": {
        "channel": ["", "fax", "Voice", "voice,chat"],
        "agent_id": ["", " ", "\u3000", "a\x00", "a\nb", "x" * 256],
        "on_duplicate": ["", "Warn", "fail", "warn,reject"],
    },
    "POST /v1/profiles": {"on_duplicate": ["", "Warn", "fail", "warn,reject"]},
    "GET /v1/profiles/{profile_id}/contacts": {
        "channel": ["", "fax", "Voice", "voice,chat"],
        "from": ["", "now", "0", "2026-13-01T00:00:00Z", "1" * 65],
        "to": ["", "now", "2026-03-01T24:60:00Z", "0001-01-01T00:00:00+01:00"],
    },
    "POST /v1/profiles/batch": {
        "dry_run": ["", "1", "True", MARKER],
        "on_duplicate": ["", "Warn", "fail", "warn,reject"],
        "on_merged": ["", "Follow", "fail", "follow,reject"],
    },
    "GET /v1/profiles": {"sort": ["", "name", "Created_at", "-created_at", MARKER]},
    "GET /v1/profiles/changes": {"since": ["", "now", "0", "2026-13-01T00:00:00Z", "1" * 65, MARKER]},
    "GET /v1/audit": {
        "profile_id": ["", "1", "A" * 32, MARKER],
        "agent_id": ["", " ", "\u3000", "a\x00", "a\nb", "x" * 256],
        "from": ["", "now", "0", "2026-13-01T00:00:00Z", "1" * 65],
        "to": ["", "now", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00"],
    },
}
HEADERS = [
    *(
        (f"POST {rule}", "Idempotency-Key", value, 422)
        for rule in ("/v1/profiles", "/v1/profiles/batch", "/v1/contacts/{contact_id}/profile")
        for value in (
            "",
            '""',
            '"a',
            'a"',
            "a b",
            "a,b",
            "a\\b",
            "é",
            "x" * 256,
            '"k";p=1',
            f"{MARKER},{MARKER}",
        )
    ),
    *(
        (f"{method} /v1/profiles/{{profile_id}}{rest}", "If-Match", value, status)
        for method, rest in (("PATCH", ""), ("DELETE", ""), ("POST", "/keys"), ("POST", "/keys/release"))
        for status, values in (
            (412, ('"2"', 'W/"1"', f'"{MARKER}"', '"1.0"', '"٣"', '"' + "9" * 5000 + '"')),
            (422, ("", '"', "x", MARKER, f'"{MARKER}', "0x1", "1.0")),
        )
        for value in values
    ),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_unknown_parameter_is_rejected_and_not_audited(
    checker: RejectionChecker, operation: Operation
) -> None:
    """Every operation rejects unknown query parameters before it accesses data."""
    for name in ("nickname", "domain", "$where", "_id", "a/b", "filter[limit]"):
        options = {"query_string": {name: MARKER}}
        problem = checker.api.reject(
            operation.method, operation.path, operation.body, status=422, code="invalid_request", **options
        )
        assert pointers(problem) == ["/" + name.replace("/", "~1")]
        assert MARKER not in str(problem)


@pytest.mark.parametrize("operation", QUERIES)
def test_an_invalid_parameter_is_rejected(checker: RejectionChecker, operation: str) -> None:
    """The test covers each query parameter of each operation."""
    target = BY_NAME[operation]
    for name, values in QUERIES[operation].items():
        for value in values:
            options = {"body": target.body, "query_string": {name: value}}
            checker.reject_field(target.method, target.path, f"/{name}", **options)


@pytest.mark.parametrize(("operation", "name", "value", "status"), HEADERS)
def test_an_invalid_header_is_rejected(
    checker: RejectionChecker, operation: str, name: str, value: str, status: int
) -> None:
    """Invalid idempotency keys create nothing. Invalid or stale versions change nothing."""
    target = BY_NAME[operation]
    options = {"body": target.body, "headers": {name: value.encode().decode("latin-1")}}
    code = {422: "invalid_request", 412: "version_conflict"}[status]
    checker.reject(target.method, target.path, status, code, **options)


def test_the_table_has_every_query_parameter(checker: RejectionChecker) -> None:
    """The cursor and limit of pages have their own tests."""
    document = checker.api.get("/openapi.json")
    parameters = {
        f"{method.upper()} {path}": {
            each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"
        }
        - {"limit", "cursor"}
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {name: {*names} for name, names in QUERIES.items()} == {
        name: each for name, each in parameters.items() if each
    }
