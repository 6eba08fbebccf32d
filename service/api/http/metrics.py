"""Measure requests and matches for Prometheus.

No label has a value of a caller: routes are templates, and channels and outcomes are enums.
"""

from functools import cache
from http import HTTPStatus

from flask import Flask, Request, Response, after_this_request, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram

from service.api.http.context import state
from service.model.contact import Channel
from service.model.match import Outcome

_EXTENSION = "profile_lookup_matches"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_LABELS = ("method", "route", "status")
# Seconds, from a single indexed read to the time-out of the database client.
_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def register(app: Flask) -> CollectorRegistry:
    """Measure every request and match of the application; return its registry."""
    registry = CollectorRegistry()
    _measure_requests(app, registry)
    matches = Counter(
        "profile_lookup_matches",
        "Matches of contacts with profiles, by outcome; further pages are not counted.",
        ("channel", "outcome"),
        registry=registry,
    )
    # Each series starts at 0, so that the first match is an increase.
    for channel in Channel:
        for outcome in Outcome:
            matches.labels(channel.value, outcome.value)
    app.extensions[_EXTENSION] = matches
    return registry


def _measure_requests(app: Flask, registry: CollectorRegistry) -> None:
    requests = Counter("http_requests", "Requests answered.", _LABELS, registry=registry)
    seconds = Histogram(
        "http_request_duration_seconds", "Time to answer.", _LABELS, registry=registry, buckets=_BUCKETS
    )

    @cache
    def series(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
        """Return the series of the labels; looking them up takes longer than counting."""
        return requests.labels(method, route, status), seconds.labels(method, route, status)

    @app.after_request
    def measure(response: Response) -> Response:
        labels = method_label(request), route_label(request) or "unmatched", str(response.status_code)
        counter, histogram = series(*labels)
        counter.inc()
        histogram.observe(state().seconds)
        return response


def method_label(request: Request) -> str:
    """Return the method of the request, or "other" if it is not a known method."""
    return request.method if request.method in _METHODS else "other"


def route_label(request: Request) -> str | None:
    """Return the template of the path: the path itself can hold a personal value."""
    return request.url_rule.rule if request.url_rule else None


def count_match(channel: str, outcome: Outcome, cursor: str | None) -> None:
    """Count a match if its response is a 200; a further page, with a ``cursor``, is not counted.

    The response is a 503 if the audit cannot store the match.
    """

    @after_this_request
    def count(response: Response) -> Response:
        if cursor is None and response.status_code == HTTPStatus.OK:
            matches: Counter = current_app.extensions[_EXTENSION]
            matches.labels(channel, outcome.value).inc()
        return response
