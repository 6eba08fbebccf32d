"""The bundled mongod. Most tests start a real mongod."""

import json
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymongo
import pytest

from service.local import replica_set
from service.local.data_dir import find_running, read_port, write_port
from service.local.mongod import BundledMongoDB, BundledMongoDBError, mongod_executable


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder. It is removed afterwards, because a database takes 300 MB."""
    folder = tmp_path / "data"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Running:
    """A mongod that runs, and its data folder."""

    data_dir: Path
    mongodb: BundledMongoDB

    @property
    def uri(self) -> str:
        return self.mongodb.uri


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Running]:
    """Return a mongod for tests that do not stop it."""
    folder = tmp_path_factory.mktemp("running") / "data"
    with BundledMongoDB(folder) as mongodb:
        yield _Running(folder, mongodb)
    shutil.rmtree(folder)


def _insert(uri: str, name: str) -> None:
    with pymongo.MongoClient[dict[str, Any]](uri, w="majority", journal=True) as client:
        client.shop.names.insert_one({"_id": name})


def _names(uri: str) -> list[str]:
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        return [document["_id"] for document in client.shop.names.find().sort("_id")]


def _port_of(uri: str) -> int:
    return int(uri.removeprefix("mongodb://127.0.0.1:").partition("/")[0])


def _fake_mongod(folder: Path, script: str) -> Path:
    """Write an executable `mongod` that runs the shell script."""
    path = folder / "mongod"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _start_fake(folder: Path, script: str, port: int = 0) -> str:
    """Start a mongod that runs the shell script. Return the message of the error."""
    mongodb = BundledMongoDB(folder / "data", port=port, executable=_fake_mongod(folder, script))
    with pytest.raises(BundledMongoDBError) as caught:
        mongodb.start()
    assert mongodb.pid is None
    return str(caught.value)


def test_mongod_is_a_writable_replica_set(mongodb_uri: str) -> None:
    """The server listens on loopback only, without compression."""
    assert mongodb_uri.startswith("mongodb://127.0.0.1:")
    with pymongo.MongoClient[dict[str, Any]](mongodb_uri) as client:
        hello = client.admin.command("hello")
        options = client.admin.command("getCmdLineOpts")["parsed"]["net"]
    assert (hello["isWritablePrimary"], hello["setName"]) == (True, replica_set.NAME)
    assert (options["bindIp"], options["compression"]) == ("127.0.0.1", {"compressors": "disabled"})


class _ClosingServer(socketserver.TCPServer):
    """Closes each connection at once. Without a response, MongoDB would wait for 30 s."""

    allow_reuse_address = True


@contextmanager
def _another_server(port: int) -> Iterator[None]:
    """Listen on the port."""
    with _ClosingServer(("127.0.0.1", port), socketserver.BaseRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def test_data_and_port_survive_a_restart_and_a_kill(data_dir: Path) -> None:
    """Acknowledged writes survive a clean stop, a change of the port and SIGKILL.

    ``exit_reason`` names the signal that killed mongod.

    A file in the data folder stores the port of the last start. A clean stop and SIGKILL keep the file.
    """
    mongodb = BundledMongoDB(data_dir)
    first_uri = mongodb.start()
    assert (data_dir / "mongod.port").read_text() == f"{_port_of(first_uri)}\n"
    _insert(first_uri, "clean")
    mongodb.stop()

    with _another_server(_port_of(first_uri)):
        second_uri = mongodb.start()
    assert second_uri != first_uri
    _insert(second_uri, "changed")
    mongodb.stop()

    assert mongodb.start() == second_uri
    _insert(second_uri, "killed")
    assert mongodb.exit_reason() is None
    assert mongodb.pid is not None
    os.kill(mongodb.pid, signal.SIGKILL)
    os.waitid(os.P_PID, mongodb.pid, os.WEXITED | os.WNOWAIT)
    assert "ended with signal 9" in str(mongodb.exit_reason())
    mongodb.stop()

    with BundledMongoDB(data_dir) as restarted:
        assert restarted.uri == second_uri
        assert _names(restarted.uri) == ["changed", "clean", "killed"]


@pytest.mark.parametrize(
    "content", ["", "x", "0", "1", "80", "65536", "9" * 5000, "-27017", "\u0661", "27017 1"]
)
def test_a_broken_port_file_is_replaced(data_dir: Path, content: str) -> None:
    """A crash or an editor can leave any content."""
    data_dir.mkdir()
    (data_dir / "mongod.port").write_text(content, encoding="utf-8")
    assert read_port(data_dir) is None
    assert find_running(data_dir) is None
    write_port(data_dir, 27017)
    assert read_port(data_dir) == 27017


def test_two_folders_with_the_same_port_get_a_mongod_each(running: _Running, data_dir: Path) -> None:
    """The second mongod uses another port and its own data."""
    data_dir.mkdir()
    write_port(data_dir, _port_of(running.uri))
    assert find_running(data_dir) is None
    with BundledMongoDB(data_dir) as other:
        assert other.uri != running.uri
        _insert(running.uri, "first")
        _insert(other.uri, "second")
        assert _names(other.uri) == ["second"]
        assert "second" not in _names(running.uri)
        assert (find_running(running.data_dir), find_running(data_dir)) == (running.uri, other.uri)
    assert (find_running(running.data_dir), find_running(data_dir)) == (running.uri, None)


def test_another_program_on_the_stored_port_is_ignored(tmp_path: Path) -> None:
    """The program accepts connections but sends no response."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        write_port(tmp_path, silent.getsockname()[1])
        assert find_running(tmp_path) is None


