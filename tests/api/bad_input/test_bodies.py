"""Bodies that are not JSON, not an object, or too large."""

from io import BytesIO
from typing import Any

import orjson
import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejecting import Rejecting
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, WITH_BODY, Operation

each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)

MALFORMED = {
    "an empty body": b"",
    "blanks": b" \n",
    "no JSON": MARKER.encode(),
    "half of it": b'{"first_name": "Zq7-marker"',
    "one more brace": b'{"first_name": "Zq7-marker"}}',
    "two documents": b'{"first_name": "Zq7-marker"} {}',
    "single quotes": b"{'first_name': 'Zq7-marker'}",
    "a comma too many": b'{"first_name": "Zq7-marker",}',
    "a form": b"first_name=Zq7-marker",
    "a lone surrogate": b'{"first_name": "Zq7-marker\\ud800"}',
    "two surrogates the wrong way round": b'{"first_name": "Zq7-marker\\udc00\\ud800"}',
    "a surrogate in UTF-8": b'{"first_name": "Zq7-marker\xed\xa0\x80"}',
    "a lone surrogate in a name": b'{"\\udfff": "Zq7-marker"}',
    "no UTF-8": b'{"first_name": "Zq7-marker\xff"}',
    "UTF-16": '{"first_name": "Zq7-marker"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"first_name": "Zq7-marker"}',
    "a NUL byte": b'{"first_name": "Zq7-marker\x00"}',
    "NaN": b'{"first_name": NaN, "last_name": "Zq7-marker"}',
    "Infinity": b'{"first_name": -Infinity}',
    "a depth of 100,000": b"[" * 100_000,
    "objects in depth": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a member twice": b'{"first_name": "Zq7-marker", "first_name": "Zq7-marker"}',
}


@each_operation
def test_malformed_json_is_a_400(rejecting: Rejecting, operation: Operation) -> None:
    """Only JSON in UTF-8 is accepted (RFC 8259), without the extensions of Python's parser."""
    for body in MALFORMED.values():
        rejecting.reject(operation.method, operation.path, 400, "malformed_json", body=body)


DUPLICATES = {
    "with other values": b'{"first_name": "Ann", "first_name": "Zq7-marker"}',
    "with blanks before the colon": b'{"first_name" : "Ann", "first_name"\t\r\n:"Ann"}',
    "one of them escaped": b'{"first_name": "Ann", "\\u0066irst_name": "Ann"}',
    "both escaped": b'{"first\\u005Fname": "Ann", "first\\u005fname": "Ann"}',
    "in an object": b'{"first_name": "Ann", "attributes": {"a": "1", "a": "2"}}',
    "in an object, escaped": b'{"first_name": "Ann", "attributes": {"a": "1", "\\u0061": "2"}}',
    "in an object in a list": b'{"first_name": "Ann", "phone_numbers": [{"value": "1", "value": "2"}]}',
    "beside strings with colons": b'{"first_name": "A:\\":\\u003a", "last_name": ":", "last_name": "b"}',
    "beside a name with a colon": b'{"first_name": "Ann", "attributes": {"a:": "1", "a\\u003A": "2"}}',
    "empty names": b'{"first_name": "Ann", "attributes": {"": "1", "": "2"}}',
    "of an object in one of the two": b'{"attributes": {"a": "1"}, "first_name": "A", "attributes": {}}',
    "at a depth of 1,000": b'{"a":' * 1_000 + b'{"b":1,"b":1}' + b"}" * 1_000,
}


def test_an_object_with_two_members_of_the_same_name_is_a_400(rejecting: Rejecting) -> None:
    """Parsers disagree on which member counts (RFC 8259, 4). A proxy may have checked the other one."""
    for body in DUPLICATES.values():
        problem = rejecting.reject("POST", "/v1/profiles", 400, "malformed_json", body=body)
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
def test_similar_member_names_are_not_duplicates(rejecting: Rejecting, attributes: bytes) -> None:
    """Names are compared by their characters after unescaping. Colons inside strings do not matter."""
    body = b'{"channel": "voice", "name": "Ann:", "attributes": ' + attributes + b"}"
    rejecting.api.call("POST", f"/v1/contacts/{CONTACT_ID}/match", body, status=200)


@each_operation
def test_a_body_that_is_not_an_object_is_a_422(rejecting: Rejecting, operation: Operation) -> None:
    """The pointer refers to the whole document."""
    values: list[Any] = [[], [MARKER], [{}], MARKER, "", 1, 1.5, True, False, None]
    for body in (*map(orjson.dumps, values), str(10**30).encode()):
        rejecting.reject_field(operation.method, operation.path, "", body=body)


@each_operation
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_two_mebibytes_is_a_413(
    rejecting: Rejecting, operation: Operation, *, chunked: bool
) -> None:
    """The limit applies with a Content-Length and to chunked bodies (RFC 9112, 7.1)."""
    body = orjson.dumps({"first_name": MARKER + "x" * 2 * 1024 * 1024})
    options: Json = {"body": body}
    if chunked:
        headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
        options = {
            "input_stream": BytesIO(body),
            "headers": headers,
            "environ_overrides": {"wsgi.input_terminated": True},
        }
    rejecting.reject(operation.method, operation.path, 413, "payload_too_large", **options)
