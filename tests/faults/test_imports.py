"""An import during which the command, a worker, the service or the primary is killed.

The stored profiles are those of an undisturbed import. A proxy starts each event when a batch arrives, so
that it certainly happens during the import.
"""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pymongo
import pytest
from click.testing import CliRunner
from pymongo.read_concern import ReadConcern

from service.cli import main
from tests.faults.client import Client, Request
from tests.faults.replica_set import ReplicaSet
from tests.faults.serving import READY_SECONDS, Service, open_listener, running_service
from tests.http_proxy import hooked_proxy

_ROWS = 1600
_FIRST, _SECOND = 5, 7
"""The batches whose arrival starts an event, of seven. At most four are sent at once, so one is complete."""
_DATABASE = "faults_imports"

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc"),
    pytest.mark.timeout(400),
]

Mode = tuple[str, ...]
_CREATE: Mode = ()
_UPSERT: Mode = ("--map", "number=keys.number", "--match-on", "number")
_MODES = pytest.mark.parametrize("mode", [_CREATE, _UPSERT], ids=["create", "upsert"])


def _names() -> Iterator[tuple[str, str]]:
    """Yield a customer number and a name for each row. Some customers have two rows, which differ."""
    for n in range(_ROWS):
        yield f"C-{n:05}", f"Jane {n}"
        if n % 100 == 0:
            yield f"C-{n // 2:05}", f"Janet {n}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file to import."""
    path = tmp_path / "customers.csv"
    with path.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["number", "first_name", "account_number", "phone"])
        writer.writerows([number, name, number, f"+1415555{number[-4:]}"] for number, name in _names())
    return path


