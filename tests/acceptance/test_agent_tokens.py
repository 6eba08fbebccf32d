"""Agent tokens with gunicorn and the real MongoDB, and the code in docs/authentication.md that gets them."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import tls
from tests.master_keys import TWO_THEN_ONE

_PAGE = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text(encoding="utf-8")
_SECTION = _PAGE.partition("\n## Agents' browsers\n")[2].partition("\n## ")[0]
_REVOCATION_SECONDS = 5
_POLL_SECONDS = 0.25
_REQUESTS = 20
_NODE_SECONDS = 60


def _code(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", _SECTION, re.DOTALL | re.MULTILINE)
    return str(block)


@pytest.fixture(scope="module")
def url(secured_url: str) -> str:
    """Return the URL of a service with authentication and two workers."""
    return secured_url


@pytest.fixture(scope="module")
def api_keys(commands: Callable[..., str]) -> Callable[..., str]:
    """Return a function that runs `api-keys` and returns the output."""
    return partial(commands, "api-keys")


@pytest.fixture
def key(api_keys: Callable[..., str]) -> str:
    """Create the API key of the frontend's server with the command on the page."""
    return api_keys("create", "--label", "frontend's server", *_scopes())


def _scopes() -> list[str]:
    (command,) = re.findall(r"^\.venv/bin/profile-lookup api-keys (create .*)$", _SECTION, re.MULTILINE)
    _, label, scopes = command.partition('--label "frontend\'s server"')
    assert label
    return str(scopes).split()


def test_the_option_on_the_page_lets_agents_merge(url: str, api_keys: Callable[..., str]) -> None:
    """Unless the server asks for the other scopes only."""
    (option,) = set(re.findall(r"`(--scope profiles:merge)`", _SECTION))
    key = api_keys("create", "--label", "merging", *_scopes(), *option.split())
    (body,) = re.findall(r"`\{(\"scopes\": .*?)\}`", _SECTION)
    tokens = [_create(url, key), _create(url, key, **json.loads(f"{{{body}}}"))]
    ids = [
        httpx.post(
            f"{url}/v1/profiles",
            json={"first_name": "Jane"},
            headers={"Authorization": f"Bearer {token}"},
            verify=tls.UNUSED,
        ).json()["profile_id"]
        for token in tokens
    ]
    statuses = [
        httpx.post(
            f"{url}/v1/profiles/{ids[0]}/merge",
            json={"profile_ids": ids[1:]},
            headers={"Authorization": f"Bearer {token}"},
            verify=tls.UNUSED,
        ).status_code
        for token in reversed(tokens)
    ]
    assert statuses == [403, 200]


def _create(url: str, key: str, **fields: Any) -> str:
    response = httpx.post(
        f"{url}/v1/agent-tokens",
        json={"agent_id": "agent-7", **fields},
        headers={"Authorization": f"Bearer {key}"},
        verify=tls.UNUSED,
    )
    assert response.status_code == 201, response.text
    return str(response.json()["token"])


