"""The gunicorn configuration."""

import importlib
import logging
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from flask import Flask
from gevent import monkey
from gunicorn.config import Config
from gunicorn.workers.ggevent import GeventWorker
from mongomock import MongoClient

from service.app import create_app
from service.config import Settings
from tests.auth.issuer import Issuer, patient, served
from tests.auth.issuer import settings as issuer_settings
from tests.master_keys import ONE

_FIXED = {
    "wsgi_app": "service.app:create_app()",
    "worker_class_str": "gevent",
    "preload_app": False,
    "timeout": 30,
    "graceful_timeout": 30,
    "keepalive": 75,
    "max_requests": 1_000_000,
    "max_requests_jitter": 100_000,
    "control_socket_disable": True,
    "forwarded_allow_ips": [],
    "sendfile": False,
    "limit_request_line": 4094,
    "limit_request_fields": 50,
    "limit_request_field_size": 8190,
    "accesslog": None,
    "errorlog": "-",
}


def _load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> ModuleType:
    """Import the configuration again, with only these variables set."""
    ours = (
        "AUTH",
        "HOST",
        "PORT",
        "WORKERS",
        "THREADS",
        "WORKER_CONNECTIONS",
        "PROMETHEUS_MULTIPROC_DIR",
        "MASTER_KEYS",
        "MASTER_KEYS_FILE",
        "MONGODB_URI",
    )
    for name in ours:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # The process that runs the tests keeps its threads.
    monkeypatch.setattr(monkey, "patch_all", lambda: None)
    monkeypatch.delitem(sys.modules, "service.server.gunicorn_config", raising=False)
    return importlib.import_module("service.server.gunicorn_config")


def _as_gunicorn_reads_it(module: ModuleType) -> Config:
    config = Config()
    for name, value in vars(module).items():
        if name in config.settings:
            config.set(name, value)
    return config


@pytest.mark.parametrize(("name", "value"), _FIXED.items())
def test_a_fixed_setting_is_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """Gunicorn reads the value that was measured."""
    assert getattr(_as_gunicorn_reads_it(_load(monkeypatch)), name) == value


def test_the_worker_is_the_stock_gevent_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its heartbeat is in memory."""
    config = _as_gunicorn_reads_it(_load(monkeypatch))
    assert config.worker_class is GeventWorker
    assert config.worker_tmp_dir == ("/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108 - not used


def test_a_world_readable_file_of_master_keys_is_logged_as_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Once at the start, without the content of the file."""
    file = tmp_path / "masters"
    file.write_text(ONE)
    for mode, count in ((0o600, 0), (0o644, 1)):
        file.chmod(mode)
        config = _load(monkeypatch, MASTER_KEYS_FILE=str(file), PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
        warnings: list[str] = []
        log = SimpleNamespace(error_log=logging.getLogger("of a test"), warning=warnings.append)
        config.on_starting(SimpleNamespace(log=log))
        assert len(warnings) == count
        assert all("chmod 600" in line and ONE[4:] not in line for line in warnings)


def test_a_misspelt_setting_is_logged_as_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Once at the start, without its value."""
    config = _load(monkeypatch, WORKER="4444", PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    warnings: list[str] = []
    log = SimpleNamespace(error_log=logging.getLogger("of a test"), warning=warnings.append)
    config.on_starting(SimpleNamespace(log=log))
    assert warnings == ["WORKER is not a setting of this service and is ignored; did you mean WORKERS?"]


def _start_worker(config: ModuleType, app: Flask) -> None:
    config.post_worker_init(SimpleNamespace(wsgi=app))


def test_a_worker_serves_no_token_before_it_has_read_the_keys_of_the_issuer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise the first tokens would get a 503, and each would count as a failure."""
    config, issuer = _load(monkeypatch), Issuer()
    with served() as site, ThreadPoolExecutor(1) as pool:
        site.body = issuer.document
        site.may_respond.clear()
        given = issuer_settings(oidc_jwks_url=site.url, host="0.0.0.0")  # noqa: S104
        app = create_app(given, database=MongoClient(tz_aware=True)["test"], tokens=patient(given))
        start = pool.submit(_start_worker, config, app)
        assert site.was_asked.wait(timeout=30)
        assert not start.done()
        site.may_respond.set()
        start.result(timeout=30)
        with socket.socket() as connection:
            statuses = [
                app.test_client()
                .get(
                    "/v1/search-keys",
                    headers={"Authorization": f"Bearer {issuer.token(sub=f'agent-{number}')}"},
                    environ_overrides={"gunicorn.socket": connection},
                )
                .status_code
                for number in range(20)
            ]
    assert statuses == [200] * 20
    assert site.asked == 1


def test_a_worker_without_an_issuer_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no keys to download."""
    _start_worker(_load(monkeypatch), create_app(Settings()))


def test_each_invalid_setting_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is a sentence."""
    with pytest.raises(SystemExit) as caught:
        _load(monkeypatch, PORT="eighty", THREADS="0")
    assert str(caught.value).splitlines() == [
        "profile-lookup: PORT must be a whole number.",
        "THREADS must be greater than or equal to 1 and less than or equal to 256.",
    ]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host, port, workers and their connections are set by the operator."""
    config = _load(monkeypatch, HOST="0.0.0.0", PORT="8181", WORKERS="3", WORKER_CONNECTIONS="5")  # noqa: S104
    assert (config.bind, config.workers, config.worker_connections) == ("0.0.0.0:8181", 3, 5)


def test_an_ipv6_address_is_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise gunicorn would read the last group as the port."""
    assert _load(monkeypatch, HOST="::1").bind == "[::1]:8080"


def test_a_bad_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the variable; there is no traceback."""
    with pytest.raises(SystemExit, match="PORT"):
        _load(monkeypatch, PORT="eighty")


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://user:sec@ret@mongodb.example/",
        "mongodb://user:secret@/",
        "mongodb://user:secret@mongodb.example/?w=0&journal=true",
        "mongodb://user:secret@one.example,two.example/?directConnection=true",
        "mongodb://user:secret@mongodb.example/?tls=true&tlsCAFile=/nowhere/secret",
        "mongodb://user:secret@mongodb.example/?minPoolSize=20",
    ],
)
def test_an_invalid_uri_is_one_line(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    """The line names the variable without its value, and no worker starts."""
    with pytest.raises(SystemExit, match="profile-lookup: MONGODB_URI ") as stop:
        _load(monkeypatch, MONGODB_URI=uri)
    assert "\n" not in str(stop.value)
    assert "sec" not in str(stop.value)


@pytest.mark.parametrize("options", ["foo=bar", "tsl=true", "tls=yes", "connectTimeoutMS=2s"])
def test_an_option_that_the_driver_would_ignore_is_one_line(
    monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """A misspelt ``tls`` must not send data without TLS."""
    with pytest.raises(SystemExit) as stop:
        _load(monkeypatch, MONGODB_URI=f"mongodb://user:secret@mongodb.example/?{options}")
    message = str(stop.value)
    assert message.startswith(
        "profile-lookup: MONGODB_URI has an option that MongoDB's driver would ignore: "
    )
    for unwanted in ("\n", "secret", "mongodb.example", "docstring", ".py"):
        assert unwanted not in message


def test_a_name_that_dns_does_not_resolve_yet_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is resolved when a worker needs it."""
    _load(monkeypatch, MONGODB_URI="mongodb+srv://mongodb.invalid/")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "profile-lookup.example"])  # noqa: S104
