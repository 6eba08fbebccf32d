"""The texts of errors: what is wrong, then what to do."""

from typing import Any

import pytest

from schemas.base import UNKNOWN_FIELD
from tests.api.caller import Caller
from tests.api.credentials import Credentials

_PROFILES = "/v1/profiles"
_MATCH = "/v1/contacts/c-1/match"
_IN_ATTRIBUTES = "This field is a contact attribute; send it in `attributes`."


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        (_PROFILES, {"first_name": 1}, {"/first_name": "Must be a string."}),
        (_PROFILES, {"first_name": "Ann", "phone_numbers": {}}, {"/phone_numbers": "Must be an array."}),
        (_MATCH, {}, {"/channel": "This field is required; send it."}),
        (_MATCH, {"channel": None, "x": 1}, {"/channel": "Must not be null.", "/x": UNKNOWN_FIELD}),
        (_MATCH, {"channel": "voice", "limit": "1"}, {"/limit": "Must be an integer."}),
        (
            _MATCH,
            {"channel": "voice", "profileSearchKey": "account", "profileSearchValue": "A-1"},
            {"/profileSearchKey": _IN_ATTRIBUTES, "/profileSearchValue": _IN_ATTRIBUTES},
        ),
        (
            _MATCH,
            {"channel": "voice", "criteria": [{"key": "account"}]},
            {"/criteria/0/values": "This field is required; send it."},
        ),
    ],
)
def test_a_field_error_says_what_to_send(
    api: Caller, path: str, body: dict[str, Any], errors: dict[str, str]
) -> None:
    """The texts use the words of JSON."""
    problem = api.reject("POST", path, body, status=422, code="invalid_request")
    assert {error["pointer"]: error["detail"] for error in problem["errors"]} == errors


def test_settings_name_the_errors_of_a_boolean_and_a_region(api: Caller) -> None:
    """A region without phone numbers is an error of its own."""
    body = {"unique_by_name": 1}
    (error,) = api.reject("PATCH", "/v1/settings", body, status=422, code="invalid_request")["errors"]
    assert error["detail"] == "Must be true or false."
    body_with_region = {"default_region": "ZZ"}
    problem = api.reject("PATCH", "/v1/settings", body_with_region, status=422, code="invalid_request")
    (error,) = problem["errors"]
    assert error["detail"] == "Not a region with a numbering plan; send an ISO 3166-1 code such as JP."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is empty; send a JSON object."),
        (b" \n", "The body is empty; send a JSON object."),
        (b'{"first_name": ,}', "The body is not valid JSON at line 1, column 16; send valid JSON in UTF-8."),
        (
            '{\n "first_name": "太郎",\n "last_name": ,}'.encode(),
            "The body is not valid JSON at line 3, column 15; send valid JSON in UTF-8.",
        ),
        (
            '{"first_name": "太郎"}'.encode("shift_jis"),
            "The body is not valid UTF-8; send valid JSON in UTF-8.",
        ),
    ],
)
def test_malformed_json_is_reported_with_its_position(api: Caller, body: bytes, detail: str) -> None:
    """Columns are counted in characters, not in bytes."""
    assert api.reject("POST", _PROFILES, body, status=400, code="malformed_json")["detail"] == detail


def test_a_405_names_the_allowed_methods(api: Caller) -> None:
    """The header Allow has the same methods."""
    detail = api.reject("PUT", "/v1/settings", status=405, code="method_not_allowed")["detail"]
    allowed = "GET, HEAD, OPTIONS, PATCH"
    assert detail == f"The path does not support this method; use one of these methods: {allowed}."


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({}, "There is no credential"),
        ({"Authorization": "plk_1"}, "Authorization does not begin with `Bearer`"),
        ({"Authorization": "Basic YTpi"}, "Authorization does not begin with `Bearer`"),
    ],
)
def test_a_401_names_the_header_to_send(
    credentials: Credentials, headers: dict[str, str], problem: str
) -> None:
    """Many clients send the API key without the word Bearer."""
    options: dict[str, Any] = {"status": 401, "code": "unauthenticated", "headers": headers}
    detail = credentials.anonymous.reject("GET", "/v1/settings", **options)["detail"]
    assert detail == f"{problem}; send `Authorization: Bearer …` with an API key or a token."
