"""Invalid IDs in paths, and methods that a path does not support."""

from urllib.parse import quote

import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import check_problem
from tests.api.operations import CONTACT_ID, OPERATIONS, Operation

PROFILE_IDS = [
    "1",
    MARKER,
    "A" * 32,
    "g" * 32,
    "a" * 31,
    "a" * 33,
    "a" * 1000,
    "a" * 32 + "\n",
    "\U0001f600",
    "a\x00",
    "٣" * 32,
    "..",
    "{}",
    "\udcff",
]
CONTACT_IDS = [
    "a" * 129,
    "a" * 1000,
    "\U0001f600",
    f"{MARKER} ",
    "a@b",
    "a\n",
    "a\x00",
    "é",
    "$a",
    "{}",
    "a%2Fb",
]
CONTACT_OPERATIONS = [operation for operation in OPERATIONS if "contact_id" in operation.rule]
METHODS = ("TRACE", "CONNECT", "BREW", "GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "profile_id" in o.rule], ids=str)
def test_an_invalid_profile_id_gets_a_422(checker: RejectionChecker, operation: Operation) -> None:
    """A profile ID has 32 lower-case hexadecimal digits."""
    for profile_id in PROFILE_IDS:
        path = operation.rule.format(profile_id=quote(profile_id, safe="", errors="surrogateescape"))
        checker.reject_field(operation.method, path, "/profile_id", body=operation.body)


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
def test_an_invalid_contact_id_gets_a_422(checker: RejectionChecker, operation: Operation) -> None:
    """A contact ID has 1 to 128 characters: letters A-Z and a-z, digits, _, ., : and -."""
    for contact_id in CONTACT_IDS:
        path = operation.rule.format(contact_id=quote(contact_id, safe=""))
        checker.reject_field(operation.method, path, "/contact_id", body=operation.body)


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
def test_search_is_not_accepted_as_a_contact_id(checker: RejectionChecker, operation: Operation) -> None:
    """The path /v1/contacts/search belongs to the search operation."""
    path = operation.path.replace(CONTACT_ID, "search")
    if path == "/v1/contacts/search":
        checker.reject(operation.method, path, 405, "method_not_allowed", body=operation.body)
    else:
        checker.reject_field(operation.method, path, "/contact_id", body=operation.body)


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
@pytest.mark.parametrize("contact_id", ["a/b", "a/b/c", "/a", "a/", "/", "a%2Fb", "%2Fa"])
def test_a_contact_id_with_slashes_is_rejected(
    checker: RejectionChecker, operation: Operation, contact_id: str
) -> None:
    """The path never leads to another contact. The status depends on the resulting path."""
    path = operation.rule.format(contact_id=contact_id)
    response = checker.api.client.open(path, method=operation.method, json=operation.body or {})
    assert response.status_code in {404, 405, 422}
    assert check_problem(response)["code"] in {"not_found", "method_not_allowed", "invalid_request"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_unsupported_method_changes_nothing(checker: RejectionChecker, operation: Operation) -> None:
    """The Allow header of the 405 lists the supported methods."""
    supported = {o.method for o in OPERATIONS if o.path == operation.path}
    for method in {*METHODS} - supported:
        response = checker.api.client.open(operation.path, method=method, json={"first_name": MARKER})
        assert response.status_code == 405
        assert check_problem(response)["code"] == "method_not_allowed"
        assert {*response.allow} - {"HEAD", "OPTIONS"} == supported
        assert MARKER not in response.text
