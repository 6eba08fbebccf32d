"""The service as a caller meets it: gunicorn over the real mongod, and HTTP alone in between."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pymongo
import pytest

from service.config import Settings
from service.local.child_process import spawn
from tests.master_keys import ONE

_START_SECONDS = 30
# Longer than gunicorn's graceful_timeout.
_STOP_SECONDS = 40
_ANSWER_SECONDS = 30
_POLL_SECONDS = 0.05

Serve = Callable[..., str]
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def module_database(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of a database that the tests of one module share with no other."""
    name = f"acceptance_{uuid4().hex[:12]}"
    yield name
    mongodb_client.drop_database(name)


@pytest.fixture(scope="module")
def serve(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return a function that starts a gunicorn over a database and returns its URL."""
    with ExitStack() as stack:

        def start(database: str, **settings: str) -> str:
            log = tmp_path_factory.mktemp("gunicorn") / "log"
            ours = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database}
            given = {**ours, "AUTH": "off", "MASTER_KEYS": ONE, **settings}
            return stack.enter_context(_gunicorn(log, given))

        yield start


@pytest.fixture(scope="module")
def run_gunicorn() -> Callable[[Path, dict[str, str]], Any]:
    """Return what runs gunicorn for the time of a block, with a file for its log and its environment."""
    return _gunicorn


@pytest.fixture(scope="module")
def connect() -> Iterator[Callable[[str], httpx.Client]]:
    """Return a function that gives a client of a server, which keeps its connections open."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(httpx.Client(base_url=url, timeout=_ANSWER_SECONDS))


@pytest.fixture(scope="module")
def server_url(serve: Serve, module_database: str) -> str:
    """Return the URL of a service with two workers; the tests of a module share it."""
    return serve(module_database, WORKERS="2")


@pytest.fixture(scope="module")
def http(server_url: str, connect: Callable[[str], httpx.Client]) -> httpx.Client:
    """Return a client, for tests that look at headers."""
    return connect(server_url)


@pytest.fixture(scope="module")
def asking() -> Callable[[httpx.Client], Ask]:
    """Return what makes a client check each answer's status and read its body."""
    return _asking


@pytest.fixture(scope="module")
def ask(http: httpx.Client) -> Ask:
    """Return a function of method, path, body and the expected status that returns the answer's body."""
    return _asking(http)


def _asking(client: httpx.Client) -> Ask:
    def ask(method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        answer = client.request(method, path, json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    return ask


@contextmanager
def _gunicorn(log: Path, settings: dict[str, str]) -> Iterator[str]:
    """Run gunicorn on a free port for the time of the block, which gets its URL."""
    ours = {field.name.upper() for field in fields(Settings)} | {"PROMETHEUS_MULTIPROC_DIR"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    with log.open("wb") as output, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = spawn(
            [
                *(sys.executable, "-m", "gunicorn"),
                *("--config", "python:service.server.gunicorn_config"),
                *("--bind", f"fd://{listener.fileno()}"),
                "service.app:create_app()",
            ],
            death_signal=signal.SIGTERM,
            output=output,
            env={**inherited, **settings},
            pass_fds=[listener.fileno()],
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _is_ready(url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(_POLL_SECONDS)
        yield url
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=_ANSWER_SECONDS).is_success
    except httpx.TransportError:
        return False
