"""Unknown fields, and fields with a value of the wrong type."""

from typing import Any

import pytest

from tests.api.bad_input.bodies import FULL_BODIES, MARKER, at_pointer, leaves
from tests.api.bad_input.rejecting import Rejecting
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, PROFILE_ID, WITH_BODY, Operation

each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)


def test_every_operation_with_a_body_is_tested() -> None:
    """The table has a full body for each operation, so every field is tested."""
    assert FULL_BODIES.keys() == {str(operation) for operation in WITH_BODY}


UNKNOWN = [
    ("nickname", "/nickname"),
    ("First_Name", "/First_Name"),
    ("a/b~c", "/a~1b~0c"),
    ("", "/"),
    ("$where", "/$where"),
    ("$set", "/$set"),
    ("a.b", "/a.b"),
    ("__proto__", "/__proto__"),
    ("_id", "/_id"),
    ("domain", "/domain"),
    ("lookup", "/lookup"),
    ("version", "/version"),
    ("\x00", "/\x00"),
    ("名前", "/名前"),
    ("x" * 1000, "/" + "x" * 1000),
]


@each_operation
def test_an_unknown_field_is_rejected_with_its_pointer(rejecting: Rejecting, operation: Operation) -> None:
    """Any unknown name is rejected, even if all other fields are valid."""
    for name, pointer in UNKNOWN:
        body = operation.body | {name: {"$gt": MARKER}}
        rejecting.reject_field(operation.method, operation.path, pointer, body=body)


@each_operation
def test_ten_thousand_unknown_fields_are_rejected(rejecting: Rejecting, operation: Operation) -> None:
    """A body with many unknown fields gets the same response."""
    body = {f"k{number}": MARKER for number in range(10_000)}
    rejecting.reject(operation.method, operation.path, 422, "invalid_request", body=body)


@pytest.mark.parametrize(
    ("path", "method", "field"),
    [
        ("/v1/profiles", "POST", "attributes"),
        ("/v1/profiles", "POST", "keys"),
        (f"/v1/profiles/{PROFILE_ID}", "PATCH", "attributes"),
        (f"/v1/profiles/{PROFILE_ID}", "PATCH", "keys"),
        (f"/v1/contacts/{CONTACT_ID}/profile", "POST", "attributes"),
        (f"/v1/contacts/{CONTACT_ID}/match", "POST", "attributes"),
    ],
)
def test_ten_thousand_members_of_an_open_object_are_rejected(
    rejecting: Rejecting, path: str, method: str, field: str
) -> None:
    """Objects with member names of the client's choice have a maximum size."""
    value: Any = [MARKER] if field == "keys" else MARKER
    body: Json = {} if method == "PATCH" else {"first_name": "Ann"}
    body = {"channel": "voice"} if path.endswith("/match") else body
    body |= {field: {f"k{number}": value for number in range(10_000)}}
    rejecting.reject_field(method, path, f"/{field}", body=body)


LEAVES = [
    pytest.param(operation, pointer, value, id=f"{operation} {pointer}")
    for operation in WITH_BODY
    for pointer, value in leaves(FULL_BODIES[str(operation)])
]
WRONG_TEXTS = {
    "a number": 7,
    "a fraction": 1.5,
    "a boolean": True,
    "an array": [MARKER],
    "an object": {"value": MARKER},
    "an operator": {"$gt": ""},
    "a nested operator": {"a": {"$where": MARKER}},
    "NUL": f"{MARKER}\x00",
    "blanks": " \t\u3000",
    "nothing": "",
    "a control character": f"{MARKER}\x1b[31m",
    "too many characters": MARKER + "x" * 991,
}
BLANK = {"blanks", "nothing"}
# A match accepts blanks, because telephony systems send them. It accepts any attribute of a contact.
ACCEPTED_IN_A_MATCH = {
    "/phone_number": BLANK,
    "/email_address": BLANK,
    "/name": BLANK,
    "/attributes/tier": BLANK | {"a control character", "too many characters"},
}


@pytest.mark.parametrize(("operation", "pointer", "value"), LEAVES)
def test_a_field_with_an_invalid_value_is_rejected(
    rejecting: Rejecting, operation: Operation, pointer: str, value: Any
) -> None:
    """Each field of each body, at any depth, gets invalid values. The pointer refers to that field."""
    for kind, wrong in WRONG_TEXTS.items():
        if operation.rule.endswith("/match") and kind in ACCEPTED_IN_A_MATCH.get(pointer, ()):
            continue
        if type(wrong) is type(value) and not isinstance(value, str):
            continue
        body = at_pointer(FULL_BODIES[str(operation)], pointer, wrong)
        rejecting.reject_field(operation.method, operation.path, pointer, body=body)


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "first_name" in FULL_BODIES[str(o)]], ids=str)
def test_an_invalid_first_name_is_rejected(rejecting: Rejecting, operation: Operation) -> None:
    """A null in a merge patch would remove the one field that a profile needs."""
    for value in (None, "", " ", "\u3000\u2003", "\n", "x" * 256, "\U0001f600" * 256):
        body = {"first_name": value}
        rejecting.reject_field(operation.method, operation.path, "/first_name", body=body)


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "keys" in FULL_BODIES[str(o)]], ids=str)
def test_an_invalid_custom_key_is_rejected(rejecting: Rejecting, operation: Operation) -> None:
    """An undefined key, the name of a built-in key and an invalid name are rejected."""
    for key in ("undefined", "phone", "name", "contact_id", "_phone", "SSN", "", "$where", "a.b"):
        body = {"first_name": "Ann", "keys": {key: [MARKER]}}
        rejecting.reject_field(operation.method, operation.path, f"/keys/{key}", body=body)
