"""The files of the agent panel, its page and its frame."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.panel import modules

_ORIGINS = ("https://agents.example.com", "https://other.example.com:8443")
Connect = Callable[..., FlaskClient]


@pytest.fixture
def connect(database: Any) -> Connect:
    """Return a function that creates a client of a service with authentication."""

    def create_client(**settings: Any) -> FlaskClient:
        return create_app(Settings(**settings), database=database).test_client()

    return create_client


def _policy(client: FlaskClient, path: str) -> dict[str, str]:
    policy = client.get(path).headers["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


@pytest.mark.parametrize("panel", [False, True])
def test_the_modules_are_served_to_pages_of_all_origins(connect: Connect, *, panel: bool) -> None:
    """They need no credential, and do not depend on PANEL."""
    client = connect(panel=panel)
    for path in modules():
        response = client.get(f"/panel/{path}", headers={"Origin": "https://anywhere.example"})
        is_public = panel or not path.startswith("phone/")
        assert response.status_code == (200 if is_public else 404), path
        if is_public:
            assert response.content_type == "text/javascript; charset=utf-8"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_browser_checks_whether_its_copy_is_current(connect: Connect) -> None:
    """The ETag depends on the content only, so all instances send the same."""
    clients = [connect(), connect()]
    first, second = (client.get("/panel/panel.js") for client in clients)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["ETag"] == second.headers["ETag"]
    again = clients[0].get("/panel/panel.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/phone.css", "/phone/phone.js"])
def test_the_page_is_off_unless_it_is_set(connect: Connect, path: str) -> None:
    """The default of the service is off; `profile-lookup run` sets it."""
    assert connect().get(f"/panel{path}").status_code == 404
    assert connect(panel=True).get(f"/panel{path}").status_code in {200, 302}


@pytest.mark.parametrize("external_url", ["http://localhost/", "https://profiles.example.com:8443/lookup/"])
def test_panel_without_a_slash_is_redirected_to_the_page(connect: Connect, external_url: str) -> None:
    """The redirect is relative, so it works behind a proxy with any host, port and path."""
    response = connect(panel=True).get("/panel")
    assert response.status_code == 302
    assert urljoin(f"{external_url}panel", response.headers["Location"]) == f"{external_url}panel/"


def test_the_page_loads_all_files_from_this_server(connect: Connect) -> None:
    """Every link is relative and exists. There is no inline script or style."""
    client = connect(panel=True)
    for page in ("/panel/", "/panel/frame.html"):
        html = client.get(page).text
        links = re.findall(r"""(?:src|href)="([^"]+)""", html)
        assert len(links) == 3
        for link in links:
            assert urlsplit(link).netloc == ""
            assert link.startswith("data:") or client.get(urljoin(page, link)).status_code == 200, link
        assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == [""]
        assert not re.search(r"<style|\s(?:on\w+|style)\s*=|<base|<form", html)


def test_the_policies_allow_this_server_only(connect: Connect) -> None:
    """Nothing but this server's scripts, styles and data is allowed, and no HTML made of text."""
    client = connect(panel=True, cors_origins=_ORIGINS)
    for path, ancestors in (("/panel/", "'none'"), ("/panel/frame.html", f"'self' {' '.join(_ORIGINS)}")):
        policy = _policy(client, path)
        assert policy.pop("frame-ancestors") == ancestors
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "connect-src": "'self'",
            "img-src": "'self' data:",
            "base-uri": "'none'",
            "form-action": "'none'",
            "require-trusted-types-for": "'script'",
            "trusted-types": "'none'",
        }


def test_the_frame_is_for_the_pages_that_may_send_requests(connect: Connect) -> None:
    """Without CORS_ORIGINS, only pages of the service's own origin can show it."""
    assert _policy(connect(), "/panel/frame.html")["frame-ancestors"] == "'self'"
    assert 'data-origins=""' in connect().get("/panel/frame.html").text
    html = connect(cors_origins=_ORIGINS).get("/panel/frame.html").text
    assert f'data-origins="{" ".join(_ORIGINS)}"' in html


@pytest.mark.parametrize("auth", [True, False])
def test_the_page_asks_for_a_credential_if_one_is_needed(connect: Connect, *, auth: bool) -> None:
    """The page cannot know it otherwise without a failed request."""
    html = connect(panel=True, auth=auth).get("/panel/").text
    assert f'data-authentication="{"on" if auth else "off"}"' in html


@pytest.mark.parametrize(
    "path",
    ["__init__.py", "../config.py", "%2e%2e/config.py", "static/panel.js", "views/", "phone", "types.d.ts"],
)
def test_no_other_file_is_served(connect: Connect, path: str) -> None:
    """Only names of a fixed list are served."""
    response = connect(panel=True).get(f"/panel/{path}")
    assert response.status_code == 404
    assert response.get_json()["code"] == "not_found"


def test_every_file_in_the_folder_is_served(connect: Connect) -> None:
    """A new page or style sheet must be added to the list of served files."""
    client = connect(panel=True)
    for file in (files("service.panel") / "pages").iterdir():
        assert client.get(f"/panel/{file.name}").status_code == 200
