"""`profile-lookup run` as a process: what it starts, and that nothing of it is left behind."""

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymongo
import pytest
import yaml
from click.testing import CliRunner

import service
from service.cli import main

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45
_POLL_SECONDS = 0.05

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(_POLL_SECONDS)


@dataclass(frozen=True)
class _Process:
    """A process as /proc shows it; its start time tells it from a later one with the same ID."""

    pid: int
    parent: int
    started: str
    name: str

    @classmethod
    def every_living(cls) -> list["_Process"]:
        return [process for path in Path("/proc").glob("[0-9]*") if (process := cls._read(path))]

    @classmethod
    def _read(cls, path: Path) -> "_Process | None":
        try:
            head, _, tail = (path / "stat").read_text().rpartition(")")
        except OSError:
            return None
        fields = tail.split()
        if fields[0] == "Z":
            return None
        return cls(int(path.name), int(fields[1]), fields[19], head.partition("(")[2])


def _descendants(pid: int) -> set[_Process]:
    """Return the process and all below it."""
    everyone = _Process.every_living()
    family = {process for process in everyone if process.pid == pid}
    while grown := {p for p in everyone if p.parent in {member.pid for member in family}} - family:
        family |= grown
    return family


def _is_gone(family: set[_Process]) -> bool:
    alive = {(process.pid, process.started) for process in _Process.every_living()}
    return not alive & {(process.pid, process.started) for process in family}


@dataclass
class _Run:
    """A running `profile-lookup run`, ready to serve."""

    process: subprocess.Popen[str]
    output: str
    family: set[_Process]

    @property
    def port(self) -> int:
        found = re.search(r"ready: http://127\.0\.0\.1:(\d+)$", self.output, re.MULTILINE)
        assert found is not None
        return int(found.group(1))

    def named(self, name: str) -> set[_Process]:
        return {process for process in self.family if process.name.startswith(name)}

    def wait_until_gone(self) -> int:
        """Wait for the end of it and of all that it started; return its exit code."""
        code = self.process.wait(_DEADLINE_SECONDS)
        _wait_for(lambda: _is_gone(self.family), "a process is left")
        return code


def _environment(data_dir: Path, **settings: str) -> dict[str, str]:
    ours = {"MONGODB_URI", "HOST", "AUTH", "MASTER_KEYS", "MASTER_KEYS_FILE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {
        **kept,
        "DATA_DIR": str(data_dir),
        "PORT": "0",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }


_COMMAND = [sys.executable, "-m", "service.cli", "run"]

