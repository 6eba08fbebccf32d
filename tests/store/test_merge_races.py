"""Requests that race with a merge, or with its undo."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.config import Settings
from service.errors.base import ServiceError
from service.errors.merges import ProfileBeingErased
from service.errors.records import ProfileNotFound, VersionConflict
from service.store.stores import Stores
from service.use_cases import contacts, erasure, profiles, search_keys
from tests.store.merging import DOMAIN, check_consistency, create, dump, living_id, merge, record, undo
from tests.store.racing import race, racing_settings, run_after, run_before

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


def _associate(stores: Stores, contact_id: str, profile_id: str) -> str:
    return contacts.associate(stores, DOMAIN, contact_id, profile_id)[0].value["profile_id"]


def _delete(stores: Stores, profile_id: str) -> None:
    erasure.erase_profile(stores, DOMAIN, profile_id, record=record(stores))


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("number", ROUNDS)
def test_racing_merges_leave_one_profile(stores: Stores, database: Database[Document], number: int) -> None:
    """All IDs lead to it, and it has all unique values."""
    ids = [create(stores, keys={"customer": [f"{number}-{n}"]}) for n in range(4)]
    others = [[each for each in ids if each != target] for target in ids]
    results = race(
        [partial(merge, stores, *pair) for pair in zip(ids, *zip(*others, strict=True), strict=True)]
    )
    failed = [each for each in results if isinstance(each, Exception)]
    assert all(isinstance(each, ServiceError) for each in failed), failed
    living = {living_id(stores, each) for each in ids}
    assert len(living) == 1
    (profile,) = database["profiles"].find()
    assert len(profile["unique"]) == 4
    check_consistency(database)


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_requests_lose_nothing(stores: Stores, database: Database[Document], number: int) -> None:
    """Patches, associations and merges, and then undos and further associations."""
    target, *sources = (create(stores, last_name=f"{number}-{n}") for n in range(4))

    def patch(profile_id: str, attribute: str) -> None:
        profiles.update_profile(stores, DOMAIN, profile_id, {"attributes": {attribute: "1"}})

    racers: list[Callable[[], Any]] = [partial(merge, stores, target, each) for each in sources]
    racers += [partial(patch, each, f"by {each}") for each in (target, *sources)]
    racers += [partial(_associate, stores, f"c-{each}", each) for each in (target, *sources)]
    merged = race(racers)[:3]
    assert not [each for each in merged if isinstance(each, Exception)]
    profile = profiles.read_profile(stores, DOMAIN, target)
    assert profile["attributes"].keys() == {f"by {each}" for each in (target, *sources)}
    for each in (target, *sources):
        association = contacts.current_association(stores, DOMAIN, f"c-{each}").value
        assert association["profile_id"] == target
    check_consistency(database)
    racers = [partial(undo, stores, each) for each in merged]
    racers += [partial(_associate, stores, f"d-{each}", each) for each in sources]
    assert not [each for each in race(racers) if isinstance(each, Exception)]
    assert all(living_id(stores, each) == each for each in sources)
    check_consistency(database)


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_erasures_leave_no_part_of_a_person(
    stores: Stores, database: Database[Document], number: int
) -> None:
    """Either the erasure or the merge comes first."""
    target, source = create(stores), create(stores, last_name=f"Quill{number}")
    _associate(stores, "call", source)
    results = race(
        [
            partial(merge, stores, target, source),
            partial(_delete, stores, source),
            partial(_associate, stores, "call-2", source),
        ]
    )
    expected = (ProfileNotFound, ProfileBeingErased)
    assert all(isinstance(each, expected) for each in results if isinstance(each, Exception)), results
    with suppress(ProfileNotFound):
        _delete(stores, source)
    assert "Quill" not in str(dump(database))
    check_consistency(database)


def test_an_association_follows_a_merge_that_ends_before_it(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undo moves it back, as if it had been there before."""
    target, source = create(stores), create(stores)
    merged: list[Any] = []
    run_after(monkeypatch, stores.profiles, "exists", lambda: merged.append(merge(stores, target, source)))
    assert _associate(stores, "call", source) == target
    check_consistency(database)
    undo(stores, merged[0])
    assert contacts.current_association(stores, DOMAIN, "call").value["profile_id"] == source
    check_consistency(database)


