"""Log requests that are rejected for their Origin or Host. The page itself sees only a network error.

The log shows the rejected value and how to allow it, once an hour for each value and process.
"""

import time
from collections.abc import Callable
from ipaddress import ip_address
from threading import Lock

import structlog
from cachetools import TTLCache
from flask import Flask, request

from service.api.http.paths import is_data_path
from service.config import ORIGIN, Settings
from service.model.personal_values import redact_text

MAX_VALUES = 100
"""Maximum number of values that each process logs in an hour, so that clients cannot fill the log."""
_TTL = 3600
_MAX_LENGTH = 255

_log = structlog.get_logger(__name__)


class RefusalLog:
    """Logs each rejected value once an hour. It remembers at most ``MAX_VALUES`` values."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = Lock()
        self._logged: TTLCache[tuple[str, str], bool] = TTLCache(MAX_VALUES, _TTL, timer=clock)

    def log_origin(self, origin: str) -> None:
        """Log a rejected origin, unless it was logged within an hour."""
        if self._remember("origin", origin):
            hint = "Pages of this origin may not call the API. To allow it, add the origin to CORS_ORIGINS."
            if origin == "null":
                hint = "Pages without an origin, such as files, may not call the API. Serve them over HTTP."
            _log.warning("origin_refused", origin=_loggable(origin), hint=hint)

    def log_host(self, host: str) -> None:
        """Log a rejected host, unless it was logged within an hour."""
        if self._remember("host", host):
            hint = "With AUTH=off only names of this machine are served: use localhost, or set AUTH=on."
            _log.warning("host_refused", host=_loggable(host), hint=hint)

    def _remember(self, kind: str, value: str) -> bool:
        """Remember the logged form of a value. Return False if it is known already, or the log is full."""
        refused = kind, _loggable(value)
        with self._lock:
            if refused in self._logged or len(self._logged) >= MAX_VALUES:
                return False
            self._logged[refused] = True
            return True


def log_refused_origins(app: Flask, settings: Settings, refusals: RefusalLog) -> None:
    """Log the origins that the browser or the service rejects. This hook rejects no request.

    Register it before the hooks that reject requests.
    """
    allowed = frozenset(settings.cors_origins)
    local_only = not settings.auth

    def log_refused_origin() -> None:
        origin = request.headers.get("Origin")
        if origin is None or origin in allowed or not is_data_path():
            return
        # With authentication, the service may be behind a proxy and not know its own origin. But only pages
        # of other origins send preflights, and a page cannot send a credential without a preflight.
        is_preflight = "Access-Control-Request-Method" in request.headers
        if is_preflight or (local_only and origin != own_origin()):
            refusals.log_origin(origin)

    app.before_request(log_refused_origin)


def own_origin() -> str:
    """Return the origin of the service's own pages, in the form that browsers send."""
    return f"{request.scheme}://{request.headers.get('Host', '')}".lower()


def _loggable(value: str) -> str:
    """Return an origin or host with possible personal values masked, or ``invalid`` for any other text."""
    origin = value if "://" in value else f"http://{value}"
    parts = ORIGIN.fullmatch(origin.lower()) if len(value) <= _MAX_LENGTH else None
    if parts is None:
        return "invalid"
    try:
        # ``redact_text`` would mistake the digits of an IP address for a phone number.
        ip_address(parts["host"].strip("[]"))
    except ValueError:
        return redact_text(value)
    return value