_Start = Callable[..., _Run]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder that is removed afterwards, for a database takes 300 MB."""
    folder = tmp_path / "data"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(data_dir: Path) -> Iterator[_Start]:
    """Return a function that starts the command, or another one around it, and waits until it is ready."""
    with ExitStack() as stack:

        def start_it(command: list[str] = _COMMAND, **settings: str) -> _Run:
            process = stack.enter_context(
                subprocess.Popen(
                    command,
                    cwd=_CHECKOUT,
                    env=_environment(data_dir, **settings),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            output = ""
            while "Press Ctrl-C to stop." not in output:
                line = process.stdout.readline()
                assert line, output
                output += line
            return _Run(process, output, _descendants(process.pid))

        yield start_it


def _fail(data_dir: Path, **settings: str) -> str:
    """Run the command where it cannot work; return what it says."""
    done = subprocess.run(
        _COMMAND,
        cwd=_CHECKOUT,
        env=_environment(data_dir, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def _with_our_curl(command: str) -> str:
    """Return the command for a machine without curl."""
    ours = shlex.join([sys.executable, str(Path(__file__).parents[1] / "curl.py")])
    return ours + command.removeprefix("curl")


def test_it_serves_and_its_curl_line_works_as_printed(start: _Start) -> None:
    """What it prints when ready is true: the address answers, and the curl line creates a profile."""
    run = start()
    assert f"Documentation: http://127.0.0.1:{run.port}/docs\n" in run.output
    assert "for development only; set MONGODB_URI for production" in run.output
    assert (
        "Authentication is disabled (AUTH=off), so only requests from this machine are accepted. Set AUTH=on"
        in run.output
    )
    curl = re.search(r"curl .*$", run.output, re.MULTILINE)
    assert curl is not None
    command = curl.group() if shutil.which("curl") else _with_our_curl(curl.group())
    answer = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True)
    assert json.loads(answer.stdout)["first_name"] == "Jane"
    assert len(run.named("mongod")) == 1


def test_with_authentication_its_lines_make_a_key_and_use_it(
    start: _Start, mongodb_uri: str, database_name: str
) -> None:
    """Without the key the curl line gets a 401, with it a profile."""
    database = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}
    run = start(AUTH="on", PATH="/usr/bin:/bin", **database)
    curl, make = (
        re.search(rf"{word}.*$", run.output, re.MULTILINE) for word in ("curl ", r"(?<=MONGODB_URI: )")
    )
    assert curl is not None
    assert make is not None
    # The command is on no PATH, as after `make run`.
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(_CHECKOUT), "MONGODB_URI": mongodb_uri}
    made = subprocess.run(
        ["/bin/sh", "-c", make.group()], env=environment, capture_output=True, text=True, check=True
    )
    command = curl.group() if shutil.which("curl") else _with_our_curl(curl.group())
    answers = [
        json.loads(subprocess.run(["/bin/sh", "-c", asked], capture_output=True, check=True).stdout)
        for asked in (command, command.replace("KEY", made.stdout.strip()))
    ]
    assert answers[0]["code"] == "unauthenticated"
    assert answers[1]["first_name"] == "Jane"


def test_without_authentication_it_stays_on_loopback(data_dir: Path) -> None:
    """One line says why, whether AUTH=off was set or taken for granted."""
    for settings in ({}, {"AUTH": "off"}):
        message = _fail(data_dir, HOST="0.0.0.0", **settings)  # noqa: S104 - it is refused
        assert message == (
            "Error: AUTH=off serves on a loopback address only, and HOST is 0.0.0.0: "
            "set HOST=127.0.0.1, or AUTH=on.\n"
        )
    assert not data_dir.exists()


@pytest.mark.parametrize(
    ("arguments", "host"),
    [([], "0.0.0.0"), (["--bind", "0.0.0.0:0"], "127.0.0.1")],  # noqa: S104 - likewise
)
def test_gunicorn_by_itself_does_so_too(data_dir: Path, arguments: list[str], host: str) -> None:
    """Neither HOST nor --bind has it listen to others with AUTH=off."""
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "python:service.server.gunicorn_config", *arguments],
        cwd=_CHECKOUT,
        env=_environment(data_dir, AUTH="off", HOST=host, MONGODB_URI="mongodb://127.0.0.1:1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert done.returncode != 0
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("profile-lookup: "))
    assert line.startswith("profile-lookup: AUTH=off serves on a loopback address only")
    assert "Booting worker" not in done.stderr
    assert "Traceback" not in done.stderr


def test_other_commands_reach_its_mongodb(start: _Start) -> None:
    """The URI that it prints is what they need."""
    run = start()
    uri = re.search(r"^MongoDB: (mongodb://\S+)$", run.output, re.MULTILINE)
    assert uri is not None
    done = subprocess.run(
        [*_COMMAND[:-1], "reindex"],
        capture_output=True,
        text=True,
        env={**os.environ, "MONGODB_URI": uri.group(1)},
        cwd=_CHECKOUT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "Profiles brought up to date: 0, still stale: 0.\n",
        "",
    )


def _other_command(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run another command with DATA_DIR and without MONGODB_URI."""
    return subprocess.run(
        [*_COMMAND[:-1], *arguments],
        capture_output=True,
        text=True,
        env=_environment(data_dir),
        cwd=_CHECKOUT,
        check=False,
    )


