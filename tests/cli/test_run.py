"""`profile-lookup run` as a process: its output, its child processes, and its end."""

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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from click.testing import CliRunner, Result

import service
from service.cli import main
from tests.measuring import unmeasured

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 90
_POLL_SECONDS = 0.05

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")


def _wait_for(condition: Callable[[], bool], problem: str) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"timed out: {problem}"
        time.sleep(_POLL_SECONDS)


@dataclass(frozen=True)
class _Process:
    """A process in /proc. Its start time distinguishes it from a later process with the same ID."""

    pid: int
    parent: int
    started: str
    name: str

    @classmethod
    def all_running(cls) -> list["_Process"]:
        return [process for path in Path("/proc").glob("[0-9]*") if (process := cls.read(path))]

    @classmethod
    def read(cls, path: Path) -> "_Process | None":
        try:
            head, _, tail = (path / "stat").read_text().rpartition(")")
        except OSError:
            return None
        fields = tail.split()
        if fields[0] == "Z":
            return None
        return cls(int(path.name), int(fields[1]), fields[19], head.partition("(")[2])


def _process_tree(pid: int) -> set[_Process]:
    """Return the process and all its descendants."""
    running = _Process.all_running()
    tree = {process for process in running if process.pid == pid}
    while children := {p for p in running if p.parent in {process.pid for process in tree}} - tree:
        tree |= children
    return tree


def _have_ended(processes: set[_Process]) -> bool:
    return not any(_is_running(process) for process in processes)


def _is_running(process: _Process) -> bool:
    now = _Process.read(Path("/proc", str(process.pid)))
    return now is not None and now.started == process.started


@dataclass
class _Run:
    """A process of `profile-lookup run` that is ready."""

    data_dir: Path
    process: subprocess.Popen[str]
    output: str
    tree: set[_Process]

    @property
    def port(self) -> int:
        match = re.search(r"ready: http://127\.0\.0\.1:(\d+)$", self.output, re.MULTILINE)
        assert match is not None
        return int(match.group(1))

    @property
    def mongodb_uri(self) -> str:
        match = re.search(r"^MongoDB: (mongodb://\S+)$", self.output, re.MULTILINE)
        assert match is not None
        return match.group(1)

    def processes_named(self, name: str) -> set[_Process]:
        return {process for process in self.tree if process.name.startswith(name)}

    def wait_until_ended(self) -> int:
        """Wait until the command and all its descendants have ended. Return its exit code."""
        code = self.process.wait(_DEADLINE_SECONDS)
        _wait_for(lambda: _have_ended(self.tree), "a process has not ended")
        return code


_REMOVED_SETTINGS = {"MONGODB_URI", "HOST", "AUTH", "MASTER_KEYS", "MASTER_KEYS_FILE"}


def _environment(data_dir: Path, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _REMOVED_SETTINGS}
    return {**inherited, "PYTHONUNBUFFERED": "1", **_settings(data_dir, **settings)}


def _settings(data_dir: Path, **settings: str) -> dict[str, str]:
    # One worker starts faster than two.
    return {"DATA_DIR": str(data_dir), "PORT": "0", "WORKERS": "1", **settings}


_COMMAND = [sys.executable, "-m", "service.cli", "run"]

