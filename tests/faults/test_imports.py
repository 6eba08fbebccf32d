"""An import during which the command, a worker, the service or the primary is killed.

The stored profiles are those of an undisturbed import.
"""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.read_concern import ReadConcern

from tests.faults.client import Client, Request
from tests.faults.conftest import Serve
from tests.faults.replica_set import ReplicaSet, wait_for
from tests.faults.serving import READY_SECONDS, Service, open_listener

_ROWS = 3000
_FIRST_BATCHES = 3
"""Batches that are complete before the event."""
_SUFFIX = ".import-state"

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


def _start(port: int, file: Path, mode: Mode) -> "subprocess.Popen[str]":
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "service.cli", "import", str(file), "--url", url, *mode]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: "subprocess.Popen[str]") -> None:
    output, errors = process.communicate(timeout=READY_SECONDS * 3)
    assert process.returncode == 0, errors
    assert "rejected 0." in output, output + errors


def _define_key(service: Service) -> None:
    definition = {"label": "Number", "type": "identifier", "unique": True}
    client = Client(service.port, keep_alive=False)
    assert client.ask(Request("PUT", "/v1/search-keys/number", definition)).status == 201


def _wait_for_batches(file: Path, process: "subprocess.Popen[str]", batches: int = _FIRST_BATCHES) -> None:
    state = file.with_name(file.name + _SUFFIX)

    def are_complete() -> bool | None:
        assert process.poll() is None, process.communicate()
        return (state.exists() and json.loads(state.read_text())["batches"] >= batches) or None

    wait_for(are_complete, "the first batches", READY_SECONDS)


def _stored(uri: str, database: str) -> list[tuple[str, str, int]]:
    """Return what a majority has stored: the number, the name and the version of each profile."""
    options: Any = {"read_concern": ReadConcern("majority")}
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        found = client[database]["profiles"].with_options(**options).find()
        stored = sorted((each["account_number"], each["first_name"], each["version"]) for each in found)
        client.drop_database(database)
    return stored


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
    one_member: ReplicaSet, serve: Serve, new_name: str, file: Path, mode: Mode
) -> None:
    """It is killed twice. The state of the import is removed in the end."""
    service = serve(one_member.uri, new_name)
    _define_key(service)
    for round_ in (1, 2):
        process = _start(service.port, file, mode)
        _wait_for_batches(file, process, _FIRST_BATCHES * round_)
        process.kill()
        process.communicate()
    _finish(_start(service.port, file, mode))
    assert _stored(one_member.uri, new_name) == _expected(mode)
    assert [each.name for each in file.parent.glob("customers.csv*")] == [file.name]


def test_an_interrupted_command_says_how_to_continue(
    one_member: ReplicaSet, serve: Serve, new_name: str, file: Path
) -> None:
    """Ctrl-C ends it at once, without a traceback."""
    service = serve(one_member.uri, new_name)
    process = _start(service.port, file, _CREATE)
    _wait_for_batches(file, process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=READY_SECONDS)
    assert process.returncode == 130
    assert errors.splitlines()[-1].startswith("Error: Interrupted. Repeat the command to continue")
    assert "Traceback" not in errors
    _finish(_start(service.port, file, _CREATE))
    assert _stored(one_member.uri, new_name) == _expected(_CREATE)


@_MODES
def test_killed_workers_lose_and_repeat_nothing(
    one_member: ReplicaSet, serve: Serve, new_name: str, file: Path, mode: Mode
) -> None:
    """The command repeats the requests of the killed workers."""
    service = serve(one_member.uri, new_name)
    _define_key(service)
    process = _start(service.port, file, mode)
    for batches in (_FIRST_BATCHES, _FIRST_BATCHES * 3):
        _wait_for_batches(file, process, batches)
        for worker in service.workers():
            os.kill(worker, signal.SIGKILL)
    _finish(process)
    assert _stored(one_member.uri, new_name) == _expected(mode)


def test_a_restarted_service_loses_and_repeats_nothing(
    one_member: ReplicaSet, new_name: str, file: Path, tmp_path: Path
) -> None:
    """The command waits for it."""
    settings = {"MONGODB_URI": one_member.uri, "MONGODB_DATABASE": new_name}
    with open_listener() as listener:
        service = Service(listener, tmp_path / "log-1", settings)
        service.wait_until("/readyz")
        process = _start(service.port, file, _CREATE)
        _wait_for_batches(file, process)
        service.signal(signal.SIGKILL)
        service.stop()
        service = Service(listener, tmp_path / "log-2", settings)
    try:
        _finish(process)
    finally:
        service.stop()
    assert _stored(one_member.uri, new_name) == _expected(_CREATE)


@_MODES
def test_a_killed_primary_loses_and_repeats_nothing(
    three_members: ReplicaSet, serve: Serve, new_name: str, file: Path, mode: Mode
) -> None:
    """The command waits for another primary."""
    service = serve(three_members.uri, new_name)
    _define_key(service)
    process = _start(service.port, file, mode)
    _wait_for_batches(file, process)
    primary = three_members.primary()
    primary.kill()
    _finish(process)
    primary.start()
    three_members.wait_until_healthy()
    assert _stored(three_members.uri, new_name) == _expected(mode)
