"""Runs the service with gunicorn and its default settings, as in production."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from service.config import Settings
from service.local.child_process import spawn
from tests.faults.client import Client, NoResponse, Request, Response

READY_SECONDS = 90
# Longer than gunicorn's graceful_timeout.
_STOP_SECONDS = 60
_POLL_SECONDS = 0.1
_ROOT = Path(__file__).parents[2]

SERVICE = "service.app:create_app()"


class Service:
    """One gunicorn. The test owns the socket, so that another gunicorn can take it over."""

    def __init__(
        self,
        listener: socket.socket,
        log: Path,
        settings: Mapping[str, str],
        *,
        application: str = SERVICE,
        options: Sequence[str] = (),
    ) -> None:
        """Start gunicorn on a socket, with a log file, environment variables and options."""
        variables = {field.name.upper() for field in fields(Settings)} | {"PROMETHEUS_MULTIPROC_DIR"}
        inherited = {name: value for name, value in os.environ.items() if name not in variables}
        self.port: int = listener.getsockname()[1]
        self.log = log
        with log.open("wb") as output:
            self.process = spawn(
                [
                    *(sys.executable, "-m", "gunicorn"),
                    *("--config", "python:service.server.gunicorn_config"),
                    *("--bind", f"fd://{listener.fileno()}"),
                    *options,
                    application,
                ],
                death_signal=signal.SIGTERM,
                output=output,
                env={**inherited, "PYTHONPATH": str(_ROOT), "AUTH": "off", **settings},
                pass_fds=[listener.fileno()],
            )

    @property
    def url(self) -> str:
        """Return the URL of the service."""
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """Return the process IDs of the current workers."""
        pid = self.process.pid
        return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def wait_until(self, path: str, status: int = 200) -> None:
        """Request the path until the response has this status."""
        deadline = time.monotonic() + READY_SECONDS
        while (response := self._get(path)) is None or response.status != status:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, (response, self.log.read_text())
            time.sleep(_POLL_SECONDS)

    def _get(self, path: str) -> Response | None:
        client = Client(self.port, keep_alive=False)
        try:
            return client.ask(Request("GET", path))
        except NoResponse:
            return None
        finally:
            client.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to gunicorn's master process."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """Stop gunicorn and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def open_listener() -> Iterator[socket.socket]:
    """Listen on a free port during the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield listener


@contextmanager
def running_service(
    log: Path, settings: Mapping[str, str], *, application: str = SERVICE, options: Sequence[str] = ()
) -> Iterator[Service]:
    """Run the service on a free port during the block. Wait until it is ready."""
    with open_listener() as listener:
        service = Service(listener, log, settings, application=application, options=options)
    try:
        service.wait_until("/readyz")
        yield service
    finally:
        service.stop()
