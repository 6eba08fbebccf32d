"""Run the bundled mongod: a replica set of one node on loopback, for development and tests only.

It is an old release (6.0), so it listens on loopback only and offers no network compression
(CVE-2025-14847 needs zlib). Production uses its own MongoDB in MONGODB_URI.
"""

import fcntl
import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from service.local import replica_set
from service.local.child_process import spawn
from service.local.data_dir import database_path, read_port, write_port
from service.local.exit_reason import explain_exit
from service.local.mongod_options import mongod_options

_ALTERNATIVES = "set MONGODB_URI, or use Docker (README, In production)"
_START_SECONDS = 60
_STOP_SECONDS = 30
# A run that was killed a moment ago may still be exiting.
_LOCK_SECONDS = 5
_POLL_SECONDS = 0.05
# How many free ports to try, since another program may take one first.
_PORT_ATTEMPTS = 5
# mongod's exit code for an address that it cannot bind (its EXIT_NET_ERROR).
_EXIT_NET_ERROR = 48


class BundledMongoDBError(Exception):
    """The bundled mongod cannot be used; the message is one line and says what to do."""


class _PortTakenError(Exception):
    """Another process listens on the port."""


def mongod_executable() -> Path:
    """Return the path of the mongod that the extra ``local`` installs; raises BundledMongoDBError."""
    # Only finds the parent package, without importing it: a full `fiftyone` would be heavy.
    spec = importlib.util.find_spec("fiftyone")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "db", "bin", "mongod")
        if path.is_file():
            return path
    raise BundledMongoDBError(f"There is no bundled mongod for this platform: {_ALTERNATIVES}.")


class BundledMongoDB:
    """A mongod with its data under ``data_dir``. Call ``start`` and ``stop`` in the main thread.

    Port 0 means the port of the last start if it is free, otherwise any free one. Data survives restarts and
    changes of the port.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        executable: Path | None = None,
        cache_gb: float = 0.25,
        extra_options: Sequence[str] = (),
        lock_timeout: float = _LOCK_SECONDS,
    ) -> None:
        self._data_dir = data_dir.resolve()
        self._port = port
        self._executable = executable
        self._cache_gb = cache_gb
        self._extra_options = extra_options
        self._lock_timeout = lock_timeout
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = ""

    @property
    def pid(self) -> int | None:
        """The process ID while it runs."""
        return self._process.pid if self._process else None

    @property
    def log_path(self) -> Path:
        """The log of mongod."""
        return self._data_dir / "mongod.log"

    def start(self) -> str:
        """Start mongod, wait until it accepts writes and return its URI; raises BundledMongoDBError."""
        executable = self._executable or mongod_executable()
        try:
            self._prepare_folder()
            self._start_on_some_port(executable)
        except OSError as error:
            self.stop()
            raise BundledMongoDBError(
                f"DATA_DIR {self._data_dir} cannot be used ({error.strerror}): set it to another folder."
            ) from error
        except BaseException:
            self.stop()
            raise
        return self.uri

    def stop(self) -> None:
        """Stop mongod and wait until it has exited; does nothing if it is not running."""
        if self._process is not None:
            _terminate(self._process)
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def exit_reason(self) -> str | None:
        """Return why mongod has exited, None while it runs."""
        if self._process is None or self._process.poll() is None:
            return None
        return self._explain(self._process.returncode)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare_folder(self) -> None:
        database_path(self._data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _acquire_lock(self._data_dir, self._lock_timeout)
        if self.log_path.exists():
            self.log_path.replace(self.log_path.with_suffix(".log.1"))

    def _start_on_some_port(self, executable: Path) -> None:
        for port in self._candidate_ports():
            try:
                self._start_on(executable, port)
            except _PortTakenError:
                continue
            write_port(self._data_dir, port)
            self.uri = replica_set.uri(port)
            return
        raise BundledMongoDBError(
            f"The bundled mongod cannot listen on port {port}: another process does; choose another port."
        )

    def _candidate_ports(self) -> Iterator[int]:
        if self._port:
            yield self._port
            return
        if (last := read_port(self._data_dir)) is not None:
            yield last
        for _ in range(_PORT_ATTEMPTS):
            yield _free_port()

    def _start_on(self, executable: Path, port: int) -> None:
        options = mongod_options(database_path(self._data_dir), self.log_path, port, self._cache_gb)
        with self._output_path.open("wb") as output:
            self._process = spawn(
                [str(executable), *options, *self._extra_options],
                # Safe because of the journal, and cannot be delayed.
                death_signal=signal.SIGKILL,
                output=output,
                # mongod holds the lock until it exits, even if this process is killed.
                pass_fds=[self._lock] if self._lock is not None else [],
            )
        self._wait_until_writable(f"127.0.0.1:{port}")

    def _wait_until_writable(self, address: str) -> None:
        """Configure the replica set and wait until this node is its primary."""
        deadline = time.monotonic() + _START_SECONDS
        with replica_set.connect(address) as client:
            while not self._is_primary(client, address):
                self._raise_if_exited()
                if time.monotonic() > deadline:
                    raise BundledMongoDBError(
                        f"The bundled mongod takes no writes after {_START_SECONDS} s: see {self.log_path}."
                    )
                time.sleep(_POLL_SECONDS)
        self._raise_if_exited()

    def _is_primary(self, client: replica_set.Client, address: str) -> bool:
        """Make our node the primary, never another server on the port; return whether it accepts writes."""
        is_ours = self.pid is not None and replica_set.is_process(client, self.pid)
        return is_ours and replica_set.become_primary(client, address)

    def _raise_if_exited(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        if self._process.returncode == _EXIT_NET_ERROR:
            raise _PortTakenError
        raise BundledMongoDBError(f"{self._explain(self._process.returncode)}; {_ALTERNATIVES}.")

    def _explain(self, returncode: int) -> str:
        return explain_exit(returncode, output=self._output_path, log=self.log_path)

    @property
    def _output_path(self) -> Path:
        return self._data_dir / "mongod.out"


def _acquire_lock(data_dir: Path, timeout: float) -> int:
    """Return the open lock file; raises BundledMongoDBError if another process holds it."""
    lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise BundledMongoDBError(
                    f"DATA_DIR {data_dir} is in use by another run: stop it, or set another DATA_DIR."
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return lock


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _terminate(process: subprocess.Popen[bytes]) -> None:
    """Terminate the process; kill it if it takes too long."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
