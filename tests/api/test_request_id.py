"""The request ID: in a header of every response, and in every problem."""

import pytest

from tests.api.caller import Caller

GIVEN = "Call-4711-a"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/livez", 200), ("GET", "/v1/settings", 200), ("GET", "/nowhere", 404), ("PUT", "/livez", 405)],
)
def test_the_request_id_of_the_client_is_returned(api: Caller, method: str, path: str, status: int) -> None:
    """A valid X-Request-Id is kept, whatever the status of the response is."""
    response = api.call(method, path, status=status, headers={"X-Request-Id": GIVEN})
    assert response.headers["X-Request-Id"] == GIVEN


def test_a_problem_has_the_request_id(api: Caller) -> None:
    """The problem's request_id equals the header, so the log can be searched for it."""
    problem = api.get(f"/v1/profiles/{'0' * 32}", status=404, headers={"X-Request-Id": GIVEN})
    assert problem["request_id"] == GIVEN
    assert problem["instance"] == f"urn:profile-lookup:request:{GIVEN}"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a" * 65,
        "a b",
        "a/b",
        "jane@example.com",
        "a\x00b",
        "é",
        "123-45-6789",
        "5550100",
        "-1-2-3-4-5-6-7-",
    ],
)
def test_an_invalid_request_id_is_replaced(api: Caller, given: str) -> None:
    """A valid one has 1 to 64 letters, digits and hyphens, and is no phone number. No other is logged."""
    response = api.call("GET", "/livez", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] != given
    assert len(response.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("given", ["1", "123456", "c123-45-6789", "0199c0de-1234-7000-8000-123456789012"])
def test_numbers_that_are_no_phone_numbers_are_accepted(api: Caller, given: str) -> None:
    """Short numbers and those with a letter are valid."""
    assert api.call("GET", "/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


def test_each_request_has_an_id_of_its_own(api: Caller) -> None:
    """Two requests without an ID get different ones."""
    ids = {api.call("GET", "/livez").headers["X-Request-Id"] for _ in range(10)}
    assert len(ids) == 10
