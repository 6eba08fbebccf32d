"""The performance goals and the check whether they are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from benchmarks.speed.contenders import EVE, FASTAPI, FLOOR, OURS
from benchmarks.speed.corpus import ONE_IN_COMMON
from benchmarks.speed.figures import (
    MATCH,
    SEARCH_COMMON_NAME,
    SEARCH_DEEP_PAGE,
    SEARCH_UNIQUE_NAME,
    Costs,
    Figures,
    Memory,
    Point,
    Signed,
)

_MATCHES = (MATCH, "match a chat")
_SEARCHES = ("search, one key", "search, any of five", "search, prefix")
_THROUGHPUT = (
    *((task, FLOOR.name, 0.85) for task in (*_MATCHES, *_SEARCHES)),
    ("create", FLOOR.name, 0.8),
    *((task, FASTAPI.name, 1.0) for task in (*_MATCHES, *_SEARCHES)),
    *((task, EVE.name, 1.6) for task in (*_MATCHES, *_SEARCHES)),
)
_MATCH_GROWS, _PAGE_OF_MANY, _DEEP_PAGE = 1.2, 2.0, 1.2
# Allow for noise: the figures of /proc, free space in the heap, and requests in progress.
_MEMORY_GROWS = 1.05
_SIGNED = 1.3
_HUNDREDTHS = Decimal("0.01")


@dataclass(frozen=True)
class Goal:
    """A ratio with a lower or an upper bound."""

    what: str
    bound: float
    measured: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """True if the goal is met. The ratio is not rounded."""
        return self.measured <= self.bound if self.at_most else self.measured >= self.bound

    @property
    def shown(self) -> str:
        """The measured ratio, rounded towards the worse value."""
        return rounded(self.measured, up=self.at_most)


def rounded(ratio: float, *, up: bool) -> str:
    """Return a ratio rounded to hundredths."""
    return str(Decimal(str(ratio)).quantize(_HUNDREDTHS, ROUND_CEILING if up else ROUND_FLOOR))


def times(costs: Costs, task: str, other: str) -> float:
    """Return the throughput of the service relative to another contender."""
    return costs[task][OURS.name].per_second / costs[task][other].per_second


def of(figures: Figures) -> list[Goal]:
    """Return all goals with their measured ratios."""
    return [
        *_throughput(figures.costs),
        *_growth(figures.points),
        _memory(figures.memory),
        _signed(figures.signed),
    ]


def _throughput(costs: Costs) -> Iterator[Goal]:
    for task, other, at_least in _THROUGHPUT:
        what = f"{task}: throughput relative to {other}"
        yield Goal(what, at_least, times(costs, task, other))


def _growth(points: Sequence[Point]) -> Iterator[Goal]:
    """Yield the goals for each size except the smallest."""
    at = {(point.query, point.customers): point for point in points}
    smallest, *larger = sorted({point.customers for point in points})
    for customers in larger:
        yield Goal(
            f"p99 of a match: {customers:,} profiles ÷ {smallest:,} profiles",
            _MATCH_GROWS,
            at[MATCH, customers].p99_ms / at[MATCH, smallest].p99_ms,
            at_most=True,
        )
        one, many, deep = (
            at[query, customers] for query in (SEARCH_UNIQUE_NAME, SEARCH_COMMON_NAME, SEARCH_DEEP_PAGE)
        )
        shared = f"name shared by {customers // ONE_IN_COMMON:,}"
        for percentile, figure in (("p50", "p50_ms"), ("p99", "p99_ms")):
            of_one, of_many, of_deep = (getattr(point, figure) for point in (one, many, deep))
            yield Goal(
                f"{percentile} of a page: {shared} ÷ unique name",
                _PAGE_OF_MANY,
                of_many / of_one,
                at_most=True,
            )
            yield Goal(
                f"{percentile} of page 21 ÷ page 1: {shared}",
                _DEEP_PAGE,
                of_deep / of_many,
                at_most=True,
            )


def _memory(memory: Memory) -> Goal:
    grown = max(after / before for before, after in zip(memory.before, memory.after, strict=True))
    what = f"resident memory of a worker: after {memory.requests:,} matches ÷ before"
    return Goal(what, _MEMORY_GROWS, grown, at_most=True)


def _signed(signed: Signed) -> Goal:
    what = "CPU of the service: a signed SearchProfiles ÷ the same search on `/v1`"
    return Goal(what, _SIGNED, signed.ratio, at_most=True)
