"""Limit the requests of each credential, and the failed authentications of each address.

Each worker counts in its own memory, so that no request costs a MongoDB command. In total, WORKERS times the
limit can pass. A window starts with the first request and ends a minute later. The headers RateLimit and
RateLimit-Policy show the remaining quota (draft-ietf-httpapi-ratelimit-headers-10).
"""

import ipaddress
import math
import time

from flask import Flask, Response, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.api.http.context import state
from service.api.http.paths import DATA
from service.config import Settings
from service.errors.access import TooManyRequests

FAILURES_PER_MINUTE = 10
_WINDOW_SECONDS = 60
# A client with one IPv6 address usually controls all addresses of its /64 network.
_IPV6_PREFIX = 64


def limit_failures(app: Flask, settings: Settings) -> "FailureLimit | None":
    """Register the limit on failed authentications; return None if the settings disable it."""
    if not settings.limits_failures:
        return None
    failures = FailureLimit()
    app.after_request(failures.add_headers)
    return failures


def register(app: Flask, settings: Settings) -> None:
    """Limit the requests on data of each credential. Register this after authentication."""
    if not settings.requests_per_minute:
        return
    quota = _Quota(settings.requests_per_minute)
    app.before_request(quota.count_request)
    app.after_request(quota.add_headers)


class _Window:
    """Counts in windows of a minute, per name."""

    def __init__(self, policy: str, quota: int) -> None:
        self._policy = policy
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(quota)

    def hit(self, name: str) -> None:
        """Count once; raises ``TooManyRequests`` if the quota is exceeded."""
        if not self._limiter.hit(self._limit, name):
            reset_time = self._limiter.get_window_stats(self._limit, name).reset_time
            raise TooManyRequests(_seconds_until(reset_time))

    def add_headers(self, response: Response, name: str) -> None:
        """Add the remaining quota to the response."""
        window = self._limiter.get_window_stats(self._limit, name)
        remaining, seconds = max(0, window.remaining), _seconds_until(window.reset_time)
        response.headers["RateLimit-Policy"] = f'"{self._policy}";q={self._limit.amount};w={_WINDOW_SECONDS}'
        response.headers["RateLimit"] = f'"{self._policy}";r={remaining};t={seconds}'


class _Quota:
    """The requests of each credential."""

    def __init__(self, requests_per_minute: int) -> None:
        self._window = _Window("requests", requests_per_minute)

    def count_request(self) -> None:
        """Count the request; raises ``TooManyRequests`` if its credential exceeds the quota.

        Requests without a route or a principal, such as CORS preflights, are not counted.
        """
        principal = state().principal
        if principal is None or request.url_rule is None or not request.path.startswith(DATA):
            return
        state().is_rate_limited = True
        self._window.hit(principal.credential_id)

    def add_headers(self, response: Response) -> Response:
        """Add the remaining quota to the response of a counted request."""
        principal = state().principal
        if principal is not None and state().is_rate_limited:
            self._window.add_headers(response, principal.credential_id)
        return response


class FailureLimit:
    """The failed authentications of each address.

    Only failing requests are limited, so that valid credentials behind the same proxy or address translation
    cannot be locked out. Failures are not counted per API key ID: that would lock out the key's owner.
    """

    def __init__(self) -> None:
        self._window = _Window("failed-authentications", FAILURES_PER_MINUTE)

    def count_failure(self) -> None:
        """Count a failed authentication; raises ``TooManyRequests`` if its address exceeds the limit."""
        state().has_failed_authentication = True
        self._window.hit(_network())

    def add_headers(self, response: Response) -> Response:
        """Add the number of remaining failures to the response of a failed request."""
        if state().has_failed_authentication:
            self._window.add_headers(response, _network())
        return response


def _network() -> str:
    """Return the client's IPv4 address, or the network of its IPv6 address."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def _seconds_until(reset_time: float) -> int:
    return max(1, math.ceil(reset_time - time.time()))
