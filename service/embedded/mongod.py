"""The bundled mongod: a one-node replica set on loopback, for development and tests alone.

It is an old release (6.0), so it never listens beyond loopback and offers no network compression
(CVE-2025-14847 needs zlib). Production brings its own MongoDB in MONGODB_URI.
"""

import fcntl
import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from service.child_process import spawn
from service.embedded import replica_set
from service.embedded.command_line import command_line
from service.embedded.discovery import database_path
from service.embedded.endings import explain_end
from service.embedded.port_file import read_port, write_port

_WAY_OUT = "set MONGODB_URI, or use Docker (README, In production)"
_START_SECONDS = 60
_STOP_SECONDS = 30
# A run that was killed a moment ago may still be on its way out.
_LOCK_SECONDS = 5
_POLL_SECONDS = 0.05
# How often another free port is tried when somebody else was quicker to take it.
_PORT_ATTEMPTS = 5
# mongod's exit code for an address that cannot be bound (its EXIT_NET_ERROR).
_EXIT_NET_ERROR = 48


class EmbeddedMongoDBError(Exception):
    """The bundled mongod cannot be used; the message is one line and says what to do."""


class _PortTakenError(Exception):
    """Another process listens on the port."""


def bundled_mongod() -> Path:
    """Return the path of the mongod that the extra ``local`` installs; raises EmbeddedMongoDBError."""
    # Only the parent package is looked up, and nothing imported: a full `fiftyone` would be heavy.
    spec = importlib.util.find_spec("fiftyone")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "db", "bin", "mongod")
        if path.is_file():
            return path
    raise EmbeddedMongoDBError(f"There is no bundled mongod for this platform: {_WAY_OUT}.")


class EmbeddedMongoDB:
    """One mongod with its data under ``data_dir``; ``start`` it and ``stop`` it from the main thread.

    Port 0 means the port of the last start if it is free, otherwise any free one. The port is kept in
    ``data_dir``, where ``discovery.find_running`` reads it. The data survives restarts, on whichever port.
    """

    def __init__(
        self, data_dir: Path, *, port: int = 0, executable: Path | None = None, cache_gb: float = 0.25
    ) -> None:
        """Take the folder, the port and the size of its cache.

        And, for tests, another executable than the bundled one.
        """
        self._cache_gb = cache_gb
        self._data_dir = data_dir.resolve()
        self._port = port
        self._executable = executable
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = ""

    @property
    def pid(self) -> int | None:
        """The process ID while it runs."""
        return self._process.pid if self._process else None

    @property
    def log_path(self) -> Path:
        """Where mongod writes its log."""
        return self._data_dir / "mongod.log"

    def start(self) -> str:
        """Start it, wait until it takes writes and return its URI; raises EmbeddedMongoDBError."""
        executable = self._executable or bundled_mongod()
        try:
            self._prepare_folder()
            self._start_on_some_port(executable)
        except OSError as error:
            self.stop()
            raise EmbeddedMongoDBError(
                f"DATA_DIR {self._data_dir} cannot be used ({error.strerror}): set it to another folder."
            ) from error
        except BaseException:
            self.stop()
            raise
        return self.uri

    def stop(self) -> None:
        """End mongod and wait until it is gone; does nothing when it is not running."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def died(self) -> str | None:
        """Return why mongod is no longer running, None while it is."""
        if self._process is None or self._process.poll() is None:
            return None
        return self._reason(self._process.returncode)

    def __enter__(self) -> Self:
        """Start it; raises EmbeddedMongoDBError."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def _prepare_folder(self) -> None:
        database_path(self._data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _acquire_lock(self._data_dir)
        if self.log_path.exists():
            self.log_path.replace(self.log_path.with_suffix(".log.1"))

    def _start_on_some_port(self, executable: Path) -> None:
        for port in self._ports():
            try:
                self._start_on(executable, port)
            except _PortTakenError:
                continue
            write_port(self._data_dir, port)
            self.uri = replica_set.uri(port)
            return
        raise EmbeddedMongoDBError(
            f"The bundled mongod cannot listen on port {port}: another process does; choose another port."
        )

    def _ports(self) -> Iterator[int]:
        """Yield the ports to try."""
        if self._port:
            yield self._port
            return
        if (kept := read_port(self._data_dir)) is not None:
            yield kept
        for _ in range(_PORT_ATTEMPTS):
            yield _free_port()

    def _start_on(self, executable: Path, port: int) -> None:
        with self._output_path.open("wb") as output:
            arguments = command_line(database_path(self._data_dir), self.log_path, port, self._cache_gb)
            self._process = spawn(
                [str(executable), *arguments],
                # The journal makes it safe, and nothing can delay it.
                death_signal=signal.SIGKILL,
                output=output,
                # The lock stays taken for as long as mongod lives, even if we are killed.
                pass_fds=[self._lock] if self._lock is not None else [],
            )
        self._wait_until_writable(f"127.0.0.1:{port}")

    def _wait_until_writable(self, address: str) -> None:
        """Configure the replica set and wait until this node is its primary."""
        deadline = time.monotonic() + _START_SECONDS
        with replica_set.connect(address) as client:
            while not self._is_primary(client, address):
                self._raise_if_dead()
                if time.monotonic() > deadline:
                    raise EmbeddedMongoDBError(
                        f"The bundled mongod takes no writes after {_START_SECONDS} s: see {self.log_path}."
                    )
                time.sleep(_POLL_SECONDS)
        self._raise_if_dead()

    def _is_primary(self, client: replica_set.Client, address: str) -> bool:
        """Make our node the primary, never another server on the port; return whether it accepts writes."""
        ours = self.pid is not None and replica_set.is_process(client, self.pid)
        return ours and replica_set.become_primary(client, address)

    def _raise_if_dead(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        if self._process.returncode == _EXIT_NET_ERROR:
            raise _PortTakenError
        raise EmbeddedMongoDBError(f"{self._reason(self._process.returncode)}; {_WAY_OUT}.")

    def _reason(self, returncode: int) -> str:
        return explain_end(returncode, output=self._output_path, log=self.log_path)

    @property
    def _output_path(self) -> Path:
        return self._data_dir / "mongod.out"


@contextmanager
def embedded_mongodb(data_dir: Path, port: int = 0) -> Iterator[str]:
    """Run the bundled mongod for the time of the block, which gets its URI; raises EmbeddedMongoDBError."""
    with EmbeddedMongoDB(data_dir, port=port) as mongodb:
        yield mongodb.uri


def _acquire_lock(data_dir: Path) -> int:
    """Return the open lock file; raises EmbeddedMongoDBError when another process holds it."""
    lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise EmbeddedMongoDBError(
                    f"DATA_DIR {data_dir} is in use by another run: stop it, or set another DATA_DIR."
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return lock


def _free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; after a while, make it."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
