"""`make bench`: measure everything in one run, and write docs/performance.md and its pictures."""

import platform
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import psutil
from pymongo import MongoClient

from benchmarks.speed import charts, contenders, filling, growth, load, normalising, report
from benchmarks.speed.contenders import CONTENDERS, OURS
from benchmarks.speed.credential import make_key
from benchmarks.speed.measuring import Bench, Cost, MongoDB
from service.config import Settings
from service.embedded.mongod import EmbeddedMongoDB

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_CACHE_GB = 6
_MEASURED = ("flask", "gunicorn", "marshmallow", "phonenumbers", "pymongo")


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    sizes: list[int]
    rounds: int
    seconds: float
    connections: int
    memory_requests: int
    rivals_python: str
    command: str


@click.command()
@click.option(
    "--size",
    "sizes",
    type=int,
    multiple=True,
    default=(10_000, 1_000_000),
    show_default=True,
    help="Numbers of profiles; contenders are compared on the first. Give it again for more.",
)
@click.option("--rounds", default=3, show_default=True, help="How often each is measured, in turn.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each measurement takes.")
@click.option("--connections", default=16, show_default=True, help="Requests under way at once.")
@click.option("--memory-requests", default=100_000, show_default=True, help="Requests to watch memory over.")
@click.option(
    "--rivals-python",
    default=".venv-rivals/bin/python",
    show_default=True,
    help="Where Eve, FastAPI and Beanie are installed.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Path(".bench"),
    show_default=True,
    help="Where the profiles are kept for the next run.",
)
@click.option("--write/--no-write", default=True, show_default=True, help="Write the figures into docs/.")
def main(*, data_dir: Path, write: bool, sizes: tuple[int, ...], **how: object) -> None:
    """Measure the service beside others, and on more and more profiles."""
    load.find_wrk()
    command = "make bench"
    options = Options(sizes=list(sizes), command=command, **how)  # type: ignore[arg-type] # click has checked them
    with ExitStack() as stack:
        mongod = stack.enter_context(EmbeddedMongoDB(data_dir, cache_gb=_CACHE_GB))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pid = mongod.pid
        assert pid is not None  # noqa: S101 - it has just been started
        shared = MongoDB(MongoClient(mongod.uri), psutil.Process(pid))
        stack.callback(shared.client.close)
        parts = dict(_measure(mongod.uri, shared, folder, options, stack))
    for name, lines in parts.items():
        click.echo("\n".join((f"\n{name}\n", *lines)))
    if write:
        report.write(_DOCS / "scaling.md", {"instances": parts.pop("instances")})
        report.write(_DOCS / "performance.md", parts)


def _measure(
    uri: str, mongodb: MongoDB, folder: Path, options: Options, stack: ExitStack
) -> Iterator[tuple[str, list[str]]]:
    yield "conditions", [_conditions(options)]
    settings = {
        size: Settings(mongodb_uri=uri, mongodb_database=f"bench_{size}", auth="off")
        for size in options.sizes
    }
    filled = {size: filling.fill(each, size) for size, each in settings.items()}
    compared = _made_anew(settings[options.sizes[0]], mongodb, options.sizes[0])
    costs = _compare(compared, mongodb, folder, options)
    charts.bars(_DOCS / "performance-throughput.svg", costs)
    yield "throughput", list(report.throughput(costs))
    yield "goals", list(report.goals(costs))
    yield "instances", [report.instances(costs, per_second=10_000)]
    sized = [_sized(each, size, folder, stack) for size, each in settings.items()]
    points = list(growth.grow(sized, mongodb, folder, seconds=options.seconds, rounds=options.rounds))
    charts.curves(_DOCS / "performance-growth.svg", points)
    yield "growth", list(report.growth(points))
    watched = growth.memory(sized[0], folder, requests=options.memory_requests)
    yield "memory", [report.memory(watched)]
    yield "size", list(_size(mongodb, settings[options.sizes[-1]], options.sizes[-1]))
    newly = [each for each in filled.values() if each is not None]
    yield "normalising", list(_normalising(newly[-1] if newly else None))


def _made_anew(settings: Settings, mongodb: MongoDB, size: int) -> Settings:
    """Return where contenders are compared: growth is not to be measured on what they create."""
    compared = replace(settings, mongodb_database="bench_compared")
    mongodb.client.drop_database(compared.mongodb_database)
    filling.fill(compared, size)
    return compared


def _compare(
    settings: Settings, mongodb: MongoDB, folder: Path, options: Options
) -> dict[str, dict[str, Cost]]:
    from benchmarks.speed.tasks import TASKS  # noqa: PLC0415

    env = _environment(settings)
    with contenders.running(CONTENDERS, env, options.rivals_python, folder) as servers:
        bench = Bench(
            mongodb,
            servers,
            folder,
            options.sizes[0],
            make_key(settings),
            options.seconds,
            options.connections,
        )
        measured: dict[str, dict[str, Cost]] = {}
        for task, costs in bench.rounds(TASKS, CONTENDERS, options.rounds):
            measured[task.name] = costs
            click.echo(f"{task.name}: " + ", ".join(f"{n} {c.per_second:.0f}/s" for n, c in costs.items()))
    return measured


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "MONGODB_URI": settings.mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "DEFAULT_REGION": "JP",
        "AUTH": "on",
    }


def _sized(settings: Settings, size: int, folder: Path, stack: ExitStack) -> growth.Sized:
    servers = stack.enter_context(contenders.running((OURS,), _environment(settings), "", folder))
    return growth.Sized(size, servers[OURS.name], make_key(settings))


def _conditions(options: Options) -> str:
    installed = ", ".join(f"{name} {version(name)}" for name in _MEASURED)
    rivals = contenders.versions(options.rivals_python)
    when = f"{datetime.now(UTC):%Y-%m-%d}, `{options.command}`"
    how = f"{options.rounds} rounds of {options.seconds:g} s each, {options.connections} connections"
    where = f"{psutil.cpu_count()} cores shared by load, services and mongod"
    python = platform.python_version()
    return (
        f"{when}: {how}, {where}. Python {python}, {installed}; the rivals: {rivals}; mongod 6.0.5, one node."
    )


def _size(mongodb: MongoDB, settings: Settings, size: int) -> Iterator[str]:
    stats = mongodb.client[settings.mongodb_database].command("collStats", "profiles")
    indexes = "; ".join(f"`{n}` {b / size:,.0f}" for n, b in sorted(stats["indexSizes"].items()))
    document, disk, index = (stats[name] / size for name in ("size", "storageSize", "totalIndexSize"))
    yield (
        f"At {size:,} profiles, each takes {document:,.0f} bytes as BSON, {disk:,.0f} on disk (snappy), and "
        f"{index:,.0f} of index ({indexes})."
    )


def _normalising(filled: filling.Filled | None) -> Iterator[str]:
    rows = [(part, f"{cost:.0f}") for part, cost in normalising.costs().items()]
    yield from report.table(("normalising of one profile", "CPU µs"), rows)
    if filled is not None:
        yield ""
        yield (
            f"Importing {filled.profiles:,} profiles, made in two processes as the service makes them: "
            f"{filled.profiles / filled.seconds:,.0f} a second, "
            f"{filled.cpu_seconds / filled.profiles * 1000:.2f} ms of CPU each beside mongod's."
        )


if __name__ == "__main__":
    main()
