"""Runs rounds of load on each contender in turn, and measures the cost of a request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from pymongo import MongoClient

from benchmarks.speed import load
from benchmarks.speed.contenders import Contender
from benchmarks.speed.figures import Cost, Size
from benchmarks.speed.processes import Server, cpu_seconds
from benchmarks.speed.tasks import Task

_COMMANDS = ("aggregate", "count", "delete", "find", "findAndModify", "getMore", "insert", "update")


@dataclass(frozen=True)
class MongoDB:
    """The mongod that all contenders share."""

    client: MongoClient[dict[str, Any]]
    process: psutil.Process

    def commands(self) -> int:
        """Return the number of commands on data so far."""
        counters = self.client.admin.command("serverStatus")["metrics"]["commands"]
        return sum(counters[name]["total"] for name in _COMMANDS if name in counters)

    def examined(self) -> tuple[int, int]:
        """Return how many index keys and documents queries have examined so far."""
        executor = self.client.admin.command("serverStatus")["metrics"]["queryExecutor"]
        return executor["scanned"], executor["scannedObjects"]

    def size(self, database: str) -> Size:
        """Return the size of the profiles of a database."""
        stats = self.client[database].command("collStats", "profiles")
        count = stats["count"]
        indexes = {name: taken / count for name, taken in sorted(stats["indexSizes"].items())}
        return Size(count, stats["size"] / count, stats["storageSize"] / count, indexes)


@dataclass(frozen=True)
class Bench:
    """The setup of the rounds."""

    mongodb: MongoDB
    servers: Mapping[str, Server]
    folder: Path
    customers: int
    token: str
    seconds: int
    connections: int

    def rounds(
        self, tasks: Sequence[Task], contenders: Sequence[Contender], count: int
    ) -> Iterator[tuple[Task, dict[str, Cost]]]:
        """Yield each task with its cost for each contender: the medians of ``count`` rounds.

        The contenders take turns. A second of load before the rounds warms them up.
        """
        for task in tasks:
            measured: dict[str, list[Cost]] = {each.name: [] for each in contenders}
            for contender in contenders:
                self.measure(task, contender, begin=0, seconds=1)
            for number in range(count):
                # The previous contender affects the machine, so change the order in each round.
                for contender in _rotate(contenders, number):
                    begin = number * 4000
                    measured[contender.name].append(self.measure(task, contender, begin=begin))
            yield task, {name: _medians(costs) for name, costs in measured.items()}

    def measure(self, task: Task, contender: Contender, *, begin: int, seconds: int | None = None) -> Cost:
        """Measure one contender on one task, beginning with the request at position ``begin``."""
        server = self.servers[contender.name]
        requests = self._requests(task, of_eve=contender.is_eve)
        before = server.cpu_seconds(), cpu_seconds(self.mongodb.process), self.mongodb.commands()
        result = load.run(
            server.url,
            requests,
            seconds=seconds or self.seconds,
            connections=self.connections,
            begin=begin,
            token=self.token if contender.with_token else None,
        )
        after = server.cpu_seconds(), cpu_seconds(self.mongodb.process), self.mongodb.commands()
        service, mongod, commands = (
            (late - early) / result.requests for early, late in zip(before, after, strict=True)
        )
        return Cost(
            result.per_second,
            result.p50_ms,
            result.p99_ms,
            service * 1000,
            mongod * 1000,
            commands,
            result.failed,
        )

    def _requests(self, task: Task, *, of_eve: bool) -> Path:
        path = self.folder / f"{task.name.replace(' ', '-').replace(',', '')}{'-eve' if of_eve else ''}.tsv"
        if not path.exists():
            load.write_requests(path, task.requests(self.customers, of_eve=of_eve))
        return path


def _rotate(contenders: Sequence[Contender], by: int) -> list[Contender]:
    by %= len(contenders)
    return [*contenders[by:], *contenders[:by]]


def _medians(costs: Sequence[Cost]) -> Cost:
    return Cost(**{name: median(getattr(cost, name) for cost in costs) for name in Cost.__annotations__})
