"""Measures the same queries with growing numbers of customers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.speed import corpus, load
from benchmarks.speed.figures import (
    MATCH,
    MATCH_SHARED_NUMBER,
    SEARCH_COMMON_NAME,
    SEARCH_DEEP_PAGE,
    SEARCH_UNIQUE_NAME,
    Memory,
    Point,
)
from benchmarks.speed.load import Request
from benchmarks.speed.measuring import MongoDB
from benchmarks.speed.processes import Server
from benchmarks.speed.tasks import MATCH_VOICE

# With one connection, no request waits for another. Two connections may reach the same worker.
_CONNECTIONS = 1
_REQUESTS_PER_SECOND = 700
_PAGES_DEEP = 20
_WARM_UPS = 5


@dataclass(frozen=True)
class SizedService:
    """A service with a number of customers."""

    customers: int
    server: Server
    token: str


def requests_by_query(sized: SizedService) -> dict[str, list[Request]]:
    """Return the requests of each query to a service. They are sent in turn."""
    common = {"criteria": [{"key": "name", "values": [" ".join(corpus.COMMON_NAME)]}]}
    unique = {"criteria": [{"key": "name", "values": [" ".join(corpus.ONLY_NAME)]}]}
    shared = {"channel": "voice", "phone_number": corpus.shared_number(0)}
    return {
        MATCH: list(MATCH_VOICE.requests(sized.customers, of_eve=False)),
        MATCH_SHARED_NUMBER: [
            Request("POST", f"/v1/contacts/shared-{n}/match", json.dumps(shared)) for n in range(100)
        ],
        SEARCH_UNIQUE_NAME: [_search(unique)],
        SEARCH_COMMON_NAME: [_search(common)],
        SEARCH_DEEP_PAGE: [_search(common | {"cursor": _deep_cursor(sized, common)})],
    }


def _search(body: Any) -> Request:
    return Request("POST", "/v1/profiles/search", json.dumps(body))


def _deep_cursor(sized: SizedService, body: Any) -> str | None:
    """Return the cursor of page 21. If there are fewer pages, return the cursor of the last page."""
    cursor = None
    with httpx.Client(
        base_url=sized.server.url, headers={"Authorization": f"Bearer {sized.token}"}
    ) as client:
        for _ in range(_PAGES_DEEP):
            request_body = body | ({"cursor": cursor} if cursor else {})
            page = client.post("/v1/profiles/search", json=request_body).raise_for_status().json()
            if page["next_cursor"] is None:
                break
            cursor = page["next_cursor"]
    return cursor


def grow(sizes: Sequence[SizedService], mongodb: MongoDB, folder: Path, *, seconds: int) -> Iterator[Point]:
    """Yield the medians of each query at each size. Each is measured for a number of seconds.

    The queries take turns of one second, so that other load on the machine affects all of them equally. A
    warm-up fills MongoDB's cache.
    """
    requests = {sized.customers: requests_by_query(sized) for sized in sizes}
    queries = [
        _Query(sized, query, requests[sized.customers][query], folder)
        for query, sized in product(requests[sizes[0].customers], sizes)
    ]
    for each in queries:
        each.warm_up()
    points: list[list[Point]] = [[] for _ in queries]
    for second in range(seconds):
        for each, measurements in zip(queries, points, strict=True):
            measurements.append(each.measure(mongodb, second))
    yield from map(_median, points)


class _Query:
    """A query at a size."""

    def __init__(self, sized: SizedService, query: str, requests: Sequence[Request], folder: Path) -> None:
        self._sized = sized
        self._query = query
        self._count = len(requests)
        self._path = folder / f"growth-{sized.customers}-{query.replace(' ', '-')}.tsv"
        load.write_requests(self._path, requests)

    def warm_up(self) -> None:
        """Send each request about once."""
        self._run(seconds=max(1, self._count // _REQUESTS_PER_SECOND), connections=16)

    def measure(self, mongodb: MongoDB, second: int) -> Point:
        """Measure for one second. Each second starts with another request."""
        before = mongodb.examined()
        result = self._run(seconds=1, connections=_CONNECTIONS, begin=second * _REQUESTS_PER_SECOND)
        keys, documents = (
            (late - early) / result.requests for early, late in zip(before, mongodb.examined(), strict=True)
        )
        return Point(self._sized.customers, self._query, result.p50_ms, result.p99_ms, keys, documents)

    def _run(self, *, seconds: int, connections: int, begin: int = 0) -> load.LoadResult:
        url, token = self._sized.server.url, self._sized.token
        return load.run(url, self._path, seconds=seconds, connections=connections, begin=begin, token=token)


def _median(points: Sequence[Point]) -> Point:
    middle = {
        name: median(getattr(point, name) for point in points)
        for name in ("p50_ms", "p99_ms", "keys", "documents")
    }
    return Point(points[0].customers, points[0].query, **middle)


def memory(sized: SizedService, folder: Path, *, requests: int) -> Memory:
    """Measure the memory of the workers before and after many requests.

    Thousands of requests warm up the workers first, over new connections again and again, so that each worker
    gets some of these requests.
    """
    path = folder / "memory.tsv"
    load.write_requests(path, MATCH_VOICE.requests(sized.customers, of_eve=False))
    for _ in range(_WARM_UPS):
        _send(sized, path, seconds=2)
    before = sized.server.worker_megabytes()
    sent = 0
    while sent < requests:
        sent += _send(sized, path, seconds=10, begin=sent)
    return Memory(sent, before, sized.server.worker_megabytes())


def _send(sized: SizedService, path: Path, *, seconds: int, begin: int = 0) -> int:
    return load.run(
        sized.server.url, path, seconds=seconds, connections=16, begin=begin, token=sized.token
    ).requests
