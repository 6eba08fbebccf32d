"""`make bench`: measure everything in one run. Write the figures and charts of the docs."""

import platform
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import psutil
from pymongo import MongoClient

from benchmarks.speed import (
    charts,
    contenders,
    corpus,
    filling,
    growth,
    load,
    normalising,
    processes,
    report,
    signed,
)
from benchmarks.speed.contenders import CONTENDERS, OURS
from benchmarks.speed.credential import make_key
from benchmarks.speed.figures import Costs, Figures
from benchmarks.speed.measuring import Bench, MongoDB
from benchmarks.speed.tasks import TASKS
from service.config import Settings
from service.local.mongod import BundledMongoDB

_ROOT = Path(__file__).resolve().parents[2]
_DOCS = _ROOT / "docs"
_CACHE_GB = 6
_PACKAGES = ("flask", "gunicorn", "marshmallow", "phonenumbers", "pymongo")
_REGION = "JP"
# With ten million profiles, a batch may wait for the disk. This timeout does not apply to the services.
_FILLING_MS = 120_000


@dataclass(frozen=True)
class Options:
    """Options of a run."""

    sizes: list[int]
    rounds: int
    seconds: int
    connections: int
    memory_requests: int
    rivals_python: str


@click.command()
@click.option(
    "--size",
    "sizes",
    type=click.IntRange(1000, corpus.MAX_CUSTOMERS),
    multiple=True,
    default=(10_000, 1_000_000),
    show_default=True,
    help="Number of profiles. Repeat it for several. The contenders get the smallest.",
)
@click.option("--rounds", default=5, show_default=True, help="Rounds of each measurement.")
@click.option("--seconds", default=3, show_default=True, help="Duration of each measurement.")
@click.option("--connections", default=16, show_default=True, help="Concurrent requests.")
@click.option(
    "--memory-requests", default=100_000, show_default=True, help="Requests of the memory measurement."
)
@click.option(
    "--rivals-python",
    default=".venv-rivals/bin/python",
    show_default=True,
    help="Python with Eve, FastAPI and Beanie.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Path(".bench"),
    show_default=True,
    help="Directory that keeps the profiles for the next run.",
)
@click.option("--write/--no-write", default=True, show_default=True, help="Write the figures into the docs.")
def main(*, data_dir: Path, write: bool, sizes: tuple[int, ...], **values: object) -> None:
    """Compare the service with other services, and measure it with growing numbers of profiles."""
    load.find_wrk()
    options = Options(sizes=sorted(set(sizes)), **values)  # type: ignore[arg-type] # click has checked them
    with ExitStack() as stack:
        mongod = stack.enter_context(BundledMongoDB(data_dir, cache_gb=_CACHE_GB))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client: MongoClient[dict[str, Any]] = stack.enter_context(MongoClient(mongod.uri))
        figures = _measure(mongod.uri, MongoDB(client, psutil.Process(mongod.pid)), folder, options)
    written = {
        _DOCS / "performance.md": report.performance(figures),
        _DOCS / "scaling.md": report.scaling(figures),
        _ROOT / "README.md": report.readme(figures),
    }
    for document, parts in written.items():
        for name, lines in parts.items():
            click.echo("\n".join((f"\n{name}\n", *lines)))
        if write:
            report.write(document, parts)
    if write:
        charts.bars(_DOCS / "performance-throughput.svg", figures.costs)
        charts.curves(_DOCS / "performance-growth.svg", figures.points)


def _measure(uri: str, mongodb: MongoDB, folder: Path, options: Options) -> Figures:
    settings = {size: _settings(uri, f"bench_{size}") for size in options.sizes}
    # The contenders change data, but growth is measured on unchanged data. So each run creates another
    # database for the contenders.
    comparison = _settings(uri, "bench_compared")
    mongodb.client.drop_database(comparison.mongodb_database)
    filled = [filling.fill(comparison, options.sizes[0])]
    filled += [filling.fill(each, size) for size, each in settings.items()]
    with ExitStack() as stack:
        services = [_start_service(each, size, folder, stack) for size, each in settings.items()]
        points = list(growth.grow(services, mongodb, folder, seconds=options.seconds * options.rounds))
        memory = growth.memory(services[0], folder, requests=options.memory_requests)
    return Figures(
        _conditions(mongodb, options),
        _compare(comparison, mongodb, folder, options),
        points,
        memory,
        [mongodb.size(f"bench_{size}") for size in options.sizes],
        normalising.costs(),
        # The largest database that this run filled.
        [each for each in filled if each is not None][-1],
        signed.measure(
            comparison,
            folder,
            customers=options.sizes[0],
            rounds=options.rounds,
            seconds=options.seconds,
            connections=options.connections,
        ),
    )


def _settings(uri: str, database: str) -> Settings:
    return Settings(
        mongodb_uri=uri,
        mongodb_database=database,
        mongodb_timeout_ms=_FILLING_MS,
        default_region=_REGION,
        auth=False,
    )


def _compare(settings: Settings, mongodb: MongoDB, folder: Path, options: Options) -> Costs:
    env = processes.service_environment(settings)
    with processes.run_contenders(CONTENDERS, env, options.rivals_python, folder) as servers:
        bench = Bench(
            mongodb,
            servers,
            folder,
            options.sizes[0],
            make_key(settings),
            options.seconds,
            options.connections,
        )
        measured = {}
        for task, costs in bench.rounds(TASKS, CONTENDERS, options.rounds):
            measured[task.name] = costs
            click.echo(f"{task.name}: " + ", ".join(f"{n} {c.per_second:.0f}/s" for n, c in costs.items()))
    return measured


def _start_service(settings: Settings, size: int, folder: Path, stack: ExitStack) -> growth.SizedService:
    servers = stack.enter_context(
        processes.run_contenders((OURS,), processes.service_environment(settings), "", folder)
    )
    return growth.SizedService(size, servers[OURS.name], make_key(settings))


def _conditions(mongodb: MongoDB, options: Options) -> str:
    installed = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    rivals = contenders.versions(options.rivals_python)
    how = f"{options.rounds} rounds of {options.seconds} s each, {options.connections} connections"
    where = f"{psutil.cpu_count()} cores shared by load, services and mongod"
    sizes = ", ".join(f"{size:,}" for size in options.sizes)
    server = mongodb.client.server_info()["version"]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, `make bench`: {how}, {where}; {sizes} profiles. "
        f"Python {platform.python_version()}, {installed}; compared services: {rivals}; "
        f"mongod {server}, one node."
    )


if __name__ == "__main__":
    main()