_Start = Callable[..., _Run]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder. It is removed afterwards, because a database takes 300 MB."""
    folder = tmp_path / "data"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _starting(data_dir: Path) -> Iterator[_Start]:
    """Yield a function that starts the command, or a wrapper of it, and waits until it is ready."""
    with ExitStack() as stack:

        def start_command(command: list[str] = _COMMAND, **settings: str) -> _Run:
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
            return _Run(data_dir, process, output, _process_tree(process.pid))

        yield start_command


@pytest.fixture
def start(data_dir: Path) -> Iterator[_Start]:
    """Return a function that starts the command in an empty data folder."""
    with _starting(data_dir) as start_command:
        yield start_command


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Run]:
    """Return a run with the bundled MongoDB. Only the last test of this module that uses it stops it."""
    folder = tmp_path_factory.mktemp("shared")
    with _starting(folder) as start_command:
        yield start_command()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def secured_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Run]:
    """Return a run with the bundled MongoDB and authentication. Only the last test that uses it stops it."""
    folder = tmp_path_factory.mktemp("secured")
    with _starting(folder) as start_command:
        yield start_command(AUTH="on")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def uri_settings(
    mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> Iterator[dict[str, str]]:
    """Return the settings for a database of a MongoDB that runs already. A run starts faster with it."""
    name = f"test_{uuid4().hex}"
    yield {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}
    mongodb_client.drop_database(name)


@pytest.fixture(scope="module")
def run_with_uri(uri_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Run]:
    """Return a run with MONGODB_URI and authentication. Only the last test that uses it stops it."""
    with _starting(tmp_path_factory.mktemp("run") / "data") as start_command:
        yield start_command(**uri_settings, AUTH="on", PATH="/usr/bin:/bin")


def _start_error(data_dir: Path, **settings: str) -> str:
    """Run the command with settings that it rejects before it starts anything. Return its standard error."""
    environment = {**dict.fromkeys(_REMOVED_SETTINGS), **_settings(data_dir, **settings)}
    result = CliRunner().invoke(main, ["run"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr


def _start_error_of_process(data_dir: Path, **settings: str) -> str:
    """Run the command as a process that fails. Return its standard error."""
    result = subprocess.run(
        _COMMAND,
        cwd=_CHECKOUT,
        env=_environment(data_dir, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def _with_curl_replacement(command: str) -> str:
    """Return the command with a replacement for curl, for machines without curl."""
    replacement = shlex.join([sys.executable, str(Path(__file__).parents[1] / "curl.py")])
    return replacement + command.removeprefix("curl")


def test_the_printed_curl_command_works(shared_run: _Run) -> None:
    """The curl command creates a profile in the bundled MongoDB."""
    run = shared_run
    assert f"Documentation: http://127.0.0.1:{run.port}/docs\n" in run.output
    assert f"The agent panel with a simulated phone: http://127.0.0.1:{run.port}/panel\n" in run.output
    assert f"For AWS SDKs: AWS_ENDPOINT_URL_CUSTOMER_PROFILES=http://127.0.0.1:{run.port}\n" in run.output
    assert "for development only; set MONGODB_URI for production" in run.output
    assert (
        "Authentication is disabled (AUTH=off), so only requests from this machine are accepted. Set AUTH=on"
        in run.output
    )
    curl = re.search(r"curl .*$", run.output, re.MULTILINE)
    assert curl is not None
    command = curl.group() if shutil.which("curl") else _with_curl_replacement(curl.group())
    response = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True)
    assert json.loads(response.stdout)["first_name"] == "Jane"
    assert len(run.processes_named("mongod")) == 1


def test_with_authentication_the_printed_commands_create_and_use_an_api_key(
    run_with_uri: _Run, mongodb_uri: str
) -> None:
    """Without the key, the curl command gets a 401. With the key, it creates a profile."""
    output = run_with_uri.output
    curl, create_key = (
        re.search(rf"{word}.*$", output, re.MULTILINE) for word in ("curl ", r"(?<=MONGODB_URI: )")
    )
    assert curl is not None
    assert create_key is not None
    # The command is not in the PATH, as after `make run`.
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(_CHECKOUT), "MONGODB_URI": mongodb_uri}
    result = subprocess.run(
        ["/bin/sh", "-c", create_key.group()], env=environment, capture_output=True, text=True, check=True
    )
    command = curl.group() if shutil.which("curl") else _with_curl_replacement(curl.group())
    responses = [
        json.loads(subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True).stdout)
        for line in (command, command.replace("KEY", result.stdout.strip()))
    ]
    assert responses[0]["code"] == "unauthenticated"
    assert responses[1]["first_name"] == "Jane"


def test_without_authentication_only_a_loopback_address_is_accepted(data_dir: Path) -> None:
    """The error is the same with ``AUTH=off`` and without ``AUTH``."""
    for settings in ({}, {"AUTH": "off"}):
        message = _start_error(data_dir, HOST="0.0.0.0", **settings)  # noqa: S104 - it is rejected
        assert message == (
            "Error: AUTH=off serves on a loopback address only, and HOST is 0.0.0.0: "
            "set HOST=127.0.0.1, or AUTH=on.\n"
        )
    assert not data_dir.exists()


@pytest.mark.parametrize(
    ("arguments", "host"),
    [([], "0.0.0.0"), (["--bind", "0.0.0.0:0"], "127.0.0.1")],  # noqa: S104 - they are rejected
)
def test_gunicorn_rejects_other_addresses_than_loopback(
    data_dir: Path, arguments: list[str], host: str
) -> None:
    """Gunicorn is started without `profile-lookup run`. The address is in HOST or in --bind."""
    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "python:service.server.gunicorn_config", *arguments],
        cwd=_CHECKOUT,
        env=_environment(data_dir, AUTH="off", HOST=host, MONGODB_URI="mongodb://127.0.0.1:1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert result.returncode != 0
    (line,) = (line for line in result.stderr.splitlines() if line.startswith("profile-lookup: "))
    assert line.startswith("profile-lookup: AUTH=off serves on a loopback address only")
    assert "Booting worker" not in result.stderr
    assert "Traceback" not in result.stderr


def test_other_commands_can_use_the_printed_mongodb_uri(shared_run: _Run) -> None:
    """The test runs ``reindex`` with this URI."""
    result = CliRunner().invoke(main, ["reindex"], env={"MONGODB_URI": shared_run.mongodb_uri})
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "Profiles brought up to date: 0, still stale: 0.\n",
        "",
    )


def _other_command(data_dir: Path, *arguments: str) -> Result:
    """Run another command with DATA_DIR and without MONGODB_URI."""
    environment = {**dict.fromkeys(_REMOVED_SETTINGS), **_settings(data_dir)}
    return CliRunner().invoke(main, arguments, env=environment)


def _request(run: _Run, method: str, path: str, body: object, key: str = "") -> tuple[int, dict[str, Any]]:
    """Send a request, with an API key if one is given. Return the status and the body of the response."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=_DEADLINE_SECONDS)
    connection.request(method, path, json.dumps(body), headers)
    response = connection.getresponse()
    result = response.status, json.loads(response.read())
    connection.close()
    return result


