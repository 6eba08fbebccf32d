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
from service.config import Settings

_RECEIVE_SECONDS = 5
_SEND_SECONDS = 10
_MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes its own private files in it
_INVALID_REQUEST = "Invalid request from ip="


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except EnvError as error:
        # One line instead of gunicorn's traceback.
        raise SystemExit(f"profile-lookup: {error}") from error


def _bind(host: str, port: int) -> str:
    """Return gunicorn's notation of an address; an IPv6 one stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_SETTINGS = _settings()

wsgi_app = "service.app:create_app()"
bind = _bind(_SETTINGS.host, _SETTINGS.port)

# Threads wait for the database together, and keep connections alive, which the sync worker does not.
worker_class = "gthread"
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
# The heartbeat file stays off the disk.
worker_tmp_dir = _SHARED_MEMORY if Path(_SHARED_MEMORY).is_dir() else None

# On by default since gunicorn 25.1, in the home directory; nobody uses it here.
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190

# The application logs its requests itself, without personal values.
accesslog = None
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


def when_ready(server: Any) -> None:
    """Bound how long a thread waits for a slow client; on Linux accepted connections inherit it.

    Without it eight clients that stall in the middle of a body block a worker of eight threads for good.
    """
    if sys.platform == "linux":
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(_RECEIVE_SECONDS))
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(_SEND_SECONDS))


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the live gauges of a worker that ended; its counters keep counting."""
    # Imported late: the library looks for the folder at import, and workers inherit what is imported here.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def worker_exit(_server: Any, worker: Any) -> None:
    """Write what waits for the audit, once the last request of a worker is answered."""
    # gunicorn calls this in the master too, for a worker that it finds dead; that one served nothing here.
    application = getattr(worker, "wsgi", None)
    if application is not None:
        application.extensions["profile_lookup"].close()


def on_exit(server: Any) -> None:
    """Remove the metrics folder, unless the operator gave it."""
    if server.metrics_dir:
        shutil.rmtree(server.metrics_dir, ignore_errors=True)


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
