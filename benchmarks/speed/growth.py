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
    MANY_HAVE_IT,
    MATCH,
    ONE_HAS_IT,
    PAGES_ON,
    SHARED_NUMBER,
    Memory,
    Point,
)
from benchmarks.speed.load import Request
from benchmarks.speed.measuring import MongoDB
from benchmarks.speed.processes import Server
from benchmarks.speed.tasks import MATCH_VOICE

# With one connection, requests never queue; two connections may reach the same worker.
_CONNECTIONS = 1
_ASKED_A_SECOND = 700
_PAGES_DEEP = 20
_WARM_UPS = 5


@dataclass(frozen=True)
class Sized:
    """A service with a number of customers."""

    customers: int
    server: Server
    token: str


def questions(sized: Sized) -> dict[str, list[Request]]:
    """Return the queries at each size."""
    common = {"criteria": [{"key": "name", "values": [" ".join(corpus.COMMON_NAME)]}]}
    unique = {"criteria": [{"key": "name", "values": [" ".join(corpus.ONLY_NAME)]}]}
    shared = {"channel": "voice", "phone_number": corpus.shared_number(0)}
    return {
        MATCH: list(MATCH_VOICE.requests(sized.customers, of_eve=False)),
        SHARED_NUMBER: [
            Request("POST", f"/v1/contacts/shared-{n}/match", json.dumps(shared)) for n in range(100)
        ],
        ONE_HAS_IT: [_search(unique)],
        MANY_HAVE_IT: [_search(common)],
        PAGES_ON: [_search(common | {"cursor": _deep_cursor(sized, common)})],
    }


def _search(body: Any) -> Request:
    return Request("POST", "/v1/profiles/search", json.dumps(body))


def _deep_cursor(sized: Sized, body: Any) -> str | None:
    """Return the cursor of a page far down the list, or of the last page with a next one."""
    cursor = None
    with httpx.Client(
        base_url=sized.server.url, headers={"Authorization": f"Bearer {sized.token}"}
    ) as client:
        for _ in range(_PAGES_DEEP):
            asked = body | ({"cursor": cursor} if cursor else {})
            found = client.post("/v1/profiles/search", json=asked).raise_for_status().json()
            if found["next_cursor"] is None:
                break
            cursor = found["next_cursor"]
    return cursor


def grow(sizes: Sequence[Sized], mongodb: MongoDB, folder: Path, *, seconds: int) -> Iterator[Point]:
    """Yield the medians of each query at each size, each measured for a number of seconds.

    The queries take turns of a second, so that other load on the machine affects all alike. They have run
    before, so that MongoDB's cache is warm.
    """
    requests = {sized.customers: questions(sized) for sized in sizes}
    asked = [
        _Asked(sized, question, requests[sized.customers][question], folder)
        for question, sized in product(requests[sizes[0].customers], sizes)
    ]
    for each in asked:
        each.warm_up()
    points: list[list[Point]] = [[] for _ in asked]
    for second in range(seconds):
        for each, seen in zip(asked, points, strict=True):
            seen.append(each.once(mongodb, second))
    yield from map(_median, points)


class _Asked:
    """A query at a size."""

    def __init__(self, sized: Sized, question: str, requests: Sequence[Request], folder: Path) -> None:
        self._sized = sized
        self._question = question
        self._count = len(requests)
        self._path = folder / f"growth-{sized.customers}-{question.replace(' ', '-')}.tsv"
        load.write_requests(self._path, requests)

    def warm_up(self) -> None:
        """Send each query about once."""
        self._run(seconds=max(1, self._count // _ASKED_A_SECOND), connections=16)

    def once(self, mongodb: MongoDB, second: int) -> Point:
        """Send queries for a second, other ones than in the second before."""
        before = mongodb.examined()
        answered = self._run(seconds=1, connections=_CONNECTIONS, begin=second * _ASKED_A_SECOND)
        keys, documents = (
            (late - early) / answered.requests for early, late in zip(before, mongodb.examined(), strict=True)
        )
        return Point(self._sized.customers, self._question, answered.p50_ms, answered.p99_ms, keys, documents)

    def _run(self, *, seconds: int, connections: int, begin: int = 0) -> load.Answered:
        url, token = self._sized.server.url, self._sized.token
        return load.run(url, self._path, seconds=seconds, connections=connections, begin=begin, token=token)


def _median(points: Sequence[Point]) -> Point:
    middle = {
        name: median(getattr(point, name) for point in points)
        for name in ("p50_ms", "p99_ms", "keys", "documents")
    }
    return Point(points[0].customers, points[0].question, **middle)


def memory(sized: Sized, folder: Path, *, requests: int) -> Memory:
    """Measure the workers' memory over many requests, after thousands that do not count.

    Those use new connections repeatedly, so that each worker gets its share.
    """
    path = folder / "memory.tsv"
    load.write_requests(path, MATCH_VOICE.requests(sized.customers, of_eve=False))
    for _ in range(_WARM_UPS):
        _send(sized, path, seconds=2)
    before = sized.server.worker_megabytes()
    answered = 0
    while answered < requests:
        answered += _send(sized, path, seconds=10, begin=answered)
    return Memory(answered, before, sized.server.worker_megabytes())


def _send(sized: Sized, path: Path, *, seconds: int, begin: int = 0) -> int:
    return load.run(
        sized.server.url, path, seconds=seconds, connections=16, begin=begin, token=sized.token
    ).requests
