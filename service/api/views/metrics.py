"""`GET /metrics`: how many requests there were and how long they took, for Prometheus.

No label holds anything that a caller chose: the route is the template, not the path.
"""

import os
import time
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.api.http import match_metrics
from service.api.http.authentication import public
from service.api.http.current import kept, this_request
from service.api.http.rendering import CACHE_TTL, Rendering

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_LABELS = ("method", "route", "status")
# Seconds, from a single indexed read to the time-out of the database client.
_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def register(app: Flask, *, cache_ttl: float = CACHE_TTL) -> None:
    """Measure every request of the application and serve the figures; each application has its own.

    A rendering of the figures is reused for ``cache_ttl`` seconds.
    """
    registry = CollectorRegistry()
    requests = Counter("http_requests", "Requests answered.", _LABELS, registry=registry)
    seconds = Histogram(
        "http_request_duration_seconds", "Time to answer.", _LABELS, registry=registry, buckets=_BUCKETS
    )
    match_metrics.register(app, registry)
    blueprint = Blueprint("metrics", __name__)
    page = Rendering(lambda: generate_latest(_all_workers(registry)), ttl=cache_ttl)

    @cache
    def figures(*labels: str) -> tuple[Counter, Histogram]:
        """Return those of a route: to look them up takes longer than to count."""
        return requests.labels(*labels), seconds.labels(*labels)

    @blueprint.after_app_request
    def count(response: Response) -> Response:
        count_of, seconds_of = figures(*_labels(response))
        count_of.inc()
        seconds_of.observe(seconds_so_far())
        return response

    @blueprint.get("/metrics")
    @public
    def show_metrics() -> Response:
        """Show the figures of all workers in Prometheus's text format, as of the last five seconds."""
        return Response(page.content(), content_type=CONTENT_TYPE_LATEST)

    # The first thing that Flask calls: another hook may answer before those of ours that come later.
    app.url_value_preprocessor(_start_the_clock)
    app.register_blueprint(blueprint)


def _start_the_clock(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    kept().received_at = time.perf_counter()


def seconds_so_far() -> float:
    """Return how long ago the request came in."""
    received_at: float = kept().received_at
    return time.perf_counter() - received_at


def _labels(response: Response) -> tuple[str, str, str]:
    request = this_request()
    return method(request), route(request) or "unmatched", str(response.status_code)


def method(request: Request) -> str:
    """Return the request's method, or "other" for one that a caller has made up."""
    return request.method if request.method in _METHODS else "other"


def route(request: Request) -> str | None:
    """Return the template of the request's path, since a path can hold what a caller typed into it."""
    return request.url_rule.rule if request.url_rule else None


def _all_workers(registry: CollectorRegistry) -> CollectorRegistry:
    """Return what to show: under gunicorn the sum over its workers, elsewhere this process."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
    return everyone