def test_a_given_port_is_used(data_dir: Path) -> None:
    """Not the stored one."""
    with socket.create_server(("127.0.0.1", 0)) as stored, socket.create_server(("127.0.0.1", 0)) as probe:
        data_dir.mkdir()
        write_port(data_dir, stored.getsockname()[1])
        port = probe.getsockname()[1]
    with BundledMongoDB(data_dir, port=port) as mongodb:
        assert f":{port}/" in mongodb.uri
        _insert(mongodb.uri, "once")


def test_a_second_run_with_the_same_data_folder_is_rejected(running: _Running) -> None:
    """The error says that the folder is in use. The first run continues."""
    with pytest.raises(BundledMongoDBError, match=r"is in use by another run: stop it") as caught:
        BundledMongoDB(running.data_dir, lock_timeout=0).start()
    _insert(running.uri, "still here")
    assert "\n" not in str(caught.value)


def test_without_a_mongod_for_the_platform_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names both alternatives in one line."""
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "fiftyone", raising=False)
    with pytest.raises(BundledMongoDBError) as caught:
        mongod_executable()
    assert str(caught.value) == (
        "There is no bundled mongod for this platform: set MONGODB_URI, "
        "or use Docker (README, In production)."
    )


def test_a_missing_libcurl_is_named(tmp_path: Path) -> None:
    """The error names the package to install instead of quoting the dynamic linker."""
    message = _start_fake(
        tmp_path,
        'echo "mongod: error while loading shared libraries: libcurl.so.4: cannot open" >&2; exit 127',
    )
    assert message == (
        "The bundled mongod needs libcurl.so.4: install it (apt-get install libcurl4); "
        "set MONGODB_URI, or use Docker (README, In production)."
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo bad option >&2; exit 2", "ended with code 2"),
        ("kill -ILL $$", "cannot run on this processor"),
        ("kill -ABRT $$", "ended with signal 6"),
    ],
)
def test_a_mongod_that_ends_at_once_is_explained(tmp_path: Path, script: str, expected: str) -> None:
    """The error says in one line how mongod ended, and what to do."""
    message = _start_fake(tmp_path, script)
    assert expected in message
    assert message.endswith("set MONGODB_URI, or use Docker (README, In production).")
    assert "\n" not in message


def _log_line(severity: str, number: int, text: str, **attributes: Any) -> str:
    line = {"s": severity, "c": "STORAGE", "id": number, "ctx": "x", "msg": text}
    return json.dumps({**line, "attr": attributes} if attributes else line)


_LISTENER = _log_line(
    "E", 20568, "Error setting up listener", error={"code": 9001, "errmsg": "Address in use"}
)
_TERMINATING = _log_line(
    "E", 20557, "DBException in initAndListen, terminating", error='Location28596: Permission denied: "x"'
)
_DISK_FULL = [
    _log_line(
        "E",
        22435,
        "WiredTiger error message",
        error=28,
        message={"msg": "x.wt: pwrite: failed", "error_str": "No space left on device"},
    ),
    _log_line("E", 22435, "WiredTiger error message", error=-31804, message={"msg": "WT_PANIC"}),
    _log_line("F", 23089, "Fatal assertion", msgid=50853, file="wiredtiger_util.cpp", line=712),
    _log_line("F", 23090, "\n\n***aborting after fassert() failure\n\n"),
    _log_line("F", 6384300, "Writing fatal message", message="Got signal: 6 (Aborted).\n"),
]
_INFO = _log_line("I", 20698, "***** SERVER RESTARTED *****")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([_INFO, _LISTENER, _INFO], "Error setting up listener (Address in use)"),
        (
            [_LISTENER, _TERMINATING, _INFO],
            'DBException in initAndListen, terminating (Location28596: Permission denied: "x")',
        ),
        ([_INFO, *_DISK_FULL], "WiredTiger error message (x.wt: pwrite: failed: No space left on device)"),
        (_DISK_FULL[-2:], "***aborting after fassert() failure"),
        (["{not JSON", "[]", '{"s": "E"', _TERMINATING[:40], _LISTENER], "listener (Address in use)"),
    ],
)
def test_the_last_error_of_the_log_is_quoted(tmp_path: Path, log: list[str], expected: str) -> None:
    """The quotation is one line with details. Lines about the abort itself are ignored if others exist."""
    (tmp_path / "lines").write_text("\n".join(log) + "\n")
    # The fourth argument is the path of the log.
    message = _start_fake(tmp_path, f'cp {tmp_path}/lines "$4"; exit 14')
    assert message.endswith(f"{expected}; set MONGODB_URI, or use Docker (README, In production).")
    assert "ended with code 14" in message
    assert "\n" not in message


def test_an_error_on_standard_output_is_quoted_too(tmp_path: Path) -> None:
    """Before mongod opens its log, it writes the same lines to standard output."""
    (tmp_path / "lines").write_text(_LISTENER + "\n" + _INFO + "\n")
    message = _start_fake(tmp_path, f"cat {tmp_path}/lines; exit 1")
    assert "ended with code 1 (log: " in message
    assert "): Error setting up listener (Address in use); set" in message


def test_data_that_is_in_use_or_broken_is_an_error(data_dir: Path) -> None:
    """An operator could start a mongod by hand in the same folder, without the lock file.

    For broken data, the error quotes the message of WiredTiger, not the messages of the crash that follows.
    """
    with BundledMongoDB(data_dir):
        (data_dir / "lock").unlink()
        with pytest.raises(BundledMongoDBError) as caught:
            BundledMongoDB(data_dir).start()
    assert "ended with code 100" in str(caught.value)
    assert "Another mongod instance is already running on the" in str(caught.value)
    (data_dir / "mongodb" / "WiredTiger.turtle").write_bytes(b"broken")
    with pytest.raises(BundledMongoDBError) as caught:
        BundledMongoDB(data_dir).start()
    assert "WiredTiger error message (" in str(caught.value)
    assert "turtle" in str(caught.value)
    assert len(str(caught.value)) < 700


def test_a_port_in_use_is_an_error(data_dir: Path) -> None:
    """The error names the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(BundledMongoDBError, match=rf"cannot listen on port {port}"):
            BundledMongoDB(data_dir, port=port).start()


def test_a_data_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    """In this test, the path belongs to a file."""
    (tmp_path / "data").write_text("")
    with pytest.raises(BundledMongoDBError, match=r"data cannot be used \(Not a directory\): set it"):
        BundledMongoDB(tmp_path / "data").start()


def test_slow_commands_are_not_logged(running: _Running) -> None:
    """No value of a command that takes 200 ms is in the log."""
    with pymongo.MongoClient[dict[str, Any]](running.uri) as client:
        client.shop.names.insert_one({"_id": "Jane"})
        slow = {"_id": "Jane", "$where": "sleep(200) || true"}
        assert len(list(client.shop.names.find(slow).comment("a-personal-value"))) == 1
        assert "a-personal-value" not in running.mongodb.log_path.read_text()


def test_mongod_ends_with_its_parent(data_dir: Path) -> None:
    """After the parent was killed, another process can use the folder."""
    program = (
        "import sys, time; from pathlib import Path; from service.local.mongod import BundledMongoDB\n"
        "mongodb = BundledMongoDB(Path(sys.argv[1])); mongodb.start(); print(mongodb.pid, flush=True)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, data_dir], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    with BundledMongoDB(data_dir):
        assert not Path("/proc", str(pid), "fd").exists() or _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] == "Z"
