"""Agents at work: threads that create, associate and change over HTTP, and keep a ledger of the answers."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from tests.faults.caller import Answer, Caller, Request, Unanswered
from tests.faults.checker import Ledger, Stored

# Retry-After says a second; an impatient caller sees an outage more exactly.
_PAUSE_SECONDS = 0.1
_PROGRESS_SECONDS = 180
_STOP_SECONDS = 120
_POLL_SECONDS = 0.05


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
        if 200 <= answer.status < 300:
            self.ledger.acknowledge(name, effect(answer.body))
            self.writes.append(time.monotonic())
            return answer.body
        self.ledger.refuse(name)
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
        if answer.status != status or not is_right(answer.body):
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


def write_a_profile(agent: Agent, tag: str) -> str:
    """Create a profile, associate a contact with it, change it, and return its ID; three writes."""
    body = {"first_name": "Written", "account_number": tag}
    created = Request("POST", "/v1/profiles", body, key=uuid4().hex)
    profile_id: str = agent.write(f"create {tag}", created, lambda answer: answer["profile_id"])["profile_id"]
    associate = Request("PUT", f"/v1/contacts/{tag}/association", {"profile_id": profile_id})
    agent.write(f"associate {tag}", associate, lambda answer: answer["profile_id"])
    patch = Request("PATCH", f"/v1/profiles/{profile_id}", {"attributes": {"patched": tag}})
    agent.write(f"patch {tag}", patch, lambda answer: answer["attributes"]["patched"])
    return profile_id


def create_once(agent: Agent, tag: str) -> None:
    """Create a profile, and do not try again."""
    body = {"first_name": "Written", "account_number": tag}
    agent.write_once(
        f"create {tag}", Request("POST", "/v1/profiles", body), lambda answer: answer["profile_id"]
    )


def read_back(agent: Agent, tag: str) -> None:
    """Write a profile, then read it and find it a few times."""
    profile_id = write_a_profile(agent, tag)
    read = Request("GET", f"/v1/profiles/{profile_id}")
    find = Request("POST", "/v1/profiles/search", {"criteria": [{"key": "account", "values": [tag]}]})
    for _ in range(5):
        agent.read(read, lambda profile: profile["attributes"] == {"patched": tag})
        agent.read(find, lambda page: [i["profile"]["profile_id"] for i in page["items"]] == [profile_id])


def work_a_contact(agent: Agent, tag: str) -> None:
    """Do all that an agent does for a caller who is new, and ask for something impossible in between."""
    profile_id = write_a_profile(agent, tag)
    match = Request("POST", f"/v1/contacts/{tag}/match", {"channel": "chat", "name": "Written"})
    agent.read(match, lambda found: found["association"]["profile_id"] == profile_id)
    no_search = Request("POST", "/v1/profiles/search", {"criteria": []})
    agent.read(no_search, lambda problem: problem["code"] == "invalid_request", status=422)
    nobody = Request("GET", f"/v1/profiles/{'0' * 32}")
    agent.read(nobody, lambda problem: problem["code"] == "profile_not_found", status=404)
    clear = Request("POST", f"/v1/contacts/{tag}/clear")
    agent.write(f"clear {tag}", clear, lambda contact: contact["association"]["profile_id"])
    contacts = Request("GET", f"/v1/profiles/{profile_id}/contacts")
    agent.read(contacts, lambda page: [each["contact_id"] for each in page["items"]] == [tag])
    _create_for_a_contact(agent, f"new-{tag}")


def _create_for_a_contact(agent: Agent, tag: str) -> None:
    """Create a profile and associate it in one request: it is two writes to be found."""
    body = {"first_name": "Written", "account_number": tag}
    request = Request("POST", f"/v1/contacts/{tag}/profile", body, key=uuid4().hex)
    agent.ledger.begin(f"associate {tag}")
    profile = agent.write(f"create {tag}", request, lambda answer: answer["profile_id"])
    agent.ledger.acknowledge(f"associate {tag}", profile["profile_id"])


def stored(database: Database[dict[str, Any]]) -> Iterator[Stored]:
    """Yield what is stored of the agents' writes, as a majority of the members has it."""
    options: Any = {"read_concern": ReadConcern("majority")}
    for profile in database["profiles"].with_options(**options).find():
        tag = profile["account_number"]
        yield f"create {tag}", profile["_id"]
        patches = [pair["value"] for pair in profile["attributes"] if pair["name"] == "patched"]
        for value in patches:
            yield f"patch {tag}", value
        # A change that was applied again shows in the version alone.
        for _ in range(profile["version"] - 1 - len(patches)):
            yield f"patch {tag}", "once more"
    for contact in database["associations"].with_options(**options).find():
        for association in contact["associations"]:
            yield f"associate {contact['contact_id']}", association["profile_id"]
            if contact["cleared_at"] is not None:
                yield f"clear {contact['contact_id']}", association["profile_id"]


def longest_pause(moments: Sequence[float], since: float) -> float:
    """Return the longest time, in seconds, between two of the moments, the last one before ``since`` on."""
    before = [moment for moment in moments if moment <= since]
    after = [*before[-1:], *(moment for moment in moments if moment > since)]
    return max(later - earlier for earlier, later in pairwise(after))