def _send(run: _Run, method: str, path: str, body: dict[str, Any], key: str = "") -> int:
    """Return the status of a request."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=10)
    connection.request(method, path, json.dumps(body), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_other_commands_find_its_mongodb_and_its_master_keys(start: _Start, data_dir: Path) -> None:
    """By DATA_DIR alone: a stale profile with a sealed value is brought up to date."""
    run = start()
    key = {"label": "SSN", "type": "digits", "sensitive": True}
    assert _send(run, "PUT", "/v1/search-keys/ssn", key) == 201
    jane = {"first_name": "Jane", "keys": {"ssn": ["078-05-1120"]}}
    assert _send(run, "POST", "/v1/profiles", jane) == 201
    uri = re.search(r"^MongoDB: (mongodb://\S+)$", run.output, re.MULTILINE)
    assert uri is not None
    with pymongo.MongoClient[dict[str, Any]](uri.group(1)) as client:
        client["profile_lookup"]["profiles"].update_many({}, {"$unset": {"rules": ""}})
    done = _other_command(data_dir, "reindex")
    assert (done.returncode, done.stdout) == (0, "Profiles brought up to date: 1, still stale: 0.\n")
    assert _other_command(data_dir, "indexes", "--check").returncode == 0
    run.process.terminate()
    assert run.wait_until_gone() == 0
    assert "no bundled MongoDB runs in DATA_DIR" in _other_command(data_dir, "api-keys", "list").stderr


def test_with_authentication_its_lines_make_keys_for_the_bundled_mongodb(start: _Start) -> None:
    """As printed, without MONGODB_URI: agents cannot define search keys, an administrator can."""
    run = start(AUTH="on")
    lines = re.findall(r"^Create an API key for (.*?): (.*)$", run.output, re.MULTILINE)
    assert [user for user, _ in lines] == ["an agent's frontend", "an administrator"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_CHECKOUT)}
    agent, admin = (
        subprocess.run(
            ["/bin/sh", "-c", line], env=environment, cwd="/", capture_output=True, text=True, check=True
        ).stdout.strip()
        for _, line in lines
    )
    key = {"label": "Tax number", "type": "digits"}
    asked = [("PUT", "/v1/search-keys/tax_number", key), ("POST", "/v1/profiles", {"first_name": "Jane"})]
    statuses = {
        who: [_send(run, *request, key=given) for request in asked]
        for who, given in (("agent", agent), ("admin", admin))
    }
    assert statuses == {"agent": [403, 201], "admin": [201, 403]}


# Under nohup, which the tests may run under too, a hang-up is to be ignored.
_HANG_UP = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM, *_HANG_UP])
def test_a_signal_ends_all_of_it(start: _Start, stop_signal: signal.Signals) -> None:
    """Sent to the whole process group, as a terminal does, it ends with 0 and leaves nothing."""
    run = start()
    os.killpg(run.process.pid, stop_signal)
    assert run.wait_until_gone() == 0
    assert run.process.stdout is not None
    assert run.process.stdout.read() == ""


def test_sigkill_leaves_nothing_behind(start: _Start, data_dir: Path) -> None:
    """Gunicorn, its workers and mongod end although nobody could tell them to."""
    run = start()
    assert len(run.family) >= 5
    run.process.kill()
    assert run.wait_until_gone() == -signal.SIGKILL
    assert (data_dir / "mongodb").is_dir()


def test_it_follows_the_parent_it_was_given(start: _Start) -> None:
    """When make is killed, the run that it started ends."""
    run = start(["/bin/sh", "-c", f"{' '.join(_COMMAND)} --parent-pid $$; exit 0"])
    run.process.kill()
    assert run.wait_until_gone() == -signal.SIGKILL


def test_workers_that_do_not_end_are_ended_with_gunicorn(start: _Start) -> None:
    """Nothing is left to hold the port when the time to stop in is over."""
    hurried = (
        "from dataclasses import replace; from service.config import Settings; "
        "from service.local.supervisor import run; "
        "settings = replace(Settings.from_environment(), auth=False); "
        "run(settings, parent_pid=None, report=print, stop_timeout=1)"
    )
    run = start([sys.executable, "-c", hurried])
    stuck = {each for each in run.family - run.named("mongod") if each.pid != run.process.pid}
    # They neither end nor see that gunicorn has.
    for each in stuck:
        os.kill(each.pid, signal.SIGSTOP)
    run.process.terminate()
    try:
        assert run.wait_until_gone() == 0
    finally:
        for each in stuck:
            if not _is_gone({each}):
                os.kill(each.pid, signal.SIGKILL)


def test_a_request_in_flight_is_answered(start: _Start) -> None:
    """A body of which the second half is sent after SIGTERM is still read and stored."""
    run = start()
    body = b'{"first_name": "Jane"}'
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=10)
    # On a connection that gunicorn has accepted for certain.
    connection.request("GET", "/livez")
    connection.getresponse().read()
    connection.putrequest("POST", "/v1/profiles")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:5])
    run.process.terminate()
    # The idle worker goes first, so by then gunicorn is stopping.
    _wait_for(lambda: len(_descendants(run.process.pid)) < len(run.family), "no worker has ended")
    connection.send(body[5:])
    assert connection.getresponse().status == 201
    connection.close()
    assert run.wait_until_gone() == 0


def test_a_master_is_made_beside_the_data(start: _Start, data_dir: Path) -> None:
    """Sensitive keys work from the first start on, and what it says of the file is true."""
    run = start()
    path = data_dir / "master-keys"
    assert f"MASTER_KEYS_FILE={path}\n" in run.output
    assert path.stat().st_mode & 0o777 == 0o600
    key = {"label": "SSN", "type": "digits", "unique": True, "sensitive": True}
    assert _answered(run, "PUT", "/v1/search-keys/ssn", key)[0] == 201
    profile = {"first_name": "Jane", "keys": {"ssn": ["078-05-1120"]}}
    profile_id = _answered(run, "POST", "/v1/profiles", profile)[1]["profile_id"]
    revealed = _answered(run, "POST", f"/v1/profiles/{profile_id}/reveal", {"key": "ssn"})
    assert revealed == (200, {"key": "ssn", "values": ["078-05-1120"]})


def _answered(run: _Run, method: str, path: str, body: object) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=10)
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answered = answer.status, json.loads(answer.read())
    connection.close()
    return answered


def test_no_mongod_is_started_beside_a_given_one(
    start: _Start, mongodb_uri: str, database_name: str, data_dir: Path
) -> None:
    """With MONGODB_URI set it is the only database there is, and DATA_DIR is not touched."""
    run = start(MONGODB_URI=mongodb_uri, MONGODB_DATABASE=database_name)
    assert run.named("mongod") == set()
    assert "development" not in run.output
    assert not data_dir.exists()


@pytest.mark.parametrize(
    ("victim", "reason"),
    [("mongod", "mongod ended with signal 9"), ("gunicorn", "gunicorn ended with code -9")],
)
def test_it_ends_when_one_of_its_children_does(start: _Start, victim: str, reason: str) -> None:
    """A child that dies takes the rest along, with an exit code and a line that says which."""
    run = start()
    (mongod,) = run.named("mongod")
    (gunicorn,) = (each for each in run.family - {mongod} if each.parent == run.process.pid)
    os.kill({"mongod": mongod, "gunicorn": gunicorn}[victim].pid, signal.SIGKILL)
    assert run.wait_until_gone() == 1
    assert run.process.stdout is not None
    assert reason in run.process.stdout.read()


def test_without_its_mongodb_it_says_why_it_is_not_ready(data_dir: Path) -> None:
    """And whose MongoDB it is, without the URI: it may hold a password, and may be set unawares."""
    with subprocess.Popen(
        _COMMAND,
        cwd=_CHECKOUT,
        env=_environment(data_dir, MONGODB_URI="mongodb://ada:secret@127.0.0.1:1/"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while "workers do not answer yet" in (line := process.stdout.readline()):
            pass
        process.terminate()
        lines += [line, process.stdout.read()]
    assert lines[0] == (
        "Uses the MongoDB of MONGODB_URI, not the bundled one; unset MONGODB_URI to have the bundled one.\n"
    )
    assert lines[1].startswith(
        "Not ready yet: mongodb: connection refused: no server listens at MONGODB_URI. http://127.0.0.1:"
    )
    assert lines[2] == ""
    assert process.returncode == 0


def test_a_second_run_on_the_same_data_is_refused(start: _Start, data_dir: Path) -> None:
    """It says in one line whose data that is."""
    start()
    message = _fail(data_dir)
    assert (
        message == f"Error: DATA_DIR {data_dir} is in use by another run: stop it, or set another DATA_DIR.\n"
    )


def test_a_port_in_use_is_one_line(data_dir: Path) -> None:
    """It is known before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = _fail(data_dir, PORT=str(port))
    assert message == (
        f"Error: Cannot listen on 127.0.0.1 port {port} (Address already in use): "
        "set PORT or HOST to something else.\n"
    )
    assert not data_dir.exists()


