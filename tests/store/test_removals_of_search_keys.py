"""Other requests run at a chosen moment of the removal of a search key.

A removal marks the search key, checks that no profile has a value of it, and deletes the search key if the
mark is still there. A request that writes a value checks the mark after the write, and undoes the write if
the search key is marked. A definition of the search key removes the mark.
"""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.errors.requests import InvalidRequest
from service.errors.search_keys import SearchKeyFixed, SearchKeyInUse, SearchKeyNotFound
from service.store.stores import Stores
from service.use_cases import key_values, profiles
from tests.store import defining
from tests.store.racing import run_after, run_before

Document = dict[str, Any]
Patch = pytest.MonkeyPatch


def test_a_removal_after_an_insert_is_rejected(stores: Stores, monkeypatch: Patch) -> None:
    """The profile is inserted, but the create has not checked the search key for a mark yet."""
    defining.define(stores)

    def remove() -> None:
        with pytest.raises(SearchKeyInUse):
            defining.remove(stores)

    run_after(monkeypatch, stores.profiles, "insert", remove)
    profile_id = defining.create(stores, "gold")
    assert defining.found_profile_ids(stores, "gold") == [profile_id]


def test_a_create_during_a_removal_is_rejected(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """A profile without a value of the search key cannot get one after the search key is marked."""
    defining.define(stores)

    def create() -> None:
        with pytest.raises(InvalidRequest):
            defining.create(stores, "gold")

    run_after(monkeypatch, stores.domains.search_keys, "begin_removal", create)
    defining.remove(stores)
    defining.assert_no_profiles(stores, database)
    assert database["search_keys"].count_documents({}) == 0


def test_an_insert_during_a_removal_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The create reads the search key before the search key is marked for removal, and inserts later."""
    defining.define(stores)
    responses: list[Exception] = []

    def create() -> None:
        monkeypatch.setattr(stores.domains.search_keys, "begin_removal", begin)
        run_before(monkeypatch, stores.profiles, "insert", mark)
        try:
            defining.create(stores, "gold")
        except InvalidRequest as error:
            responses.append(error)

    begin = stores.domains.search_keys.begin_removal
    marked: list[bool] = []

    def mark() -> None:
        # The create runs before the first removal sets its mark, so another removal sets a mark.
        marked.append(begin("default", "vip", "other-removal"))

    run_before(monkeypatch, stores.domains.search_keys, "begin_removal", create)
    defining.remove(stores)
    assert marked == [True]
    assert len(responses) == 1
    defining.assert_no_profiles(stores, database)
    assert database["search_keys"].count_documents({}) == 0


def test_an_interrupted_removal_is_completed_or_cancelled(
    stores: Stores, database: Database[Document]
) -> None:
    """Another removal completes it, and a definition cancels it."""
    defining.define(stores)
    assert stores.domains.search_keys.begin_removal("default", "vip", "removal-1")
    with pytest.raises(InvalidRequest):
        defining.create(stores, "gold")
    with pytest.raises(SearchKeyFixed):
        defining.define(stores, type="digits")
    defining.define(stores)
    profile_id = defining.create(stores, "gold")
    assert not stores.domains.search_keys.remove("default", "vip", "removal-1")
    assert stores.domains.search_keys.begin_removal("default", "vip", "removal-2")
    assert key_values.add_key_values(stores, "default", profile_id, "vip", ["silver"]).value["keys"] == {
        "vip": ["gold", "silver"]
    }
    assert defining.found_profile_ids(stores, "silver") == [profile_id]
    stores.domains.read("default")
    with pytest.raises(SearchKeyInUse):
        defining.remove(stores)
    other_id = defining.create(stores, "bronze")
    for each in (profile_id, other_id):
        profiles.update_profile(stores, "default", each, {"keys": {"vip": None}})
    assert stores.domains.search_keys.begin_removal("default", "vip", "removal-3")
    defining.remove(stores)
    with pytest.raises(SearchKeyNotFound):
        defining.remove(stores)
    assert database["search_keys"].count_documents({}) == 0


def test_a_definition_during_a_removal_cancels_it(stores: Stores, monkeypatch: Patch) -> None:
    """No profile has a value when the removal checks the profiles. One has a value before the deletion."""
    defining.define(stores)

    def define_and_create() -> None:
        defining.define(stores, label="Other")
        defining.create(stores, "gold")

    run_before(monkeypatch, stores.domains.search_keys, "remove", define_and_create)
    with pytest.raises(SearchKeyInUse):
        defining.remove(stores)
    assert len(defining.found_profile_ids(stores, "gold")) == 1


def test_a_search_key_that_is_removed_during_its_definition_is_defined_again(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """It gets a slot: the number that limits how many search keys a domain can have."""
    defining.define(stores)
    run_before(monkeypatch, stores.domains.search_keys, "define", partial(defining.remove, stores))
    defining.define(stores, label="Other")
    (document,) = database["search_keys"].find()
    assert (document["label"], "slot" in document) == ("Other", True)
