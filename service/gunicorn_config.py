"""The settings of gunicorn (``--config python:service.gunicorn_config``).

What may differ from one deployment to the next is in `Settings`; the rest is fixed here, with its reason.
"""

import logging
import os
import shutil
import socket
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

from environs import EnvError

from service import logs
from service.config import Settings, is_loopback
from service.crypto.master_keyring import MasterKeyringError
from service.setting_names import warn_of_misspelt
from service.store.client.connection import check_uri
from service.store.master_keys import is_world_readable, read_master_keys

_RECEIVE_SECONDS = 5
# Three of them pass until a client that reads nothing is given up: a part is sent, then nothing, then closed.
_SEND_SECONDS = 5
_MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes its own private files in it
_INVALID_REQUEST = "Invalid request from ip="


def _settings() -> Settings:
    try:
        settings = Settings.from_environment()
        settings.check()
        # What every worker would fail by.
        check_uri(settings)
        read_master_keys(settings)
    except (EnvError, MasterKeyringError, ValueError) as error:
        # One line instead of gunicorn's traceback.
        raise SystemExit(f"profile-lookup: {error}") from error
    return settings


def _bind(host: str, port: int) -> str:
    """Return gunicorn's notation of an address; an IPv6 one stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_SETTINGS = _settings()

wsgi_app = "service.app:create_app()"
bind = _bind(_SETTINGS.host, _SETTINGS.port)

# Threads wait for the database together, and keep connections alive, which the sync worker does not.
worker_class = "service.gunicorn_worker.Worker"
workers = _SETTINGS.workers
threads = _SETTINGS.threads
# PyMongo is not fork-safe: every worker builds its own application, and with it its own client.
preload_app = False

# Seconds. The heartbeat of a worker; a request is bounded by the time-outs of the database client.
timeout = 30
# What a request in flight gets when the service stops.
graceful_timeout = 30
# Longer than the idle time of a load balancer in front (mostly 60), so that it is never us who hangs up.
keepalive = 75
# Against what may leak, yet seldom: each worker that goes leaves files of counters, read at every scrape.
max_requests = 1_000_000
max_requests_jitter = 100_000
# The heartbeat file stays off the disk.
worker_tmp_dir = _SHARED_MEMORY if Path(_SHARED_MEMORY).is_dir() else None

# On by default since gunicorn 25.1, in the home directory; nobody uses it here.
control_socket_disable = True
# TRUSTED_PROXIES says whom to believe about the caller's address and scheme; gunicorn itself believes nobody.
forwarded_allow_ips = ""
# sendfile would wait for a client that reads nothing for good: Python goes round the time-out of sending.
sendfile = False
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190

# The application logs its requests itself, without personal values.
accesslog = None
logger_class = "service.gunicorn_worker.Log"
errorlog = "-"
# What gunicorn and the libraries say is JSON too, and cleaned of what is personal.
logconfig_dict = logs.GUNICORN


def on_starting(server: Any) -> None:
    """Prepare the folder where workers share their metrics, before one of them imports prometheus_client."""
    given = os.environ.get(_MULTIPROC_DIR)
    server.metrics_dir = None if given else tempfile.mkdtemp(prefix="profile-lookup-metrics-")
    os.environ[_MULTIPROC_DIR] = given or server.metrics_dir
    for stale in Path(os.environ[_MULTIPROC_DIR]).glob("*.db"):
        stale.unlink()
    server.log.error_log.addFilter(_hide_what_was_sent)
    server.log.error_log.addFilter(_shorten_time_outs)
    for warning in warn_of_misspelt(os.environ):
        server.log.warning(warning)
    if is_world_readable(_SETTINGS):
        server.log.warning("Every user of this machine may read MASTER_KEYS_FILE; chmod 600 keeps it to one.")


def when_ready(server: Any) -> None:
    """Stop where AUTH=off would serve others than this machine, and bound how long a client may be slow.

    `--bind` on the command line passes HOST over, so what counts is where gunicorn listens. The time-outs are
    inherited by accepted connections on Linux; without them four clients that stall in the middle of a body
    block a worker of four threads for good. A client that sends a byte now and then is not stopped: that
    takes a proxy that buffers.
    """
    if not _SETTINGS.auth and not all(_is_local(listener.sock) for listener in server.LISTENERS):
        raise SystemExit(
            "profile-lookup: AUTH=off serves on a loopback address only: bind to one, or set AUTH=on."
        )
    if sys.platform == "linux":
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(_RECEIVE_SECONDS))
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(_SEND_SECONDS))


def post_worker_init(worker: Any) -> None:
    """Read the keys of the OIDC issuer, so that the first token finds them.

    The worker does not serve yet, so no caller waits. An issuer that hangs delays the worker by a second.
    """
    tokens = worker.wsgi.extensions["token_verifier"]
    if tokens is not None:
        tokens.prefetch_keys()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the load and the live gauges of a worker that ended; its counters keep counting."""
    worker.loads.forget(worker.age)
    # Imported late: the library looks for the folder at import, and workers inherit what is imported here.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def worker_exit(_server: Any, worker: Any) -> None:
    """Write what waits for the audit, once the last request of a worker is answered."""
    worker.loads.forget(worker.age)
    # gunicorn calls this in the master too, for a worker that it finds dead; that one served nothing here.
    application = getattr(worker, "wsgi", None)
    if application is not None:
        application.extensions["profile_lookup"].close()


def on_exit(server: Any) -> None:
    """Remove the metrics folder, unless the operator gave it."""
    if server.metrics_dir:
        shutil.rmtree(server.metrics_dir, ignore_errors=True)


def _is_local(listener: socket.socket) -> bool:
    return listener.family == socket.AF_UNIX or is_loopback(listener.getsockname()[0])


def _timeval(seconds: int) -> bytes:
    """Return Linux's struct timeval."""
    return struct.pack("ll", seconds, 0)


def _hide_what_was_sent(record: logging.LogRecord) -> bool:
    """Cut off what gunicorn quotes of a malformed request: it may be a piece of a body."""
    message = record.getMessage()
    if message.startswith(_INVALID_REQUEST):
        record.msg = message.partition(": ")[0]
        record.args = None
    return True


def _shorten_time_outs(record: logging.LogRecord) -> bool:
    """Make a line of the traceback that gunicorn writes for every client that was too slow."""
    if record.exc_info and isinstance(record.exc_info[1], BlockingIOError):
        record.msg, record.args, record.exc_info = "A client was too slow.", None, None
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True
