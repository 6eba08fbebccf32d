"""A replica set of real mongods, which a test kills, hangs, steps down and brings back.

Test commands are on, so that failpoints work. The set elects as fast as it sensibly can; production waits
ten times as long by default.
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
# An ex-primary that rolls its last writes back took a minute and a half once, on a busy machine.
_RECOVERY_SECONDS = 240
# Members that are asked for their state over and over are slower to get well.
_POLL_SECONDS = 0.25
_ASK_MS = 5000
# mongod's exit code for an address that cannot be bound (its EXIT_NET_ERROR).
_EXIT_NET_ERROR = 48
# The server's error code ExceededTimeLimit.
_EXCEEDED_TIME_LIMIT = 262
_PRIMARY, _SECONDARY = 1, 2

_Found = TypeVar("_Found")


class Member:
    """One mongod; from the main thread alone, since it ends with the thread that started it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Take the folder for its data and its log, and its port."""
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"127.0.0.1:{port}"

    def start(self) -> None:
        """Start it, or start it anew on the same data, and wait until it answers."""
        (self._folder / "data").mkdir(parents=True, exist_ok=True)
        self._spawn()
        wait_for(lambda: self._answers() or None, f"{self.address} to answer", _START_SECONDS)

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

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() == _EXIT_NET_ERROR:
            # A connection that somebody opened in the meantime goes out from our port; it will not for long.
            self._spawn()
        assert self._process.poll() is None, (self._folder / "output").read_text(errors="replace")
        return self.hello() is not None

    def hello(self) -> dict[str, Any] | None:
        """Return what it says of itself, None while it does not answer."""
        try:
            return self.command("hello", milliseconds=1000)
        except PyMongoError:
            return None

    def command(self, *arguments: Any, milliseconds: int = _ASK_MS, **options: Any) -> dict[str, Any]:
        """Send it, and no other member, an administrator's command; raises ``PyMongoError``."""
        client = pymongo.MongoClient[dict[str, Any]](
            self.address, directConnection=True, timeoutMS=milliseconds, connectTimeoutMS=milliseconds
        )
        with client:
            return client.admin.command(*arguments, **options)

    def kill(self) -> None:
        """End it as a power cut would, as far as the process is concerned."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def hang(self) -> None:
        """Let it do nothing: it keeps its connections, and answers nobody."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def step_down(self) -> None:
        """Let it hand over to another member, and stand for no election for a while."""
        wait_for(lambda: self._steps_down() or None, "another member to be ready", _RECOVERY_SECONDS)

    def _steps_down(self) -> bool:
        try:
            self.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5, milliseconds=20_000)
        except OperationFailure as error:
            # Under load the others are a little behind, now and then for longer than it waits.
            if error.code != _EXCEEDED_TIME_LIMIT:
                raise
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def stop(self) -> None:
        """End it for good."""
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self.kill()


class ReplicaSet:
    """Members that replicate one another; three of them bear the loss of one."""

    def __init__(self, folder: Path, size: int) -> None:
        """Take the folder for all data, and how many members to make."""
        self.members = [Member(folder / str(number), port) for number, port in enumerate(_free_ports(size))]

    @property
    def uri(self) -> str:
        """The URI that names all of them."""
        return f"mongodb://{','.join(member.address for member in self.members)}/?replicaSet={NAME}"

    def start(self) -> None:
        """Start all of them, and wait until one is the primary."""
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
        self.wait_until_whole()

    def primary(self, *, other_than: Member | None = None) -> Member:
        """Return the member that takes writes, as soon as there is one."""
        asked = [member for member in self.members if member is not other_than]

        def elected() -> Member | None:
            return next((m for m in asked if (m.hello() or {}).get("isWritablePrimary")), None)

        return wait_for(elected, "a primary", _RECOVERY_SECONDS)

    def wait_until_whole(self) -> None:
        """Wait until there is one primary, and every other member follows it in its term."""
        wait_for(lambda: self._is_whole() or None, "all members to be well", _RECOVERY_SECONDS)

    def _is_whole(self) -> bool:
        try:
            statuses = [member.command("replSetGetStatus") for member in self.members]
        except PyMongoError:
            return False
        states = sorted(status["myState"] for status in statuses)
        terms = {status["optimes"]["appliedOpTime"]["t"] for status in statuses}
        return states == [_PRIMARY, *[_SECONDARY] * (len(statuses) - 1)] and len(terms) == 1

    def stop(self) -> None:
        """End all of them for good."""
        for member in self.members:
            member.stop()


@contextmanager
def replica_set(folder: Path, size: int) -> Iterator[ReplicaSet]:
    """Run a replica set for the time of the block, and remove its data, 300 MB a member."""
    replicas = ReplicaSet(folder, size)
    try:
        replicas.start()
        yield replicas
    finally:
        replicas.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(look: Callable[[], _Found | None], what: str, seconds: float) -> _Found:
    """Return what ``look`` finds, looking again until it does; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(_POLL_SECONDS)
    return found


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on right now, each another one."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
