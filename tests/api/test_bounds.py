"""Limits: a large body is rejected quickly, with a short response, and never with a 500."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest

from service.config import Settings
from tests.api.bad_input.bodies import FULL_BODIES, at_pointer
from tests.api.caller import Caller, Json, check_problem, pointers
from tests.api.operations import WITH_BODY, Operation

_MOST_BYTES = Settings().max_body_bytes
_ROOM = _MOST_BYTES - 2000
# CPU time of this process, so other programs do not count. Measured: at most a twentieth of a second.
# Before lists were measured first, it was two and a half seconds.
_CPU_SECONDS = 1.0
_MAX_PARSE_TIMES = 200
_LONGEST_ANSWER = 64 * 1024
# The depth that orjson reads. Anything deeper is malformed.
_DEEPEST = 1024


def _many(item: str) -> bytes:
    """Return an array of as many items as fit."""
    return ("[" + ",".join([item] * (_ROOM // (len(item) + 1))) + "]").encode()


def _deep(before: str, after: str) -> bytes:
    """Return nested values, as deep as a field can be."""
    levels = _DEEPEST - 10
    return (before * levels + "1" + after * levels).encode()


HUGE = {
    "objects": _many("{}"),
    "numbers": _many("1"),
    "members": orjson.dumps({f"k{number}": "" for number in range(20_000)}),
    "a text of digits": orjson.dumps("1" * _ROOM),
    "a number": b"1" * _ROOM,
    "arrays in depth": _deep("[", "]"),
    "objects in depth": _deep('{"a":', "}"),
}


def _places(body: Any, pointer: str = "") -> Iterator[str]:
    """Yield the pointer of every member, including objects and arrays."""
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, member in members:
        yield f"{pointer}/{name}"
        yield from _places(member, f"{pointer}/{name}")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize("huge", HUGE.values(), ids=HUGE.keys())
def test_a_huge_value_is_rejected_quickly(module_api: Caller, operation: Operation, huge: bytes) -> None:
    """It is put in each place of each body, beside the body and instead of it."""
    full_body = FULL_BODIES[str(operation)]
    bodies = [
        orjson.dumps(at_pointer(full_body, place, "@")).replace(b'"@"', huge)
        for place in {*_representatives(full_body), "/nickname"}
    ]
    for body in [*bodies, huge]:
        assert len(body) <= _MOST_BYTES
        # A loaded machine slows both down.
        max_seconds = max(_CPU_SECONDS, _MAX_PARSE_TIMES * _seconds_to_parse(body))
        started = time.process_time()
        response = module_api.client.open(
            operation.path, method=operation.method, data=body, content_type="application/json"
        )
        assert response.status_code in {400, 422}, body[:100]
        check_problem(response)
        assert len(response.data) < _LONGEST_ANSWER
        assert time.process_time() - started < max_seconds, body[:100]


def _seconds_to_parse(body: bytes) -> float:
    started = time.process_time()
    with suppress(ValueError, RecursionError):
        json.loads(body)
    return time.process_time() - started


def _representatives(body: Json) -> Iterator[str]:
    """Yield one pointer of each kind: the text fields of a profile all behave alike."""
    seen = set()
    for place in _places(body):
        above, _, name = place.rpartition("/")
        kind = (above, type(_at(body, place)), name if name in {"from", "e164", "key"} else "")
        if kind not in seen:
            seen.add(kind)
            yield place


def _at(body: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        body = body[int(step) if isinstance(body, list) else step]
    return body


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_json_is_read_to_a_depth_of_1024(module_api: Caller, bracket: bytes) -> None:
    """One level more is malformed. A value of exactly that depth is rejected by its field."""
    close = b"]" if bracket == b"[" else b"}"
    for levels, status in ((_DEEPEST, 422), (_DEEPEST + 1, 400)):
        body = bracket * levels + b"1" + close * levels
        module_api.call("POST", "/v1/profiles", body, status=status)


@pytest.mark.parametrize("field", ["phone_numbers", "email_addresses", "addresses"])
def test_a_list_of_100_000_items_is_one_error(module_api: Caller, field: str) -> None:
    """Items are counted before they are validated."""
    body = {"first_name": "Ann", field: [1] * 100_000}
    problem = check_problem(module_api.call("POST", "/v1/profiles", body, status=422))
    assert problem["errors"] == [{"pointer": f"/{field}", "detail": "Longer than maximum length 100."}]


def test_a_profile_at_its_limits_is_stored(module_api: Caller) -> None:
    """No later layer rejects a valid profile."""
    profile = module_api.create(
        phone_numbers=[{"value": f"+1 212 555 {number:04}"} for number in range(100)],
        email_addresses=[{"value": f"ann{number}@example.com"} for number in range(100)],
        addresses=[{"city": "x" * 255} for _ in range(100)],
        attributes={f"k{number}": "x" * 255 for number in range(200)},
    )
    assert len(profile["phone_numbers"]) == len(profile["addresses"]) == 100
    assert len(profile["attributes"]) == 200


def test_the_pointer_of_a_deep_error_refers_to_its_field(module_api: Caller) -> None:
    """The pointer does not grow with the depth."""
    body = b'{"first_name": "Ann", "attributes": {"a": ' + HUGE["arrays in depth"] + b"}}"
    problem = check_problem(module_api.call("POST", "/v1/profiles", body, status=422))
    assert pointers(problem) == ["/attributes/a"]
