"""Batches on the real MongoDB: the number and the size of commands, and what they store."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.api.batches import create, delete, send, upsert
from tests.api.caller import Caller, Json
from tests.commands import Commands

ITEMS = range(50)
"""More than the commands of a batch, so that a command for each item would be noticed."""


@pytest.fixture
def api(app: Flask, database: Database[dict[str, Any]]) -> Caller:
    """Return a caller of the application. A unique search key is defined."""
    caller = Caller(app.test_client(), database)
    caller.define("customer_number", unique=True)
    return caller


@pytest.fixture
def recorded(settings: Settings, api: Caller) -> Iterator[tuple[Caller, Commands]]:
    """Return a caller of another worker, and a recorder of its commands."""
    commands = Commands()
    database = connect(settings, listeners=[commands])
    other = Caller(create_app(settings, database=database).test_client(), api.database)
    other.get("/v1/settings")
    yield other, commands
    database.client.close()


def _person(number: int, **fields: Any) -> Json:
    phones = [{"value": f"+1415555{number:04}"}, {"value": f"+1212555{number:04}"}]
    return {
        "first_name": "Ann",
        "phone_numbers": phones,
        "email_addresses": [{"value": f"a{number}@b.c"}],
    } | fields


@pytest.mark.parametrize("key", [None, "k"])
def test_a_batch_sends_few_commands_whatever_its_size(
    recorded: tuple[Caller, Commands], key: str | None
) -> None:
    """With an Idempotency-Key, the progress is stored too."""
    api, commands = recorded
    sent: dict[str, list[str]] = {}
    for name, build in (
        ("create", lambda n: upsert(str(n), **_person(n))),
        ("update", lambda n: upsert(str(n), **_person(n, last_name="Lee"))),
        ("unchanged", lambda n: upsert(str(n), **_person(n, last_name="Lee"))),
        ("delete", lambda n: delete(str(n))),
    ):
        commands.sent.clear()
        results = send(api, *map(build, ITEMS), key=key and f"{key}-{name}")
        assert all(result["outcome"] for result in results)
        sent[name] = commands.names
    domain, read, erasing = (
        ["find", "find"],
        ["find"],
        ["update", "find", "find", "insert", "update", "delete", "insert", "delete", "update"],
    )
    begin, targets, end = (["findAndModify"], ["update"], ["update"]) if key else ([], [], [])
    # Another request with the Idempotency-Key may have created the profiles, and they may be merged.
    merged = ["find"] if key else []
    assert sent == {
        # The ``find`` after the write checks that the search key is still defined. It is not needed if the
        # profiles had the search key before. The second ``find`` of the profiles reads possible duplicates.
        # The last ``insert`` stores the audit events.
        "create": [*begin, *domain, *read, "insert", *merged, "find", *read, "insert", *end],
        "update": [*begin, *domain, *read, *targets, "update", "insert", *end],
        "unchanged": [*begin, *domain, *read, *end],
        "delete": [*begin, *domain, *read, *targets, *erasing, *end],
    }


def test_each_write_has_at_most_a_hundred_profiles(recorded: tuple[Caller, Commands]) -> None:
    """So that other requests of the worker do not wait while a thousand profiles are encoded."""
    api, commands = recorded
    numbers = range(101)
    creations = [upsert(str(n), first_name="Ann") for n in numbers]
    changes = [upsert(str(n), first_name="Bo") for n in numbers]
    for items, written in (
        (creations, ["insert", "insert"]),
        (changes, ["update", "update"]),
        ([delete(str(n)) for n in numbers], ["delete", "delete"]),
    ):
        commands.sent.clear()
        assert len({result["outcome"] for result in send(api, *items)}) == 1
        sent = [c for c in commands.sent if next(iter(c)) in written and c[next(iter(c))] == "profiles"]
        assert len(sent) == len(written)


def test_a_batch_leaves_no_objects_that_only_the_garbage_collector_frees(api: Caller) -> None:
    """A full collection stops all requests of the worker for as long as many items take."""
    items = [upsert(str(n), **_person(n)) for n in range(100)]
    send(api, *items)
    gc.collect()
    gc.disable()
    try:
        send(api, *items)
        # Flask and the driver leave a few objects, but none for each item.
        assert gc.collect() < len(items)
    finally:
        gc.enable()


def test_the_same_key_with_other_items_is_rejected(api: Caller) -> None:
    """Nothing is executed."""
    send(api, create(), key="k")
    body = {"items": [create(last_name="Lee")]}
    headers = {"Idempotency-Key": "k"}
    api.reject("POST", "/v1/profiles/batch", body, status=422, code="idempotency_key_reused", headers=headers)


def test_the_stored_progress_has_no_values(api: Caller) -> None:
    """Neither values of the items, nor the value that another profile has."""
    items = [
        create(last_name="Quill", keys={"customer_number": ["Feather"]}),
        create(keys={"customer_number": ["feather"]}),
    ]
    send(api, *items, key="secret-key")
    (progress,) = api.database["batches"].find()
    for text in ("Quill", "Feather", "feather", "secret-key", "Ann"):
        assert text not in repr(progress)