def test_other_commands_find_mongodb_and_the_master_keys(shared_run: _Run) -> None:
    """DATA_DIR is enough: ``reindex`` brings a stale profile with a sealed value up to date."""
    key = {"label": "SSN", "type": "digits", "sensitive": True}
    assert _request(shared_run, "PUT", "/v1/search-keys/ssn", key)[0] == 201
    jane = {"first_name": "Jane", "keys": {"ssn": ["078-05-1120"]}}
    status, profile = _request(shared_run, "POST", "/v1/profiles", jane)
    assert status == 201
    with pymongo.MongoClient[dict[str, Any]](shared_run.mongodb_uri) as client:
        stale = client["profile_lookup"]["profiles"].update_one(
            {"_id": profile["profile_id"]}, {"$unset": {"rules": ""}}
        )
    assert stale.modified_count == 1
    result = _other_command(shared_run.data_dir, "reindex")
    assert (result.exit_code, result.stdout) == (0, "Profiles brought up to date: 1, still stale: 0.\n")
    assert _other_command(shared_run.data_dir, "indexes", "--check").exit_code == 0


def test_the_printed_commands_create_api_keys_in_the_bundled_mongodb(secured_run: _Run) -> None:
    """MONGODB_URI is not needed. Each key can do what the other cannot. They are documented."""
    run = secured_run
    lines = re.findall(r"^Create an API key for (.*?): (.*)$", run.output, re.MULTILINE)
    assert [user for user, _ in lines] == ["the server of the agents' frontend", "an administrator"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_CHECKOUT)}
    agent, admin = (
        subprocess.run(
            ["/bin/sh", "-c", line], env=environment, cwd="/", capture_output=True, text=True, check=True
        ).stdout.strip()
        for _, line in lines
    )
    key = {"label": "Tax number", "type": "digits"}
    requests = [
        ("PUT", "/v1/search-keys/tax_number", key),
        ("POST", "/v1/profiles", {"first_name": "Jane"}),
        ("POST", "/v1/agent-tokens", {"agent_id": "agent-7"}),
        ("POST", f"/v1/profiles/{'e' * 32}/merge", {"profile_ids": ["f" * 32]}),
    ]
    statuses = {
        user: [_request(run, *request, key=api_key)[0] for request in requests]
        for user, api_key in (("agent", agent), ("admin", admin))
    }
    assert statuses == {"agent": [403, 201, 201, 403], "admin": [201, 403, 403, 404]}
    pages = [(_CHECKOUT / name).read_text() for name in ("README.md", "docs/authentication.md")]
    for _, line in lines:
        command = line.partition(" api-keys ")[2]
        assert all(f".venv/bin/profile-lookup api-keys {command}\n" in page for page in pages)


