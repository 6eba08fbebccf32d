"""Errors have the form of AWS on all paths of this API, whatever is wrong with a request."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service.aws.routes import FIRST_SEGMENTS, ROUTES
from tests.aws.services import BODY, SEARCH, check_error, new_app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Return a client of an application without authentication, which the tests share."""
    return new_app(auth=False, max_body_bytes=4096).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/domains/",
        "/domains//profiles",
        "/domains/default/",
        "/domains/default/profiles/",
        "/domains/default/unknown",
        "/domains/default/profiles/search/more",
        "/domains/default/../profiles",
        "/tags",
        "/tags/",
        "/templates/a/b",
        "/integrations/a",
        "/recommender-recipes/a",
        "/domains/%00/x/y",
        "/domains/%ff/x/y",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "FOO"])
def test_an_unknown_path_is_an_unknown_operation(client: FlaskClient, path: str, method: str) -> None:
    """The form does not depend on the method."""
    check_error(client.open(path, method=method), 404, "UnknownOperationException")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/domains/default/profiles", "POST, PUT"),
        ("POST", "/domains", "GET, HEAD"),
        ("OPTIONS", SEARCH, "POST"),
        ("FOO", "/domains/default", "DELETE, GET, HEAD, POST, PUT"),
        ("DELETE", "/integrations", "POST"),
        ("PATCH", "/tags/arn:aws:a/b", "DELETE, GET, HEAD, POST"),
    ],
)
def test_another_method_is_an_unknown_operation_too(
    client: FlaskClient, method: str, path: str, allowed: str
) -> None:
    """The header names the methods of the path."""
    response = client.open(path, method=method)
    check_error(response, 405, "UnknownOperationException")
    assert response.headers["Allow"] == allowed


def test_no_path_is_that_of_another_operation_of_the_service(client: FlaskClient) -> None:
    """Each rule below the first segments belongs to this API, and no other rule does."""
    for rule in client.application.url_map.iter_rules():
        is_below = rule.rule.split("/")[1] in FIRST_SEGMENTS
        assert is_below == rule.endpoint.startswith("aws."), rule


def test_every_operation_is_routed(client: FlaskClient) -> None:
    """No operation is hidden by the path of another."""
    for operation, route in ROUTES.items():
        path = "/".join(f"{part[1:-1]}-1" if part.startswith("{") else part for part in route.path.split("/"))
        endpoint, _ = client.application.url_map.bind("").match(path, route.method)
        assert endpoint == f"aws.{operation}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "not valid JSON"),
        (b" ", "empty"),
        (b'{"KeyName": "\xff"}', "UTF-8"),
        (b"[]", "JSON object"),
        (b'"a"', "JSON object"),
        (b"null", "JSON object"),
        (b'{"KeyName": "_phone", "KeyName": "_email", "Values": ["a"]}', "same name"),
        (b"[" * 2000, "not valid JSON"),
        (b"", "KeyName: "),
        (b"{}", "Values: "),
        (b'{"KeyName": "_phone", "Values": "a"}', "Values: "),
        (b'{"KeyName": "_phone", "Values": [1]}', "Values.0: "),
        (b'{"KeyName": "bad name!", "Values": ["a"]}', "KeyName: "),
        (b'{"KeyName": null, "Values": ["a"]}', "KeyName: "),
    ],
)
def test_an_invalid_body_is_a_bad_request(client: FlaskClient, body: bytes, text: str) -> None:
    """The message names the member, or the place in the JSON."""
    assert text in check_error(client.post(SEARCH, data=body), 400, "BadRequestException")


def test_a_bad_request_names_ten_members_at_most(client: FlaskClient) -> None:
    """Otherwise a request could cause a response of any size."""
    body = orjson.dumps({"ProfileIds": ["a"] * 20})
    path = "/domains/default/batch-get-profiles"
    message = check_error(client.post(path, data=body), 400, "BadRequestException")
    assert message.count("ProfileIds.") == 10
    assert message.endswith("more.")


