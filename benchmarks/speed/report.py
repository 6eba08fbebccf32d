"""The figures as tables, and where they stand in the docs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.speed.contenders import EVE, FASTAPI, FLOOR, OURS
from benchmarks.speed.growth import Memory, Point
from benchmarks.speed.measuring import Cost

GOALS: Sequence[tuple[str, str, float]] = (
    *(("match a call", FLOOR.name, 0.85), ("match a chat", FLOOR.name, 0.85)),
    *(("search, one key", FLOOR.name, 0.85), ("search, any of five", FLOOR.name, 0.85)),
    *(("search, prefix", FLOOR.name, 0.85), ("create", FLOOR.name, 0.8)),
    *(("match a call", FASTAPI.name, 1.0), ("search, one key", FASTAPI.name, 1.0)),
    *(("match a call", EVE.name, 1.6), ("search, one key", EVE.name, 1.6)),
)
"""At least so many of the other's requests a second."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table, all columns but the first to the right."""
    yield f"| {' | '.join(header)} |"
    yield f"|---{'|---:' * (len(header) - 1)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def throughput(costs: Mapping[str, Mapping[str, Cost]]) -> Iterator[str]:
    """Yield the table of who answered how many requests, how fast, and what each cost."""
    header = (
        *("", "", "requests/s", "ours is", "p50 ms", "p99 ms"),
        *("service CPU s/1,000", "mongod CPU s/1,000", "commands", "failed"),
    )
    rows = [
        (
            task if contender == OURS.name else "",
            contender,
            f"{cost.per_second:,.0f}",
            "" if contender == OURS.name else f"{of_task[OURS.name].per_second / cost.per_second:.2f}",
            *(f"{cost.p50_ms:.1f}", f"{cost.p99_ms:.1f}"),
            *(f"{cost.service_cpu:.2f}", f"{cost.mongod_cpu:.2f}", f"{cost.commands:.1f}"),
            f"{cost.failed:g}",
        )
        for task, of_task in costs.items()
        for contender, cost in of_task.items()
    ]
    yield from table(header, rows)


def goals(costs: Mapping[str, Mapping[str, Cost]]) -> Iterator[str]:
    """Yield the table of what was aimed at."""
    rows = []
    for task, other, at_least in GOALS:
        ratio = costs[task][OURS.name].per_second / costs[task][other].per_second
        met = "met" if ratio >= at_least else "**not met**"
        rows.append((f"{task}, of {other}", f"{at_least:.2f}", f"{ratio:.2f}", met))
    yield from table(("requests a second", "goal", "measured", ""), rows)


def growth(points: Sequence[Point]) -> Iterator[str]:
    """Yield the table of each question at each size."""
    rows = [
        (
            point.question,
            f"{point.customers:,}",
            *(f"{point.p50_ms:.2f}", f"{point.p99_ms:.2f}"),
            *(f"{point.keys:,.1f}", f"{point.documents:,.1f}"),
        )
        for point in points
    ]
    yield from table(("question", "profiles", "p50 ms", "p99 ms", "keys", "documents"), rows)


def memory(watched: Memory) -> str:
    """Return what became of the workers' memory, in a sentence."""
    before, after = (
        " and ".join(f"{worker:.0f}" for worker in megabytes) for megabytes in (watched.before, watched.after)
    )
    return f"Resident memory of the workers: {before} MB, and {after} MB {watched.requests:,} matches later."


def instances(costs: Mapping[str, Mapping[str, Cost]], *, per_second: int) -> str:
    """Return how many instances so many matches a second take, and how much of a mongod; computed."""
    ours = costs["match a call"][OURS.name]
    cores, mongod = ours.service_cpu / 1000 * per_second, ours.mongod_cpu / 1000 * per_second
    return " ".join(
        (
            f"A match takes {ours.service_cpu:.2f} ms of CPU in the service and {ours.mongod_cpu:.2f} ms",
            "in `mongod` on the machine that was measured on.",
            f"{per_second:,} matches a second are {cores:.0f} cores of the service at full load:",
            f"{cores / 4 / 0.6:.0f} instances of four cores (`WORKERS=4`) at 60 % load;",
            f"and {mongod:.1f} cores of `mongod`, which one primary has.",
        )
    )


def write(document: Path, parts: Mapping[str, Iterable[str]]) -> None:
    """Put each part between its two marks in the document; raises ValueError where they are not there."""
    text = document.read_text(encoding="utf-8")
    for name, lines in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"{document} has no place for {name}")
        before, after = pattern.split(text)
        text = "\n".join((before + begin, "", *lines, "", end + after))
    document.write_text(text, encoding="utf-8")
