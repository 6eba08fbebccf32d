"""Creations that reject possible duplicates, at the same time as other creations of the same person."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.errors.records import PossibleDuplicates
from service.model.possible_duplicates import OnDuplicate
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import profiles
from service.use_cases.profiles import new_profile
from service.use_cases.profiles.duplicate_checks import DuplicateGuard
from tests.api.batches import create, outcomes, send
from tests.api.caller import Caller
from tests.store.racing import RACERS, race, racing_settings, run_after, run_before

Patch = pytest.MonkeyPatch

ADA = {"first_name": "Ada", "phone_numbers": [{"value": "+1 212 555 0100"}]}
LOW, HIGH = "1" * 32, "2" * 32


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


@pytest.fixture
def guard(stores: Stores) -> DuplicateGuard:
    """Return a guard that rejects possible duplicates."""
    return DuplicateGuard(stores, stores.domains.read("default"))


def _create(
    stores: Stores, on_duplicate: OnDuplicate = OnDuplicate.REJECT, key: str | None = None
) -> Profile:
    created, _ = profiles.create_profile_once(stores, "default", ADA, key, on_duplicate=on_duplicate)
    return created.value


def _insert_tentative(stores: Stores, profile_id: str) -> Profile:
    """Insert a profile as a creation does that has found no possible duplicate yet."""
    profile, index = new_profile(stores, "default", ADA, profile_id)
    assert stores.profiles.insert("default", profile, index, is_tentative=True) is None
    return profile


def _stored_ids(database: Database[dict[str, Any]]) -> list[str]:
    """Return the IDs of all profiles. Assert that none is tentative."""
    documents = list(database["profiles"].find())
    assert not any("tentative" in document for document in documents)
    return [document["_id"] for document in documents]


@pytest.mark.parametrize("on_duplicate", OnDuplicate)
def test_a_profile_that_appears_after_the_check_rejects_the_creation(
    stores: Stores, database: Database[dict[str, Any]], monkeypatch: Patch, on_duplicate: OnDuplicate
) -> None:
    """It was created completely between the check and the insert. The new profile is withdrawn."""
    others: list[Profile] = []
    run_before(monkeypatch, stores.profiles, "insert", lambda: others.append(_create(stores, on_duplicate)))
    with pytest.raises(PossibleDuplicates) as raised:
        _create(stores)
    assert raised.value.owners == {others[0]["profile_id"]: ["phone"]}
    assert _stored_ids(database) == [others[0]["profile_id"]]


def test_a_profile_that_is_not_confirmed_yet_rejects_a_later_creation(
    stores: Stores, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """The first creation succeeds."""

    def create_second() -> None:
        with pytest.raises(PossibleDuplicates):
            _create(stores)

    run_after(monkeypatch, stores.profiles, "insert", create_second)
    profile_id = _create(stores)["profile_id"]
    assert _stored_ids(database) == [profile_id]


def test_a_withdrawn_profile_is_created_again_if_its_rival_is_gone(
    stores: Stores, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """The rival has the lower ID, so it has precedence. But it is withdrawn for a reason of its own."""

    def insert_rival() -> None:
        _insert_tentative(stores, "0" * 32)
        run_after(monkeypatch, stores.profiles, "undo_insert", withdraw_rival)

    def withdraw_rival() -> None:
        assert stores.profiles.undo_insert("default", "0" * 32, is_tentative=True)

    run_after(monkeypatch, stores.profiles, "insert", insert_rival)
    profile_id = _create(stores, key="k")["profile_id"]
    assert _stored_ids(database) == [profile_id]


def test_of_two_tentative_profiles_the_lower_id_withdraws_the_other(
    stores: Stores, guard: DuplicateGuard, database: Database[dict[str, Any]]
) -> None:
    """The other creation finds out when it confirms its profile."""
    low, high = _insert_tentative(stores, LOW), _insert_tentative(stores, HIGH)
    assert guard.confirm([low]) == {LOW}
    assert guard.confirm([high]) == set()
    assert _stored_ids(database) == [LOW]


def test_of_two_tentative_profiles_the_higher_id_is_not_confirmed(
    stores: Stores, guard: DuplicateGuard, database: Database[dict[str, Any]]
) -> None:
    """The creation with the lower ID need not withdraw it."""
    low, high = _insert_tentative(stores, LOW), _insert_tentative(stores, HIGH)
    assert guard.confirm([high]) == set()
    assert guard.confirm([low]) == {LOW}
    assert _stored_ids(database) == [LOW]


def test_a_confirmed_profile_has_precedence_whatever_its_id(stores: Stores, guard: DuplicateGuard) -> None:
    """It was confirmed before the other one was inserted, or before it could be withdrawn."""
    high = _insert_tentative(stores, HIGH)
    assert guard.confirm([high]) == {HIGH}
    low = _insert_tentative(stores, LOW)
    assert guard.confirm([low]) == set()


def test_a_profile_that_is_confirmed_before_its_withdrawal_stays(
    stores: Stores, guard: DuplicateGuard, monkeypatch: Patch
) -> None:
    """It had found no rival. The rival has read it as tentative, but cannot withdraw it any more."""
    low, high = _insert_tentative(stores, LOW), _insert_tentative(stores, HIGH)
    run_before(
        monkeypatch,
        stores.profiles,
        "undo_insert",
        lambda: stores.duplicates.confirm("default", [high["profile_id"]]),
    )
    assert guard.confirm([low]) == set()
    assert stores.profiles.exists("default", HIGH)


def test_a_profile_that_was_changed_is_not_withdrawn(stores: Stores, guard: DuplicateGuard) -> None:
    """Another client uses it already."""
    low, _ = _insert_tentative(stores, LOW), _insert_tentative(stores, HIGH)
    profiles.update_profile(stores, "default", HIGH, {"last_name": "Lovelace"})
    assert guard.confirm([low]) == set()
    assert stores.profiles.exists("default", HIGH)


def test_exactly_one_of_racing_creations_succeeds(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """The others list it, or a profile that was withdrawn since."""
    results = race([partial(_create, stores) for _ in range(RACERS)])
    (created,) = [result for result in results if not isinstance(result, Exception)]
    assert sum(isinstance(result, PossibleDuplicates) for result in results) == RACERS - 1
    assert _stored_ids(database) == [created["profile_id"]]


def test_a_repetition_waits_until_the_profile_is_confirmed(stores: Stores, monkeypatch: Patch) -> None:
    """The first request may still withdraw it."""

    def repeat() -> None:
        with pytest.raises(DatastoreUnavailable):
            _create(stores, key="k")

    run_after(monkeypatch, stores.profiles, "insert", repeat)
    created = _create(stores, key="k")
    assert _create(stores, key="k")["profile_id"] == created["profile_id"]


def test_an_interrupted_creation_leaves_an_ordinary_profile(
    stores: Stores, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """It rejects other creations. After the time of a request, a repetition returns it."""

    def interrupt() -> None:
        raise DatastoreUnavailable

    run_after(monkeypatch, stores.profiles, "insert", interrupt)
    with pytest.raises(DatastoreUnavailable):
        _create(stores, key="k")
    with pytest.raises(PossibleDuplicates) as raised:
        _create(stores)
    (profile_id,) = raised.value.owners
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    database["profiles"].update_one({"_id": profile_id}, {"$set": {"created_at": earlier}})
    assert _create(stores, key="k")["profile_id"] == profile_id


def test_an_item_of_a_batch_is_rejected_after_a_race(
    app: Flask, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """The other profile appears between the check and the insert. Other items are not affected."""
    stores: Stores = app.extensions["profile_lookup"]
    api = Caller(app.test_client(), database)
    others: list[Profile] = []
    run_before(monkeypatch, stores.bulk_profiles, "insert", lambda: others.append(_create(stores)))
    results = send(api, create(**ADA), create(first_name="Eve"), query="?on_duplicate=reject")
    assert outcomes(results) == ["possible_duplicate", "created"]
    (found,) = results[0]["problem"]["possible_duplicates"]
    assert found == {"profile_id": others[0]["profile_id"], "matched_on": ["phone"]}
    assert sorted(_stored_ids(database)) == sorted([found["profile_id"], results[1]["profile_id"]])


def test_an_item_of_a_batch_warns_of_a_profile_that_appears_meanwhile(
    app: Flask, database: Database[dict[str, Any]], monkeypatch: Patch
) -> None:
    """Duplicates are looked for after the profiles are written."""
    stores: Stores = app.extensions["profile_lookup"]
    others: list[Profile] = []
    other = partial(_create, stores, OnDuplicate.WARN)
    run_before(monkeypatch, stores.bulk_profiles, "insert", lambda: others.append(other()))
    (result,) = send(Caller(app.test_client(), database), create(**ADA))
    assert result["possible_duplicates"] == [{"profile_id": others[0]["profile_id"], "matched_on": ["phone"]}]


def test_racing_batches_warn_of_each_person(app: Flask, database: Database[dict[str, Any]]) -> None:
    """All but the first profile of a person have a warning, or are in one."""
    people = [create(phone_numbers=[{"value": f"+1 212 555 01{number:02}"}]) for number in range(20)]
    callers = [Caller(app.test_client(), database) for _ in range(4)]
    for results in zip(*race([partial(send, each, *people) for each in callers]), strict=True):
        pairs = {frozenset((a["profile_id"], b["profile_id"])) for a, b in combinations(results, 2)}
        warned = {
            frozenset((each["profile_id"], other["profile_id"]))
            for each in results
            for other in each["possible_duplicates"]
        }
        assert warned == pairs


def test_racing_batches_create_each_person_once(app: Flask, database: Database[dict[str, Any]]) -> None:
    """The other batches list the profile."""
    people = [create(phone_numbers=[{"value": f"+1 212 555 01{number:02}"}]) for number in range(20)]
    callers = [Caller(app.test_client(), database) for _ in range(4)]
    batches = race([partial(send, each, *people, query="?on_duplicate=reject") for each in callers])
    counts = Counter(outcome for results in batches for outcome in outcomes(results))
    assert counts == {"created": 20, "possible_duplicate": 60}
    assert len(_stored_ids(database)) == 20