@pytest.mark.parametrize(
    "query", ["max-results=0", "max-results=101", "max-results=x", "max-results=", "max-results=1.5"]
)
def test_an_invalid_parameter_is_a_bad_request(client: FlaskClient, query: str) -> None:
    """The message has the name of the member in the model."""
    message = check_error(client.post(f"{SEARCH}?{query}", data=BODY), 400, "BadRequestException")
    assert message.startswith("MaxResults: ")


@pytest.mark.parametrize("token", ["5", "true", "x"])
def test_a_page_token_is_a_text(client: FlaskClient, token: str) -> None:
    """Whatever it looks like."""
    message = check_error(client.post(f"{SEARCH}?next-token={token}", data=BODY), 400, "BadRequestException")
    assert message.startswith("NextToken: ")
    assert "string" not in message


@pytest.mark.parametrize("name", ["a" * 200_000, "a/b" * 50_000])
def test_a_long_name_of_a_member_is_cut(name: str) -> None:
    """Otherwise a response could be as large as the request."""
    client = new_app(auth=False).test_client()
    body = orjson.dumps({"Attributes": {name: "x"}})
    message = check_error(client.post("/domains/default/profiles", data=body), 400, "BadRequestException")
    assert message.startswith(f"Attributes.{name[:80]}")
    assert len(message) < 1000


@pytest.mark.parametrize("content_type", ["application/json", "application/x-amz-json-1.1", "text/plain", ""])
def test_the_media_type_does_not_matter(client: FlaskClient, content_type: str) -> None:
    """Clients of AWS send several. The body is always JSON in UTF-8."""
    assert client.post(SEARCH, data=BODY, content_type=content_type).status_code == 200


def test_unknown_parameters_and_members_are_ignored(client: FlaskClient) -> None:
    """SDKs can be newer than the service."""
    body = orjson.dumps({**orjson.loads(BODY), "New": 1, "DomainName": "other", "MaxResults": "x"})
    assert client.post(f"{SEARCH}?new=1", data=body).status_code == 200


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    """The limit is that of the other API."""
    response = client.post(SEARCH, data=b'{"KeyName": "' + b"a" * 5000)
    check_error(response, 413, "RequestEntityTooLargeException")


def test_an_unexpected_error_is_an_internal_error() -> None:
    """SDKs repeat the call. The message has the ID of the request, so that the log shows more."""
    app = new_app(auth=False)
    app.view_functions["aws.SearchProfiles"] = lambda **_path: 1 / 0  # type: ignore[assignment]
    response = app.test_client().post(SEARCH, data=BODY)
    message = check_error(response, 500, "InternalServerException")
    assert response.headers["x-amzn-RequestId"] in message


@pytest.mark.parametrize(
    ("headers", "status", "error_type"),
    [
        ({"Host": "a b"}, 400, "BadRequestException"),
        ({"Host": "example.com"}, 403, "AccessDeniedException"),
        ({"Origin": "https://example.com"}, 403, "AccessDeniedException"),
    ],
)
def test_a_request_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int, error_type: str
) -> None:
    """Without authentication, the checks are those of the other API."""
    check_error(client.post(SEARCH, data=BODY, headers=headers), status, error_type)


@pytest.mark.parametrize("domain", ["%ff", "%E3%81%82", "a" * 65, "a.b", "bad%20name%21"])
def test_an_invalid_domain_is_a_bad_request(client: FlaskClient, domain: str) -> None:
    """boto3 sends any name."""
    response = client.post(f"/domains/{domain}/profiles/search", data=BODY)
    assert check_error(response, 400, "BadRequestException").startswith("DomainName: ")


def test_the_request_id_of_the_client_is_kept(client: FlaskClient) -> None:
    """As by the other API."""
    response: Any = client.post(SEARCH, data=BODY, headers={"X-Request-Id": "r-1"})
    assert response.headers["x-amzn-RequestId"] == "r-1"
