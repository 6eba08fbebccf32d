"""The gunicorn configuration."""

import gc
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
from tests.auth.issuer import Issuer, run_site, verifier_with_long_wait
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
    """Import the configuration again. Set only these environment variables."""
    variables = (
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
    for name in variables:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # Do not replace the threads of the process that runs the tests.
    monkeypatch.setattr(monkey, "patch_all", lambda: None)
    monkeypatch.delitem(sys.modules, "service.server.gunicorn_config", raising=False)
    return importlib.import_module("service.server.gunicorn_config")


def _to_gunicorn_config(module: ModuleType) -> Config:
    config = Config()
    for name, value in vars(module).items():
        if name in config.settings:
            config.set(name, value)
    return config


@pytest.mark.parametrize(("name", "value"), _FIXED.items())
def test_gunicorn_gets_the_fixed_settings(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    """The values are those of the measurements in docs/performance.md."""
    assert getattr(_to_gunicorn_config(_load(monkeypatch)), name) == value


def test_the_worker_is_the_stock_gevent_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's heartbeat file is in memory."""
    config = _to_gunicorn_config(_load(monkeypatch))
    assert config.worker_class is GeventWorker
    assert config.worker_tmp_dir == ("/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108 - not used


def test_a_world_readable_file_of_master_keys_causes_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The start logs one warning, without the content of the file."""
    file = tmp_path / "master-keys"
    file.write_text(ONE)
    for mode, count in ((0o600, 0), (0o644, 1)):
        file.chmod(mode)
        config = _load(monkeypatch, MASTER_KEYS_FILE=str(file), PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
        warnings: list[str] = []
        log = SimpleNamespace(error_log=logging.getLogger("test"), warning=warnings.append)
        config.on_starting(SimpleNamespace(log=log))
        assert len(warnings) == count
        assert all("chmod 600" in line and ONE[4:] not in line for line in warnings)


def test_a_misspelt_setting_causes_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The start logs one warning, without the value of the setting."""
    config = _load(monkeypatch, WORKER="4444", PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    warnings: list[str] = []
    log = SimpleNamespace(error_log=logging.getLogger("test"), warning=warnings.append)
    config.on_starting(SimpleNamespace(log=log))
    assert warnings == ["WORKER is not a setting of this service and is ignored; did you mean WORKERS?"]


def _start_worker(config: ModuleType, app: Flask) -> None:
    try:
        config.post_worker_init(SimpleNamespace(wsgi=app))
        assert gc.get_freeze_count() > 10_000, "garbage collections must skip the loaded modules"
    finally:
        gc.unfreeze()


def test_a_worker_downloads_the_keys_of_the_issuer_before_it_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise requests with the first tokens would get a 503, and each would count as a failure."""
    config, issuer = _load(monkeypatch), Issuer()
    with run_site() as site, ThreadPoolExecutor(1) as pool:
        site.body = issuer.document
        site.may_respond.clear()
        settings_with_issuer = issuer_settings(oidc_jwks_url=site.url, host="0.0.0.0")  # noqa: S104
        app = create_app(
            settings_with_issuer,
            database=MongoClient(tz_aware=True)["test"],
            tokens=verifier_with_long_wait(settings_with_issuer),
        )
        start = pool.submit(_start_worker, config, app)
        assert site.was_requested.wait(timeout=30)
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
    assert site.request_count == 1


def test_a_worker_without_an_issuer_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a worker has no keys to download."""
    _start_worker(_load(monkeypatch), create_app(Settings()))


def test_each_invalid_setting_is_reported_on_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is a complete sentence."""
    with pytest.raises(SystemExit) as error:
        _load(monkeypatch, PORT="eighty", THREADS="0")
    assert str(error.value).splitlines() == [
        "profile-lookup: PORT must be a whole number.",
        "THREADS must be greater than or equal to 1 and less than or equal to 256.",
    ]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operators set the host, the port, the workers and the connections of each worker."""
    config = _load(monkeypatch, HOST="0.0.0.0", PORT="8181", WORKERS="3", WORKER_CONNECTIONS="5")  # noqa: S104
    assert (config.bind, config.workers, config.worker_connections) == ("0.0.0.0:8181", 3, 5)


def test_an_ipv6_address_gets_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without brackets, gunicorn would read the last group as the port."""
    assert _load(monkeypatch, HOST="::1").bind == "[::1]:8080"


def test_an_invalid_setting_is_reported_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the variable. The output has no traceback."""
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
def test_an_invalid_uri_is_reported_on_one_line(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    """The line names the variable without its value. No worker starts."""
    with pytest.raises(SystemExit, match="profile-lookup: MONGODB_URI ") as error:
        _load(monkeypatch, MONGODB_URI=uri)
    assert "\n" not in str(error.value)
    assert "sec" not in str(error.value)


@pytest.mark.parametrize("options", ["foo=bar", "tsl=true", "tls=yes", "connectTimeoutMS=2s"])
def test_an_option_that_the_driver_would_ignore_is_reported_on_one_line(
    monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """With a misspelt ``tls``, the driver would send data without TLS."""
    with pytest.raises(SystemExit) as error:
        _load(monkeypatch, MONGODB_URI=f"mongodb://user:secret@mongodb.example/?{options}")
    message = str(error.value)
    assert message.startswith(
        "profile-lookup: MONGODB_URI has an option that MongoDB's driver would ignore: "
    )
    for unwanted in ("\n", "secret", "mongodb.example", "docstring", ".py"):
        assert unwanted not in message


def test_a_host_that_dns_does_not_resolve_yet_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker resolves the host when it connects."""
    _load(monkeypatch, MONGODB_URI="mongodb+srv://mongodb.invalid/")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "profile-lookup.example"])  # noqa: S104
def test_without_authentication_the_service_rejects_a_host_that_is_not_loopback(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The error is one line. It names the settings to change."""
    with pytest.raises(
        SystemExit, match=f"profile-lookup: AUTH=off .* HOST is {host}: set .*AUTH=on"
    ) as error:
        _load(monkeypatch, AUTH="off", HOST=host)
    assert "\n" not in str(error.value)


def test_without_authentication_the_service_rejects_a_socket_that_is_not_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``--bind`` overrides HOST, so gunicorn checks the listening sockets before it starts a worker."""
    all_addresses, loopback = _listen(socket.AF_INET, "0.0.0.0"), _listen(socket.AF_INET, "127.0.0.1")  # noqa: S104
    with all_addresses, loopback:
        config = _load(monkeypatch, AUTH="off")
        config.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=loopback)]))
        with pytest.raises(SystemExit, match="AUTH=off serves on a loopback address only"):
            config.when_ready(
                SimpleNamespace(
                    LISTENERS=[SimpleNamespace(sock=loopback), SimpleNamespace(sock=all_addresses)]
                )
            )
        _load(monkeypatch).when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=all_addresses)]))


def test_without_authentication_the_service_may_use_a_unix_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Other machines cannot connect to a Unix socket."""
    with _listen(socket.AF_UNIX, str(tmp_path / "socket")) as listener:
        _load(monkeypatch, AUTH="off").when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))


def _listen(family: socket.AddressFamily, address: str) -> socket.socket:
    listener = socket.socket(family)
    listener.bind(address if family == socket.AF_UNIX else (address, 0))
    listener.listen()
    return listener


def test_the_temporary_metrics_directory_is_removed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gunicorn creates the directory before the first worker starts, and removes it after the last ends."""
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
    """Gunicorn removes the counters of an earlier run. Other files stay."""
    (tmp_path / "counter_1.db").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    config = _load(monkeypatch, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    server = SimpleNamespace(log=SimpleNamespace(error_log=logging.getLogger("test-of-gunicorn")))
    config.on_starting(server)
    config.on_exit(server)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def _configured_logger(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """Return gunicorn's logger with the filters that the configuration adds at the start."""
    config = _load(monkeypatch)
    logger = logging.getLogger("test-of-gunicorn")
    server = SimpleNamespace(log=SimpleNamespace(error_log=logger))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    config.on_starting(server)
    config.on_exit(server)
    return logger


def test_the_log_contains_no_content_of_a_malformed_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the client's address. Other messages do not change."""
    logger = _configured_logger(monkeypatch)
    logger.warning('Invalid request from ip=127.0.0.1: Invalid request line: \'"phone": "+15550100"\'')
    logger.warning("Worker %s: fine", 7)
    assert caplog.messages == ["Invalid request from ip=127.0.0.1", "Worker 7: fine"]


def test_a_timeout_of_a_slow_client_is_logged_on_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The line has no traceback. Other errors keep their traceback."""
    logger = _configured_logger(monkeypatch)
    for error in (TimeoutError(), RuntimeError()):
        try:
            raise error
        except type(error):
            logger.exception("Socket error processing request.")
    slow, other = caplog.records
    assert (slow.getMessage(), slow.levelname, slow.exc_info) == ("A client was too slow.", "INFO", None)
    assert (other.levelname, other.exc_info is None) == ("ERROR", False)
