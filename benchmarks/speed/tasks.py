"""The measured tasks, as requests to the service and to the others."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from benchmarks.speed import corpus
from benchmarks.speed.figures import MATCH
from benchmarks.speed.load import Request

REQUESTS = 20_000
"""The number of different requests of each task, sent in turn."""


@dataclass(frozen=True)
class Task:
    """An operation, as a request to an API like that of the service, and to Eve."""

    name: str
    ours: Callable[[int], Request]
    eve: Callable[[int], Request]

    def requests(self, count: int, *, of_eve: bool) -> Iterator[Request]:
        """Yield requests about random customers out of ``count``, the same each time."""
        random = Random(self.name)
        make = self.eve if of_eve else self.ours
        return (make(random.randrange(count)) for _ in range(REQUESTS))


def _post(path: str, body: Any) -> Request:
    return Request("POST", path, json.dumps(body))


def _where(query: Any) -> Request:
    asked = {"domain": "default", **query}
    return Request("GET", f"/profiles?max_results=21&where={quote(json.dumps(asked))}")


def _full_name(number: int) -> str:
    return " ".join(corpus.name(number))


def _key(number: int) -> str:
    return "".join(corpus.name(number)).lower()


def _five(number: int) -> list[tuple[str, str]]:
    return [
        ("phone", corpus.mobile(number)),
        ("phone", corpus.mobile(number + 1)),
        ("email", corpus.email(number)),
        ("account", corpus.account(number)),
        ("email", corpus.email(number + 1)),
    ]


def _search(*criteria: tuple[str, str], **more: str) -> Request:
    asked = [{"key": key, "values": [value]} for key, value in criteria]
    return _post("/v1/profiles/search", {"criteria": asked, **more})


def _begun(number: int) -> str:
    return corpus.name(number)[1][:5]


def _match_voice(number: int) -> Request:
    return _post(
        f"/v1/contacts/call-{number}/match", {"channel": "voice", "phone_number": corpus.mobile(number)}
    )


def _match_chat(number: int) -> Request:
    said = {"channel": "chat", "email_address": corpus.email(number), "name": _full_name(number)}
    return _post(f"/v1/contacts/chat-{number}/match", said)


def _either(entries: Sequence[str]) -> Request:
    return _where({"lookup": {"$in": list(entries)}})


def _associate(number: int) -> Any:
    return {"profile_id": f"{number:032x}", "channel": "voice"}


MATCH_VOICE = Task(MATCH, _match_voice, lambda n: _where({"lookup": f"phone:{corpus.mobile(n)}"}))
TASKS = (
    MATCH_VOICE,
    Task("match a chat", _match_chat, lambda n: _either([f"email:{corpus.email(n)}", f"name:{_key(n)}"])),
    Task(
        "search, one key",
        lambda n: _search(("account", corpus.account(n))),
        lambda n: _where({"lookup": f"account:{corpus.account(n).lower()}"}),
    ),
    Task(
        "search, any of five",
        lambda n: _search(*_five(n)),
        lambda n: _either([f"{key}:{value.lower()}" for key, value in _five(n)]),
    ),
    Task(
        "search, prefix",
        lambda n: _search(("name", _begun(n)), mode="prefix"),
        lambda n: _where({"lookup": {"$regex": f"^name:{_begun(n).lower()}"}}),
    ),
    Task(
        "create",
        lambda n: _post("/v1/profiles", corpus.customer(n)),
        lambda n: _post("/created", _created_in_eve(n)),
    ),
    Task(
        "associate",
        lambda n: Request("PUT", f"/v1/contacts/call-{n}/association", json.dumps(_associate(n))),
        lambda n: Request("PUT", f"/associations/call-{n}", json.dumps(_associate(n))),
    ),
)


def _created_in_eve(number: int) -> Any:
    fields = corpus.customer(number)
    found_by = [
        *(f"phone:{each['value']}" for each in fields["phone_numbers"]),
        f"email:{corpus.email(number)}",
        f"account:{corpus.account(number).lower()}",
        f"name:{_key(number)}",
        f"name.part:{fields['first_name'].lower()}",
        f"name.part:{fields['last_name'].lower()}",
    ]
    return fields | {"domain": "default", "lookup": found_by}