@pytest.fixture(scope="module")
def module_service(one_member: ReplicaSet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service with the search key."""
    settings = {"MONGODB_URI": one_member.uri, "MONGODB_DATABASE": _DATABASE}
    with running_service(tmp_path_factory.mktemp("service") / "log", settings) as service:
        _define_key(service)
        yield service
        service.signal(signal.SIGQUIT)  # which does not wait for more requests


@pytest.fixture
def service(module_service: Service, one_member: ReplicaSet) -> Service:
    """Return a service without profiles."""
    _delete_profiles(one_member)
    return module_service


def _delete_profiles(replicas: ReplicaSet) -> None:
    with pymongo.MongoClient[dict[str, Any]](replicas.uri) as client:
        client[_DATABASE]["profiles"].delete_many({})


class _Events:
    """Calls functions when the batch of a number arrives at the proxy, and nothing for repeated batches."""

    def __init__(self, events: dict[int, Callable[[], None]]) -> None:
        self._events = events
        self._lock = Lock()
        self._batches = 0

    def __call__(self, path: str) -> None:
        """Count a request."""
        with self._lock:
            self._batches += path.endswith("/batch")
            event = self._events.pop(self._batches, None)
            if event is not None:
                event()


def _start(url: str, file: Path, mode: Mode) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "service.cli", "import", str(file), "--url", url, *mode]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _import(url: str, file: Path, mode: Mode) -> None:
    """Import the file in this process."""
    result = CliRunner().invoke(main, ["import", str(file), "--url", url, *mode])
    assert result.exit_code == 0, result.output
    assert "rejected 0." in result.stdout, result.output


def _define_key(service: Service) -> None:
    definition = {"label": "Number", "type": "identifier", "unique": True}
    client = Client(service.port, keep_alive=False)
    assert client.ask(Request("PUT", "/v1/search-keys/number", definition)).status in {200, 201}


def _stored(uri: str) -> list[tuple[str, str, int]]:
    """Return what a majority has stored: the number, the name and the version of each profile."""
    options: Any = {"read_concern": ReadConcern("majority")}
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        found = client[_DATABASE]["profiles"].with_options(**options).find()
        return sorted((each["account_number"], each["first_name"], each["version"]) for each in found)


def _expected(mode: Mode) -> list[tuple[str, str, int]]:
    """Return what an undisturbed import stores."""
    if mode == _CREATE:
        return sorted((number, name, 1) for number, name in _names())
    versions: dict[str, list[str]] = {}
    for number, name in _names():
        versions.setdefault(number, []).append(name)
    return sorted((number, names[-1], len(names)) for number, names in versions.items())


@_MODES
def test_a_killed_command_can_be_repeated(
    one_member: ReplicaSet, service: Service, file: Path, mode: Mode
) -> None:
    """It is killed twice. The state of the import is removed in the end, and no warning is listed twice."""
    processes: list[subprocess.Popen[str]] = []

    def kill() -> None:
        processes[-1].kill()

    with hooked_proxy(service.url, _Events({_FIRST: kill, _SECOND: kill})) as url:
        for _ in range(2):
            processes.append(_start(url, file, mode))
            processes[-1].communicate(timeout=READY_SECONDS)
            assert processes[-1].returncode == -signal.SIGKILL
        _import(url, file, mode)
    assert _stored(one_member.uri) == _expected(mode)
    duplicates = file.with_name("customers.csv.duplicates.csv")
    expected = {file, duplicates} if mode == _CREATE else {file}
    assert set(file.parent.glob("customers.csv*")) == expected
    if mode == _CREATE:
        with duplicates.open(encoding="utf-8", newline="") as warnings:
            pairs = [(row["row"], row["possible_duplicate"]) for row in csv.DictReader(warnings)]
        assert len(pairs) == len(set(pairs)) >= _ROWS // 100


def test_an_interrupted_command_says_how_to_continue(
    one_member: ReplicaSet, service: Service, file: Path
) -> None:
    """Ctrl-C ends it after a batch, without a traceback."""
    processes: list[subprocess.Popen[str]] = []

    def interrupt() -> None:
        processes[0].send_signal(signal.SIGINT)

    with hooked_proxy(service.url, _Events({_FIRST: interrupt})) as url:
        # A background job of a shell ignores SIGINT. A child inherits that, but no handler.
        previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        processes.append(_start(url, file, _CREATE))
        signal.signal(signal.SIGINT, previous_handler)
        _, errors = processes[0].communicate(timeout=READY_SECONDS)
        assert processes[0].returncode == 130, errors
        assert errors.splitlines()[-1].startswith("Error: Interrupted. Repeat the command to continue")
        assert "Traceback" not in errors
        _import(url, file, _CREATE)
    assert _stored(one_member.uri) == _expected(_CREATE)


@_MODES
def test_killed_workers_lose_and_repeat_nothing(
    one_member: ReplicaSet, service: Service, file: Path, mode: Mode
) -> None:
    """The command repeats the requests of the killed workers."""
    killed: list[int] = []

    def kill_workers() -> None:
        for worker in service.workers():
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)

    with hooked_proxy(service.url, _Events({_FIRST: kill_workers, _SECOND: kill_workers})) as url:
        _import(url, file, mode)
    assert len(set(killed)) > 1
    assert _stored(one_member.uri) == _expected(mode)


def test_a_restarted_service_loses_and_repeats_nothing(
    one_member: ReplicaSet, file: Path, tmp_path: Path
) -> None:
    """The command waits for it."""
    _delete_profiles(one_member)
    settings = {"MONGODB_URI": one_member.uri, "MONGODB_DATABASE": _DATABASE, "WORKERS": "1"}
    reached = Event()
    with open_listener() as listener:
        service = Service(listener, tmp_path / "log-1", settings)
        service.wait_until("/readyz")
        with hooked_proxy(service.url, _Events({_FIRST: reached.set})) as url:
            process = _start(url, file, _CREATE)
            assert reached.wait(READY_SECONDS)
            service.signal(signal.SIGKILL)
            service.stop()
            service = Service(listener, tmp_path / "log-2", settings)
            try:
                output, errors = process.communicate(timeout=READY_SECONDS * 3)
            finally:
                service.stop()
    assert process.returncode == 0, errors
    assert "rejected 0." in output, output + errors
    assert _stored(one_member.uri) == _expected(_CREATE)


@pytest.fixture(scope="module")
def service_of_three(
    three_members: ReplicaSet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Return a service with three members and the search key."""
    settings = {
        "MONGODB_URI": three_members.uri,
        "MONGODB_DATABASE": _DATABASE,
        "MONGODB_HEARTBEAT_MS": "500",
        "WORKERS": "1",
    }
    with running_service(tmp_path_factory.mktemp("service") / "log", settings) as service:
        _define_key(service)
        yield service
        service.signal(signal.SIGQUIT)  # which does not wait for more requests


@_MODES
def test_a_killed_primary_loses_and_repeats_nothing(
    three_members: ReplicaSet, service_of_three: Service, file: Path, mode: Mode
) -> None:
    """The command waits for another primary."""
    _delete_profiles(three_members)
    primary = three_members.primary()
    with hooked_proxy(service_of_three.url, _Events({_FIRST: primary.kill})) as url:
        _import(url, file, mode)
    primary.start()
    three_members.wait_until_healthy()
    assert _stored(three_members.uri) == _expected(mode)
