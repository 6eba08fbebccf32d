"""Batches on the real MongoDB: races, and retries after interruptions."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.stores import Stores
from tests.api.batches import create, delete, outcomes, send, send_raw, update, upsert
from tests.api.caller import Caller
from tests.store.racing import race, racing_settings, run_after, run_before


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
