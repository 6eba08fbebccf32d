"""The cache of a page that is expensive to render."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from service.api.http import context, metrics

TTL = 5.0


class Page:
    """A page that counts its renderings. Its ``time`` is the clock of the cache."""

    def __init__(self) -> None:
        self.time = 0.0
        self.rendered = 0

    def render(self) -> bytes:
        """Return the number of renderings."""
        self.rendered += 1
        return str(self.rendered).encode()


def test_a_page_is_rendered_once_within_its_ttl() -> None:
    """After the TTL, the next call renders the page again."""
    page = Page()
    shared = metrics.cache_rendering(page.render, TTL, lambda: page.time)
    assert [shared() for _ in range(1000)] == [b"1"] * 1000
    page.time = TTL - 0.001
    assert shared() == b"1"
    page.time = TTL
    assert [shared(), shared()] == [b"2", b"2"]


def test_concurrent_callers_share_a_rendering() -> None:
    """All callers wait for the same rendering, even if it takes longer than the TTL."""
    callers = 8
    barrier = Barrier(callers)
    page = Page()

    def render_slowly() -> bytes:
        page.time += 2 * TTL
        return page.render()

    shared = metrics.cache_rendering(render_slowly, TTL, lambda: page.time)

    def call(_: int) -> bytes:
        barrier.wait(timeout=30)
        return shared()

    with ThreadPoolExecutor(callers) as pool:
        assert list(pool.map(call, range(callers))) == [b"1"] * callers


def test_a_failed_rendering_is_not_cached() -> None:
    """The next call renders the page again."""
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
    """The path needs no credential. Many requests must not cause many renderings."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    app = Flask("test")
    app.url_value_preprocessor(context.begin_request)
    metrics.register(app)
    client = app.test_client()
    # Each request changes the counters, so two renderings would differ.
    assert len({client.get("/metrics").text for _ in range(50)}) == 1
