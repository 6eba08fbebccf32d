"""Definitions and removals of a search key race with each other and with writes of profiles.

Each response is correct, and all stored profiles comply with the final definition. Each request has its own
body. Other modules run one request at a chosen moment of another.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database
from werkzeug.test import TestResponse

from service.config import Settings
from tests.measuring import unmeasured
from tests.store.racing import RACERS, race, racing_settings
from tests.store.stale import any_stale

Document = dict[str, Any]
Patch = pytest.MonkeyPatch

ROUNDS = 4


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


def _put(app: Flask, key: str, **definition: Any) -> TestResponse:
    return app.test_client().put(f"/v1/search-keys/{key}", json={"label": key, "type": "text", **definition})


def _delete_and_put(app: Flask, key: str, **definition: Any) -> list[TestResponse]:
    return [app.test_client().delete(f"/v1/search-keys/{key}"), _put(app, key, **definition)]


def _post(app: Flask, key: str, value: str, attempts: int = 1) -> TestResponse:
    """Create a profile with a value of the search key; try again while the search key is undefined."""
    body = {"first_name": "Ada", "keys": {key: [value]}}
    for _ in range(attempts):
        response = app.test_client().post("/v1/profiles", json=body)
        if response.status_code != 422:
            break
    return response


def _statuses(responses: Sequence[TestResponse]) -> Counter[int]:
    return Counter(response.status_code for response in responses)


def test_one_of_two_racing_definitions_is_accepted(app: Flask, database: Database[Document]) -> None:
    """The definitions have different types. The rejected definition gets a 409 ``search_key_fixed``."""
    for number in range(ROUNDS):
        key = f"k{number}"
        kinds = ("digits", "text") * (RACERS // 2)
        responses = race([partial(_put, app, key, type=kind) for kind in kinds])
        document = database["search_keys"].find_one({"name": key}) or {}
        for kind, response in zip(kinds, responses, strict=True):
            if kind == document["type"]:
                assert response.status_code in {200, 201}
            else:
                assert (response.status_code, response.json["code"]) == (409, "search_key_fixed")
        assert _statuses(responses)[201] == 1
        assert _statuses(responses)[409] == RACERS // 2


def _check_creates(
    app: Flask, database: Database[Document], key: str, responses: Sequence[TestResponse]
) -> None:
    """Assert that only the created profiles are stored and found, and comply with the definition."""
    client = app.test_client()
    assert all(response.status_code in {201, 409, 422} for response in responses)
    definition = database["search_keys"].find_one({"name": key}) or {}
    created = [response.json for response in responses if response.status_code == 201 and response.json]
    stored = list(database["profiles"].find({"lookup": f".held:{key}"}))
    assert {each["_id"] for each in stored} == {each["profile_id"] for each in created}
    for document in stored:
        (pair,) = document["keys"]
        assert ("sealed" in pair) == definition.get("sensitive", False), (pair, definition)
        assert bool(document.get("unique")) == definition.get("unique", False)
    assert any_stale(app.extensions["profile_lookup"]) is False
    for number, response in enumerate(responses):
        criteria = {"criteria": [{"key": key, "values": [f"value {number}"]}]}
        if response.status_code == 201 and response.json:
            found = client.post("/v1/profiles/search", json=criteria).get_json()["items"]
            assert response.json["profile_id"] in {each["profile"]["profile_id"] for each in found}


def test_no_plain_value_remains_under_a_sensitive_search_key(
    app: Flask, database: Database[Document]
) -> None:
    """Two definitions, one of them sensitive, race with creates. All created profiles are found."""
    for number in range(ROUNDS):
        key = f"k{number}"
        puts = [partial(_put, app, key, sensitive=sensitive) for sensitive in (True, False)]
        posts = [partial(_post, app, key, f"value {n}", attempts=20) for n in range(6)]
        one, other, *responses = race([*puts, *posts])
        assert _statuses([one, other]) == {201: 1, 409: 1}
        _check_creates(app, database, key, responses)


@pytest.mark.parametrize("change", [{"sensitive": True}, {"unique": True}, {"type": "name"}], ids=repr)
def test_profiles_comply_with_a_search_key_that_is_redefined_during_writes(
    app: Flask, database: Database[Document], change: dict[str, Any]
) -> None:
    """The removal and the new definition succeed, or get a 409 because a profile has a value."""
    for number in range(ROUNDS):
        key = f"k{number}"
        assert _put(app, key).status_code == 201

        posts = [partial(_post, app, key, f"value {n}") for n in range(4)]
        (removed, defined), *responses = race([partial(_delete_and_put, app, key, **change), *posts])
        # 204 and 409: a profile was just written and will be removed.
        assert (removed.status_code, defined.status_code) in {(204, 201), (409, 409), (204, 409)}
        _check_creates(app, database, key, responses)


def test_a_unique_value_never_has_two_owners(app: Flask, database: Database[Document]) -> None:
    """Two definitions, one of them unique, race with creates of one value in several spellings."""
    for number in range(ROUNDS):
        key = f"k{number}"
        puts = [partial(_put, app, key, unique=unique) for unique in (True, False)]
        posts = [partial(_post, app, key, value, attempts=20) for value in ("A 1", "a 1", "Á 1", "a 1 ")]
        one, other, *responses = race([*puts, *posts])
        assert _statuses([one, other]) == {201: 1, 409: 1}
        definition = database["search_keys"].find_one({"name": key}) or {}
        owners = database["profiles"].count_documents({"lookup": f".held:{key}"})
        assert owners == _statuses(responses)[201]
        assert owners == (1 if definition["unique"] else 4)
        assert not any_stale(app.extensions["profile_lookup"])


def test_racing_definitions_do_not_exceed_the_maximum_number_of_search_keys(
    app: Flask, database: Database[Document]
) -> None:
    """One request is accepted. The other requests get a 409 ``too_many_search_keys``."""
    with unmeasured():
        for number in range(99):
            assert _put(app, f"k{number}").status_code == 201
    for turn in range(2):
        responses = race([partial(_put, app, f"r{turn}_{n}", type="digits") for n in range(RACERS)])
        assert _statuses(responses) == {201: 1, 409: RACERS - 1}
        assert {a.json["code"] for a in responses if a.status_code == 409} == {"too_many_search_keys"}
        assert database["search_keys"].count_documents({}) == 100
        (accepted,) = [response.json["name"] for response in responses if response.status_code == 201]
        assert app.test_client().delete(f"/v1/search-keys/{accepted}").status_code == 204


def test_search_keys_of_an_older_release_count_towards_the_maximum(
    app: Flask, database: Database[Document]
) -> None:
    """These search keys have no slot, but they reduce the number of slots for others."""
    older = {"domain": "default", "type": "text", "label": "Old", "built_in": False, "example": ""}
    database["search_keys"].insert_many(
        [{"_id": f"default/o{n}", "name": f"o{n}", "unique": False, **older} for n in range(95)]
    )
    responses = race([partial(_put, app, f"r{n}") for n in range(RACERS)])
    assert _statuses(responses) == {201: 5, 409: RACERS - 5}
    assert _put(app, "o7", label="New").status_code == 200
    assert _put(app, "o7", unique=True).status_code == 409
    assert database["search_keys"].count_documents({}) == 100


def test_a_removal_during_creates_leaves_no_orphan(app: Flask, database: Database[Document]) -> None:
    """If the search key is removed, no profile has a value of this search key."""
    for number in range(ROUNDS):
        key = f"k{number}"
        assert _put(app, key, type="digits").status_code == 201
        remove = partial(app.test_client().delete, f"/v1/search-keys/{key}")
        removed, *responses = race([remove, *(partial(_post, app, key, f"value {n}") for n in range(2))])
        holders = database["profiles"].count_documents({"lookup": f".held:{key}"})
        assert holders == _statuses(responses)[201]
        assert removed.status_code in ({409} if holders else {204, 409})
        defined = database["search_keys"].count_documents({"name": key})
        assert defined == (removed.status_code == 409)
        assert database["search_keys"].count_documents({"removing": {"$exists": True}}) == 0


def test_one_of_racing_removals_succeeds(app: Flask) -> None:
    """The other requests get a 404."""
    for number in range(3):
        assert _put(app, f"k{number}").status_code == 201
        responses = race([lambda n=number: app.test_client().delete(f"/v1/search-keys/k{n}")] * 4)  # type: ignore[misc]
        assert _statuses(responses) == {204: 1, 404: 3}
