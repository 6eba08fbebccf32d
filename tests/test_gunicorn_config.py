"""The settings of gunicorn."""

import importlib
import logging
import os
import socket
import struct
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from gunicorn.config import Config

from tests.masters import ONE

_FIXED = {
    "wsgi_app": "service.app:create_app()",
    "worker_class_str": "gthread",
    "preload_app": False,
    "timeout": 30,
    "graceful_timeout": 30,
    "keepalive": 75,
    "control_socket_disable": True,
    "limit_request_line": 4094,
    "limit_request_fields": 50,
    "limit_request_field_size": 8190,
    "accesslog": None,
    "errorlog": "-",
}


def _load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> ModuleType:
    """Import the settings afresh, with nothing but these variables set."""
    ours = (
        "HOST",
        "PORT",
        "WORKERS",
        "THREADS",
        "PROMETHEUS_MULTIPROC_DIR",
        "MASTER_KEYS",
        "MASTER_KEYS_FILE",
    )
    for name in ours:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "service.gunicorn_config", raising=False)
    return importlib.import_module("service.gunicorn_config")


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
    """Gunicorn sees the value that the reliability figures were taken with."""
    assert getattr(_as_gunicorn_reads_it(_load(monkeypatch)), name) == value


def test_a_file_of_masters_that_all_may_read_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Once, when the service starts; in the log, without what is in the file."""
    file = tmp_path / "masters"
    file.write_text(ONE)
    for mode, warnings in ((0o600, 0), (0o644, 1)):
        file.chmod(mode)
        config = _load(monkeypatch, MASTER_KEYS_FILE=str(file), PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
        said: list[str] = []
        log = SimpleNamespace(error_log=logging.getLogger("of a test"), warning=said.append)
        config.on_starting(SimpleNamespace(log=log))
        assert len(said) == warnings
        assert all("chmod 600" in line and ONE[4:] not in line for line in said)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host, port, workers and threads are the operator's."""
    config = _load(monkeypatch, HOST="0.0.0.0", PORT="8181", WORKERS="3", THREADS="5")  # noqa: S104
    assert (config.bind, config.workers, config.threads) == ("0.0.0.0:8181", 3, 5)


def test_an_ipv6_address_stands_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gunicorn would take the last group for the port otherwise."""
    assert _load(monkeypatch, HOST="::1").bind == "[::1]:8080"


def test_a_bad_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, without a traceback."""
    with pytest.raises(SystemExit, match="PORT"):
        _load(monkeypatch, PORT="eighty")


def test_workers_share_a_metrics_folder_that_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there before the workers, fresh, and gone after the last one."""
    config = _load(monkeypatch)
    server = SimpleNamespace(log=SimpleNamespace(error_log=logging.getLogger("test-of-gunicorn")))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    config.on_starting(server)
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert list(folder.iterdir()) == []
    config.child_exit(server, SimpleNamespace(pid=4711))
    config.on_exit(server)
    assert not folder.exists()


def test_a_given_metrics_folder_is_emptied_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The figures of an earlier run are not added to ours, and the operator's folder stays."""
    (tmp_path / "counter_1.db").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    config = _load(monkeypatch, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    server = SimpleNamespace(log=SimpleNamespace(error_log=logging.getLogger("test-of-gunicorn")))
    config.on_starting(server)
    config.on_exit(server)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone hands the option on to accepted connections")
def test_an_accepted_connection_has_time_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that stalls holds a thread for five seconds at most."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _load(monkeypatch).when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
        with connection:
            times = [
                struct.unpack("ll", connection.getsockopt(socket.SOL_SOCKET, option, 16))
                for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO)
            ]
    assert times == [(5, 0), (10, 0)]


def test_the_log_quotes_nothing_of_a_malformed_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The address is logged, the piece of a body is not; other messages stay whole."""
    config = _load(monkeypatch)
    logger = logging.getLogger("test-of-gunicorn")
    server = SimpleNamespace(log=SimpleNamespace(error_log=logger))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    config.on_starting(server)
    config.on_exit(server)
    logger.warning('Invalid request from ip=127.0.0.1: Invalid request line: \'"phone": "+15550100"\'')
    logger.warning("Worker %s: fine", 7)
    assert caplog.messages == ["Invalid request from ip=127.0.0.1", "Worker 7: fine"]
