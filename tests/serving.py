"""Runs the service with gunicorn on a free port."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import httpx

from service.config import Settings
from service.local.child_process import spawn
from tests import tls

_START_SECONDS = 30
# Longer than gunicorn's graceful_timeout.
_STOP_SECONDS = 40
RESPONSE_SECONDS = 30
_POLL_SECONDS = 0.05


@contextmanager
def run_gunicorn(log: Path, settings: dict[str, str]) -> Iterator[str]:
    """Run gunicorn on a free port during the block. Yield the URL.

    ``settings`` are environment variables.
    """
    variables = {field.name.upper() for field in fields(Settings)} | {"PROMETHEUS_MULTIPROC_DIR"}
    inherited = {name: value for name, value in os.environ.items() if name not in variables}
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
        # Without waiting for more requests.
        process.send_signal(signal.SIGQUIT)
        process.wait(_STOP_SECONDS)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=RESPONSE_SECONDS, verify=tls.UNUSED).is_success
    except httpx.TransportError:
        return False
