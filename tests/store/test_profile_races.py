"""Concurrent requests change the same profile or define the same search key.

A barrier starts them together. The result does not depend on the order of the threads.
"""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.config import Settings
from service.errors.records import UniqueKeyTaken, VersionConflict
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases import key_values, profiles, search_keys
from tests.store.defining import create
from tests.store.racing import RACERS, race, racing_settings

ROUNDS = range(2)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


@pytest.fixture
def ssn(stores: Stores) -> None:
    """Define a unique, sensitive search key."""
    fields = {"label": "SSN", "type": "digits", "unique": True, "sensitive": True}
    search_keys.define_search_key(stores, "default", "ssn", fields)


def _assert_taken(results: list[Any], owner: str) -> None:
    assert len(results) == RACERS - 1
    assert all(isinstance(result, UniqueKeyTaken) for result in results), results
    assert {(result.key, result.profile_id) for result in results} == {("ssn", owner)}


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_creates_owns_the_unique_value(
    stores: Stores, database: Database[dict[str, Any]], number: int
) -> None:
    """The other requests get the owner's ID, even with other spellings, and store no profile."""
    notations = ["123-45-678", "123 45 678", "12345678", "(123)45678"]
    fields = [{"first_name": "Ada", "keys": {"ssn": [f"{notations[n % 4]}{number}"]}} for n in range(RACERS)]
    results = race(
        [partial(profiles.insert_profile, stores, "default", f) for f in fields],
    )
    (created,) = [result for result in results if not isinstance(result, Exception)]
    owner = created[0]
    _assert_taken([result for result in results if result is not created], owner["profile_id"])
    assert [document["_id"] for document in database["profiles"].find()] == [owner["profile_id"]]


@pytest.mark.usefixtures("ssn")
def test_over_http_the_other_creates_get_a_409_without_the_owner(app: Flask) -> None:
    """The search key is sensitive, so the 409 contains only its name."""
    body = {"first_name": "Ada", "keys": {"ssn": ["123-45-6789"]}}
    responses = race([lambda: app.test_client().post("/v1/profiles", json=body)] * RACERS)
    assert Counter(response.status_code for response in responses) == {201: 1, 409: RACERS - 1}
    problems = [response.json for response in responses if response.status_code == 409]
    assert {(problem["code"], problem["key"]) for problem in problems} == {("unique_key_taken", "ssn")}
    assert not any("profile_id" in problem for problem in problems)


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_key_additions_owns_the_unique_value(stores: Stores, number: int) -> None:
    """The other profiles do not change."""
    ids = [create(stores) for _ in range(RACERS)]
    value = f"12345678{number}"
    results = race(
        [partial(key_values.add_key_values, stores, "default", i, "ssn", [value]) for i in ids],
    )
    (owner,) = [result for result in results if not isinstance(result, Exception)]
    _assert_taken([result for result in results if result is not owner], owner.value["profile_id"])
    stored = [profiles.read_profile(stores, "default", i) for i in ids]
    assert Counter((profile["version"], *profile["keys"]) for profile in stored) == {
        (2, "ssn"): 1,
        (1,): RACERS - 1,
    }


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_a_unique_value_can_move_to_another_profile(stores: Stores, number: int) -> None:
    """An addition before the release gets the owner's ID, and succeeds when it is repeated."""
    value = f"12345678{number}"
    owner, claimant = create(stores, keys={"ssn": [value]}), create(stores)
    released, claimed = race(
        [
            lambda: key_values.release_key_values(stores, "default", owner, "ssn", [value]),
            lambda: key_values.add_key_values(stores, "default", claimant, "ssn", [value]),
        ],
    )
    assert not isinstance(released, Exception)
    if isinstance(claimed, Exception):
        assert isinstance(claimed, UniqueKeyTaken)
        assert claimed.profile_id == owner
        claimed = key_values.add_key_values(stores, "default", claimant, "ssn", [value])
    assert claimed.value["keys"] == {"ssn": [SensitiveValue(value)]}


@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_patches_of_one_version_succeeds(stores: Stores, number: int) -> None:
    """The profile changes once. The other requests get a conflict."""
    profile_id = create(stores, attributes={"round": str(number)})
    results = race(
        [
            partial(
                profiles.update_profile,
                stores,
                "default",
                profile_id,
                {"attributes": {f"a{n}": "x"}},
                frozenset({1}),
            )
            for n in range(RACERS)
        ],
    )
    (accepted,) = [result for result in results if not isinstance(result, Exception)]
    assert sum(isinstance(result, VersionConflict) for result in results) == RACERS - 1
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["version"], profile["attributes"]) == (2, accepted.value["attributes"])


def test_over_http_the_other_patches_get_a_412(app: Flask, stores: Stores) -> None:
    """One request gets a 200 with the next ETag."""
    profile_id = create(stores)

    def patch(n: int) -> Any:
        return app.test_client().patch(
            f"/v1/profiles/{profile_id}", json={"last_name": f"L{n}"}, headers={"If-Match": '"1"'}
        )

    responses = race([partial(patch, n) for n in range(RACERS)])
    assert Counter(response.status_code for response in responses) == {200: 1, 412: RACERS - 1}
    (accepted,) = [response for response in responses if response.status_code == 200]
    assert accepted.headers["ETag"] == '"2"'
    assert app.test_client().get(f"/v1/profiles/{profile_id}").get_json() == accepted.json


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_patches_without_a_version_all_succeed(stores: Stores, number: int) -> None:
    """Each patch sets its own attribute and increments the version."""
    profile_id = create(stores, attributes={"round": str(number)})
    results = race(
        [
            partial(profiles.update_profile, stores, "default", profile_id, {"attributes": {f"a{n}": "x"}})
            for n in range(RACERS)
        ],
    )
    assert sorted(result.value["version"] for result in results) == list(range(2, RACERS + 2))
    profile = profiles.read_profile(stores, "default", profile_id)
    assert profile["version"] == RACERS + 1
    assert profile["attributes"] == {"round": str(number)} | {f"a{n}": "x" for n in range(RACERS)}


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_key_additions_to_one_profile_all_succeed(stores: Stores, number: int) -> None:
    """Each number is stored and has an index term."""
    profile_id = create(stores)
    numbers = [f"+1212556{number}{n:03}" for n in range(RACERS)]
    race([partial(key_values.add_key_values, stores, "default", profile_id, "phone", [v]) for v in numbers])
    profile = profiles.read_profile(stores, "default", profile_id)
    assert sorted(str(item["e164"]) for item in profile["phone_numbers"]) == numbers
    assert {f"phone:{value}" for value in numbers} <= set(profile["lookup"])


@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_deletions_succeeds(app: Flask, stores: Stores, number: int) -> None:
    """The other requests get a 404."""
    profile_id = create(stores, attributes={"round": str(number)})
    responses = race([lambda: app.test_client().delete(f"/v1/profiles/{profile_id}")] * RACERS)
    assert Counter(response.status_code for response in responses) == {204: 1, 404: RACERS - 1}


@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_definitions_creates_the_search_key(stores: Stores, number: int) -> None:
    """The other requests update the search key."""
    fields = {"label": "K", "type": "text", "unique": False, "sensitive": False}
    results = race([lambda: search_keys.define_search_key(stores, "default", f"k{number}", fields)] * RACERS)
    assert [created for _, created in results].count(True) == 1
