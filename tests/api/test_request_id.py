"""The request ID: every response has it in a header, and every problem document also has it as a member."""

import pytest

from tests.api.caller import Caller

REQUEST_ID = "Call-4711-a"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/livez", 200), ("GET", "/v1/settings", 200), ("GET", "/nowhere", 404), ("PUT", "/livez", 405)],
)
def test_the_request_id_of_the_client_is_returned(api: Caller, method: str, path: str, status: int) -> None:
    """The service keeps a valid X-Request-Id in responses of any status."""
    response = api.call(method, path, status=status, headers={"X-Request-Id": REQUEST_ID})
    assert response.headers["X-Request-Id"] == REQUEST_ID


def test_a_problem_has_the_request_id(api: Caller) -> None:
    """Support can search the log for the ID in a problem."""
    problem = api.get(f"/v1/profiles/{'0' * 32}", status=404, headers={"X-Request-Id": REQUEST_ID})
    assert problem["request_id"] == REQUEST_ID
    assert problem["instance"] == f"urn:profile-lookup:request:{REQUEST_ID}"


@pytest.mark.parametrize(
    "request_id",
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
def test_an_invalid_request_id_is_replaced(api: Caller, request_id: str) -> None:
    """A valid ID has 1 to 64 letters, digits and hyphens.

    An ID with seven digits or more and no letter is invalid, because it could be a phone number.
    """
    response = api.call("GET", "/livez", headers={"X-Request-Id": request_id})
    assert response.headers["X-Request-Id"] != request_id
    assert len(response.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    "request_id", ["1", "123456", "c123-45-6789", "0199c0de-1234-7000-8000-123456789012"]
)
def test_a_request_id_that_is_no_phone_number_is_accepted(api: Caller, request_id: str) -> None:
    """It has fewer than seven digits, or at least one letter."""
    assert (
        api.call("GET", "/livez", headers={"X-Request-Id": request_id}).headers["X-Request-Id"] == request_id
    )


def test_each_request_has_a_different_id(api: Caller) -> None:
    """The service generates an ID if the client sends none."""
    ids = {api.call("GET", "/livez").headers["X-Request-Id"] for _ in range(10)}
    assert len(ids) == 10
