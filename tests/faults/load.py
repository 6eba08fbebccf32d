"""Agents at work: threads that create, associate and change over HTTP, and keep a ledger of the answers."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, pairwise
from typing import Any, TypeVar
from uuid import uuid4

from tests.faults.caller import Answer, Caller, Request, Unanswered
from tests.faults.checker import Ledger

# Retry-After says a second; an impatient caller sees an outage more exactly.
_PAUSE_SECONDS = 0.1
_PROGRESS_SECONDS = 180
_STOP_SECONDS = 120
_POLL_SECONDS = 0.05


_Read = TypeVar("_Read")


class Stopped(Exception):
    """The load is to end, and the request has no definite answer yet."""


class Agent:
    """One caller in one thread, who sends each request until it is answered, the same one every time."""

    def __init__(self, name: str, caller: Caller, ledger: Ledger, stop: threading.Event) -> None:
        """Take a name that no other agent has, and what all of them share."""
        self.name = name
        self.ledger = ledger
        self.reads: list[float] = []
        self.writes: list[float] = []
        self.surprises: list[tuple[Request, Answer]] = []
        self.unanswered: list[Unanswered] = []
        self.outcomes: Counter[str] = Counter()
        self._caller = caller
        self._stop = stop

    def write(self, name: str, request: Request, effect: Callable[[Any], str]) -> Any:
        """Write until that is answered, and return the body; ``effect`` reads from it what is stored.

        Raises ``Stopped``.
        """
        self.ledger.begin(name)
        answer = self._insist(request)
        if not 200 <= answer.status < 300:
            self.ledger.refuse(name)
        elif (said := _read(effect, answer.body)) is not None:
            self.ledger.acknowledge(name, said)
            self.writes.append(time.monotonic())
            return answer.body
        self.surprises.append((request, answer))
        raise Stopped

    def write_once(self, name: str, request: Request, effect: Callable[[Any], str]) -> None:
        """Write, and take no answer for no: what is not answered must not be stored."""
        self.ledger.begin(name)
        try:
            answer = self._caller.ask(request)
        except Unanswered as lost:
            self.ledger.refuse(name)
            self.unanswered.append(lost)
            self._stop.wait(_PAUSE_SECONDS)
            return
        if answer.status == 201:
            self.ledger.acknowledge(name, effect(answer.body))
            self.writes.append(time.monotonic())
        elif answer.status != 503:
            self.surprises.append((request, answer))

    def read(self, request: Request, is_right: Callable[[Any], bool], *, status: int = 200) -> None:
        """Ask, without changing anything, until that is answered, rightly; raises ``Stopped``."""
        answer = self._insist(request)
        if answer.status != status or not _read(is_right, answer.body):
            self.surprises.append((request, answer))
            raise Stopped
        self.reads.append(time.monotonic())

    def _insist(self, request: Request) -> Answer:
        while True:
            try:
                answer = self._caller.ask(request)
            except Unanswered:
                self.outcomes["no answer"] += 1
            else:
                self.outcomes[str(answer.status)] += 1
                if answer.status != 503:
                    return answer
            if self._stop.wait(_PAUSE_SECONDS):
                raise Stopped

    def close(self) -> None:
        """Close the connection."""
        self._caller.close()


def _read(look: Callable[[Any], _Read], body: Any) -> _Read | None:
    """Return what stands in a body, or None where it is another one than it should be."""
    try:
        return look(body)
    except (KeyError, TypeError):
        return None


Job = Callable[[Agent, str], object]
"""What an agent does over and over; the text is another one each time."""


class Load:
    """Agents in threads of their own, from the beginning of a block to its end."""

    def __init__(self, port: int, jobs: Sequence[Job], *, keep_alive: bool = True) -> None:
        """Take the service's port, the job of each agent, and whether they keep their connections."""
        self.ledger = Ledger()
        self._stop = threading.Event()
        self.agents = [
            Agent(uuid4().hex, Caller(port, keep_alive=keep_alive), self.ledger, self._stop) for _ in jobs
        ]
        self._threads = [
            threading.Thread(target=self._work, args=pair, daemon=True)
            for pair in zip(self.agents, jobs, strict=True)
        ]

    def _work(self, agent: Agent, job: Job) -> None:
        try:
            for number in count():
                if self._stop.is_set():
                    break
                job(agent, f"{agent.name}-{number}")
        except Stopped:
            pass
        finally:
            agent.close()

    @property
    def writes(self) -> list[float]:
        """When each write was acknowledged, in seconds of the monotonic clock, in order."""
        return sorted(moment for agent in self.agents for moment in list(agent.writes))

    @property
    def reads(self) -> list[float]:
        """When each read was answered, likewise."""
        return sorted(moment for agent in self.agents for moment in list(agent.reads))

    @property
    def surprises(self) -> list[tuple[Request, Answer]]:
        """What was answered otherwise than with 503 or with what was written."""
        return [surprise for agent in self.agents for surprise in agent.surprises]

    @property
    def unanswered(self) -> list[Unanswered]:
        """What was sent by `Agent.write_once` and not answered."""
        return [lost for agent in self.agents for lost in agent.unanswered]

    @property
    def outcomes(self) -> Counter[str]:
        """How often each status was answered, and how often nothing."""
        return sum((agent.outcomes for agent in self.agents), Counter[str]())

    def wait_for_progress(self, writes: int) -> None:
        """Wait until so many more writes are acknowledged."""
        wanted = len(self.writes) + writes
        deadline = time.monotonic() + _PROGRESS_SECONDS
        while len(self.writes) < wanted:
            assert all(thread.is_alive() for thread in self._threads), self.surprises
            assert time.monotonic() < deadline, f"{len(self.writes)} of {wanted} writes acknowledged"
            time.sleep(_POLL_SECONDS)

    def start(self) -> None:
        """Let the agents begin."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let every agent finish what it is at; after that the ledger may be read."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
            assert not thread.is_alive(), "an agent waits for an answer that does not come"


@contextmanager
def load(port: int, jobs: Sequence[Job], *, keep_alive: bool = True) -> Iterator[Load]:
    """Put the service under load for the time of the block."""
    under_load = Load(port, jobs, keep_alive=keep_alive)
    under_load.start()
    try:
        yield under_load
    finally:
        under_load.end()


def longest_pause(moments: Sequence[float], since: float) -> float:
    """Return the longest time, in seconds, between two of the moments, the last one before ``since`` on."""
    before = [moment for moment in moments if moment <= since]
    after = [*before[-1:], *(moment for moment in moments if moment > since)]
    return max(later - earlier for earlier, later in pairwise(after))
