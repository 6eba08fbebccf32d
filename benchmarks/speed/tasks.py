"""The measured tasks, as requests to the service and to the other contenders."""

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
"""Number of different requests of each task. They are sent in turn."""


@dataclass(frozen=True)
class Task:
    """An operation. ``ours`` and ``eve`` return the request about the customer with a number.

    ``ours`` is for the service and all contenders except Eve.
    """

    name: str
    ours: Callable[[int], Request]
    eve: Callable[[int], Request]

    def requests(self, count: int, *, of_eve: bool) -> Iterator[Request]:
        """Yield requests about random customers out of ``count``. Each call yields the same requests."""
        random = Random(self.name)
        make = self.eve if of_eve else self.ours
        return (make(random.randrange(count)) for _ in range(REQUESTS))


def _post(path: str, body: Any) -> Request:
    return Request("POST", path, json.dumps(body))


def _eve_query(query: Any) -> Request:
    selector = {"domain": "default", **query}
    return Request("GET", f"/profiles?max_results=21&where={quote(json.dumps(selector))}")


def _full_name(number: int) -> str:
    return " ".join(corpus.name(number))


def _normalised_name(number: int) -> str:
    return "".join(corpus.name(number)).lower()


def _five_criteria(number: int) -> list[tuple[str, str]]:
    return [
        ("phone", corpus.mobile(number)),
        ("phone", corpus.mobile(number + 1)),
        ("email", corpus.email(number)),
        ("account", corpus.account(number)),
        ("email", corpus.email(number + 1)),
    ]


def _search(*criteria: tuple[str, str], **more: str) -> Request:
    terms = [{"key": key, "values": [value]} for key, value in criteria]
    return _post("/v1/profiles/search", {"criteria": terms, **more})


def _name_prefix(number: int) -> str:
    return corpus.name(number)[1][:5]


def _match_voice(number: int) -> Request:
    return _post(
        f"/v1/contacts/call-{number}/match", {"channel": "voice", "phone_number": corpus.mobile(number)}
    )


def _match_chat(number: int) -> Request:
    body = {"channel": "chat", "email_address": corpus.email(number), "name": _full_name(number)}
    return _post(f"/v1/contacts/chat-{number}/match", body)


def _eve_query_any(entries: Sequence[str]) -> Request:
    return _eve_query({"lookup": {"$in": list(entries)}})


def _association(number: int) -> Any:
    return {"profile_id": f"{number:032x}", "channel": "voice"}


MATCH_VOICE = Task(MATCH, _match_voice, lambda n: _eve_query({"lookup": f"phone:{corpus.mobile(n)}"}))
TASKS = (
    MATCH_VOICE,
    Task(
        "match a chat",
        _match_chat,
        lambda n: _eve_query_any([f"email:{corpus.email(n)}", f"name:{_normalised_name(n)}"]),
    ),
    Task(
        "search, one key",
        lambda n: _search(("account", corpus.account(n))),
        lambda n: _eve_query({"lookup": f"account:{corpus.account(n).lower()}"}),
    ),
    Task(
        "search, any of five",
        lambda n: _search(*_five_criteria(n)),
        lambda n: _eve_query_any([f"{key}:{value.lower()}" for key, value in _five_criteria(n)]),
    ),
    Task(
        "search, prefix",
        lambda n: _search(("name", _name_prefix(n)), mode="prefix"),
        lambda n: _eve_query({"lookup": {"$regex": f"^name:{_name_prefix(n).lower()}"}}),
    ),
    Task(
        "create",
        lambda n: _post("/v1/profiles", corpus.customer(n)),
        lambda n: _post("/created", _eve_profile(n)),
    ),
    Task(
        "associate",
        lambda n: Request("PUT", f"/v1/contacts/call-{n}/association", json.dumps(_association(n))),
        lambda n: Request("PUT", f"/associations/call-{n}", json.dumps(_association(n))),
    ),
)


def _eve_profile(number: int) -> Any:
    fields = corpus.customer(number)
    lookup = [
        *(f"phone:{each['value']}" for each in fields["phone_numbers"]),
        f"email:{corpus.email(number)}",
        f"account:{corpus.account(number).lower()}",
        f"name:{_normalised_name(number)}",
        f"name.part:{fields['first_name'].lower()}",
        f"name.part:{fields['last_name'].lower()}",
    ]
    return fields | {"domain": "default", "lookup": lookup}
