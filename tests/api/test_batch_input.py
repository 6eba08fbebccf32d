"""Bad input in batches: an invalid item has its own problem, an invalid envelope is rejected as a whole."""

from typing import Any

import orjson
import pytest

from service.model.batch import MAX_BATCH_BYTES
from tests.api.batches import PATH, create, outcomes, send, send_raw
from tests.api.caller import Caller, pointers

ID = "0" * 32
MATCH_ON = {"key": "phone", "value": "555"}

INVALID: list[tuple[Any, str]] = [
    (None, ""),
    (7, ""),
    ("create", ""),
    ([], ""),
    ([{}], ""),
    ({}, "/operation"),
    ({"operation": "replace"}, "/operation"),
    ({"operation": 1}, "/operation"),
    ({"operation": "create"}, "/profile"),
    ({"operation": "create", "profile": None}, "/profile"),
    ({"operation": "create", "profile": {}}, "/profile/first_name"),
    ({"operation": "create", "profile": {"last_name": "Lee"}}, "/profile/first_name"),
    ({"operation": "create", "profile": {"first_name": {"$gt": ""}}}, "/profile/first_name"),
    ({"operation": "create", "profile": {"first_name": "A", "x": 1}}, "/profile/x"),
    (
        {"operation": "create", "profile": {"first_name": "A", "phone_numbers": [{"value": 7}]}},
        "/profile/phone_numbers/0/value",
    ),
    ({"operation": "create", "profile": {"first_name": "A"}, "profile_id": ID}, "/profile_id"),
    ({"operation": "create", "profile": {"first_name": "A"}, "if_match": 1}, "/if_match"),
    ({"operation": "create", "profile": {"first_name": "A"}, "lists": "x"}, "/lists"),
    ({"operation": "create", "profile": {"first_name": "A"}, "ref": ""}, "/ref"),
    ({"operation": "create", "profile": {"first_name": "A"}, "ref": "x" * 256}, "/ref"),
    ({"operation": "create", "profile": {"first_name": "A"}, "domain": "x"}, "/domain"),
    ({"operation": "create", "profile": {"first_name": "A", "keys": {"x": ["1"]}}}, "/profile/keys/x"),
    ({"operation": "update", "profile": {"first_name": "A"}}, "/match_on"),
    ({"operation": "update", "profile_id": ID}, "/profile"),
    ({"operation": "update", "profile_id": "x", "profile": {"first_name": "A"}}, "/profile_id"),
    ({"operation": "update", "profile_id": ID, "match_on": MATCH_ON, "profile": {}}, "/match_on"),
    ({"operation": "update", "match_on": MATCH_ON, "profile": {}}, "/match_on/key"),
    ({"operation": "update", "match_on": {"key": "nosuch", "value": "1"}, "profile": {}}, "/match_on/key"),
    ({"operation": "update", "match_on": {"key": "digits", "value": "x"}, "profile": {}}, "/match_on/value"),
    ({"operation": "update", "match_on": {"key": "secret", "value": "*9"}, "profile": {}}, "/match_on/value"),
    ({"operation": "update", "match_on": {"key": "$or", "value": "x"}, "profile": {}}, "/match_on/key"),
    ({"operation": "update", "match_on": {"key": "digits"}, "profile": {}}, "/match_on/value"),
    ({"operation": "upsert", "profile": {"first_name": "A"}}, "/match_on"),
    ({"operation": "upsert", "profile_id": ID, "profile": {"first_name": "A"}}, "/profile_id"),
    (
        {
            "operation": "upsert",
            "match_on": {"key": "profile_id", "value": ID},
            "profile": {"first_name": "A"},
        },
        "/match_on/key",
    ),
    ({"operation": "upsert", "match_on": {"key": "digits", "value": "1"}}, "/profile/first_name"),
    ({"operation": "delete"}, "/match_on"),
    ({"operation": "delete", "profile_id": ID, "profile": {}}, "/profile"),
    ({"operation": "delete", "profile_id": ID, "if_match": 0}, "/if_match"),
    ({"operation": "delete", "profile_id": ID, "if_match": "1"}, "/if_match"),
    ({"operation": "delete", "profile_id": ID, "if_match": 10**18}, "/if_match"),
    ({"operation": "delete", "profile_id": ID, "if_match": True}, "/if_match"),
]


def test_each_invalid_item_has_its_own_problem(api: Caller) -> None:
    """All items are in one batch. The valid items between them are executed."""
    api.define("digits", type="digits", unique=True)
    api.define("secret", unique=True, sensitive=True)
    items = [part for item, _ in INVALID for part in (item, create())]
    results = send(api, *items)
    for (item, pointer), result in zip(INVALID, results[::2], strict=True):
        assert result["status"] == 422, item
        assert pointers(result["problem"]) == [pointer], item
    assert {result["outcome"] for result in results[1::2]} == {"created"}
    assert api.database["profiles"].count_documents({}) == len(INVALID)


