"""Loss of one of three members under load: every acknowledged write is stored once."""

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import click
import pymongo
import pytest

from tests.faults.checker import FAULTLESS, Verdict, judge
from tests.faults.conftest import Serve
from tests.faults.failpoints import not_replicating
from tests.faults.jobs import handle_a_contact, read_back, stored_writes
from tests.faults.load import Load, load, longest_pause
from tests.faults.replica_set import Member, ReplicaSet

# These tests are about the members of MongoDB, so one worker is enough.
_ONE_WORKER = ("--workers", "1")
_WEAKENED = "tests.faults.weakened:create_weakened_app()"
_AGENTS = (handle_a_contact, handle_a_contact, read_back)
# Number of writes before the event, after it, and after the recovery.
_SOME_WRITES = 30
# Seconds without replication. A write that needs only the primary takes some milliseconds.
_UNREPLICATED = 1.5

Event = Callable[[Member], None]
"""A failure of the primary."""


def _recover(event: Event, member: Member) -> None:
    if event is Member.kill:
        member.start()
    elif event is Member.hang:
        member.resume()


def _lose_the_primary(replicas: ReplicaSet, agents: Load, event: Event) -> float:
    """Trigger the event and wait for failover and recovery. Return the time of the event."""
    agents.wait_for_progress(_SOME_WRITES)
    primary = replicas.primary()
    happened_at = time.monotonic()
    event(primary)
    replicas.primary(other_than=primary)
    agents.wait_for_progress(_SOME_WRITES)
    _recover(event, primary)
    replicas.wait_until_healthy()
    agents.wait_for_progress(_SOME_WRITES)
    return happened_at


def _verdict(replicas: ReplicaSet, database: str, agents: Load) -> Verdict:
    """Compare the stored data with the responses, after the agents have ended."""
    with pymongo.MongoClient[dict[str, Any]](replicas.uri) as client:
        verdict = judge(agents.ledger, stored_writes(client[database]))
        client.drop_database(database)
    return verdict


@pytest.mark.timeout(600)
def test_a_killed_primary_loses_nothing(three_members: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Every acknowledged write is stored once, and no other data is stored."""
    service = serve(three_members.uri, new_name, options=_ONE_WORKER)
    with load(service.port, _AGENTS) as agents:
        _lose_the_primary(three_members, agents, Member.kill)
    assert agents.unexpected == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS


def _kill_unreplicated(replicas: ReplicaSet, wait: Callable[[], None]) -> Member:
    """Stop replication, call ``wait``, and kill the primary."""
    primary = replicas.primary()
    with not_replicating([member for member in replicas.members if member is not primary]):
        wait()
        primary.kill()
    replicas.primary(other_than=primary)
    return primary


@pytest.mark.timeout(600)
def test_the_checker_finds_lost_writes(three_members: ReplicaSet, serve: Serve, new_name: str) -> None:
    """The same load loses writes if only the primary confirms them."""
    service = serve(three_members.uri, new_name, application=_WEAKENED, options=_ONE_WORKER)
    with load(service.port, _AGENTS) as agents:
        agents.wait_for_progress(_SOME_WRITES)
        killed = _kill_unreplicated(three_members, lambda: agents.wait_for_progress(_SOME_WRITES))
    # The agents stop when they cannot read what they wrote.
    killed.start()
    three_members.wait_until_healthy()
    assert len(_verdict(three_members, new_name, agents).lost) > 0


@pytest.mark.long
@pytest.mark.timeout(600)
def test_unreplicated_writes_are_not_acknowledged(
    three_members: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """The service waits for a majority, so it loses no write if the primary is killed."""
    service = serve(three_members.uri, new_name, options=_ONE_WORKER)
    with load(service.port, _AGENTS) as agents:
        agents.wait_for_progress(_SOME_WRITES)
        killed = _kill_unreplicated(three_members, lambda: time.sleep(_UNREPLICATED))
        agents.wait_for_progress(_SOME_WRITES)
        killed.start()
        three_members.wait_until_healthy()
    assert agents.unexpected == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "event", [Member.kill, Member.hang, Member.step_down], ids=lambda event: event.__name__
)
def test_no_failure_of_the_primary_loses_writes(
    three_members: ReplicaSet,
    serve: Serve,
    new_name: str,
    event: Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The primary is repeatedly killed, suspended or stepped down."""
    service = serve(three_members.uri, new_name, options=_ONE_WORKER)
    rounds = int(os.environ.get("ROUNDS", "5"))
    with load(service.port, _AGENTS) as agents:
        happened_at = [_lose_the_primary(three_members, agents, event) for _ in range(rounds)]
    assert agents.unexpected == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS
    writes = _outages(agents.writes, happened_at)
    reads = _outages(agents.reads, happened_at)
    with capsys.disabled():
        click.echo(f"\n{event.__name__:>10} x{rounds}, {len(agents.writes)} writes acknowledged, none lost")
        click.echo(f"           without a write: {_figures(writes)}")
        click.echo(f"           without a read:  {_figures(reads)}")


def _outages(moments: list[float], events: list[float]) -> list[float]:
    """Return the longest time without a response after each event, in seconds."""
    ends = [*events[1:], float("inf")]
    return [
        longest_pause([moment for moment in moments if moment < end], since)
        for since, end in zip(events, ends, strict=True)
    ]


def _figures(seconds: list[float]) -> str:
    lowest, middle, highest = (round(1000 * each) for each in (min(seconds), median(seconds), max(seconds)))
    return f"min {lowest} ms, median {middle} ms, max {highest} ms"
