"""Soak test: long load on the service while MongoDB members are killed (`make soak`).

It prints measurements. It fails if data is lost, or if memory, connections or threads grow.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pymongo

from service.config import Settings
from tests.faults.checker import FAULTLESS, judge
from tests.faults.jobs import handle_a_contact, read_back, stored_writes
from tests.faults.load import Load, load, longest_pause
from tests.faults.replica_set import ReplicaSet, replica_set
from tests.faults.serving import Service, running_service

_DATABASE = "soak"
_AGENTS = (handle_a_contact, handle_a_contact, read_back, read_back)
_MEMBERS = 3
_QUARTERS = ("start", "quarter", "half", "three quarters", "end")
_POLL_SECONDS = 0.5
_HEADINGS = (
    f"{'':>14} {'requests':>9}   {'memory (MB)':>16} {'threads':>10} {'open files':>11} {'to MongoDB':>11}"
)

MAX_GROWTH_MB = 12.0
"""Maximum growth of a worker's memory after the first quarter, which is the warm-up."""

MAX_CONNECTIONS = _MEMBERS * (Settings.threads + 2 + 2)
"""Maximum per worker: a pool and two monitors for each member, as each may have been the primary."""

MAX_THREADS = 1 + 10
"""Maximum per worker: the main thread, and gevent's threads for name resolution."""


@dataclass(frozen=True)
class Sample:
    """Measurements at one moment. Lists have one figure per worker."""

    when: str
    requests: int
    megabytes: list[float]
    threads: list[int]
    descriptors: list[int]
    connections: int

    def __str__(self) -> str:
        """Return a row of the table."""
        memory = "  ".join(f"{each:6.1f}" for each in self.megabytes)
        return (
            f"{self.when:>14} {self.requests:>9}   {memory:>16} {self.threads!s:>10} "
            f"{self.descriptors!s:>11} {self.connections:>11}"
        )


def _take_sample(when: str, service: Service, replicas: ReplicaSet, agents: Load) -> Sample:
    statuses = [_status(pid) for pid in service.workers()]
    return Sample(
        when=when,
        requests=agents.outcomes.total(),
        megabytes=[round(status["VmRSS"] / 1024, 1) for status in statuses],
        threads=[status["Threads"] for status in statuses],
        descriptors=[len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in service.workers()],
        connections=_connections(replicas),
    )


def _status(pid: int) -> dict[str, int]:
    """Return the figures of /proc/PID/status. Memory is in KiB."""
    pairs = (line.split()[:2] for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {pair[0].removesuffix(":"): int(pair[1]) for pair in pairs if pair[-1].isdigit()}


def _connections(replicas: ReplicaSet) -> int:
    """Return the number of the service's connections to all members, including idle connections."""
    pipeline: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True, "idleConnections": True}},
        {"$match": {"appName": "profile-lookup"}},
    ]
    count = 0
    for member in replicas.members:
        with pymongo.MongoClient[dict[str, Any]](member.address, directConnection=True) as client:
            count += len({op["client"] for op in client.admin.aggregate(pipeline)})
    return count


def _kill_a_member(replicas: ReplicaSet) -> float:
    """Kill and restart the primary. Return the time of the kill."""
    primary = replicas.primary()
    killed_at = time.monotonic()
    primary.kill()
    replicas.primary(other_than=primary)
    primary.start()
    replicas.wait_until_healthy()
    return killed_at


@dataclass
class Soak:
    """A soak test: the service, its MongoDB and the load."""

    service: Service
    replicas: ReplicaSet
    agents: Load

    def run(self, seconds: float, kill_every: float) -> tuple[list[Sample], list[float]]:
        """Run for a number of seconds. Return a sample for each quarter, and the times of the kills."""
        began = time.monotonic()
        samples: list[Sample] = []
        kills: list[float] = []
        while len(samples) < len(_QUARTERS):
            passed = time.monotonic() - began
            if passed >= seconds * len(samples) / (len(_QUARTERS) - 1):
                name = _QUARTERS[len(samples)]
                samples.append(_take_sample(name, self.service, self.replicas, self.agents))
                click.echo(str(samples[-1]))
            elif passed >= kill_every * (len(kills) + 1):
                kills.append(_kill_a_member(self.replicas))
            else:
                time.sleep(_POLL_SECONDS)
        return samples, kills


def faults(samples: list[Sample]) -> list[str]:
    """Return a sentence for each figure that has grown too much."""
    warm, last = samples[1], samples[-1]
    messages = [
        f"A worker's memory has grown from {before} to {after} MB; the maximum growth is {MAX_GROWTH_MB} MB."
        for before, after in zip(warm.megabytes, last.megabytes, strict=True)
        if after - before > MAX_GROWTH_MB
    ]
    maximum = MAX_CONNECTIONS * len(last.megabytes)
    if last.connections > maximum:
        messages.append(f"{last.connections} connections to MongoDB are open; the maximum is {maximum}.")
    if max(last.threads) > MAX_THREADS:
        messages.append(f"A worker has {max(last.threads)} threads; the maximum is {MAX_THREADS}.")
    return messages


def _print_summary(agents: Load, kills: list[float]) -> None:
    responses = (f"{count} x {kind}" for kind, count in sorted(agents.outcomes.items()))
    click.echo(f"Responses: {', '.join(responses)}.")
    click.echo(f"Writes acknowledged: {len(agents.writes)}. Primaries killed: {len(kills)}.")
    if kills:
        click.echo(f"Longest time without a write: {longest_pause(agents.writes, kills[0]):.1f} s.")


@click.command()
@click.option("--seconds", type=click.IntRange(min=1), default=600, show_default=True)
@click.option("--kill-every", type=click.IntRange(min=1), default=60, show_default=True, help="Seconds.")
def main(seconds: int, kill_every: int) -> None:
    """Put the service under load, kill MongoDB members regularly, and measure."""
    folder = Path(tempfile.mkdtemp(prefix="profile-lookup-soak-"))
    with replica_set(folder, _MEMBERS) as replicas:
        settings = {"MONGODB_URI": replicas.uri, "MONGODB_DATABASE": _DATABASE}
        with running_service(folder / "service.log", settings) as service:
            workers = service.workers()
            with load(service.port, _AGENTS) as agents:
                click.echo(_HEADINGS)
                samples, kills = Soak(service, replicas, agents).run(seconds, kill_every)
            messages = faults(samples)
            if service.workers() != workers:
                messages.append("A worker has been replaced.")
        with pymongo.MongoClient[dict[str, Any]](replicas.uri) as client:
            verdict = judge(agents.ledger, stored_writes(client[_DATABASE]))
    _print_summary(agents, kills)
    if verdict != FAULTLESS:
        messages.append(f"The stored data differs from the responses: {verdict}")
    if agents.unexpected:
        messages.append(f"Unexpected responses: {agents.unexpected}")
    click.echo(
        "\n".join(messages) or "No write is lost or repeated. Memory, connections and threads are stable."
    )
    sys.exit(bool(messages))


if __name__ == "__main__":
    main()
