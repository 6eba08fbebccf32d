"""How much a credential may ask, and how often an address may fail to authenticate.

Each worker counts by itself and in its memory, which costs no command to MongoDB: of a limit of n a minute,
n times WORKERS may pass in all. A window begins with the first request, and ends a minute later.
What is left is told in RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10).
"""

import ipaddress
import math
import time

from flask import Flask, Response
from limits import RateLimitItemPerMinute, WindowStats
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.api.http.context import known_principal
from service.api.http.current import kept, this_request
from service.api.http.paths import DATA
from service.config import Settings
from service.errors.access import TooManyRequests

FAILURES_PER_MINUTE = 10
_WINDOW_SECONDS = 60
# A client with one IPv6 address usually has all addresses of such a network.
_IPV6_PREFIX = 64


def limit_failures(app: Flask, settings: Settings) -> "FailureLimit | None":
    """Return the limit on failed authentications; None if the settings ask for none."""
    if not settings.limits_failures:
        return None
    failures = FailureLimit()
    app.after_request(failures.add_headers)
    return failures


def register(app: Flask, settings: Settings) -> None:
    """Limit what each credential may ask of the operations on data.

    Comes after authentication, which tells whose request it is. Without a limit it costs nothing.
    """
    if not settings.requests_per_minute:
        return
    quota = _Quota(settings.requests_per_minute)
    app.before_request(quota.count_request)
    app.after_request(quota.tell_what_is_left)


class _Quota:
    """What each credential has asked for in its minute."""

    def __init__(self, most: int) -> None:
        """Take how many requests a minute a credential may send."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(most)

    def count_request(self) -> None:
        """Raise ``TooManyRequests`` where the request is one too many for its credential.

        What leads nowhere does not count, nor does what is nobody's request, as a preflight (OPTIONS) is
        where others need a credential.
        """
        who = known_principal()
        if who is None or this_request().url_rule is None or not _is_limited():
            return
        kept().counted = who.credential_id
        if not self._limiter.hit(self._limit, who.credential_id):
            raise TooManyRequests(_seconds_until(self._window(who.credential_id).reset_time))

    def tell_what_is_left(self, response: Response) -> Response:
        """Tell it in the answer to a request that was counted."""
        if "counted" in kept():
            window = self._window(kept().counted)
            _tell(response, "requests", self._limit.amount, window.remaining, window.reset_time)
        return response

    def _window(self, credential_id: str) -> WindowStats:
        return self._limiter.get_window_stats(self._limit, credential_id)


class FailureLimit:
    """The failed authentications of each address.

    Only failing requests are limited, so that nobody can lock out the valid credentials behind the same proxy
    or address translation. Failures are not counted by the ID of a key: that would lock out its owner.
    """

    def __init__(self) -> None:
        """Start without a failure."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(FAILURES_PER_MINUTE)

    def count_failure(self) -> None:
        """Count a failed authentication of the request's address.

        Raises ``TooManyRequests`` if there were too many in the last minute.
        """
        kept().has_failed = True
        if not self._limiter.hit(self._limit, _network()):
            raise TooManyRequests(_seconds_until(self._window().reset_time))

    def add_headers(self, response: Response) -> Response:
        """Add the number of failures that remain to the response to a failed request."""
        if "has_failed" in kept():
            window = self._window()
            _tell(
                response, "failed-authentications", FAILURES_PER_MINUTE, window.remaining, window.reset_time
            )
        return response

    def _window(self) -> WindowStats:
        return self._limiter.get_window_stats(self._limit, _network())


def _is_limited() -> bool:
    return this_request().path.startswith(DATA)


def _network() -> str:
    """Return the client's IPv4 address, or the network of its IPv6 address."""
    try:
        address = ipaddress.ip_address(this_request().remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def _seconds_until(reset_at: float) -> int:
    return max(1, math.ceil(reset_at - time.time()))


def _tell(response: Response, policy: str, quota: int, left: int, reset_at: float) -> None:
    response.headers["RateLimit-Policy"] = f'"{policy}";q={quota};w={_WINDOW_SECONDS}'
    response.headers["RateLimit"] = f'"{policy}";r={max(0, left)};t={_seconds_until(reset_at)}'
