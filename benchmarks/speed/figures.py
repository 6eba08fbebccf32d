"""The measured figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MATCH = "match a call"
MATCH_SHARED_NUMBER = "match a number that 300 share"
SEARCH_UNIQUE_NAME = "search a name that one has"
SEARCH_COMMON_NAME = "search a name that one in 200 has"
SEARCH_DEEP_PAGE = "the same, 20 pages on"
"""The names of the queries that are measured at each size."""


@dataclass(frozen=True)
class Cost:
    """Requests per second, latency in milliseconds, CPU seconds per 1,000 requests, commands per request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    service_cpu: float
    mongod_cpu: float
    commands: float
    failed: float


Costs = Mapping[str, Mapping[str, Cost]]
"""The cost of each task for each contender."""


@dataclass(frozen=True)
class Point:
    """One query at one size: latency, and how many index keys and documents MongoDB examines per request."""

    customers: int
    query: str
    p50_ms: float
    p99_ms: float
    keys: float
    documents: float


@dataclass(frozen=True)
class Memory:
    """Megabytes of each worker before and after a number of requests."""

    requests: int
    before: Sequence[float]
    after: Sequence[float]


@dataclass(frozen=True)
class Size:
    """Bytes per profile: as BSON, on disk, and in each index."""

    profiles: int
    document: float
    disk: float
    indexes: Mapping[str, float]

    @property
    def index(self) -> float:
        """Bytes in all indexes."""
        return sum(self.indexes.values())


@dataclass(frozen=True)
class Filled:
    """The number of inserted profiles, and the wall-clock time and Python's CPU time for them."""

    profiles: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Signed:
    """CPU milliseconds of the service for a search on `/v1`, and for the same search as SearchProfiles."""

    search_ms: float
    signed_ms: float
    ratio: float
    """The median of the rounds' ratios of ``signed_ms`` to ``search_ms``."""


@dataclass(frozen=True)
class Figures:
    """All figures of a run."""

    conditions: str
    costs: Costs
    points: Sequence[Point]
    memory: Memory
    sizes: Sequence[Size]
    """Sizes in ascending order of profiles."""
    normalising: Mapping[str, float]
    """CPU time for each part of a profile, in microseconds."""
    filled: Filled
    signed: Signed
