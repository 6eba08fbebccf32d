"""Measure requests and matches for Prometheus.

Labels contain no data of a caller: routes are templates, channels and outcomes are enums.
"""

import os
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from threading import Condition
from time import monotonic

from cachetools import TTLCache, cached
from flask import Flask, Response, after_this_request, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.api.http import request_log
from service.api.http.authentication import public
from service.api.http.context import state
from service.model.contact import Channel
from service.model.match import Outcome

CACHE_TTL = 5.0
"""Seconds for which each worker caches the metrics, because any client can request them."""
_EXTENSION = "profile_lookup_matches"
_LABELS = ("method", "route", "status")
# In seconds, from the time of a single indexed read to the time-out of the database client.
_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def register(app: Flask, *, cache_ttl: float = CACHE_TTL) -> None:
    """Measure every request, and serve the metrics. Their text is cached for ``cache_ttl`` seconds."""
    registry = CollectorRegistry()
    render = cache_rendering(lambda: generate_latest(_all_workers(registry)), cache_ttl)
    _measure_requests(app, registry)
    matches = Counter(
        "profile_lookup_matches",
        "Matches of contacts with profiles, by outcome; further pages are not counted.",
        ("channel", "outcome"),
        registry=registry,
    )
    # Start each series at 0, so that Prometheus sees the first match as an increase.
    for channel in Channel:
        for outcome in Outcome:
            matches.labels(channel.value, outcome.value)
    app.extensions[_EXTENSION] = matches

    @app.get("/metrics", endpoint="metrics")
    @public
    def show_metrics() -> Response:
        return Response(render(), content_type=CONTENT_TYPE_LATEST)


def cache_rendering(
    render: Callable[[], bytes], ttl: float, clock: Callable[[], float] = monotonic
) -> Callable[[], bytes]:
    """Return a function that calls ``render`` at most once in ``ttl`` seconds.

    Concurrent calls wait for the same result and share it.
    """
    return cached(TTLCache(maxsize=1, ttl=ttl, timer=clock), condition=Condition())(render)


def _all_workers(registry: CollectorRegistry) -> CollectorRegistry:
    """Return a registry with the metrics of all gunicorn workers. Without gunicorn, return ``registry``."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    all_workers = CollectorRegistry()
    MultiProcessCollector(all_workers)  # type: ignore[no-untyped-call] # prometheus-client does not type it
    return all_workers


def _measure_requests(app: Flask, registry: CollectorRegistry) -> None:
    requests = Counter("http_requests", "Requests answered.", _LABELS, registry=registry)
    seconds = Histogram(
        "http_request_duration_seconds", "Time to answer.", _LABELS, registry=registry, buckets=_BUCKETS
    )

    @cache
    def series(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
        """Return the series of the labels. Cached, because looking them up takes longer than counting."""
        return requests.labels(method, route, status), seconds.labels(method, route, status)

    @app.after_request
    def measure(response: Response) -> Response:
        counter, histogram = series(
            request_log.method(), request_log.route() or "unmatched", str(response.status_code)
        )
        counter.inc()
        histogram.observe(state().seconds)
        return response


def count_match(channel: Channel, outcome: Outcome, cursor: str | None) -> None:
    """Count a match after the request, if its response is a 200: auditing the match can still fail.

    A match with a ``cursor`` is not counted, because the client asks for a further page.
    """

    @after_this_request
    def count(response: Response) -> Response:
        if cursor is None and response.status_code == HTTPStatus.OK:
            matches: Counter = current_app.extensions[_EXTENSION]
            matches.labels(channel.value, outcome.value).inc()
        return response