def _get(url: str, token: str) -> int:
    """Send a request on a new connection, so that either worker may respond. Return the status."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/v1/search-keys", headers=headers, verify=tls.UNUSED).status_code


def test_every_worker_rejects_the_tokens_of_an_ended_key_after_five_seconds(
    url: str, api_keys: Callable[..., str], key: str
) -> None:
    """Both workers have cached the API keys. One is revoked, the other rotated without a grace period."""
    rotated_key = api_keys("create", "--label", "old", "--scope", "tokens:create", "--scope", "profiles:view")
    tokens = [_create(url, each) for each in (key, rotated_key)]
    expected = len(tokens) * _REQUESTS
    assert Counter(_get(url, token) for token in tokens * _REQUESTS) == {200: expected}
    api_keys("revoke", key[:20])
    api_keys("rotate", rotated_key[:20], "--grace-hours", "0")
    deadline = time.monotonic() + _REVOCATION_SECONDS
    while time.monotonic() < deadline:
        assert {_get(url, token) for token in tokens} <= {200, 401}
        time.sleep(_POLL_SECONDS)
    assert Counter(_get(url, token) for token in tokens * _REQUESTS) == {401: expected}


def test_an_agents_token_works_for_the_agent_alone(url: str, key: str) -> None:
    """Match, create and associate: what an agent does with a contact."""
    headers = {"Authorization": f"Bearer {_create(url, key, expires_in=60)}"}
    with httpx.Client(base_url=f"{url}/v1", headers=headers, verify=tls.UNUSED) as agent:
        contact = {"channel": "voice", "phone_number": "+14155550142"}
        assert agent.post("/contacts/call-1/match", json=contact).json()["outcome"] == "none"
        profile = agent.post("/contacts/call-1/profile", json={"first_name": "Nina"})
        assert profile.status_code == 201
        association = agent.get("/contacts/call-1/association").json()
        assert association["agent_id"] == "agent-7"
        assert agent.post("/agent-tokens", json={"agent_id": "agent-8"}).status_code == 403
        assert agent.get("/audit").status_code == 403


def test_a_token_is_accepted_by_instances_with_its_master_key(
    url: str, serve: Callable[..., str], secured_service: tuple[str, str], key: str
) -> None:
    """While the master keys change, an instance that has both accepts all tokens."""
    both = serve(secured_service[1], WORKERS="1", AUTH="on", MASTER_KEYS=TWO_THEN_ONE)
    old_token, new_token = _create(url, key), _create(both, key)
    assert [_get(both, old_token), _get(both, new_token)] == [200, 200]
    assert [_get(url, old_token), _get(url, new_token)] == [200, 401]


def test_the_flask_code_gives_a_logged_in_agent_a_token(
    url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a login there is none."""
    monkeypatch.setenv("SESSION_SECRET", "secret")
    monkeypatch.setenv("PROFILE_LOOKUP_URL", url)
    monkeypatch.setenv("PROFILE_LOOKUP_KEY", key)
    module: dict[str, Any] = {"__name__": "frontend"}
    exec(compile(_code("python"), "docs/authentication.md", "exec"), module)  # noqa: S102 - the page's code
    with module["service"], module["app"].test_client() as browser:
        assert browser.post("/agent-token").status_code == 401
        with browser.session_transaction() as session:
            session["agent_id"] = "agent-7"
        response = browser.post("/agent-token")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert _get(url, response.get_json()["token"]) == 200


@pytest.fixture
def node_server(url: str, key: str, tmp_path: Path) -> Iterator[str]:
    """Run the page's server, and yield its URL. Its login takes the agent from a header."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is not installed; `make test` does that"
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "server.js").write_text(_code("js"), encoding="utf-8")
    (tmp_path / "login.js").write_text(
        "export const agentOf = (request) => request.headers['x-agent'] ?? null;"
    )
    (tmp_path / "main.js").write_text(
        "import { server } from './server.js';\n"
        "server.on('listening', () => console.log(server.address().port));\n"
    )
    settings = {"PORT": "0", "PROFILE_LOOKUP_URL": url, "PROFILE_LOOKUP_KEY": key, "NO_PROXY": "127.0.0.1"}
    process = subprocess.Popen(
        [node, "main.js"], cwd=tmp_path, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        try:
            yield f"http://localhost:{int(process.stdout.readline())}"
        finally:
            process.terminate()
            process.wait(_NODE_SECONDS)


def test_the_node_code_gives_a_logged_in_agent_a_token(url: str, node_server: str) -> None:
    """Without a login there is none. The errors of the service are passed on."""
    path = f"{node_server}/agent-token"
    assert httpx.post(path, verify=tls.UNUSED).status_code == 401
    assert httpx.get(path, headers={"X-Agent": "agent-7"}, verify=tls.UNUSED).status_code == 401
    response = httpx.post(path, headers={"X-Agent": "agent-7"}, verify=tls.UNUSED)
    assert (response.status_code, response.headers["Cache-Control"]) == (201, "no-store")
    assert _get(url, json.loads(response.text)["token"]) == 200
    refused = httpx.post(path, headers={"X-Agent": "a" * 256}, verify=tls.UNUSED)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
