"""Writes the figures as tables into the docs."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.speed import goals
from benchmarks.speed.contenders import OURS
from benchmarks.speed.figures import MATCH, Costs, Figures, Filled, Memory, Point, Size

Parts = dict[str, list[str]]
"""The lines between the start mark and the end mark of each part, by the name of the part."""

_CORES_PER_INSTANCE, _LOAD_PERCENT = 4, 60


def performance(figures: Figures) -> Parts:
    """Return the parts of docs/performance.md."""
    return {
        "conditions": [figures.conditions],
        "throughput": list(_throughput(figures.costs)),
        "goals": list(_goals(goals.of(figures))),
        "growth": list(_growth(figures.points)),
        "size": list(_size(figures.sizes)),
        "memory": [_memory(figures.memory)],
        "normalising": list(_normalising(figures.normalising, figures.filled)),
    }


def scaling(figures: Figures) -> Parts:
    """Return the parts of docs/scaling.md."""
    return {
        "sizes": list(_sizes(figures.sizes[-1])),
        "instances": [_instances(figures.costs, per_second=10_000)],
    }


def readme(figures: Figures) -> Parts:
    """Return the part of the README."""
    return {"speed": list(_summary(figures))}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table. All columns except the first are right-aligned."""
    yield f"| {' | '.join(header)} |"
    yield f"|---{'|---:' * (len(header) - 1)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _throughput(costs: Costs) -> Iterator[str]:
    """Yield the table of throughput, latency and cost, by task and contender."""
    header = (
        *("", "", "requests/s", "ratio", "p50 ms", "p99 ms"),
        *("service CPU s/1,000", "mongod CPU s/1,000", "commands", "failed"),
    )
    rows = [
        (
            task if contender == OURS.name else "",
            contender,
            f"{cost.per_second:,.0f}",
            "" if contender == OURS.name else _times(costs, task, contender),
            *(f"{cost.p50_ms:.1f}", f"{cost.p99_ms:.1f}"),
            *(f"{cost.service_cpu:.2f}", f"{cost.mongod_cpu:.2f}", f"{cost.commands:.1f}"),
            f"{cost.failed:g}",
        )
        for task, of_task in costs.items()
        for contender, cost in of_task.items()
    ]
    yield from table(header, rows)


def _times(costs: Costs, task: str, other: str) -> str:
    return goals.rounded(goals.times(costs, task, other), up=False)


def _goals(all_goals: Sequence[goals.Goal]) -> Iterator[str]:
    """Yield the table of goals."""
    rows = [
        (
            goal.what,
            f"{'at most' if goal.at_most else 'at least'} {goal.bound:.2f}",
            goal.shown,
            "met" if goal.met else "**not met**",
        )
        for goal in all_goals
    ]
    yield f"{_met(all_goals)} goals are met."
    yield ""
    yield from table(("", "goal", "measured", ""), rows)


def _met(all_goals: Sequence[goals.Goal]) -> str:
    return f"{sum(goal.met for goal in all_goals)} of {len(all_goals)}"


def _growth(points: Sequence[Point]) -> Iterator[str]:
    """Yield the table of each query at each size."""
    rows = [
        (
            point.query,
            f"{point.customers:,}",
            *(f"{point.p50_ms:.2f}", f"{point.p99_ms:.2f}"),
            *(f"{point.keys:,.1f}", f"{point.documents:,.1f}"),
        )
        for point in points
    ]
    yield from table(("request", "profiles", "p50 ms", "p99 ms", "index keys", "documents"), rows)


def _memory(memory: Memory) -> str:
    """Return a sentence about the memory of the workers."""
    before, after = (
        " and ".join(f"{worker:.0f}" for worker in megabytes) for megabytes in (memory.before, memory.after)
    )
    matches = f"{memory.requests:,} matches"
    return f"Resident memory of the workers: {before} MB before and {after} MB after {matches}."


