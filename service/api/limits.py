"""How much a credential may ask, and how often an address may fail to authenticate.

Each worker counts by itself and in its memory, which costs no command to MongoDB: of a limit of n a minute,
n times WORKERS may pass in all. A window begins with the first request, and ends a minute later.
What is left is told in RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10).
"""

import hashlib
import ipaddress
import math
import secrets
import time
from http import HTTPStatus
from threading import Lock

from flask import Flask, Response
from limits import RateLimitItemPerMinute, WindowStats
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.access import ANYBODY
from service.api.context import known_principal
from service.api.current import kept, this_request
from service.api.paths import DATA
from service.config import Settings
from service.errors.access import TooManyRequests

FAILURES_PER_MINUTE = 10
_WINDOW_SECONDS = 60
# 16 bytes each.
_MOST_REMEMBERED = 10_000
# Whoever has one IPv6 address mostly has all of such a network.
_IPV6_PREFIX = 64


def guard_authentication(app: Flask, settings: Settings) -> None:
    """Refuse whoever keeps failing to authenticate, before the credential is read.

    Comes before authentication.
    """
    if settings.limits_failures:
        failures = _Failures()
        app.before_request(failures.check_failed_authentication)
        app.after_request(failures.note_failed_authentication)


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


class _Failures:
    """The failed authentications of each address, and the credentials that are known to be good.

    A credential that this worker has accepted is looked at all the same: a caller who fails shuts out nobody
    else behind the same proxy or address translation. The ID of a key is not counted by, or whoever knows it
    could shut its owner out.
    """

    def __init__(self) -> None:
        """Have seen nobody."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(FAILURES_PER_MINUTE)
        self._secret = secrets.token_bytes(32)
        self._accepted: dict[bytes, None] = {}
        self._lock = Lock()

    def check_failed_authentication(self) -> None:
        """Raise ``TooManyRequests`` where the address failed too often, unless the credential is known."""
        if not _is_limited() or self._limiter.test(self._limit, _network()):
            return
        if self._credential() not in self._accepted:
            kept().shut_out = True
            raise TooManyRequests(_seconds_until(self._reset_at()))

    def note_failed_authentication(self, response: Response) -> Response:
        """Count an answer of 401 against the address, and remember a credential that was accepted."""
        failed = response.status_code == HTTPStatus.UNAUTHORIZED
        if failed and _is_limited():
            self._limiter.hit(self._limit, _network())
            self._forget()
        elif (known_principal() or ANYBODY) is not ANYBODY:
            self._remember()
        if failed or "shut_out" in kept():
            left = self._limiter.get_window_stats(self._limit, _network()).remaining
            _tell(response, "failed-authentications", FAILURES_PER_MINUTE, left, self._reset_at())
        return response

    def _reset_at(self) -> float:
        return self._limiter.get_window_stats(self._limit, _network()).reset_time

    def _credential(self) -> bytes:
        """Return what a credential is remembered by: nobody learns it from the memory of the process."""
        given = this_request().headers.get("Authorization", "").encode()
        return hashlib.blake2b(given, key=self._secret, digest_size=16).digest()

    def _remember(self) -> None:
        with self._lock:
            self._accepted[self._credential()] = None
            if len(self._accepted) > _MOST_REMEMBERED:
                del self._accepted[next(iter(self._accepted))]

    def _forget(self) -> None:
        with self._lock:
            self._accepted.pop(self._credential(), None)


def _is_limited() -> bool:
    return this_request().path.startswith(DATA)


def _network() -> str:
    """Return the caller's address; of an IPv6 one the network, all of which is the caller's."""
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
