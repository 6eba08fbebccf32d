"""Run gunicorn, and by default the bundled MongoDB, as child processes that start and stop together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

from service.config import Settings
from service.crypto.master_keyring import MasterKeyringError
from service.local.child_process import spawn, stop
from service.local.data_dir import generate_master_key, master_keys_path
from service.local.mongod import BundledMongoDB
from service.local.readiness import ReadinessPoller
from service.local.startup_message import startup_message
from service.store.client.connection import check_uri
from service.store.master_keys import read_master_keys

_POLL_SECONDS = 0.1
# Longer than gunicorn's graceful_timeout, after which gunicorn kills its workers itself.
_STOP_SECONDS = 40
_BACKLOG = 2048
_NOT_BUNDLED = (
    "Uses the MongoDB of MONGODB_URI, not the bundled one; unset MONGODB_URI to have the bundled one."
)
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


class RunError(Exception):
    """The service cannot start or continue; the message is one line."""


class _Stopped(BaseException):
    """A signal asked the process to stop, or the parent ended. Most handlers do not catch a BaseException."""


def run(
    settings: Settings,
    *,
    parent_pid: int | None,
    report: Callable[[str], None],
    stop_timeout: float = _STOP_SECONDS,
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP arrives, or ``parent_pid`` is no longer the parent.

    Without MONGODB_URI in the environment, starts the bundled mongod first, and generates a master key next
    to its data if the settings have none. ``report`` is called with each message for the user.
    ``stop_timeout`` is how many seconds gunicorn has to finish its requests. Raises RunError and
    BundledMongoDBError if a setting is invalid, or if mongod or gunicorn cannot start or exits unexpectedly.
    """
    _check(settings)
    with ExitStack() as stack:
        stack.enter_context(_stop_on_signals())
        listener = stack.enter_context(_listen(settings.host, settings.port))
        url = _url(listener)
        mongodb = None
        bundled = {}
        if "MONGODB_URI" in os.environ:
            report(_NOT_BUNDLED)
        else:
            mongodb = stack.enter_context(BundledMongoDB(Path(settings.data_dir)))
            bundled = {"MONGODB_URI": mongodb.uri, **_bundled_master_keys(settings)}
        gunicorn = _start_gunicorn(listener, {**_switch_variables(settings), **bundled})
        # On exit, gunicorn finishes the requests in flight.
        stack.callback(stop, gunicorn, stop_timeout)
        # gunicorn has its own copy of the socket. Close this copy, to free the port when gunicorn exits.
        listener.close()
        readiness = ReadinessPoller(url, report)
        is_ready = False
        while True:
            _check_processes(gunicorn, mongodb, parent_pid)
            if not is_ready and (is_ready := readiness.is_ready()):
                report(startup_message(url, settings, bundled))
            time.sleep(_POLL_SECONDS)


def _check(settings: Settings) -> None:
    try:
        if "MONGODB_URI" in os.environ:
            check_uri(settings)
        read_master_keys(settings)
    except (ValueError, MasterKeyringError) as error:
        raise RunError(str(error)) from error


def _switch_variables(settings: Settings) -> dict[str, str]:
    """Return the environment variables of the settings that `profile-lookup run` has other defaults for."""
    values = {"AUTH": settings.auth, "PANEL": settings.panel, "AWS_API": settings.aws_api}
    return {name: "on" if value else "off" for name, value in values.items()}


def _bundled_master_keys(settings: Settings) -> dict[str, str]:
    if settings.master_keys or settings.master_keys_file:
        return {}
    path = master_keys_path(Path(settings.data_dir))
    generate_master_key(path)
    return {"MASTER_KEYS_FILE": str(path)}


def _check_processes(
    gunicorn: subprocess.Popen[bytes], mongodb: BundledMongoDB | None, parent_pid: int | None
) -> None:
    """Raise ``RunError`` if a child has exited, ``_Stopped`` if ``parent_pid`` is no longer the parent."""
    if mongodb and (reason := mongodb.exit_reason()):
        raise RunError(f"{reason}.")
    if gunicorn.poll() is not None:
        raise RunError(f"gunicorn ended with code {gunicorn.returncode}; its messages above say why.")
    if parent_pid is not None and os.getppid() != parent_pid:
        raise _Stopped


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """Leave the block on the first stop signal, and ignore later stop signals."""
    stop_signals = [signal.SIGINT, signal.SIGTERM]
    # Under nohup, SIGHUP is ignored and must stay so.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        stop_signals.append(signal.SIGHUP)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        for each in stop_signals:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    for each in stop_signals:
        signal.signal(each, leave)
    with suppress(_Stopped):
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Open the port; for port 0, any free port. Done before anything starts, to detect a used port early."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address, which the message below also contains.
        reason = str(error.strerror).partition(" (")[0]
        raise RunError(
            f"Cannot listen on {host} port {port} ({reason}): set PORT or HOST to something else."
        ) from error


def _url(listener: socket.socket) -> str:
    """Return the base URL for clients on this machine."""
    host, port = listener.getsockname()[:2]
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _start_gunicorn(listener: socket.socket, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    descriptor = listener.fileno()
    return spawn(
        [
            *(sys.executable, "-m", "gunicorn"),
            *("--config", "python:service.server.gunicorn_config"),
            *("--bind", f"fd://{descriptor}"),
            *("--log-level", "warning"),
        ],
        death_signal=signal.SIGTERM,
        env={**os.environ, **variables},
        pass_fds=[descriptor],
    )
