"""What is measured: plain figures, that know nothing of how they came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MATCH = "match a call"
SHARED_NUMBER = "match a number that 300 share"
ONE_HAS_IT = "search a name that one has"
MANY_HAVE_IT = "search a name that one in 200 has"
PAGES_ON = "the same, 20 pages on"
"""What is asked at each size."""


@dataclass(frozen=True)
class Cost:
    """Requests a second, milliseconds; CPU seconds for a thousand requests, commands for one; failed ones."""

    per_second: float
    p50_ms: float
    p99_ms: float
    service_cpu: float
    mongod_cpu: float
    commands: float
    failed: float


Costs = Mapping[str, Mapping[str, Cost]]
"""Of each task, what it costs each contender."""


@dataclass(frozen=True)
class Point:
    """One question at one size: milliseconds, and what a request had MongoDB look at."""

    customers: int
    question: str
    p50_ms: float
    p99_ms: float
    keys: float
    documents: float


@dataclass(frozen=True)
class Memory:
    """Megabytes of each worker before and after so many requests."""

    requests: int
    before: Sequence[float]
    after: Sequence[float]


@dataclass(frozen=True)
class Size:
    """Bytes of one of so many profiles: as BSON, on disk, and in each index."""

    profiles: int
    document: float
    disk: float
    indexes: Mapping[str, float]

    @property
    def index(self) -> float:
        """Bytes in all indexes together."""
        return sum(self.indexes.values())


@dataclass(frozen=True)
class Filled:
    """How many profiles were made, and what that took in seconds: by the clock, and of CPU in Python."""

    profiles: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Figures:
    """All that one run has measured."""

    conditions: str
    costs: Costs
    points: Sequence[Point]
    memory: Memory
    sizes: Sequence[Size]
    """The smallest first."""
    normalising: Mapping[str, float]
    """Microseconds of CPU that each part of a profile takes."""
    filled: Filled
