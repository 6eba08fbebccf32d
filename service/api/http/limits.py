"""Limit requests and batch items of each credential, and failed authentications of each client network.

Each worker counts in its own memory, so that counting needs no MongoDB command. All workers together allow
up to WORKERS times the limit. A window starts with the first request and ends a minute later. The header
RateLimit contains the remaining quota and the seconds until the window ends, RateLimit-Policy the quota and
the length of the window (draft-ietf-httpapi-ratelimit-headers-10).
"""

import ipaddress
import math
import time
from functools import partial

from flask import Flask, Response, after_this_request, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.api.http.context import principal, state
from service.api.http.paths import is_data_request
from service.config import Settings
from service.errors.access import TooManyRequests
from service.model.batch import BATCH_PATH

FAILURES_PER_MINUTE = 10
"""Maximum number of failed authentications per client network.

Further failures get a 429. Requests with a valid credential are not limited, so clients behind the same proxy
or NAT are not locked out. Failures are not counted per API key ID, because an attacker can send another ID
with each request.
"""
_BATCH_ITEMS = "batch_item_limit"
_WINDOW_SECONDS = 60
# A client usually controls all addresses of its /64 IPv6 network, so they count as one client.
_IPV6_PREFIX = 64


class RateLimit:
    """A limit per minute for each name, such as a credential ID."""

    def __init__(self, policy: str, quota: int) -> None:
        self._policy = policy
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(quota)

    def count(self, name: str, number: int = 1) -> None:
        """Count one request, or a number of items, under the name.

        If the quota does not allow all items, none is counted. Raises ``TooManyRequests``.
        """
        after_this_request(partial(self._add_headers, name))
        fits = number == 1 or self._limiter.test(self._limit, name, cost=number)
        if not (fits and self._limiter.hit(self._limit, name, cost=number)):
            reset_time = self._limiter.get_window_stats(self._limit, name).reset_time
            raise TooManyRequests(_seconds_until(reset_time))

    def _add_headers(self, name: str, response: Response) -> Response:
        window = self._limiter.get_window_stats(self._limit, name)
        remaining, seconds = max(0, window.remaining), _seconds_until(window.reset_time)
        response.headers["RateLimit-Policy"] = f'"{self._policy}";q={self._limit.amount};w={_WINDOW_SECONDS}'
        response.headers["RateLimit"] = f'"{self._policy}";r={remaining};t={seconds}'
        return response


def register(app: Flask, settings: Settings) -> None:
    """Limit how many requests on data each credential may send. Register this after authentication.

    A batch counts as items, not as a request: see ``count_batch_items``. Requests without a route or a
    principal, such as CORS preflights, are not counted.
    """
    requests_limit = _limit("requests", settings.requests_per_minute)
    items = app.extensions[_BATCH_ITEMS] = _limit("batch-items", settings.batch_items_per_minute)
    if requests_limit is None and items is None:
        return

    def count_request() -> None:
        caller = state().principal
        limit = items if request.path == BATCH_PATH else requests_limit
        if limit is not None and caller is not None and is_data_request():
            limit.count(caller.credential_id)

    app.before_request(count_request)


def _limit(policy: str, quota: int) -> RateLimit | None:
    return RateLimit(policy, quota) if quota else None


def count_batch_items(number: int) -> None:
    """Count the items of a batch. The request itself was counted as the first item.

    Raises ``TooManyRequests``.
    """
    limit: RateLimit | None = current_app.extensions[_BATCH_ITEMS]
    if limit is not None and number > 1:
        limit.count(principal().credential_id, number - 1)


def client_network() -> str:
    """Return the client's IPv4 address or IPv6 network, or ``unknown`` for a client of a Unix socket."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def _seconds_until(reset_time: float) -> int:
    return max(1, math.ceil(reset_time - time.time()))
