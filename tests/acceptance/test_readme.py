"""The README shows correct responses."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest
from click.testing import CliRunner

from service.app import create_app
from service.cli import main
from service.config import Settings
from tests import tls

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_ADDRESS = "http://127.0.0.1:8080"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CURL_REPLACEMENT = [sys.executable, str(Path(__file__).parents[1] / "curl.py")]
# ASCII's record separator separates the output of two blocks.
_END_OF_BLOCK = "\x1e"
_ANYTHING = "…"
_TIMEOUT_SECONDS = 60


@dataclass
class _Step:
    """A block of commands, and the response that the README shows, if any."""

    commands: str
    status: str = ""
    response: Any = None


@dataclass(frozen=True)
class _Outcome:
    """The output of a block of commands, and the status of each of its requests."""

    output: str
    statuses: list[str]


def _steps() -> list[_Step]:
    steps: list[_Step] = []
    for language, text in _FENCE.findall(_README):
        if language == "sh":
            steps.append(_Step(text))
        elif language == "jsonc":
            comment, _, body = text.partition("\n")
            assert not steps[-1].status, "a response without a command"
            steps[-1].status = comment.removeprefix("// ")
            steps[-1].response = json.loads(body) if body else None
    return steps


def _curl() -> list[str]:
    """Return the installed curl command, if any, or our replacement."""
    real = shutil.which("curl")
    return [real, "-w", "%{stderr}%{http_code}\n"] if real else _CURL_REPLACEMENT


@pytest.fixture
def run(tmp_path: Path) -> Callable[[list[str], str, list[_Step]], list[_Outcome]]:
    """Return a function that runs all blocks in order, in one shell, against a server."""

    def run_all(curl: list[str], url: str, steps: list[_Step]) -> list[_Outcome]:
        command = tmp_path / "curl"
        command.write_text(f'#!/bin/sh\nexec {shlex.join(curl)} "$@"\n')
        command.chmod(0o755)
        separate = f"printf '{_END_OF_BLOCK}'; printf '{_END_OF_BLOCK}' >&2\n"
        script = "set -euo pipefail\n" + "".join(step.commands + separate for step in steps)
        # The README's python3 must be the Python that runs the tests.
        path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
        result = subprocess.run(
            [str(shutil.which("bash")), "-c", script.replace(_ADDRESS, url)],
            env={**os.environ, "PATH": path, "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        outputs, statuses = (text.split(_END_OF_BLOCK) for text in (result.stdout, result.stderr))
        return [_Outcome(out, status.split()) for out, status in zip(outputs, statuses, strict=True)][:-1]

    return run_all


def test_the_readmes_commands_get_the_responses_shown(
    run: Callable[[list[str], str, list[_Step]], list[_Outcome]],
    serve: Callable[..., str],
    database_name: str,
) -> None:
    """On an empty database, each response has the status and the values shown."""
    steps = _steps()
    url = serve(database_name, WORKERS="2", AWS_API="on")
    outcomes = run(_curl(), url, steps)
    for step, outcome in zip(steps, outcomes, strict=True):
        _assert_response(step, outcome)
    _assert_the_python_code_finds_a_customer(url)


def _assert_the_python_code_finds_a_customer(url: str) -> None:
    """Assert that the three lines for boto3, in the environment that the README sets, find a customer."""
    (environment,) = (step.commands for step in _steps() if "export AWS_" in step.commands)
    (code,) = (text for language, text in _FENCE.findall(_README) if language == "python")
    assert len([line for line in code.splitlines() if line]) == 3
    command = f"{environment.replace(_ADDRESS, url)}exec {shlex.join([sys.executable, '-c', code])}"
    result = subprocess.run(
        [str(shutil.which("bash")), "-euc", command],
        env={**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    assert "'FirstName': '太郎'" in result.stdout, result.stderr
    assert "'Values': ['+14155550101']" in result.stdout


def _assert_response(step: _Step, outcome: _Outcome) -> None:
    """Assert that a block gets the response shown. Without a response shown, all statuses must be 201."""
    if step.status:
        assert outcome.statuses == [step.status], step.commands + outcome.output
        _assert_shown(step.response, json.loads(outcome.output) if outcome.output else None, step.commands)
    else:
        assert set(outcome.statuses) <= {"201"}, step.commands + outcome.output


@pytest.fixture
def keys(mongodb_uri: str, database_name: str) -> dict[str, str]:
    """Create API keys with the README's commands. Return them by label."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}
    commands = re.findall(
        r"^\.venv/bin/profile-lookup (api-keys create --label (\w+) .*)$", _README, re.MULTILINE
    )
    assert [label for _, label in commands] == ["frontend", "admin"]
    return {
        label: CliRunner().invoke(main, shlex.split(command), env=environment).stdout.strip()
        for command, label in commands
    }


