"""Credentials under gunicorn: two workers, and the command that makes and revokes keys."""

import time
from collections import Counter
from collections.abc import Callable

import httpx
import pytest
from click.testing import CliRunner

from service.cli import main

_HOLDS_AFTER_SECONDS = 5
_POLL_SECONDS = 0.05
_REQUESTS = 40


@pytest.fixture(scope="module")
def url(serve: Callable[..., str], module_database: str) -> str:
    """Return the URL of a service that asks for credentials."""
    return serve(module_database, WORKERS="2", AUTH="on")


@pytest.fixture
def api_keys(mongodb_uri: str, module_database: str) -> Callable[..., str]:
    """Return what runs the command and returns what it prints."""

    def run(*arguments: str) -> str:
        environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database}
        result = CliRunner().invoke(main, ["api-keys", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    return run


def _ask(url: str, key: str) -> httpx.Response:
    """Ask on a connection of its own, so that either worker may answer."""
    return httpx.get(f"{url}/v1/search-keys", headers={"Authorization": f"Bearer {key}"})


def test_a_revocation_holds_in_every_worker_within_five_seconds(
    url: str, api_keys: Callable[..., str]
) -> None:
    """The key is used all the time, and in both workers, until it is revoked; five seconds later in none."""
    key = api_keys("create", "--label", "Frontend", "--scope", "profiles:view")
    assert Counter(_ask(url, key).status_code for _ in range(_REQUESTS)) == {200: _REQUESTS}
    api_keys("revoke", key[:20])
    holds_at = time.monotonic() + _HOLDS_AFTER_SECONDS
    while time.monotonic() < holds_at:
        assert _ask(url, key).status_code in {200, 401}
        time.sleep(_POLL_SECONDS)
    assert Counter(_ask(url, key).status_code for _ in range(_REQUESTS)) == {401: _REQUESTS}


def test_a_new_key_is_good_at_once_in_every_worker(url: str, api_keys: Callable[..., str]) -> None:
    """Nobody waits for a memory to pass."""
    key = api_keys("create", "--label", "Frontend", "--scope", "profiles:view")
    assert Counter(_ask(url, key).status_code for _ in range(_REQUESTS)) == {200: _REQUESTS}


def test_no_credential_is_refused_as_a_problem(url: str) -> None:
    """With the challenge that tells what to send."""
    response = httpx.get(f"{url}/v1/search-keys")
    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup"'
    assert httpx.get(f"{url}/livez").status_code == 200
