"""Limits: a large body is rejected quickly, with a short response, and never with a 500."""

import gc
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import orjson
import pytest

from service.config import Settings
from tests.api.bad_input.bodies import FULL_BODIES, at_pointer
from tests.api.caller import Caller, Json, check_problem, pointers
from tests.api.operations import WITH_BODY, Operation
from tests.measuring import unmeasured

_MAX_BODY_BYTES = Settings().max_body_bytes
_MAX_VALUE_BYTES = _MAX_BODY_BYTES - 2000
# CPU time of the thread that handles the request. Alone, the measured maximum is 0.3 seconds; in a run of all
# tests it is 1.2. Validating the items of a list before counting them would take 2.5 seconds alone.
_MAX_CPU_SECONDS = 2.0
_MAX_PARSE_TIMES = 200
_MAX_RESPONSE_BYTES = 64 * 1024
# The maximum depth that orjson parses. A deeper body is malformed.
_MAX_DEPTH = 1024


def _array_of(item: str) -> bytes:
    """Return an array with as many copies of the item as fit into a body."""
    return ("[" + ",".join([item] * (_MAX_VALUE_BYTES // (len(item) + 1))) + "]").encode()


def _nested(before: str, after: str) -> bytes:
    """Return nested arrays or objects of the maximum depth for a field."""
    levels = _MAX_DEPTH - 10
    return (before * levels + "1" + after * levels).encode()


HUGE = {
    "objects": _array_of("{}"),
    "numbers": _array_of("1"),
    "members": orjson.dumps({f"k{number}": "" for number in range(20_000)}),
    # The response contains the name in a pointer.
    "a long member name": orjson.dumps({"a" * (_MAX_RESPONSE_BYTES - 4096): ""}),
    "a long text of digits": orjson.dumps("1" * _MAX_VALUE_BYTES),
    "a long number": b"1" * _MAX_VALUE_BYTES,
    "nested arrays": _nested("[", "]"),
    "nested objects": _nested('{"a":', "}"),
}


def _all_pointers(body: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointer of every member, including objects and arrays."""
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, member in members:
        yield f"{pointer}/{name}"
        yield from _all_pointers(member, f"{pointer}/{name}")


@pytest.fixture
def _only_cpu_time_of_requests() -> Iterator[None]:
    """Do not measure coverage, and let the garbage collector ignore the objects of all other tests.

    Both would take several times the CPU time of a request with 20,000 members.
    """
    gc.freeze()
    with unmeasured():
        yield
    gc.unfreeze()


@pytest.mark.usefixtures("_only_cpu_time_of_requests")
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize("huge", HUGE.values(), ids=HUGE.keys())
def test_a_huge_value_is_rejected_quickly(module_api: Caller, operation: Operation, huge: bytes) -> None:
    """The value replaces each member of the body, is added as a new member, and replaces the body.

    Operations with the same method and body have the same schema. In these, the members are replaced in the
    first operation only.
    """
    full_body = FULL_BODIES[str(operation)]
    same = (each for each in WITH_BODY if each.method == operation.method)
    first = next(each for each in same if FULL_BODIES[str(each)] == full_body)
    members = {*(_representatives(full_body) if operation == first else ()), "/nickname"}
    bodies = [orjson.dumps(at_pointer(full_body, pointer, "@")).replace(b'"@"', huge) for pointer in members]
    # On a loaded machine, parsing the value in Python takes longer too.
    max_seconds = max(_MAX_CPU_SECONDS, _MAX_PARSE_TIMES * _seconds_to_parse(huge))
    for body in [*bodies, huge]:
        assert len(body) <= _MAX_BODY_BYTES
        started = time.thread_time()
        response = module_api.client.open(
            operation.path, method=operation.method, data=body, content_type="application/json"
        )
        assert response.status_code in {400, 422}, body[:100]
        check_problem(response)
        assert len(response.data) < _MAX_RESPONSE_BYTES
        assert time.thread_time() - started < max_seconds, body[:100]


@cache
def _seconds_to_parse(value: bytes) -> float:
    started = time.thread_time()
    with suppress(ValueError, RecursionError):
        json.loads(value)
    return time.thread_time() - started


def _representatives(body: Json) -> Iterator[str]:
    """Yield one pointer for each kind of member. All text fields of a profile behave the same."""
    seen = set()
    for pointer in _all_pointers(body):
        above, _, name = pointer.rpartition("/")
        kind = (above, type(_value_at(body, pointer)), name if name in {"from", "e164", "key"} else "")
        if kind not in seen:
            seen.add(kind)
            yield pointer


def _value_at(body: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        body = body[int(step) if isinstance(body, list) else step]
    return body


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_json_deeper_than_1024_levels_is_malformed(module_api: Caller, bracket: bytes) -> None:
    """A body with exactly 1024 levels is parsed. The schema then rejects it with a 422."""
    close = b"]" if bracket == b"[" else b"}"
    for levels, status in ((_MAX_DEPTH, 422), (_MAX_DEPTH + 1, 400)):
        body = bracket * levels + b"1" + close * levels
        module_api.call("POST", "/v1/profiles", body, status=status)


@pytest.mark.parametrize("field", ["phone_numbers", "email_addresses", "addresses"])
def test_a_list_of_100_000_items_causes_one_error(module_api: Caller, field: str) -> None:
    """The service counts the items before it validates them."""
    body = {"first_name": "Ann", field: [1] * 100_000}
    problem = check_problem(module_api.call("POST", "/v1/profiles", body, status=422))
    assert problem["errors"] == [{"pointer": f"/{field}", "detail": "Longer than maximum length 100."}]


def test_a_profile_of_the_maximum_size_is_stored(module_api: Caller) -> None:
    """No later layer rejects a profile that the schema accepts."""
    profile = module_api.create(
        phone_numbers=[{"value": f"+1 212 555 {number:04}"} for number in range(100)],
        email_addresses=[{"value": f"ann{number}@example.com"} for number in range(100)],
        addresses=[{"city": "x" * 255} for _ in range(100)],
        attributes={f"k{number}": "x" * 255 for number in range(200)},
    )
    assert len(profile["phone_numbers"]) == len(profile["addresses"]) == 100
    assert len(profile["attributes"]) == 200


def test_the_pointer_of_a_deeply_nested_error_is_short(module_api: Caller) -> None:
    """The pointer refers to the field that contains the nested value."""
    body = b'{"first_name": "Ann", "attributes": {"a": ' + HUGE["nested arrays"] + b"}}"
    problem = check_problem(module_api.call("POST", "/v1/profiles", body, status=422))
    assert pointers(problem) == ["/attributes/a"]
