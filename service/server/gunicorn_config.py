"""The settings of gunicorn (``--config python:service.server.gunicorn_config``).

Operators can change the values in `Settings`. The other values are fixed here, with a reason for each.
"""

# Must come first: modules that are imported earlier would keep the blocking functions.
from gevent import monkey

monkey.patch_all()

import gc
import logging
import os
import shutil
import socket
import tempfile
from pathlib import Path
from wsgiref.types import WSGIEnvironment

import gevent
from environs import EnvError
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response
from gunicorn.workers.base import Worker

from service.config import Settings, is_loopback
from service.crypto.master_keyring import MasterKeyringError
from service.server import log
from service.server.client_limits import ClientLimits, raise_open_file_limit
from service.server.setting_names import warn_of_misspelt
from service.store.client.connection import check_uri
from service.store.master_keys import is_world_readable, read_master_keys

_MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn creates private files in it
_INVALID_REQUEST = "Invalid request from ip="


def _read_settings() -> Settings:
    try:
        settings = Settings.from_environment()
        settings.check()
        # Errors in these would stop every worker later.
        check_uri(settings)
        read_master_keys(settings)
    except (EnvError, MasterKeyringError, ValueError) as error:
        # Print the message instead of a traceback.
        raise SystemExit(f"profile-lookup: {error}") from error
    return settings


_SETTINGS = _read_settings()

wsgi_app = "service.app:create_app()"
# gunicorn expects an IPv6 host in brackets.
_HOST = f"[{_SETTINGS.host}]" if ":" in _SETTINGS.host else _SETTINGS.host
bind = f"{_HOST}:{_SETTINGS.port}"

# One greenlet per connection, so thousands of idle or stalled clients cost only memory.
worker_class = "gevent"
workers = _SETTINGS.workers
worker_connections = raise_open_file_limit(_SETTINGS.worker_connections)
# PyMongo is not fork-safe: each worker creates its own application and client.
preload_app = False

# A worker without a heartbeat for this many seconds is killed. Requests that wait do not delay heartbeats.
timeout = 30
# How many seconds a stopping worker has to finish its requests.
graceful_timeout = 30
# Seconds until an idle connection is closed. Load balancers should close it first, most after 60 seconds.
keepalive = 75
# Restarts limit memory leaks, but must be rare: each ended worker leaves metrics files that all scrapes read.
max_requests = 1_000_000
max_requests_jitter = 100_000
# In shared memory, heartbeats do not wait for a disk.
worker_tmp_dir = _SHARED_MEMORY if Path(_SHARED_MEMORY).is_dir() else None

# The control socket is not used. gunicorn would create it in the home directory.
control_socket_disable = True
# TRUSTED_PROXIES decides which proxies to trust; gunicorn itself trusts none.
forwarded_allow_ips = ""
# sendfile would ignore the time-out of responses.
sendfile = False
# The limits are small, because these parts of a request are read before authentication.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190


class _Log(Logger):  # type: ignore[misc] # gunicorn is untyped
    def access(self, *_args: object) -> None:
        """Do nothing: the application itself logs requests, without personal values."""


logger_class = _Log
accesslog = None
errorlog = "-"
logconfig_dict = log.CONFIG
log.configure_structlog()

_LIMITS = ClientLimits(_SETTINGS.threads)


def on_starting(server: Arbiter) -> None:
    """Prepare the directory in which workers share their metrics, and log warnings about settings.

    The directory must exist before a worker imports prometheus_client. Files of an earlier run are removed.
    Also installs the filters of gunicorn's log.
    """
    operators_dir = os.environ.get(_MULTIPROC_DIR)
    server.metrics_dir = None if operators_dir else tempfile.mkdtemp(prefix="profile-lookup-metrics-")
    os.environ[_MULTIPROC_DIR] = directory = operators_dir or str(server.metrics_dir)
    for stale in Path(directory).glob("*.db"):
        stale.unlink()
    server.log.error_log.addFilter(_hide_input)
    server.log.error_log.addFilter(_shorten_time_outs)
    for warning in warn_of_misspelt(os.environ):
        server.log.warning(warning)
    if worker_connections < _SETTINGS.worker_connections:
        server.log.warning(
            "The limit of open files allows %d connections per worker: raise it (ulimit -n), or lower "
            "WORKER_CONNECTIONS.",
            worker_connections,
        )
    if is_world_readable(_SETTINGS):
        server.log.warning("MASTER_KEYS_FILE is readable by every user of this machine: run chmod 600 on it.")


def when_ready(server: Arbiter) -> None:
    """Stop if other machines could connect although AUTH=off.

    ``--bind`` overrides HOST, so this checks the actual addresses of gunicorn's sockets.
    """
    sockets = [listener.sock for listener in server.LISTENERS]
    is_local = all(s.family == socket.AF_UNIX or is_loopback(s.getsockname()[0]) for s in sockets)
    if not _SETTINGS.auth and not is_local:
        raise SystemExit(
            "profile-lookup: AUTH=off serves on a loopback address only: bind to one, or set AUTH=on."
        )


def post_worker_init(worker: Worker) -> None:
    """Prepare a worker for its first request.

    Downloads the OIDC issuer's keys, and installs the limits on clients. If the issuer does not respond, this
    delays the worker by a second. Also excludes the objects that exist now from garbage collection. Otherwise
    each full collection would stop all requests for 0.1 seconds.
    """
    tokens = worker.wsgi.extensions["token_verifier"]
    if tokens is not None:
        tokens.prefetch_keys()
    # Flask documents assigning wsgi_app for middleware.
    worker.wsgi.wsgi_app = _LIMITS.wrap(worker.wsgi.wsgi_app)
    gevent.spawn(_LIMITS.exit_when_done, worker)
    gc.collect()
    gc.freeze()


def pre_request(_worker: Worker, request: Request) -> None:
    """Count a request."""
    _LIMITS.begin(request)


def post_request(
    _worker: Worker, _request: Request, environ: WSGIEnvironment, response: Response | None
) -> None:
    """Prepare the connection for the next request, or wait for the client to close it."""
    _LIMITS.end(response, environ.get("gunicorn.socket"))


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """Remove the gauges of a worker that has ended. Its counters are kept."""
    # Import here: prometheus_client reads the directory's name at import, and workers inherit the module.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def worker_exit(_server: Arbiter, worker: Worker) -> None:
    """Write queued audit events after a worker's last response, and close the connections to MongoDB."""
    # For a killed worker, gunicorn calls this in the master process, where the worker has no application.
    application = getattr(worker, "wsgi", None)
    if application is not None:
        stores = application.extensions["profile_lookup"]
        stores.close()
        stores.disconnect()


def on_exit(server: Arbiter) -> None:
    """Remove the metrics directory, unless the operator set it."""
    if server.metrics_dir:
        shutil.rmtree(server.metrics_dir, ignore_errors=True)


def _hide_input(record: logging.LogRecord) -> bool:
    """Remove gunicorn's quotation of a malformed request, which can contain a part of a body.

    Return True, to log the record.
    """
    message = record.getMessage()
    if message.startswith(_INVALID_REQUEST):
        record.msg = message.partition(": ")[0]
        record.args = None
    return True


def _shorten_time_outs(record: logging.LogRecord) -> bool:
    """Replace the traceback for a client that was too slow by one line. Return True, to log the record."""
    if record.exc_info and isinstance(record.exc_info[1], TimeoutError):
        record.msg, record.args, record.exc_info = "A client was too slow.", None, None
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True