def test_without_authentication_it_does_not_start_beyond_loopback(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The error is one line and names the settings to change."""
    with pytest.raises(
        SystemExit, match=f"profile-lookup: AUTH=off .* HOST is {host}: set .*AUTH=on"
    ) as stop:
        _load(monkeypatch, AUTH="off", HOST=host)
    assert "\n" not in str(stop.value)


def test_without_authentication_it_does_not_listen_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """``--bind`` overrides HOST, so the listening sockets are checked before a worker starts."""
    everywhere, here = _listening(socket.AF_INET, "0.0.0.0"), _listening(socket.AF_INET, "127.0.0.1")  # noqa: S104
    with everywhere, here:
        config = _load(monkeypatch, AUTH="off")
        config.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=here)]))
        with pytest.raises(SystemExit, match="AUTH=off serves on a loopback address only"):
            config.when_ready(
                SimpleNamespace(LISTENERS=[SimpleNamespace(sock=here), SimpleNamespace(sock=everywhere)])
            )
        _load(monkeypatch).when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=everywhere)]))


def test_without_authentication_it_may_listen_on_a_unix_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Other machines cannot connect to it."""
    with _listening(socket.AF_UNIX, str(tmp_path / "socket")) as listener:
        _load(monkeypatch, AUTH="off").when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))


def _listening(family: socket.AddressFamily, address: str) -> socket.socket:
    listener = socket.socket(family)
    listener.bind(address if family == socket.AF_UNIX else (address, 0))
    listener.listen()
    return listener


def test_workers_share_a_metrics_directory_that_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is created before the workers start, and removed after the last one has ended."""
    config = _load(monkeypatch)
    server = SimpleNamespace(log=SimpleNamespace(error_log=logging.getLogger("test-of-gunicorn")))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    config.on_starting(server)
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert list(folder.iterdir()) == []
    config.child_exit(server, SimpleNamespace(pid=4711))
    config.on_exit(server)
    assert not folder.exists()


def test_a_configured_metrics_directory_is_emptied_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Counters of an earlier run are removed; other files stay."""
    (tmp_path / "counter_1.db").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    config = _load(monkeypatch, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    server = SimpleNamespace(log=SimpleNamespace(error_log=logging.getLogger("test-of-gunicorn")))
    config.on_starting(server)
    config.on_exit(server)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def _started_logger(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """Return gunicorn's logger, with the filters that the configuration adds at the start."""
    config = _load(monkeypatch)
    logger = logging.getLogger("test-of-gunicorn")
    server = SimpleNamespace(log=SimpleNamespace(error_log=logger))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    config.on_starting(server)
    config.on_exit(server)
    return logger


def test_the_log_quotes_nothing_of_a_malformed_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The address is logged, the part of a body is not; other messages do not change."""
    logger = _started_logger(monkeypatch)
    logger.warning('Invalid request from ip=127.0.0.1: Invalid request line: \'"phone": "+15550100"\'')
    logger.warning("Worker %s: fine", 7)
    assert caplog.messages == ["Invalid request from ip=127.0.0.1", "Worker 7: fine"]


def test_a_client_that_is_too_slow_is_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A time-out is logged without a traceback; other errors keep theirs."""
    logger = _started_logger(monkeypatch)
    for error in (TimeoutError(), RuntimeError()):
        try:
            raise error
        except type(error):
            logger.exception("Socket error processing request.")
    slow, other = caplog.records
    assert (slow.getMessage(), slow.levelname, slow.exc_info) == ("A client was too slow.", "INFO", None)
    assert (other.levelname, other.exc_info is None) == ("ERROR", False)
