"""Creating, using and revoking API keys with two workers of gunicorn."""

import time
from collections import Counter
from collections.abc import Callable

import httpx

from tests import tls

_REVOCATION_SECONDS = 5
_POLL_SECONDS = 0.25
_REQUESTS = 20


def _get(url: str, key: str) -> httpx.Response:
    """Send a request on a new connection, so that either worker may respond."""
    return httpx.get(f"{url}/v1/search-keys", headers={"Authorization": f"Bearer {key}"}, verify=tls.UNUSED)


def test_every_worker_rejects_a_revoked_key_after_five_seconds(
    secured_url: str, commands: Callable[..., str]
) -> None:
    """Both workers use the key before it is revoked, so both have cached it."""
    key = commands("api-keys", "create", "--label", "Frontend", "--scope", "profiles:view")
    assert Counter(_get(secured_url, key).status_code for _ in range(_REQUESTS)) == {200: _REQUESTS}
    commands("api-keys", "revoke", key[:20])
    deadline = time.monotonic() + _REVOCATION_SECONDS
    while time.monotonic() < deadline:
        assert _get(secured_url, key).status_code in {200, 401}
        time.sleep(_POLL_SECONDS)
    assert Counter(_get(secured_url, key).status_code for _ in range(_REQUESTS)) == {401: _REQUESTS}


def test_every_worker_accepts_a_new_key_at_once(secured_url: str, commands: Callable[..., str]) -> None:
    """No cache delays the new key."""
    key = commands("api-keys", "create", "--label", "Frontend", "--scope", "profiles:view")
    assert Counter(_get(secured_url, key).status_code for _ in range(_REQUESTS)) == {200: _REQUESTS}


def test_a_request_without_a_credential_gets_a_problem_document(secured_url: str) -> None:
    """The header `WWW-Authenticate` names the scheme. Health checks need no credential."""
    response = httpx.get(f"{secured_url}/v1/search-keys")
    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup"'
    assert httpx.get(f"{secured_url}/livez").status_code == 200
