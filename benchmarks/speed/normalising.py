"""Measures the cost of computing a profile's index terms, in total and for each kind of value."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from benchmarks.speed import corpus
from service.matching.profiles import index
from service.model.profile import Profile

_PROFILES = 3000
_NOTHING: dict[str, Any] = {"phone_numbers": [], "email_addresses": []}
_PARTS: dict[str, tuple[str, ...]] = {
    "all of it": (
        "first_name",
        "last_name",
        "account_number",
        "phone_numbers",
        "email_addresses",
    ),
    "two telephone numbers": ("phone_numbers",),
    "first and last name": ("first_name", "last_name"),
    "an e-mail address": ("email_addresses",),
    "an account number": ("account_number",),
}


def costs() -> dict[str, float]:
    """Return the CPU time for each part of a profile, in microseconds: the best of five rounds."""
    people = [corpus.customer(number) for number in range(_PROFILES)]
    return {
        part: min(_microseconds(partial(_index, people, fields)) for _ in range(5))
        for part, fields in _PARTS.items()
    }


def _index(people: list[dict[str, Any]], fields: tuple[str, ...]) -> None:
    for person in people:
        index(cast("Profile", _NOTHING | {name: person[name] for name in fields}), {}, "JP")


def _microseconds(work: Callable[[], None]) -> float:
    started = time.thread_time()
    work()
    return (time.thread_time() - started) / _PROFILES * 1e6