def _with_key(steps: list[_Step], key: str) -> list[_Step]:
    """Add the README's shell function that sends an API key to the first step."""
    (shell,) = (text for language, text in _FENCE.findall(_README) if language == "bash")
    assert "KEY=plk_…\n" in shell
    first, *others = steps
    return [replace(first, commands=shell.replace("plk_…", key) + first.commands), *others]


def test_the_two_api_keys_suffice_for_the_readme(
    run: Callable[[list[str], str, list[_Step]], list[_Outcome]],
    serve: Callable[..., str],
    database_name: str,
    keys: dict[str, str],
) -> None:
    """The administrator's key defines the search key. The frontend's key does the rest, tokens too.

    This test uses our replacement for curl on all machines.
    """
    steps = _with_key(_steps(), keys["frontend"])
    position = next(n for n, step in enumerate(steps) if "/search-keys/" in step.commands)
    define_step = steps[position]
    as_admin = f"KEY={keys['admin']}\n{define_step.commands}KEY={keys['frontend']}\n"
    forbidden = _Step(define_step.commands, "403", {"code": "insufficient_scope"})
    steps[position : position + 1] = [forbidden, replace(define_step, commands=as_admin)]
    url = serve(database_name, WORKERS="1", AUTH="on")
    for step, outcome in zip(steps, run(_CURL_REPLACEMENT, url, steps), strict=True):
        _assert_response(step, outcome)
    headers = {"Authorization": f"Bearer {keys['frontend']}"}
    body = {"agent_id": "agent-7"}
    token = httpx.post(f"{url}/v1/agent-tokens", json=body, headers=headers, verify=tls.UNUSED)
    assert token.status_code == httpx.codes.CREATED, token.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "settings", 200),
        ("PATCH", "settings", 200),
        ("GET", "audit", 200),
        ("DELETE", "search-keys/none", 404),
        ("GET", "profiles/{profile_id}/export", 200),
        ("DELETE", "profiles/{profile_id}", 204),
    ],
)
def test_the_administrators_key_suffices_for_all_other_operations(
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    database_name: str,
    keys: dict[str, str],
    method: str,
    path: str,
    status: int,
) -> None:
    """The frontend's key cannot use settings, audit, export and erasure, or remove search keys."""
    client = create_app(Settings(), database=mongodb_client[database_name]).test_client()
    headers = {label: {"Authorization": f"Bearer {key}"} for label, key in keys.items()}
    created = client.post("/v1/profiles", json={"first_name": "Jane"}, headers=headers["frontend"])
    url = f"/v1/{path}".format(profile_id=created.get_json()["profile_id"])
    body: dict[str, Any] | None = {} if method == "PATCH" else None
    statuses = [
        client.open(url, method=method, json=body, headers=headers[label]).status_code
        for label in ("frontend", "admin")
    ]
    assert statuses == [403, status]


def _assert_shown(shown: Any, response: Any, where: str) -> None:
    """Assert that the response has all values shown. Only objects may have more members."""
    if isinstance(shown, dict):
        assert isinstance(response, dict), where
        for name, value in shown.items():
            assert name in response, f"{where}: {name}"
            _assert_shown(value, response[name], f"{where}/{name}")
    elif isinstance(shown, list):
        assert isinstance(response, list), where
        assert len(shown) == len(response), where
        for position, (value, item) in enumerate(zip(shown, response, strict=True)):
            _assert_shown(value, item, f"{where}/{position}")
    elif shown == _ANYTHING:
        assert response not in (None, "", [], {}), where
    else:
        assert shown == response, where


def test_every_curl_command_is_run() -> None:
    """The test above ignores no block with commands."""
    count = sum(step.commands.count("curl -s") for step in _steps())
    assert count == _README.count("curl -s") > 10
    assert len([step for step in _steps() if step.status]) > 10
