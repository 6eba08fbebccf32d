"""Requests that race with the undo of a merge."""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.config import Settings
from service.errors.merges import MergeNotFound, ProfileCreatedAgain
from service.errors.search_keys import SearchKeyInUse
from service.model.merge import RestoreProblem
from service.store.stores import Stores
from service.use_cases import erasure, profiles, search_keys
from tests.store.merging import DOMAIN, check_consistency, create, dump, merge, record, undo
from tests.store.racing import race, racing_settings, run_before

Document = dict[str, Any]

ROUNDS = range(3)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


@pytest.fixture
def customer(stores: Stores) -> None:
    """Define a unique search key."""
    fields = {"label": "Customer", "type": "identifier", "unique": True, "sensitive": False}
    search_keys.define_search_key(stores, DOMAIN, "customer", fields)


def test_an_undo_that_meets_an_erasure_is_not_found(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merged profiles are erased too."""
    target, source = create(stores), create(stores)
    merged = merge(stores, target, source)
    run_before(
        monkeypatch,
        stores.merge_writer,
        "undo",
        lambda: erasure.erase_profile(stores, DOMAIN, target, record=record(stores)),
    )
    with pytest.raises(MergeNotFound):
        undo(stores, merged)
    assert not database["profiles"].count_documents({})


@pytest.mark.usefixtures("customer")
def test_an_undo_reports_a_value_that_another_profile_has_just_got(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken from that profile."""
    target, source = create(stores), create(stores, keys={"customer": ["C-1"]})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"customer": None}})
    third: list[str] = []
    run_before(
        monkeypatch,
        stores.merge_writer,
        "undo",
        lambda: third.append(create(stores, keys={"customer": ["C-1"]})),
    )
    (problem,) = undo(stores, merged).merge.not_restored
    assert (problem.reason, problem.owner_id) == (RestoreProblem.TAKEN, third[0])
    check_consistency(database)


@pytest.mark.usefixtures("customer")
def test_an_undo_replaces_a_profile_that_a_killed_creation_left(
    stores: Stores, database: Database[Document]
) -> None:
    """It was created again under the ID of a merged profile, even with a unique value of it."""
    target, source = create(stores), create(stores, keys={"customer": ["C-1"]})
    (document,) = database["profiles"].find({"_id": source})
    profiles.update_profile(stores, DOMAIN, source, {"last_name": "Lee"})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"customer": None}})
    database["profiles"].insert_one(document)
    assert undo(stores, merged).merge.not_restored == []
    restored = profiles.read_profile(stores, DOMAIN, source)
    assert (restored["last_name"], restored["keys"]) == ("Lee", {"customer": ["C-1"]})
    check_consistency(database)


def test_an_undo_does_not_replace_such_a_profile_that_was_changed(
    stores: Stores, database: Database[Document]
) -> None:
    """The caller decides what to do with it."""
    target, source = create(stores), create(stores)
    (document,) = database["profiles"].find({"_id": source})
    merged = merge(stores, target, source)
    database["profiles"].insert_one(document | {"version": 2})
    before = dump(database)
    with pytest.raises(ProfileCreatedAgain):
        undo(stores, merged)
    assert dump(database) == before
    erasure.erase_profile(stores, DOMAIN, source, record=record(stores))
    undo(stores, merged)
    assert profiles.read_profile(stores, DOMAIN, source)["profile_id"] == source
    check_consistency(database)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("is_again_defined", [False, True])
def test_an_undo_meets_a_removal_of_a_search_key(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch, *, is_again_defined: bool
) -> None:
    """The response says which values are not restored. Under a new definition, they are."""
    target, source = create(stores), create(stores, keys={"customer": ["C-1"]})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"customer": None}})

    def redefine() -> None:
        search_keys.remove_search_key(stores, DOMAIN, "customer")
        if is_again_defined:
            fields = {"label": "Customer", "type": "identifier", "unique": False, "sensitive": True}
            search_keys.define_search_key(stores, DOMAIN, "customer", fields)

    run_before(monkeypatch, stores.merge_writer, "undo", redefine)
    problems = undo(stores, merged).merge.not_restored
    reasons = [] if is_again_defined else [RestoreProblem.UNDEFINED]
    assert [each.reason for each in problems] == reasons
    (document,) = database["profiles"].find({"_id": source})
    assert len(document["keys"]) == int(is_again_defined)
    assert "C-1" not in str(document)
    assert "unique" not in document
    check_consistency(database)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("number", ROUNDS)
def test_a_racing_removal_of_a_search_key_leaves_no_value_without_definition(
    stores: Stores, database: Database[Document], number: int
) -> None:
    """Either the value is restored, and the search key stays, or the response says that it is not."""
    target, source = create(stores), create(stores, keys={"customer": [f"C-{number}"]})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"customer": None}})
    undone, removed = race(
        [
            partial(undo, stores, merged),
            partial(search_keys.remove_search_key, stores, DOMAIN, "customer"),
        ]
    )
    is_restored = not undone.merge.not_restored
    assert not isinstance(removed, Exception) or isinstance(removed, SearchKeyInUse)
    is_defined = database["search_keys"].count_documents({"name": "customer"}) == 1
    (document,) = database["profiles"].find({"_id": source})
    assert bool(document["keys"]) == is_restored
    assert is_defined or not is_restored


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_repeated_creation_does_not_remove_what_another_request_has_restored_or_changed(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch, *, is_changed: bool
) -> None:
    """It has created a merged profile again, and is about to remove that.

    What was changed stays, as after a killed creation.
    """
    target, fields = create(stores), {"first_name": "Bo"}
    sources: list[str] = []

    def create_and_merge() -> None:
        created, _ = profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
        source = created.value["profile_id"]
        merged = merge(stores, target, source)
        sources.append(source)

        def meet() -> None:
            if is_changed:
                profiles.update_profile(stores, DOMAIN, source, {"last_name": "Lee"})
            else:
                undo(stores, merged)

        run_before(monkeypatch, stores.profiles, "undo_insert", meet)

    run_before(monkeypatch, stores.profiles, "insert", create_and_merge)
    created, replayed = profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
    assert replayed
    assert created.value["profile_id"] == sources[0]
    document = database["profiles"].find_one({"_id": sources[0]})
    assert document is not None
    assert document["last_name"] == ("Lee" if is_changed else None)
