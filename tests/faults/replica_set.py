"""A replica set of real mongods that a test can kill, suspend, step down and restart.

Test commands are enabled for failpoints. The election timeout is a tenth of the default.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from service.local.child_process import spawn
from service.local.mongod import mongod_executable

NAME = "faults"

_START_SECONDS = 90
# A former primary needed 90 seconds to roll back its last writes on a busy machine.
_RECOVERY_SECONDS = 240
# Frequent status requests slow down the recovery of members.
_POLL_SECONDS = 0.25
_COMMAND_TIMEOUT_MS = 5000
# mongod's exit code if it cannot bind its address.
_EXIT_NET_ERROR = 48
# The server's error code ExceededTimeLimit.
_EXCEEDED_TIME_LIMIT = 262
_PRIMARY, _SECONDARY = 1, 2

_Result = TypeVar("_Result")


class Member:
    """One mongod. Start it from the main thread only, as it ends with the thread that started it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Create a member with a folder for data and log, and a port. It is not started."""
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"127.0.0.1:{port}"

    def start(self) -> None:
        """Start or restart the member on its data, and wait until it responds."""
        (self._folder / "data").mkdir(parents=True, exist_ok=True)
        self._spawn()
        wait_for(lambda: self._responds() or None, f"{self.address} to respond", _START_SECONDS)

    def _spawn(self) -> None:
        with (self._folder / "output").open("ab") as output:
            self._process = spawn(
                [str(mongod_executable()), *self._arguments()], death_signal=signal.SIGKILL, output=output
            )

    def _arguments(self) -> Sequence[str]:
        return [
            *("--dbpath", str(self._folder / "data")),
            *("--logpath", str(self._folder / "log"), "--logappend"),
            *("--bind_ip", "127.0.0.1", "--port", str(self._port), "--nounixsocket"),
            *("--replSet", NAME, "--oplogSize", "128"),
            *("--wiredTigerCacheSizeGB", "0.25"),
            *("--networkMessageCompressors", "disabled"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--setParameter", "enableTestCommands=1"),
        ]

    def _responds(self) -> bool:
        assert self._process is not None
        if self._process.poll() == _EXIT_NET_ERROR:
            # Another process temporarily uses the port for an outgoing connection.
            self._spawn()
        assert self._process.poll() is None, (self._folder / "output").read_text(errors="replace")
        return self.hello() is not None

    def hello(self) -> dict[str, Any] | None:
        """Return the response to `hello`, or None if the member does not respond."""
        try:
            return self.command("hello", milliseconds=1000)
        except PyMongoError:
            return None

    def command(
        self, *arguments: Any, milliseconds: int = _COMMAND_TIMEOUT_MS, **options: Any
    ) -> dict[str, Any]:
        """Run an admin command on this member only.

        Raises:
            PyMongoError: the command failed.

        """
        client = pymongo.MongoClient[dict[str, Any]](
            self.address, directConnection=True, timeoutMS=milliseconds, connectTimeoutMS=milliseconds
        )
        with client:
            return client.admin.command(*arguments, **options)

    def kill(self) -> None:
        """Kill the process."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def hang(self) -> None:
        """Suspend the process. Connections stay open but get no response."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the process."""
        self._signal(signal.SIGCONT)

    def step_down(self) -> None:
        """Make another member primary, and keep this one from being elected for a while."""
        wait_for(lambda: self._try_to_step_down() or None, "another member to be ready", _RECOVERY_SECONDS)

    def _try_to_step_down(self) -> bool:
        try:
            self.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5, milliseconds=20_000)
        except OperationFailure as error:
            # Under load, the other members may not catch up in time.
            if error.code != _EXCEEDED_TIME_LIMIT:
                raise
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def stop(self) -> None:
        """Stop the process for good."""
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self.kill()


class ReplicaSet:
    """A replica set. One with three members tolerates the loss of one."""

    def __init__(self, folder: Path, size: int) -> None:
        """Create the members with a folder for all data. They are not started."""
        self.members = [Member(folder / str(number), port) for number, port in enumerate(_free_ports(size))]

    @property
    def uri(self) -> str:
        """Return the URI with all members."""
        return f"mongodb://{','.join(member.address for member in self.members)}/?replicaSet={NAME}"

    def start(self) -> None:
        """Start all members and wait until they are healthy."""
        for member in self.members:
            member.start()
        self.members[0].command(
            "replSetInitiate",
            {
                "_id": NAME,
                "members": [{"_id": n, "host": member.address} for n, member in enumerate(self.members)],
                "settings": {
                    "electionTimeoutMillis": 1000,
                    "heartbeatIntervalMillis": 500,
                    "heartbeatTimeoutSecs": 2,
                },
            },
            milliseconds=30_000,
        )
        self.wait_until_healthy()

    def primary(self, *, other_than: Member | None = None) -> Member:
        """Wait for a primary and return it."""
        candidates = [member for member in self.members if member is not other_than]

        def elected() -> Member | None:
            return next((m for m in candidates if (m.hello() or {}).get("isWritablePrimary")), None)

        return wait_for(elected, "a primary", _RECOVERY_SECONDS)

    def wait_until_healthy(self) -> None:
        """Wait until there is one primary and all other members are secondaries of the same term."""
        wait_for(lambda: self._is_healthy() or None, "all members to be healthy", _RECOVERY_SECONDS)

    def _is_healthy(self) -> bool:
        try:
            statuses = [member.command("replSetGetStatus") for member in self.members]
        except PyMongoError:
            return False
        states = sorted(status["myState"] for status in statuses)
        terms = {status["optimes"]["appliedOpTime"]["t"] for status in statuses}
        return states == [_PRIMARY, *[_SECONDARY] * (len(statuses) - 1)] and len(terms) == 1

    def stop(self) -> None:
        """Stop all members for good."""
        for member in self.members:
            member.stop()


@contextmanager
def replica_set(folder: Path, size: int) -> Iterator[ReplicaSet]:
    """Run a replica set during the block. Remove its data afterwards, 300 MB per member."""
    replicas = ReplicaSet(folder, size)
    try:
        replicas.start()
        yield replicas
    finally:
        replicas.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(look: Callable[[], _Result | None], what: str, seconds: float) -> _Result:
    """Call ``look`` until it returns a result, and return that. Fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while (result := look()) is None:
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(_POLL_SECONDS)
    return result


def _free_ports(count: int) -> list[int]:
    """Return different ports that are free at the moment."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
