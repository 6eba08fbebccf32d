"""An OIDC issuer that does not respond, and the service with one worker of two threads."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from service.cli import main
from tests.auth.issuer import AUDIENCE, ISSUER, Issuer, Site, run_site

_WAIT_MILLISECONDS = 1000
"""A request that starts a download of the keys waits for it at most this long."""

# All attempts take longer than the five seconds in which the worker does not download the keys again.
_ATTEMPTS = 600
_SECONDS_BETWEEN_ATTEMPTS = 0.05


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Return an issuer of tokens."""
    return Issuer()


@pytest.fixture(scope="module")
def site(issuer: Issuer) -> Iterator[Site]:
    """Return the issuer's web server."""
    with run_site() as site:
        site.body = issuer.document
        yield site


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the service's log."""
    return tmp_path_factory.mktemp("gunicorn") / "log"


@pytest.fixture(scope="module")
def client(
    run_gunicorn: Callable[[Path, dict[str, str]], Any],
    log: Path,
    mongodb_uri: str,
    module_database: str,
    site: Site,
) -> Iterator[httpx.Client]:
    """Return a client of a service with one worker of two threads."""
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": module_database,
        "WORKERS": "1",
        "THREADS": "2",
        "OIDC_ISSUER": ISSUER,
        "OIDC_AUDIENCE": AUDIENCE,
        "OIDC_JWKS_URL": site.url,
        "OIDC_ALGORITHMS": "RS256, ES256",
    }
    with run_gunicorn(log, environment) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def api_key(mongodb_uri: str, module_database: str) -> str:
    """Return an API key."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database}
    command = ["api-keys", "create", "--label", "Frontend", "--scope", "profiles:view"]
    return CliRunner().invoke(main, command, env=environment).stdout.strip()


def _get(client: httpx.Client, credential: str) -> httpx.Response:
    return client.get("/v1/search-keys", headers={"Authorization": f"Bearer {credential}"})


def test_the_worker_downloads_the_keys_before_the_first_token(
    client: httpx.Client, issuer: Issuer, site: Site
) -> None:
    """The first token causes no second download."""
    assert _get(client, issuer.token(domain="default")).status_code == 200
    assert site.request_count == 1


def _start_download(client: httpx.Client, issuer: Issuer, site: Site) -> None:
    """Send a token with an unknown key ID until the worker downloads the keys again."""
    unknown_key_token = issuer.sign(issuer.claims(), kid="unknown")
    site.was_requested.clear()
    for _ in range(_ATTEMPTS):
        response = _get(client, unknown_key_token)
        if site.was_requested.wait(_SECONDS_BETWEEN_ATTEMPTS):
            break
    assert response.status_code == 503


def test_a_hanging_issuer_does_not_delay_api_keys_and_valid_tokens(
    client: httpx.Client, issuer: Issuer, site: Site, api_key: str, log: Path
) -> None:
    """Requests with unknown key IDs get a 503. At most one of them waits for the download."""
    site.may_respond.clear()
    _start_download(client, issuer, site)
    tokens = [issuer.sign(issuer.claims(), kid=f"unknown-{number}") for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        failing = [pool.submit(_get, client, token) for token in tokens]
        for credential in (api_key, issuer.token(domain="default")) * 5:
            assert _get(client, credential).status_code == 200
        responses = [each.result() for each in failing]
    # The issuer has not responded to any download.
    assert not site.may_respond.is_set()
    site.may_respond.set()
    assert {response.status_code for response in responses} == {503}
    assert all(response.headers["Retry-After"] == "1" for response in responses)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    waits = [line["milliseconds"] for line in lines if line["event"] == "request" and line["status"] == 503]
    assert len(waits) == len(tokens) + 1
    assert len([wait for wait in waits if wait >= _WAIT_MILLISECONDS]) <= 1