def test_after_sigkill_no_process_is_left(secured_run: _Run) -> None:
    """Gunicorn, its worker and mongod end although the command cannot stop them."""
    run = secured_run
    assert len(run.tree) >= 4
    run.process.kill()
    assert run.wait_until_ended() == -signal.SIGKILL
    assert (run.data_dir / "mongodb").is_dir()


def test_the_command_ends_when_the_process_of_parent_pid_ends(
    start: _Start, uri_settings: dict[str, str]
) -> None:
    """When make is killed, the run that it started with ``--parent-pid`` ends too."""
    run = start(["/bin/sh", "-c", f"{' '.join(_COMMAND)} --parent-pid $$; exit 0"], **uri_settings)
    run.process.kill()
    assert run.wait_until_ended() == -signal.SIGKILL


def test_workers_that_do_not_stop_in_time_are_killed(start: _Start, uri_settings: dict[str, str]) -> None:
    """Workers that continue would keep the port in use."""
    program = (
        "from dataclasses import replace; from service.config import Settings; "
        "from service.local.supervisor import run; "
        "settings = replace(Settings.from_environment(), auth=False); "
        "run(settings, parent_pid=None, report=print, stop_timeout=1)"
    )
    run = start([sys.executable, "-c", program], **uri_settings)
    suspended = {process for process in run.tree if process.pid != run.process.pid}
    # A suspended process does not end and does not notice the end of gunicorn.
    for process in suspended:
        os.kill(process.pid, signal.SIGSTOP)
    run.process.terminate()
    try:
        assert run.wait_until_ended() == 0
    finally:
        for process in suspended:
            if not _have_ended({process}):
                os.kill(process.pid, signal.SIGKILL)


def test_a_request_in_progress_is_completed(start: _Start) -> None:
    """The client sends the second part of the body after SIGTERM, and the profile is created."""
    run = start(WORKERS="2")
    body = b'{"first_name": "Jane"}'
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=_DEADLINE_SECONDS)
    # The response to this request shows that gunicorn has accepted the connection.
    connection.request("GET", "/livez")
    connection.getresponse().read()
    connection.putrequest("POST", "/v1/profiles")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:5])
    run.process.terminate()
    # The idle worker ends first. Its end shows that gunicorn is stopping.
    _wait_for(lambda: len(_process_tree(run.process.pid)) < len(run.tree), "no worker has ended")
    connection.send(body[5:])
    assert connection.getresponse().status == 201
    connection.close()
    assert run.wait_until_ended() == 0
    assert run.process.stdout is not None
    assert [json.loads(line)["event"] for line in run.process.stdout] == ["request"]
    assert "no bundled MongoDB runs in DATA_DIR" in _other_command(run.data_dir, "api-keys", "list").stderr


def test_a_master_key_is_generated_in_the_data_folder(shared_run: _Run) -> None:
    """Sensitive keys work from the first start. The output names the file of the master key."""
    run = shared_run
    path = run.data_dir / "master-keys"
    assert f"MASTER_KEYS_FILE={path}\n" in run.output
    assert path.stat().st_mode & 0o777 == 0o600
    key = {"label": "Passport", "type": "digits", "unique": True, "sensitive": True}
    assert _request(run, "PUT", "/v1/search-keys/passport", key)[0] == 201
    profile = {"first_name": "Jane", "keys": {"passport": ["078-05-1120"]}}
    profile_id = _request(run, "POST", "/v1/profiles", profile)[1]["profile_id"]
    revealed = _request(run, "POST", f"/v1/profiles/{profile_id}/reveal", {"key": "passport"})
    assert revealed == (200, {"key": "passport", "values": ["078-05-1120"]})


def test_with_mongodb_uri_no_mongod_is_started(run_with_uri: _Run) -> None:
    """DATA_DIR is not created."""
    assert run_with_uri.processes_named("mongod") == set()
    assert "development" not in run_with_uri.output
    assert not run_with_uri.data_dir.exists()


