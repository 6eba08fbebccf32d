"""The service under load for a long time, with a member of MongoDB killed now and then (`make soak`).

It prints what it saw, and fails where anything is lost, or memory, connections or threads grow.
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
from tests.faults.jobs import read_back, stored, work_a_contact
from tests.faults.load import Load, load, longest_pause
from tests.faults.replica_set import ReplicaSet, replica_set
from tests.faults.serving import Service, serving

_DATABASE = "soak"
_AGENTS = (work_a_contact, work_a_contact, read_back, read_back)
_MEMBERS = 3
_QUARTERS = ("start", "quarter", "half", "three quarters", "end")
_POLL_SECONDS = 0.5
_HEADINGS = (
    f"{'':>14} {'requests':>9}   {'memory (MB)':>16} {'threads':>10} {'open files':>11} {'to MongoDB':>11}"
)

MAX_GROWTH_MB = 12.0
"""Growth of a worker's memory after the first quarter, in which it warms up."""

MAX_CONNECTIONS = _MEMBERS * (Settings.threads + 2 + 2)
"""Of a worker: a pool and two monitors for each member, since each may have been the primary once."""

MAX_THREADS = 1 + 10
"""Of a worker: the main thread, and those in which gevent looks names up."""


@dataclass(frozen=True)
class Sample:
    """What one moment looks like; the lists have a figure for each worker."""

    when: str
    requests: int
    megabytes: list[float]
    threads: list[int]
    descriptors: list[int]
    connections: int

    def __str__(self) -> str:
        """Return a line of the table."""
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
    """Return the figures of /proc/PID/status; memory is in KiB."""
    pairs = (line.split()[:2] for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {pair[0].removesuffix(":"): int(pair[1]) for pair in pairs if pair[-1].isdigit()}


def _connections(replicas: ReplicaSet) -> int:
    """Return how many connections the service holds to all members, idle ones included."""
    all_of_them: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True, "idleConnections": True}},
        {"$match": {"appName": "profile-lookup"}},
    ]
    held = 0
    for member in replicas.members:
        with pymongo.MongoClient[dict[str, Any]](member.address, directConnection=True) as client:
            held += len({op["client"] for op in client.admin.aggregate(all_of_them)})
    return held


def _kill_a_member(replicas: ReplicaSet) -> float:
    """Kill the primary and bring it back; return when it was killed."""
    primary = replicas.primary()
    killed_at = time.monotonic()
    primary.kill()
    replicas.primary(other_than=primary)
    primary.start()
    replicas.wait_until_whole()
    return killed_at


@dataclass
class Soak:
    """What is watched: the service, its MongoDB, and who calls it."""

    service: Service
    replicas: ReplicaSet
    agents: Load

    def run(self, seconds: float, kill_every: float) -> tuple[list[Sample], list[float]]:
        """Watch for so long; return a sample of each quarter, and when a member was killed."""
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
    """Return what has grown that should not, in words."""
    warm, last = samples[1], samples[-1]
    found = [
        f"A worker's memory has grown from {before} to {after} MB; {MAX_GROWTH_MB} MB more is the most."
        for before, after in zip(warm.megabytes, last.megabytes, strict=True)
        if after - before > MAX_GROWTH_MB
    ]
    most = MAX_CONNECTIONS * len(last.megabytes)
    if last.connections > most:
        found.append(f"{last.connections} connections to MongoDB are open; {most} is the most.")
    if max(last.threads) > MAX_THREADS:
        found.append(f"A worker has {max(last.threads)} threads; {MAX_THREADS} is the most.")
    return found


def _tell(agents: Load, kills: list[float]) -> None:
    answers = (f"{count} x {kind}" for kind, count in sorted(agents.outcomes.items()))
    click.echo(f"Answers: {', '.join(answers)}.")
    click.echo(f"Writes acknowledged: {len(agents.writes)}. Primaries killed: {len(kills)}.")
    if kills:
        click.echo(f"Longest time without a write: {longest_pause(agents.writes, kills[0]):.1f} s.")


@click.command()
@click.option("--seconds", type=click.IntRange(min=1), default=600, show_default=True)
@click.option("--kill-every", type=click.IntRange(min=1), default=60, show_default=True, help="Seconds.")
def main(seconds: int, kill_every: int) -> None:
    """Put the service under load, kill a member of its MongoDB now and then, and watch it."""
    folder = Path(tempfile.mkdtemp(prefix="profile-lookup-soak-"))
    with replica_set(folder, _MEMBERS) as replicas:
        settings = {"MONGODB_URI": replicas.uri, "MONGODB_DATABASE": _DATABASE}
        with serving(folder / "service.log", settings) as service:
            workers = service.workers()
            with load(service.port, _AGENTS) as agents:
                click.echo(_HEADINGS)
                samples, kills = Soak(service, replicas, agents).run(seconds, kill_every)
            found = faults(samples)
            if service.workers() != workers:
                found.append("A worker has ended, and another has taken its place.")
        with pymongo.MongoClient[dict[str, Any]](replicas.uri) as client:
            verdict = judge(agents.ledger, stored(client[_DATABASE]))
    _tell(agents, kills)
    if verdict != FAULTLESS:
        found.append(f"What is stored is not what was answered: {verdict}")
    if agents.surprises:
        found.append(f"Unexpected answers: {agents.surprises}")
    click.echo("\n".join(found) or "Nothing is lost or done twice; memory, connections and threads are flat.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
