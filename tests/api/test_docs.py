"""The page that shows the OpenAPI document in a browser."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings

PAGE = "http://localhost/docs/"


@pytest.fixture
def get(client: FlaskClient) -> Callable[[str], TestResponse]:
    """Return a function that fetches a path, and closes the response after reading it."""

    def fetch(path: str) -> TestResponse:
        response = client.get(path)
        response.get_data()
        response.close()
        return response

    return fetch


@pytest.mark.parametrize("external_url", ["http://localhost/", "https://profiles.example.com:8443/lookup/"])
def test_docs_without_a_slash_is_redirected_to_the_page(
    get: Callable[[str], TestResponse], external_url: str
) -> None:
    """The redirect is relative, so it works behind a proxy with any host, port and path."""
    response = get("/docs")
    assert response.status_code == 308
    assert urljoin(f"{external_url}docs", response.headers["Location"]) == f"{external_url}docs/"
    assert "swagger-ui" in get("/docs/").text


@pytest.mark.parametrize("external_url", ["http://localhost/", "https://profiles.example.com:8443/lookup/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_root_is_redirected_to_docs(client: FlaskClient, method: str, external_url: str) -> None:
    """The redirect is temporary, and relative to the URL that the client uses."""
    response = client.open("/", method=method)
    assert response.status_code == 302
    assert urljoin(external_url, response.headers["Location"]) == f"{external_url}docs/"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_root_needs_no_credential(database: Any) -> None:
    """The page with the documentation needs no credential either."""
    client = create_app(Settings(auth=True), database=database).test_client()
    assert client.get("/").status_code == 302
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/docs/", "/docs/index.html", "/docs/start.js", "/openapi.json"]
)
def test_no_response_repeats_the_host(database: Any, path: str) -> None:
    """A cache could send a response with an attacker's host to other clients."""
    client = create_app(Settings(auth=True), database=database).test_client()
    response = client.get(path, headers={"Host": "reflected.example"})
    assert response.status_code < 400
    assert "reflected" not in response.text + str(response.headers)


def test_the_page_loads_all_files_from_this_server(get: Callable[[str], TestResponse]) -> None:
    """Every link and the URL of the OpenAPI document have the page's origin and exist."""
    page = get("/docs/").text
    links = [urljoin(PAGE, link) for link in re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)""", page)]
    links.append(urljoin(PAGE, _config(get("/docs/start.js").text)["url"]))
    assert len(links) >= 5
    for link in links:
        assert urlsplit(link).netloc == "localhost", link
        assert get(urlsplit(link).path).status_code == 200, link


def test_no_stylesheet_loads_external_resources(get: Callable[[str], TestResponse]) -> None:
    """The stylesheets have no imports. All of their images are `data:` URLs."""
    for sheet in ("index.css", "swagger-ui.css"):
        text = get(f"/docs/{sheet}").text
        assert "@import" not in text
        assert not [
            url for url in re.findall(r"url\(\s*[\"']?([^)\"']+)", text) if not url.startswith("data:")
        ]


def test_the_page_uses_no_external_validator(get: Callable[[str], TestResponse]) -> None:
    """By default, Swagger UI sends the document's URL to an external validator. Null disables it."""
    config = _config(get("/docs/start.js").text)
    assert "validatorUrl" in config
    assert config["validatorUrl"] is None


@pytest.mark.parametrize("path", ["/docs/", "/docs/index.html", "/docs/swagger-ui-bundle.js"])
def test_the_content_security_policy_allows_this_server_only(
    get: Callable[[str], TestResponse], path: str
) -> None:
    """No directive contains another origin."""
    policy = get(path).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert not re.search(r"https?:|\*", policy)
    rules = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert rules["script-src"] == "'self'"
    assert rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
    assert rules["connect-src"] == "'self'"


def test_the_page_has_no_inline_script(get: Callable[[str], TestResponse]) -> None:
    """The content security policy blocks inline scripts, so the page would stay empty."""
    page = get("/docs/").text
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == ["", ""]
    assert not re.search(r"\son\w+\s*=|javascript:|<base|<form", page)
    assert get("/docs/").text == get("/docs/index.html").text


def _config(script: str) -> dict[str, str | None]:
    """Return the configuration that the script passes to Swagger UI."""
    match = re.search(r"SwaggerUIBundle\((\{.*?\})\);", script, re.DOTALL)
    assert match
    config: dict[str, str | None] = json.loads(match[1])
    return config