def test_the_reference_of_an_invalid_item_is_returned(api: Caller) -> None:
    """So that the client knows which of its rows is invalid."""
    results = send(api, {"ref": "row 7"}, {"operation": "x", "ref": "row 8"}, {"ref": 9}, {"ref": "x" * 256})
    assert [result["ref"] for result in results] == ["row 7", "row 8", None, None]


def test_an_invalid_item_has_ten_errors_at_most(api: Caller) -> None:
    """The results of a thousand items must fit into a response and a document."""
    (result,) = send(api, create(**{f"x{number}": 1 for number in range(200)}))
    assert pointers(result["problem"]) == [f"/profile/x{number}" for number in range(10)]


def test_a_retry_has_the_same_problems_of_invalid_items(api: Caller) -> None:
    """They are not stored, because they can have names of the client's fields."""
    items = [{"operation": "x", "Quill": 1}, create()]
    first = send_raw(api, *items, key="k")
    again = send_raw(api, *items, key="k")
    assert [r.headers.get("Idempotency-Replayed") for r in (first, again)] == [None, "true"]
    assert outcomes(again.get_json()["items"]) == ["invalid_request", "created"]
    for response in (first, again):
        assert pointers(response.get_json()["items"][0]["problem"]) == ["/Quill", "/operation"]
    assert "Quill" not in repr(list(api.database["batches"].find()))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({}, "/items"),
        ({"items": None}, "/items"),
        ({"items": {}}, "/items"),
        ({"items": "x"}, "/items"),
        ({"items": []}, "/items"),
        ({"items": [create()] * 1001}, "/items"),
        ({"items": [create()], "dry_run": True}, "/dry_run"),
        ({"items": [create()], "x": 1}, "/x"),
    ],
)
def test_an_invalid_envelope_is_rejected_as_a_whole(api: Caller, body: Any, pointer: str) -> None:
    """No item is executed."""
    problem = api.reject("POST", PATH, body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


def test_a_batch_of_the_maximum_size_is_executed(api: Caller) -> None:
    """1,000 items."""
    results = send(api, *[create()] * 1000)
    assert {result["outcome"] for result in results} == {"created"}


def test_a_body_over_8_mib_is_rejected(api: Caller) -> None:
    """A body of exactly 8 MiB is accepted, far more than other operations accept."""
    body = orjson.dumps({"items": [create()]})
    fitting = body + b" " * (MAX_BATCH_BYTES - len(body))
    api.call("POST", PATH, fitting)
    problem = api.reject("POST", PATH, fitting + b" ", status=413, code="payload_too_large")
    assert str(MAX_BATCH_BYTES) in problem["detail"]
    api.reject("POST", "/v1/profiles", fitting, status=413, code="payload_too_large")


def test_the_limit_holds_for_a_chunked_body(api: Caller) -> None:
    """It has no Content-Length."""
    chunked: dict[str, Any] = {
        "environ_overrides": {"wsgi.input_terminated": True},
        "headers": {"Transfer-Encoding": "chunked"},
    }
    body = orjson.dumps({"items": [create()]}) + b" " * (MAX_BATCH_BYTES // 2)
    api.call("POST", PATH, body, **chunked)
    api.reject("POST", PATH, body * 2, status=413, code="payload_too_large", **chunked)


def test_a_deeply_nested_body_is_malformed(api: Caller) -> None:
    """Other operations have the same limit."""
    nested = b'{"items": [' + b"[" * 2000 + b"]" * 2000 + b"]}"
    api.reject("POST", PATH, nested, status=400, code="malformed_json")


def test_a_deeply_nested_item_is_no_internal_error(api: Caller) -> None:
    """It can be parsed, but its fingerprint cannot be computed."""
    nested = b'{"items": [' + b"[" * 1010 + b"]" * 1010 + b"]}"
    api.call("POST", PATH, nested, status=200)
    headers = {"Idempotency-Key": "k"}
    api.reject("POST", PATH, nested, status=422, code="invalid_request", headers=headers)


def test_an_unknown_parameter_is_rejected(api: Caller) -> None:
    """Also a value of ``dry_run`` that is no boolean."""
    for query in ("?x=1", "?dry_run=1", "?dry_run=", "?dry_run=True"):
        api.reject("POST", f"{PATH}{query}", {"items": [create()]}, status=422, code="invalid_request")
