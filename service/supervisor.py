"""What `profile-lookup run` does: MongoDB and gunicorn as child processes that start and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from service import master_keys
from service.child_process import spawn
from service.config import Settings
from service.crypto.master_keyring import MasterKeyringError
from service.embedded.discovery import master_keys_path
from service.embedded.mongod import EmbeddedMongoDB
from service.store.client.connection import check_uri
from service.waiting import Address, Wait
from service.welcome import welcome

_TICK_SECONDS = 0.1
# Longer than gunicorn's graceful_timeout, after which it kills its workers itself.
_STOP_SECONDS = 40
_BACKLOG = 2048
_NOT_BUNDLED = (
    "Uses the MongoDB of MONGODB_URI, not the bundled one; unset MONGODB_URI to have the bundled one."
)
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


class RunError(Exception):
    """The service cannot run any longer, or at all; the message is one line."""


class _Stopped(BaseException):
    """A signal asks us to end; not an Exception, so that nothing on the way swallows it."""


def run(settings: Settings, *, parent_pid: int | None, say: Callable[[str], None]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP arrives or the process ``parent_pid`` is no longer our parent.

    Without MONGODB_URI in the environment the bundled mongod is started first, and a master key is made
    beside its data unless the environment names one.
    Raises RunError and EmbeddedMongoDBError when something cannot start or ends on its own.
    """
    if "MONGODB_URI" in os.environ:
        _check_uri(settings)
    _check_masters(settings)
    with ExitStack() as stack:
        stack.enter_context(_stop_on_signals())
        listener = stack.enter_context(_listen(settings.host, settings.port))
        host, port = listener.getsockname()[:2]
        address = Address(_EVERY_ADDRESS.get(host, host), port)
        mongodb = None
        bundled = {}
        if "MONGODB_URI" in os.environ:
            say(_NOT_BUNDLED)
        else:
            mongodb = stack.enter_context(EmbeddedMongoDB(Path(settings.data_dir)))
            bundled = {"MONGODB_URI": mongodb.uri, **_masters(settings)}
        gunicorn = stack.enter_context(_gunicorn(listener, {"AUTH": settings.auth, **bundled}))
        # From now on the port is free as soon as gunicorn is gone.
        listener.close()
        children = _Children(gunicorn, mongodb, parent_pid)
        _supervise(children, Wait(address, say), lambda: say(welcome(address.url, settings, bundled)))


def _check_masters(settings: Settings) -> None:
    try:
        master_keys.read(settings)
    except MasterKeyringError as error:
        raise RunError(str(error)) from error


def _masters(settings: Settings) -> dict[str, str]:
    """Return the variable that names the file of the masters, made where nobody has set one."""
    if settings.master_keys or settings.master_keys_file:
        return {}
    path = master_keys_path(Path(settings.data_dir))
    master_keys.make(path)
    return {"MASTER_KEYS_FILE": str(path)}


def _check_uri(settings: Settings) -> None:
    try:
        check_uri(settings)
    except ValueError as error:
        raise RunError(str(error)) from error


@dataclass(frozen=True)
class _Children:
    """The processes to watch."""

    gunicorn: subprocess.Popen[bytes]
    mongodb: EmbeddedMongoDB | None
    parent_pid: int | None

    def check(self) -> None:
        """Raise when one of them has ended."""
        if self.mongodb and (reason := self.mongodb.died()):
            raise RunError(f"{reason}.")
        if self.gunicorn.poll() is not None:
            raise RunError(
                f"gunicorn ended with code {self.gunicorn.returncode}; its messages above say why."
            )
        if self.parent_pid is not None and os.getppid() != self.parent_pid:
            raise _Stopped


def _supervise(children: _Children, wait: Wait, tell_ready: Callable[[], None]) -> None:
    while not wait.is_over():
        children.check()
        time.sleep(_TICK_SECONDS)
    tell_ready()
    while True:
        children.check()
        time.sleep(_TICK_SECONDS)


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """Leave the block on the first signal to stop; further ones are ignored while it is being left."""
    stop_signals = [signal.SIGINT, signal.SIGTERM]
    # nohup ignores SIGHUP, and we should not undo that.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        stop_signals.append(signal.SIGHUP)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for each in stop_signals:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    before = {each: signal.signal(each, stop) for each in stop_signals}
    try:
        yield
    except _Stopped:
        pass
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    """Open the port ourselves, so that a taken one is known at once and port 0 is known at all."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address, which stands in our message already.
        reason = str(error.strerror).partition(" (")[0]
        raise RunError(
            f"Cannot listen on {host} port {port} ({reason}): set PORT or HOST to something else."
        ) from error
    with listener:
        yield listener


@contextmanager
def _gunicorn(listener: socket.socket, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run gunicorn on the open port; leaving the block lets it finish the requests in flight.

    ``environment`` is what it gets beside ours.
    """
    descriptor = listener.fileno()
    gunicorn = spawn(
        [
            *(sys.executable, "-m", "gunicorn"),
            *("--config", "python:service.server.gunicorn_config"),
            *("--bind", f"fd://{descriptor}"),
            *("--log-level", "warning"),
        ],
        death_signal=signal.SIGTERM,
        env={**os.environ, **environment},
        pass_fds=[descriptor],
    )
    try:
        yield gunicorn
    finally:
        gunicorn.terminate()
        try:
            gunicorn.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its workers too, which would hold the port: `spawn` has made it the leader of their group.
            os.killpg(gunicorn.pid, signal.SIGKILL)
            gunicorn.wait()