def test_an_association_follows_several_merges_and_undos(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They happen while it follows the first one."""
    first, second, source = create(stores), create(stores), create(stores)

    def merge_again() -> None:
        merge(stores, second, first)

    run_after(monkeypatch, stores.profiles, "exists", lambda: merge(stores, first, source))
    run_before(monkeypatch, stores.moves, "move", merge_again)
    assert _associate(stores, "call", source) == second
    check_consistency(database)


def test_an_association_returns_if_the_merge_is_undone_while_it_follows(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contact stays with its own profile."""
    target, source = create(stores), create(stores)
    merged: list[Any] = []
    run_after(monkeypatch, stores.profiles, "exists", lambda: merged.append(merge(stores, target, source)))
    run_before(monkeypatch, stores.moves, "move", lambda: undo(stores, merged[0]))
    assert _associate(stores, "call", source) == source
    (contact,) = database["associations"].find()
    assert contact["association"]["profile_id"] == source
    check_consistency(database)


def test_a_patch_follows_a_merge(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `If-Match`, it is rejected."""
    target, source = create(stores), create(stores)
    run_before(monkeypatch, stores.profiles, "replace", lambda: merge(stores, target, source))
    patched = profiles.update_profile(stores, DOMAIN, source, {"last_name": "Lee"}).value
    assert (patched["profile_id"], patched["last_name"]) == (target, "Lee")
    other = create(stores)
    run_before(monkeypatch, stores.profiles, "replace", lambda: merge(stores, target, other))
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, DOMAIN, other, {"last_name": "Poe"}, frozenset({1}))
    check_consistency(database)


def test_an_erasure_follows_a_merge(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It erases the profile in which the other one lives on."""
    target, source = create(stores), create(stores)
    run_before(monkeypatch, stores.profiles, "begin_erasure", lambda: merge(stores, target, source))
    _delete(stores, source)
    assert not dump(database).keys() & {"profiles", "merges", "merge_snapshots", "merged_profiles"}


def test_a_merge_that_meets_an_erasure_changes_nothing(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure begins between the reads and the writes of the merge."""
    target, source = create(stores), create(stores)
    run_before(
        monkeypatch, stores.merge_writer, "merge", lambda: stores.profiles.begin_erasure(DOMAIN, source)
    )
    with pytest.raises(ProfileBeingErased):
        merge(stores, target, source)
    assert not database["merged_profiles"].count_documents({})
    _delete(stores, source)
    with pytest.raises(ProfileNotFound):
        merge(stores, target, source)
    check_consistency(database)


def test_a_repeated_creation_does_not_create_a_merged_profile_again(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request creates it, and another one merges it, before the second request inserts it."""
    target = create(stores)
    fields = {"first_name": "Bo"}

    def create_and_merge() -> None:
        created, _ = profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
        merge(stores, target, created.value["profile_id"])

    run_before(monkeypatch, stores.profiles, "insert", create_and_merge)
    created, replayed = profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
    assert replayed
    assert created.value["profile_id"] == target
    assert database["profiles"].count_documents({}) == 1
    check_consistency(database)


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_merges_with_one_idempotency_key_make_one_merge(
    stores: Stores, database: Database[Document], number: int
) -> None:
    """All get the same response."""
    target, source = create(stores, last_name=str(number)), create(stores)
    results = race([partial(merge, stores, target, source, key="key-1")] * 6)
    assert not [each for each in results if isinstance(each, Exception)]
    assert len({each.merge.merge_id for each in results}) == 1
    assert sum(not each.replayed for each in results) == 1
    assert database["merges"].count_documents({}) == 1
    check_consistency(database)
