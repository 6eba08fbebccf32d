"""Batches on the real MongoDB: the number of commands, races, and retries after interruptions."""

import gc
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.client.connection import connect
from service.store.stores import Stores
from tests.api.batches import create, delete, outcomes, send, send_raw, update, upsert
from tests.api.caller import Caller, Json
from tests.commands import Commands
from tests.store.racing import race, racing_settings, run_after, run_before

ITEMS = range(50)
"""More than the commands of a batch, so that a command for each item would be noticed."""


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


@pytest.fixture
def api(app: Flask, database: Database[dict[str, Any]]) -> Caller:
    """Return a caller of the application. A unique search key is defined."""
    caller = Caller(app.test_client(), database)
    caller.define("customer_number", unique=True)
    return caller


@pytest.fixture
def own_stores(app: Flask) -> Stores:
    """Return the stores of the application."""
    stores: Stores = app.extensions["profile_lookup"]
    return stores


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
        # The second ``find`` of the profiles reads possible duplicates. The ``find`` after the write checks
        # that the search key is still defined. It is not needed if the profiles had the search key before.
        # The last ``insert`` stores the audit events.
        "create": [*begin, *domain, *read, *read, "insert", *merged, "find", "insert", *end],
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


def test_concurrent_batches_create_each_profile_once(app: Flask, api: Caller) -> None:
    """All batches upsert the same customers, and each batch has each customer twice."""
    numbers = [str(number) for number in range(30)]
    items = [upsert(n, first_name="Ann", phone_numbers=[{"value": f"555{n}"}]) for n in (*numbers, *numbers)]
    batches = race([partial(send, Caller(app.test_client(), api.database), *items) for _ in range(4)])
    assert Counter(outcome for results in batches for outcome in outcomes(results)) == {
        "created": 30,
        "unchanged": 4 * 60 - 30,
    }
    assert api.database["profiles"].count_documents({}) == 30


def test_concurrent_batches_lose_no_change(app: Flask, api: Caller) -> None:
    """Each batch adds a phone number to each of the same profiles."""
    numbers = [str(number) for number in range(10)]
    send(api, *[upsert(n, first_name="Ann") for n in numbers])
    batches = race(
        [
            partial(
                send,
                Caller(app.test_client(), api.database),
                *[upsert(n, phone_numbers=[{"value": f"+1415555010{batch}"}]) for n in numbers],
            )
            for batch in range(4)
        ]
    )
    assert {outcome for results in batches for outcome in outcomes(results)} == {"updated"}
    for profile in api.database["profiles"].find():
        assert len(profile["phone_numbers"]) == 4
        assert profile["version"] == 5


def _fail(error: Exception = DatastoreUnavailable()) -> None:  # noqa: B008 - the error has no state
    raise error


MIXED = [
    *(upsert(str(n), first_name="New") for n in range(5, 10)),
    *(update(str(n), last_name="Changed") for n in range(3)),
    delete("3"),
    upsert("3", first_name="Again"),
    update("4", lists="replace", keys={"customer_number": ["moved"]}),
    create(last_name="Twice"),
    upsert("0", middle_name="Second"),
    update("nosuch", first_name="X"),
]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("store", "method"),
    [
        ("bulk_profiles", "insert"),
        ("bulk_profiles", "replace"),
        ("bulk_profiles", "begin_erasures"),
        ("bulk_profiles", "finish_erasures"),
        ("batches", "add_targets"),
        ("batches", "add_results"),
        ("audit", "write"),
        ("domains", "still_defines"),
    ],
)
def test_a_retry_completes_an_interrupted_batch(
    api: Caller, own_stores: Stores, monkeypatch: pytest.MonkeyPatch, store: str, method: str, moment: str
) -> None:
    """An agent changes every profile before the retry. The retry keeps these changes and repeats no item."""
    send(api, *[upsert(str(n), first_name="Old") for n in range(5)])
    interrupt = run_before if moment == "before" else run_after
    interrupt(monkeypatch, getattr(own_stores, store), method, _fail)
    api.call("POST", "/v1/profiles/batch", {"items": MIXED}, status=503, headers={"Idempotency-Key": "k"})
    agents = {}
    for document in api.database["profiles"].find({}, ["last_name"]):
        profile = api.patch(f"/v1/profiles/{document['_id']}", {"last_name": "Agent"})
        agents[document["_id"]] = document["last_name"], profile["version"]
    response = send_raw(api, *MIXED, key="k")
    assert "Idempotency-Replayed" not in response.headers
    results = response.get_json()["items"]
    assert outcomes(results) == [
        *["created"] * 5,
        *["updated"] * 3,
        *("deleted", "created", "updated", "created", "updated", "profile_not_found"),
    ]
    assert api.database["profiles"].count_documents({}) == 5 + 5 + 1
    for result in results[5:8]:
        profile = api.get(f"/v1/profiles/{result['profile_id']}")
        was_changed = agents[result["profile_id"]][0] == "Changed"
        assert profile["last_name"] == ("Agent" if was_changed else "Changed")
    erased = [event["profile_ids"] for event in api.audit() if event["action"] == "erased"]
    assert erased == [[results[8]["profile_id"]]]
    again = send_raw(api, *MIXED, key="k")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json()["items"] == results


def test_a_concurrent_retry_repeats_nothing(app: Flask, api: Caller) -> None:
    """Both requests get the same profiles."""
    items = [
        *(create(last_name=str(n)) for n in range(20)),
        *(upsert(str(n), first_name="A") for n in range(20)),
    ]
    batches = race(
        [partial(send, Caller(app.test_client(), api.database), *items, key="k") for _ in range(4)]
    )
    assert len({tuple(result["profile_id"] for result in results) for results in batches}) == 1
    assert api.database["profiles"].count_documents({}) == 40


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


def test_a_change_of_a_search_key_undoes_and_repeats_the_writes(
    api: Caller, stores: Stores, own_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search key becomes sensitive right after the writes. No value is left in plain text."""
    api.define("ssn", type="digits")
    (bo,) = send(api, create(first_name="Bo"))

    def redefine() -> None:
        api.database["search_keys"].update_one({"name": "ssn"}, {"$set": {"sensitive": True}})

    run_before(monkeypatch, own_stores.domains, "still_defines", redefine)
    results = send(
        api,
        create(keys={"ssn": ["123456789"]}),
        {"operation": "update", "profile_id": bo["profile_id"], "profile": {"keys": {"ssn": ["987654321"]}}},
    )
    assert outcomes(results) == ["created", "updated"]
    assert "123456789" not in repr(list(api.database["profiles"].find()))
    assert "987654321" not in repr(list(api.database["profiles"].find()))
    assert stores is not own_stores
