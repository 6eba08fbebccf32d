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
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from service.local import replica_set
from service.local.child_process import spawn, stop
from service.local.data_dir import database_path, read_port, write_port
from service.local.exit_reason import explain_exit

_ALTERNATIVES = "set MONGODB_URI, or use Docker (README, In production)"
_START_SECONDS = 60
_STOP_SECONDS = 30
# A process of `profile-lookup run` that was just killed may still be exiting.
_LOCK_SECONDS = 5
_POLL_SECONDS = 0.05
# How many free ports to try, because another program may take a port first.
_PORT_ATTEMPTS = 5
# mongod's exit code for an address that it cannot bind (its EXIT_NET_ERROR).
_EXIT_NET_ERROR = 48


class BundledMongoDBError(Exception):
    """The bundled mongod cannot be used; the message is one line and says what to do."""


def mongod_executable() -> Path:
    """Return the path of the mongod that the extra ``local`` installs; raises BundledMongoDBError."""
    # Find the package without importing it: importing a full `fiftyone` would take long.
    spec = importlib.util.find_spec("fiftyone")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "db", "bin", "mongod")
        if path.is_file():
            return path
    raise BundledMongoDBError(f"There is no bundled mongod for this platform: {_ALTERNATIVES}.")


class BundledMongoDB:
    """A mongod with its data under ``data_dir``. Call ``start`` and ``stop`` in the main thread.

    Port 0 means the port of the last start if it is free, otherwise any free port. Data survives restarts and
    changes of the port. ``start`` waits up to ``lock_timeout`` seconds for another process that uses
    ``data_dir``.
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
        self._cleanup = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.log_path = self._data_dir / "mongod.log"
        self._output_path = self._data_dir / "mongod.out"
        self.uri = ""

    @property
    def pid(self) -> int | None:
        """The process ID of mongod, or None before ``start`` and after ``stop``."""
        return self._process.pid if self._process else None

    def start(self) -> str:
        """Start mongod, wait until it accepts writes and return its URI; raises BundledMongoDBError."""
        executable = self._executable or mongod_executable()
        try:
            database_path(self._data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = _acquire_lock(self._data_dir, self._lock_timeout)
            self._cleanup.callback(os.close, lock)
            if self.log_path.exists():
                self.log_path.replace(self.log_path.with_suffix(".log.1"))
            port = self._start_on_some_port(executable, lock)
            write_port(self._data_dir, port)
        except OSError as error:
            self.stop()
            raise BundledMongoDBError(
                f"DATA_DIR {self._data_dir} cannot be used ({error.strerror}): set it to another folder."
            ) from error
        except BaseException:
            self.stop()
            raise
        self.uri = replica_set.uri(port)
        return self.uri

    def stop(self) -> None:
        """Stop mongod, and wait until it has exited. Does nothing if it was not started."""
        self._cleanup.close()
        self._process = None

    def exit_reason(self) -> str | None:
        """Return why mongod has exited, or None if it runs, was not started, or was stopped by ``stop``."""
        if self._process is None or self._process.poll() is None:
            return None
        return explain_exit(self._process.returncode, output=self._output_path, log=self.log_path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start_on_some_port(self, executable: Path, lock: int) -> int:
        for port in self._candidate_ports():
            if self._start_on(executable, lock, port):
                return port
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
            with socket.create_server(("127.0.0.1", 0)) as probe:
                free: int = probe.getsockname()[1]
            yield free

    def _start_on(self, executable: Path, lock: int, port: int) -> bool:
        """Start mongod, and wait until it is the primary of its replica set.

        Return False if another process has the port.
        """
        with self._output_path.open("wb") as output:
            process = self._process = spawn(
                [str(executable), *self._options(port)],
                # SIGKILL is safe because of the journal, and mongod cannot delay it.
                death_signal=signal.SIGKILL,
                output=output,
                # mongod holds the lock until it exits, even if this process is killed.
                pass_fds=[lock],
            )
        self._cleanup.callback(stop, process, _STOP_SECONDS)
        address = f"127.0.0.1:{port}"
        deadline = time.monotonic() + _START_SECONDS
        with replica_set.connect(address) as client:
            while not replica_set.become_primary(client, address, process.pid):
                if process.poll() == _EXIT_NET_ERROR:
                    return False
                if reason := self.exit_reason():
                    raise BundledMongoDBError(f"{reason}; {_ALTERNATIVES}.")
                if time.monotonic() > deadline:
                    raise BundledMongoDBError(
                        f"The bundled mongod takes no writes after {_START_SECONDS} s: see {self.log_path}."
                    )
                time.sleep(_POLL_SECONDS)
        return True

    def _options(self, port: int) -> list[str]:
        return [
            *("--dbpath", str(database_path(self._data_dir))),
            *("--logpath", str(self.log_path)),
            *("--bind_ip", "127.0.0.1"),
            *("--port", str(port)),
            *("--replSet", replica_set.NAME),
            *("--networkMessageCompressors", "disabled"),
            *("--wiredTigerCacheSizeGB", str(self._cache_gb)),
            *("--oplogSize", "128"),
            # Never log slow commands: the log would contain their values, which are personal.
            *("--slowms", "2147483647"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            "--nounixsocket",
            *self._extra_options,
        ]


def _acquire_lock(data_dir: Path, timeout: float) -> int:
    """Return the descriptor of the lock file; raises BundledMongoDBError if another process holds it."""
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
