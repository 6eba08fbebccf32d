"""Request bodies that are not JSON, are not an object, or are too large."""

from io import BytesIO
from typing import Any

import orjson
import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, WITH_BODY, Operation

each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)

MALFORMED = {
    "an empty body": b"",
    "blanks": b" \n",
    "plain text": MARKER.encode(),
    "a truncated object": b'{"first_name": "Zq7-marker"',
    "an extra brace": b'{"first_name": "Zq7-marker"}}',
    "two documents": b'{"first_name": "Zq7-marker"} {}',
    "single quotes": b"{'first_name': 'Zq7-marker'}",
    "a trailing comma": b'{"first_name": "Zq7-marker",}',
    "form data": b"first_name=Zq7-marker",
    "a lone surrogate": b'{"first_name": "Zq7-marker\\ud800"}',
    "two surrogates in the wrong order": b'{"first_name": "Zq7-marker\\udc00\\ud800"}',
    "a surrogate in UTF-8": b'{"first_name": "Zq7-marker\xed\xa0\x80"}',
    "a lone surrogate in a member name": b'{"\\udfff": "Zq7-marker"}',
    "invalid UTF-8": b'{"first_name": "Zq7-marker\xff"}',
    "UTF-16": '{"first_name": "Zq7-marker"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"first_name": "Zq7-marker"}',
    "a NUL byte": b'{"first_name": "Zq7-marker\x00"}',
    "NaN": b'{"first_name": NaN, "last_name": "Zq7-marker"}',
    "Infinity": b'{"first_name": -Infinity}',
    "100,000 nested arrays": b"[" * 100_000,
    "20,000 nested objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a duplicate member": b'{"first_name": "Zq7-marker", "first_name": "Zq7-marker"}',
}


@each_operation
def test_malformed_json_gets_a_400(checker: RejectionChecker, operation: Operation) -> None:
    """The body must be JSON in UTF-8 (RFC 8259). Extensions that Python accepts, like NaN, are rejected."""
    for body in MALFORMED.values():
        checker.reject(operation.method, operation.path, 400, "malformed_json", body=body)


DUPLICATES = {
    "different values": b'{"first_name": "Ann", "first_name": "Zq7-marker"}',
    "blanks before the colon": b'{"first_name" : "Ann", "first_name"\t\r\n:"Ann"}',
    "one name escaped": b'{"first_name": "Ann", "\\u0066irst_name": "Ann"}',
    "both names escaped": b'{"first\\u005Fname": "Ann", "first\\u005fname": "Ann"}',
    "in a nested object": b'{"first_name": "Ann", "attributes": {"a": "1", "a": "2"}}',
    "in a nested object, escaped": b'{"first_name": "Ann", "attributes": {"a": "1", "\\u0061": "2"}}',
    "in an object in an array": b'{"first_name": "Ann", "phone_numbers": [{"value": "1", "value": "2"}]}',
    "next to strings with colons": b'{"first_name": "A:\\":\\u003a", "last_name": ":", "last_name": "b"}',
    "next to a name with a colon": b'{"first_name": "Ann", "attributes": {"a:": "1", "a\\u003A": "2"}}',
    "empty names": b'{"first_name": "Ann", "attributes": {"": "1", "": "2"}}',
    "an object and its duplicate": b'{"attributes": {"a": "1"}, "first_name": "A", "attributes": {}}',
    "in 1,000 nested objects": b'{"a":' * 1_000 + b'{"b":1,"b":1}' + b"}" * 1_000,
}


def test_duplicate_member_names_get_a_400(checker: RejectionChecker) -> None:
    """Parsers differ in which duplicate they use (RFC 8259, 4). A proxy may have checked another one."""
    for body in DUPLICATES.values():
        problem = checker.reject("POST", "/v1/profiles", 400, "malformed_json", body=body)
        assert "two members of the same name" in problem["detail"]


@pytest.mark.parametrize(
    "attributes",
    [
        b'{"a": "1", "A": "2"}',
        b'{"a": "a\\":", "b": "\\\\", ":": "\\u003a"}',
        b'{"a": "1", "\\u0062": ":"}',
        '{"é": "1", "e\u0301": ":"}'.encode(),
    ],
)
def test_similar_member_names_are_not_duplicates(checker: RejectionChecker, attributes: bytes) -> None:
    """Names are compared after unescaping, character by character. Colons in strings are no problem."""
    body = b'{"channel": "voice", "name": "Ann:", "attributes": ' + attributes + b"}"
    checker.api.call("POST", f"/v1/contacts/{CONTACT_ID}/match", body, status=200)


@each_operation
def test_a_body_that_is_not_an_object_gets_a_422(checker: RejectionChecker, operation: Operation) -> None:
    """The error's pointer is empty: it refers to the whole body."""
    values: list[Any] = [[], [MARKER], [{}], MARKER, "", 1, 1.5, True, False, None]
    for body in (*map(orjson.dumps, values), str(10**30).encode()):
        checker.reject_field(operation.method, operation.path, "", body=body)


@each_operation
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_two_mebibytes_gets_a_413(
    checker: RejectionChecker, operation: Operation, *, chunked: bool
) -> None:
    """The limit applies to bodies with a Content-Length and to chunked bodies (RFC 9112, 7.1)."""
    body = orjson.dumps({"first_name": MARKER + "x" * 2 * 1024 * 1024})
    options: Json = {"body": body}
    if chunked:
        headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
        options = {
            "input_stream": BytesIO(body),
            "headers": headers,
            "environ_overrides": {"wsgi.input_terminated": True},
        }
    checker.reject(operation.method, operation.path, 413, "payload_too_large", **options)