def test_a_bad_setting_is_one_line(data_dir: Path) -> None:
    """The variable is named."""
    message = _fail(data_dir, WORKERS="many")
    assert "WORKERS" in message
    assert message.count("\n") == 1


def test_a_uri_that_no_worker_could_use_is_one_line(data_dir: Path) -> None:
    """It is known before gunicorn is started, THREADS taken into account."""
    message = _fail(data_dir, MONGODB_URI="mongodb://user:secret@127.0.0.1:1/?minPoolSize=9", THREADS="6")
    assert message.startswith("Error: MONGODB_URI is no connection string")
    assert "minPoolSize is at most THREADS + 2" in message
    assert message.count("\n") == 1


def test_a_bad_master_is_one_line(data_dir: Path) -> None:
    """It is known before anything is started, and what was set is not repeated."""
    message = _fail(data_dir, MASTER_KEYS="one:secret")
    assert message.startswith("Error: MASTER_KEYS: master key 1 is not 32 bytes in base64; ")
    assert (message.count("\n"), "secret" in message, data_dir.exists()) == (1, False, False)


def test_the_openapi_document_is_written(tmp_path: Path) -> None:
    """To the file that is named, or to the standard output."""
    runner = CliRunner()
    file = tmp_path / "openapi.yaml"
    assert runner.invoke(main, ["openapi", "--output", str(file)]).exit_code == 0
    assert yaml.safe_load(file.read_text())["openapi"].startswith("3.1")
    assert runner.invoke(main, ["openapi", "--output", "-"]).output == file.read_text()


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["run"],
        ["openapi"],
        ["reindex"],
        ["api-keys"],
        *(["api-keys", verb] for verb in ("create", "list", "rotate", "revoke")),
    ],
)
def test_help_is_there(command: list[str]) -> None:
    """Every command explains itself."""
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