@pytest.mark.parametrize(
    ("victim", "reason"),
    [("mongod", "mongod ended with signal 9"), ("gunicorn", "gunicorn ended with code -9")],
)
def test_the_command_ends_when_a_child_process_ends(start: _Start, victim: str, reason: str) -> None:
    """All other processes end too. The exit code is 1, and the output names the child."""
    run = start()
    (mongod,) = run.processes_named("mongod")
    (gunicorn,) = (child for child in run.tree - {mongod} if child.parent == run.process.pid)
    os.kill({"mongod": mongod, "gunicorn": gunicorn}[victim].pid, signal.SIGKILL)
    assert run.wait_until_ended() == 1
    assert run.process.stdout is not None
    assert reason in run.process.stdout.read()


def test_without_mongodb_the_output_says_why_the_service_is_not_ready(data_dir: Path) -> None:
    """The variable is named, as it may be set by mistake. Its value may contain a password and is omitted."""
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


def test_a_second_run_with_the_same_data_folder_is_rejected(shared_run: _Run) -> None:
    """The error names the folder in one line."""
    folder = shared_run.data_dir
    message = _start_error_of_process(folder)
    assert (
        message == f"Error: DATA_DIR {folder} is in use by another run: stop it, or set another DATA_DIR.\n"
    )


def _assert_signal_ends(run: _Run, stop_signal: signal.Signals) -> None:
    """Send the signal to the whole process group, as from a terminal. Assert that all processes end."""
    os.killpg(run.process.pid, stop_signal)
    assert run.wait_until_ended() == 0
    assert run.process.stdout is not None
    assert {json.loads(line)["event"] for line in run.process.stdout} <= {"request", "unauthenticated"}


def test_sigint_ends_all_processes(shared_run: _Run) -> None:
    """The exit code is 0. ``test_a_request_in_progress_is_completed`` sends SIGTERM."""
    _assert_signal_ends(shared_run, signal.SIGINT)


# Under nohup, the command ignores SIGHUP. The tests themselves may run under nohup.
@pytest.mark.skipif(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="SIGHUP is ignored")
def test_sighup_ends_all_processes(run_with_uri: _Run) -> None:
    """The exit code is 0."""
    _assert_signal_ends(run_with_uri, signal.SIGHUP)


def test_a_port_in_use_is_an_error_of_one_line(data_dir: Path) -> None:
    """The error is reported before any process starts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        message = _start_error_of_process(data_dir, PORT=str(port))
    assert message == (
        f"Error: Cannot listen on 127.0.0.1 port {port} (Address already in use): "
        "set PORT or HOST to something else.\n"
    )
    assert not data_dir.exists()


def test_an_invalid_setting_is_an_error_of_one_line(data_dir: Path) -> None:
    """The error names the variable."""
    message = _start_error(data_dir, WORKERS="many")
    assert "WORKERS" in message
    assert message.count("\n") == 1


def test_a_uri_that_workers_cannot_use_is_an_error_of_one_line(data_dir: Path) -> None:
    """The error is reported before gunicorn starts. The limit depends on THREADS."""
    message = _start_error(
        data_dir, MONGODB_URI="mongodb://user:secret@127.0.0.1:1/?minPoolSize=9", THREADS="6"
    )
    assert message.startswith("Error: MONGODB_URI is no connection string")
    assert "minPoolSize is at most THREADS + 2" in message
    assert message.count("\n") == 1


def test_an_invalid_master_key_is_an_error_of_one_line(data_dir: Path) -> None:
    """The error is reported before any process starts, without the value."""
    message = _start_error(data_dir, MASTER_KEYS="one:secret")
    assert message.startswith("Error: MASTER_KEYS: master key 1 is not 32 bytes in base64; ")
    assert (message.count("\n"), "secret" in message, data_dir.exists()) == (1, False, False)


def test_the_openapi_document_is_written(tmp_path: Path) -> None:
    """``--output`` names a file, or ``-`` for the standard output."""
    runner = CliRunner()
    file = tmp_path / "openapi.yaml"
    assert runner.invoke(main, ["openapi", "--output", str(file)]).exit_code == 0
    assert "\nopenapi: 3.1.0\n" in file.read_text()
    with unmeasured():
        assert runner.invoke(main, ["openapi", "--output", "-"]).output == file.read_text()


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["run"],
        ["openapi"],
        ["reindex"],
        ["import"],
        ["export"],
        ["api-keys"],
        *(["api-keys", verb] for verb in ("create", "list", "rotate", "revoke")),
    ],
)
def test_every_command_has_help(command: list[str]) -> None:
    """``--help`` prints the usage."""
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
