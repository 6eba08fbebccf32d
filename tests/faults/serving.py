"""The service as it is run: a gunicorn with the shipped settings, whose workers a test can tell apart."""

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
from tests.faults.caller import Answer, Caller, Request, Unanswered

READY_SECONDS = 90
# Longer than gunicorn's graceful_timeout.
_STOP_SECONDS = 60
_POLL_SECONDS = 0.1
_ROOT = Path(__file__).parents[2]

SERVICE = "service.app:create_app()"


class Service:
    """One gunicorn on a socket that the test holds, so that another one can take its place."""

    def __init__(
        self,
        listener: socket.socket,
        log: Path,
        settings: Mapping[str, str],
        *,
        application: str = SERVICE,
        options: Sequence[str] = (),
    ) -> None:
        """Start it: on the socket, with a file to log to, the environment, and gunicorn's options."""
        ours = {field.name.upper() for field in fields(Settings)} | {"PROMETHEUS_MULTIPROC_DIR"}
        inherited = {name: value for name, value in os.environ.items() if name not in ours}
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

    def workers(self) -> list[int]:
        """Return the process IDs of the workers there are now."""
        pid = self.process.pid
        return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def wait_until(self, path: str, status: int = 200) -> None:
        """Ask for the path until it is answered with this status."""
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self._answer(path)) is None or answer.status != status:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, (answer, self.log.read_text())
            time.sleep(_POLL_SECONDS)

    def _answer(self, path: str) -> Answer | None:
        caller = Caller(self.port, keep_alive=False)
        try:
            return caller.ask(Request("GET", path))
        except Unanswered:
            return None
        finally:
            caller.close()

    def signal(self, number: signal.Signals) -> None:
        """Send the master a signal."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Open a socket on a free port for the time of the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield listener


@contextmanager
def serving(
    log: Path, settings: Mapping[str, str], *, application: str = SERVICE, options: Sequence[str] = ()
) -> Iterator[Service]:
    """Run the service on a port of its own for the time of the block, from when it is ready."""
    with listening() as listener:
        service = Service(listener, log, settings, application=application, options=options)
    try:
        service.wait_until("/readyz")
        yield service
    finally:
        service.stop()
