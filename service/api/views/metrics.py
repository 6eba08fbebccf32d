"""`GET /metrics`: the figures for Prometheus."""

import os
from collections.abc import Callable
from threading import Condition
from time import monotonic

from cachetools import TTLCache, cached
from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.api.http import metrics
from service.api.http.authentication import public

CACHE_TTL = 5.0
"""Seconds for which each worker reuses a rendering: any client can request it without a credential."""


def register(app: Flask, *, cache_ttl: float = CACHE_TTL) -> None:
    """Measure every request, and serve the figures. A rendering is reused for ``cache_ttl`` seconds."""
    registry = metrics.register(app)
    render = reused(lambda: generate_latest(_all_workers(registry)), cache_ttl)

    @app.get("/metrics", endpoint="metrics")
    @public
    def show_metrics() -> Response:
        return Response(render(), content_type=CONTENT_TYPE_LATEST)


def reused(
    render: Callable[[], bytes], ttl: float, clock: Callable[[], float] = monotonic
) -> Callable[[], bytes]:
    """Return a function that renders at most once in ``ttl`` seconds.

    Calls during a rendering wait for it and share it.
    """
    return cached(TTLCache(maxsize=1, ttl=ttl, timer=clock), condition=Condition())(render)


def _all_workers(registry: CollectorRegistry) -> CollectorRegistry:
    """Return the registry of all gunicorn workers, or else that of this process."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    all_workers = CollectorRegistry()
    MultiProcessCollector(all_workers)  # type: ignore[no-untyped-call] # prometheus-client does not type it
    return all_workers
