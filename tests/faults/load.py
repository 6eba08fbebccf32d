"""Load: agents in threads that send requests and record the responses in a ledger."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, pairwise
from typing import Any, TypeVar
from uuid import uuid4

from tests.faults.checker import Ledger
from tests.faults.client import Client, NoResponse, Request, Response

# Shorter than Retry-After, which is a second, to measure outages more precisely.
_PAUSE_SECONDS = 0.1
_PROGRESS_SECONDS = 180
_STOP_SECONDS = 120
_POLL_SECONDS = 0.05


_Read = TypeVar("_Read")


class Stopped(Exception):
    """The load ends before the request got a definite response."""


class Agent:
    """A client in one thread that repeats each request until it gets a response."""

    def __init__(self, name: str, client: Client, ledger: Ledger, stop: threading.Event) -> None:
        """Create an agent with a unique name. The ledger and the event are shared."""
        self.name = name
        self.ledger = ledger
        self.reads: list[float] = []
        self.writes: list[float] = []
        self.unexpected: list[tuple[Request, Response]] = []
        self.unanswered: list[NoResponse] = []
        self.outcomes: Counter[str] = Counter()
        self._client = client
        self._stop = stop

    def write(self, name: str, request: Request, effect: Callable[[Any], str]) -> Any:
        """Repeat the write until it gets a response. Return the body of the response.

        ``effect`` gets the body and returns the effect of the write.

        Raises:
            Stopped: the load ends, or the response is unexpected.

        """
        self.ledger.begin(name)
        response = self._send_until_response(request)
        if not 200 <= response.status < 300:
            self.ledger.reject(name)
        elif (content := _read(effect, response.body)) is not None:
            self.ledger.acknowledge(name, content)
            self.writes.append(time.monotonic())
            return response.body
        self.unexpected.append((request, response))
        raise Stopped

    def write_once(self, name: str, request: Request, effect: Callable[[Any], str]) -> None:
        """Write without retries. A write without a response must not be stored."""
        self.ledger.begin(name)
        try:
            response = self._client.ask(request)
        except NoResponse as failure:
            self.ledger.reject(name)
            self.unanswered.append(failure)
            self._stop.wait(_PAUSE_SECONDS)
            return
        if response.status == 201:
            self.ledger.acknowledge(name, effect(response.body))
            self.writes.append(time.monotonic())
        elif response.status != 503:
            self.unexpected.append((request, response))

    def read(self, request: Request, is_expected: Callable[[Any], bool], *, status: int = 200) -> None:
        """Repeat the read until it gets a response. Check the response.

        Raises:
            Stopped: the load ends, or the response is wrong.

        """
        response = self._send_until_response(request)
        if response.status != status or not _read(is_expected, response.body):
            self.unexpected.append((request, response))
            raise Stopped
        self.reads.append(time.monotonic())

    def _send_until_response(self, request: Request) -> Response:
        while True:
            try:
                response = self._client.ask(request)
            except NoResponse:
                self.outcomes["no response"] += 1
            else:
                self.outcomes[str(response.status)] += 1
                if response.status != 503:
                    return response
            if self._stop.wait(_PAUSE_SECONDS):
                raise Stopped

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _read(look: Callable[[Any], _Read], body: Any) -> _Read | None:
    """Return the result of ``look`` for a body, or None if the body has another structure."""
    try:
        return look(body)
    except (KeyError, TypeError):
        return None


Job = Callable[[Agent, str], object]
"""A function with requests that an agent repeats. The text is unique for each repetition."""


class Load:
    """Agents, each in its own thread."""

    def __init__(self, port: int, jobs: Sequence[Job], *, keep_alive: bool = True) -> None:
        """Create an agent for each job. ``keep_alive`` makes the agents keep their connections open."""
        self.ledger = Ledger()
        self._stop = threading.Event()
        self.agents = [
            Agent(uuid4().hex, Client(port, keep_alive=keep_alive), self.ledger, self._stop) for _ in jobs
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
        """Return the sorted times of acknowledged writes, in seconds of the monotonic clock."""
        return sorted(moment for agent in self.agents for moment in list(agent.writes))

    @property
    def reads(self) -> list[float]:
        """Return the sorted times of successful reads, in seconds of the monotonic clock."""
        return sorted(moment for agent in self.agents for moment in list(agent.reads))

    @property
    def unexpected(self) -> list[tuple[Request, Response]]:
        """Return the requests with unexpected responses. A 503 is expected."""
        return [each for agent in self.agents for each in agent.unexpected]

    @property
    def unanswered(self) -> list[NoResponse]:
        """Return the failures of `Agent.write_once` that got no response."""
        return [failure for agent in self.agents for failure in agent.unanswered]

    @property
    def outcomes(self) -> Counter[str]:
        """Return the number of responses by status, and of requests without a response."""
        return sum((agent.outcomes for agent in self.agents), Counter[str]())

    def wait_for_progress(self, writes: int) -> None:
        """Wait until this number of additional writes is acknowledged."""
        target = len(self.writes) + writes
        deadline = time.monotonic() + _PROGRESS_SECONDS
        while len(self.writes) < target:
            assert all(thread.is_alive() for thread in self._threads), self.unexpected
            assert time.monotonic() < deadline, f"{len(self.writes)} of {target} writes acknowledged"
            time.sleep(_POLL_SECONDS)

    def start(self) -> None:
        """Start the agents."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Wait until every agent has finished its request. Afterwards the ledger can be read."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
            assert not thread.is_alive(), "an agent still waits for a response"


@contextmanager
def load(port: int, jobs: Sequence[Job], *, keep_alive: bool = True) -> Iterator[Load]:
    """Put the service under load during the block."""
    running = Load(port, jobs, keep_alive=keep_alive)
    running.start()
    try:
        yield running
    finally:
        running.end()


def longest_pause(moments: Sequence[float], since: float) -> float:
    """Return the longest time between two moments in seconds. Start at the last moment before ``since``."""
    before = [moment for moment in moments if moment <= since]
    after = [*before[-1:], *(moment for moment in moments if moment > since)]
    return max(later - earlier for earlier, later in pairwise(after))
