"""A page that is expensive to render is cached."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from service.api.http import context, metrics

TTL = 5.0


class Page:
    """Counts how often it is rendered, and is its own clock."""

    def __init__(self) -> None:
        self.time = 0.0
        self.rendered = 0

    def render(self) -> bytes:
        """Return the count of renderings."""
        self.rendered += 1
        return str(self.rendered).encode()


def test_a_page_is_rendered_once_within_its_ttl() -> None:
    """It is rendered again afterwards."""
    page = Page()
    shared = metrics.cache_rendering(page.render, TTL, lambda: page.time)
    assert [shared() for _ in range(1000)] == [b"1"] * 1000
    page.time = TTL - 0.001
    assert shared() == b"1"
    page.time = TTL
    assert [shared(), shared()] == [b"2", b"2"]


def test_concurrent_callers_share_a_rendering() -> None:
    """They wait for it. None renders again, even if the rendering took longer than the TTL."""
    callers = 8
    barrier = Barrier(callers)
    page = Page()

    def render_slowly() -> bytes:
        page.time += 2 * TTL
        return page.render()

    shared = metrics.cache_rendering(render_slowly, TTL, lambda: page.time)

    def ask(_: int) -> bytes:
        barrier.wait(timeout=30)
        return shared()

    with ThreadPoolExecutor(callers) as pool:
        assert list(pool.map(ask, range(callers))) == [b"1"] * callers


def test_a_failed_rendering_is_not_cached() -> None:
    """The next caller tries again."""
    page = Page()

    def render() -> bytes:
        if not page.render().endswith(b"2"):
            raise FileNotFoundError
        return b"done"

    shared = metrics.cache_rendering(render, TTL, lambda: page.time)
    with pytest.raises(FileNotFoundError):
        shared()
    assert shared() == b"done"


def test_the_metrics_are_rendered_once_for_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many requests without a credential render them once."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    app = Flask("shop")
    app.url_value_preprocessor(context.begin_request)
    metrics.register(app)
    client = app.test_client()
    # Each request is counted, so each rendering would differ.
    assert len({client.get("/metrics").text for _ in range(50)}) == 1
