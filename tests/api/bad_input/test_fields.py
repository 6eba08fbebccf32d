"""Unknown fields, and fields with an invalid value."""

from typing import Any

import pytest

from tests.api.bad_input.bodies import FULL_BODIES, MARKER, at_pointer, leaves
from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, PROFILE_ID, WITH_BODY, Operation

each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)


def test_every_operation_with_a_body_has_a_full_body() -> None:
    """The tests below change each field of these bodies."""
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
    # marshmallow reports errors of the whole object under this name.
    ("_schema", "/_schema"),
    ("domain", "/domain"),
    ("lookup", "/lookup"),
    ("version", "/version"),
    ("\x00", "/\x00"),
    ("名前", "/名前"),
    ("x" * 1000, "/" + "x" * 1000),
]


@each_operation
def test_an_unknown_field_is_rejected_with_its_pointer(
    checker: RejectionChecker, operation: Operation
) -> None:
    """The field is rejected even if all other fields are valid."""
    for name, pointer in UNKNOWN:
        body = operation.body | {name: {"$gt": MARKER}}
        checker.reject_field(operation.method, operation.path, pointer, body=body)


@each_operation
def test_ten_thousand_unknown_fields_are_rejected(checker: RejectionChecker, operation: Operation) -> None:
    """The response is a 422, as for one unknown field."""
    body = {f"k{number}": MARKER for number in range(10_000)}
    checker.reject(operation.method, operation.path, 422, "invalid_request", body=body)


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
def test_an_object_with_ten_thousand_members_is_rejected(
    checker: RejectionChecker, path: str, method: str, field: str
) -> None:
    """Clients choose the member names of these objects. The number of members is limited."""
    value: Any = [MARKER] if field == "keys" else MARKER
    body: Json = {} if method == "PATCH" else {"first_name": "Ann"}
    body = {"channel": "voice"} if path.endswith("/match") else body
    body |= {field: {f"k{number}": value for number in range(10_000)}}
    checker.reject_field(method, path, f"/{field}", body=body)


LEAVES = [
    pytest.param(operation, pointer, value, id=f"{operation} {pointer}")
    for operation in WITH_BODY
    for pointer, value in leaves(FULL_BODIES[str(operation)])
]
INVALID_VALUES = {
    "a number": 7,
    "a fraction": 1.5,
    "a boolean": True,
    "an array": [MARKER],
    "an object": {"value": MARKER},
    "a MongoDB operator": {"$gt": ""},
    "a nested MongoDB operator": {"a": {"$where": MARKER}},
    "a NUL character": f"{MARKER}\x00",
    "blanks": " \t\u3000",
    "an empty text": "",
    "a control character": f"{MARKER}\x1b[31m",
    "a text that is too long": MARKER + "x" * 991,
}
BLANK = {"blanks", "an empty text"}
# A match accepts blanks, because telephony systems send them. Attributes of a contact can be any text.
ACCEPTED_IN_A_MATCH = {
    "/phone_number": BLANK,
    "/email_address": BLANK,
    "/name": BLANK,
    "/attributes/tier": BLANK | {"a control character", "a text that is too long"},
}


@pytest.mark.parametrize(("operation", "pointer", "value"), LEAVES)
def test_a_field_with_an_invalid_value_is_rejected(
    checker: RejectionChecker, operation: Operation, pointer: str, value: Any
) -> None:
    """Each field of each body gets each invalid value. The error's pointer refers to that field."""
    for kind, invalid in INVALID_VALUES.items():
        if operation.rule.endswith("/match") and kind in ACCEPTED_IN_A_MATCH.get(pointer, ()):
            continue
        if type(invalid) is type(value) and not isinstance(value, str):
            continue
        body = at_pointer(FULL_BODIES[str(operation)], pointer, invalid)
        checker.reject_field(operation.method, operation.path, pointer, body=body)


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "first_name" in FULL_BODIES[str(o)]], ids=str)
def test_an_invalid_first_name_is_rejected(checker: RejectionChecker, operation: Operation) -> None:
    """Null is invalid too. In a merge patch it would remove the only name of the profile."""
    for value in (None, "", " ", "\u3000\u2003", "\n", "x" * 256, "\U0001f600" * 256):
        body = {"first_name": value}
        checker.reject_field(operation.method, operation.path, "/first_name", body=body)


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "keys" in FULL_BODIES[str(o)]], ids=str)
def test_an_invalid_name_of_a_custom_search_key_is_rejected(
    checker: RejectionChecker, operation: Operation
) -> None:
    """Undefined search keys, built-in search keys and malformed names are rejected."""
    for key in ("undefined", "phone", "name", "contact_id", "_phone", "SSN", "", "$where", "a.b"):
        body = {"first_name": "Ann", "keys": {key: [MARKER]}}
        checker.reject_field(operation.method, operation.path, f"/keys/{key}", body=body)
