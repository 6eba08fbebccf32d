"""Three members, one of which is lost while agents write: what was answered with 2xx is there, once."""

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
from tests.faults.jobs import read_back, stored, work_a_contact
from tests.faults.load import Load, load, longest_pause
from tests.faults.replica_set import Member, ReplicaSet

_WEAKENED = "tests.faults.weakened:create_weakened_app()"
_AGENTS = (work_a_contact, work_a_contact, read_back)
# So many writes before the event, after it, and once all is well again.
_SOME = 30
# Seconds for which nothing is replicated; a weak write needs some milliseconds.
_UNREPLICATED = 1.5

Event = Callable[[Member], None]
"""What happens to the primary."""


def _bring_back(event: Event, member: Member) -> None:
    if event is Member.kill:
        member.start()
    elif event is Member.hang:
        member.resume()


def _lose_the_primary(replicas: ReplicaSet, agents: Load, event: Event) -> float:
    """Let the event happen, wait until the others have taken over, and return when it was."""
    agents.wait_for_progress(_SOME)
    primary = replicas.primary()
    happened_at = time.monotonic()
    event(primary)
    replicas.primary(other_than=primary)
    agents.wait_for_progress(_SOME)
    _bring_back(event, primary)
    replicas.wait_until_whole()
    agents.wait_for_progress(_SOME)
    return happened_at


def _verdict(replicas: ReplicaSet, database: str, agents: Load) -> Verdict:
    """Return what is wrong with what is stored, once the agents have ended."""
    with pymongo.MongoClient[dict[str, Any]](replicas.uri) as client:
        verdict = judge(agents.ledger, stored(client[database]))
        client.drop_database(database)
    return verdict


@pytest.mark.timeout(600)
def test_a_killed_primary_loses_nothing(three_members: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Two members go on without it, and every 2xx is there once, and nothing else."""
    service = serve(three_members.uri, new_name)
    with load(service.port, _AGENTS) as agents:
        _lose_the_primary(three_members, agents, Member.kill)
    assert agents.surprises == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS


def _kill_unreplicated(replicas: ReplicaSet, wait: Callable[[], None]) -> Member:
    """Kill a primary from which nobody has fetched anything since the beginning of the wait."""
    primary = replicas.primary()
    with not_replicating([member for member in replicas.members if member is not primary]):
        wait()
        primary.kill()
    replicas.primary(other_than=primary)
    return primary


@pytest.mark.timeout(600)
def test_the_test_can_fail(three_members: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Where the primary alone vouches for a write, the same agents and the same judge find writes lost."""
    service = serve(three_members.uri, new_name, application=_WEAKENED)
    with load(service.port, _AGENTS) as agents:
        agents.wait_for_progress(_SOME)
        killed = _kill_unreplicated(three_members, lambda: agents.wait_for_progress(_SOME))
    # The agents end as they meet what they wrote no longer.
    killed.start()
    three_members.wait_until_whole()
    assert len(_verdict(three_members, new_name, agents).lost) > 0


@pytest.mark.long
@pytest.mark.timeout(600)
def test_what_is_not_replicated_is_not_acknowledged(
    three_members: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """The service as shipped loses nothing by that same event: it waits for the majority."""
    service = serve(three_members.uri, new_name)
    with load(service.port, _AGENTS) as agents:
        agents.wait_for_progress(_SOME)
        killed = _kill_unreplicated(three_members, lambda: time.sleep(_UNREPLICATED))
        agents.wait_for_progress(_SOME)
        killed.start()
        three_members.wait_until_whole()
    assert agents.surprises == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "event", [Member.kill, Member.hang, Member.step_down], ids=lambda event: event.__name__
)
def test_no_event_loses_anything(
    three_members: ReplicaSet,
    serve: Serve,
    new_name: str,
    event: Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed, hung or stepped down over and over: every 2xx is there once, nothing else, and reads go on."""
    service = serve(three_members.uri, new_name)
    rounds = int(os.environ.get("ROUNDS", "5"))
    with load(service.port, _AGENTS) as agents:
        happened_at = [_lose_the_primary(three_members, agents, event) for _ in range(rounds)]
    assert agents.surprises == []
    assert _verdict(three_members, new_name, agents) == FAULTLESS
    writes = _outages(agents.writes, happened_at)
    reads = _outages(agents.reads, happened_at)
    with capsys.disabled():
        click.echo(f"\n{event.__name__:>10} x{rounds}, {len(agents.writes)} writes acknowledged, none lost")
        click.echo(f"           without a write: {_figures(writes)}")
        click.echo(f"           without a read:  {_figures(reads)}")


def _outages(moments: list[float], events: list[float]) -> list[float]:
    """Return the longest time without an answer after each event, in seconds."""
    ends = [*events[1:], float("inf")]
    return [
        longest_pause([moment for moment in moments if moment < end], since)
        for since, end in zip(events, ends, strict=True)
    ]


def _figures(seconds: list[float]) -> str:
    least, middle, most = (round(1000 * each) for each in (min(seconds), median(seconds), max(seconds)))
    return f"min {least} ms, median {middle} ms, max {most} ms"