def _instances(costs: Costs, *, per_second: int) -> str:
    """Return how many instances of the service and how many cores for `mongod` this load needs."""
    ours = costs[MATCH][OURS.name]
    cores, mongod = ours.service_cpu / 1000 * per_second, ours.mongod_cpu / 1000 * per_second
    instances = math.ceil(cores * 100 / (_CORES_PER_INSTANCE * _LOAD_PERCENT))
    return (
        f"On the measured machine, a match takes {ours.service_cpu:.2f} ms of CPU in the service and "
        f"{ours.mongod_cpu:.2f} ms in `mongod`. So {per_second:,} matches per second need {cores:.1f} fully "
        f"used cores for the service: {instances} instances of {_CORES_PER_INSTANCE} cores "
        f"(`WORKERS={_CORES_PER_INSTANCE}`) at {_LOAD_PERCENT} % load. The primary needs {mongod:.1f} cores "
        "for `mongod`."
    )


def _size(sizes: Sequence[Size]) -> Iterator[str]:
    """Yield the table of the size of a profile."""
    indexes = list(sizes[0].indexes)
    rows = [
        [
            f"{size.profiles:,}",
            *(f"{each:,.0f}" for each in (size.document, size.disk, size.index)),
            *(f"{size.indexes[index]:,.0f}" for index in indexes),
        ]
        for size in sizes
    ]
    return table(("profiles", "as BSON", "on disk", "in indexes", *(f"`{index}`" for index in indexes)), rows)


def _sizes(size: Size) -> Iterator[str]:
    """Yield the table of the sizes of larger databases, with the memory if a tenth of the data is in use."""
    rows = [
        (
            label,
            *(_bytes(each * count) for each in (size.document, size.index, size.index + size.document / 10)),
        )
        for label, count in (("1 million", 1e6), ("100 million", 1e8), ("1 billion", 1e9))
    ]
    header = ("Profiles", "BSON (cache)", "Indexes", "Memory for all indexes and a tenth of the data")
    yield from table(header, rows)
    yield ""
    yield (
        f"Per profile, measured at {size.profiles:,} profiles: {size.document:,.0f} bytes of BSON and "
        f"{size.index:,.0f} bytes of indexes. The index `lookup` serves all search keys and takes "
        f"{size.indexes['lookup']:,.0f} bytes of these."
    )


def _bytes(count: float) -> str:
    gigabytes = count / 1e9
    if gigabytes >= 1000:  # noqa: PLR2004 - gigabytes per terabyte
        return f"{gigabytes / 1000:.1f} TB"
    return f"{gigabytes:.1f} GB" if gigabytes < 10 else f"{gigabytes:.0f} GB"  # noqa: PLR2004


def _normalising(costs: Mapping[str, float], filled: Filled) -> Iterator[str]:
    rows = [(part, f"{cost:.0f}") for part, cost in costs.items()]
    yield from table(("normalise one profile", "CPU µs"), rows)
    yield ""
    yield (
        f"Two processes normalised {filled.profiles:,} profiles and wrote them directly to MongoDB: "
        f"{filled.profiles / filled.seconds:,.0f} per second, including the start of the processes, and "
        f"{filled.cpu_seconds / filled.profiles * 1000:.2f} ms of CPU per profile, without `mongod`. Only "
        "the benchmark loads profiles in this way: [import your customers over HTTP](importing.md)."
    )


def _summary(figures: Figures) -> Iterator[str]:
    """Yield the latency of a match and the size of a profile."""
    matched = sorted((p.customers, p.p99_ms) for p in figures.points if p.query == MATCH)
    by_size = "; ".join(f"{p99:.1f} ms at {customers:,}" for customers, p99 in matched)
    yield f"p99 of a match, with one request at a time: {by_size} profiles."
    largest = figures.sizes[-1]
    yield f"A profile takes {largest.document:,.0f} bytes of data and {largest.index:,.0f} bytes of indexes."


def write(document: Path, parts: Mapping[str, Iterable[str]]) -> None:
    """Write each part between its marks in the document.

    Raises:
        ValueError: the document does not have the marks.

    """
    text = document.read_text(encoding="utf-8")
    for name, lines in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"{document} has no place for {name}")
        before, after = pattern.split(text)
        text = "\n".join((before + begin, "", *lines, "", end + after))
    document.write_text(text, encoding="utf-8")
