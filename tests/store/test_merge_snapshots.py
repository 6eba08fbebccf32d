"""Snapshots of merged profiles while master keys and definitions of search keys change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from service.cli import main
from service.config import Settings
from service.errors.search_keys import ValueSealed
from service.matching.rules import MARKER
from service.store.stores import Stores
from service.use_cases import health, key_values, profiles, reindex, search_keys
from service.use_cases.profiles.create import idempotency_record
from service.use_cases.profiles.withdrawal import withdraw_profile
from service.use_cases.reindex import Reindexed
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE
from tests.readiness import uncached
from tests.store.merging import DOMAIN, create, merge, undo

Document = dict[str, Any]
MakeStores = Callable[[str], Stores]

SECRET = "a-long-secret-1234"  # noqa: S105 - a value of a sensitive search key


@pytest.fixture
def with_master_keys(database: Database[Document], settings: Settings, stores: Stores) -> MakeStores:
    """Return a function that creates stores with given master keys. A sensitive search key is defined."""
    fields = {"label": "Secret", "type": "identifier", "unique": True, "sensitive": True}
    search_keys.define_search_key(stores, DOMAIN, "secret", fields)
    return lambda master_keys: Stores.over(database, replace(settings, master_keys=master_keys))


def _reindex(stores: Stores) -> Reindexed:
    return reindex.reindex_snapshots(stores, batch_size=2, advance=lambda _: None)


def _readiness(stores: Stores) -> str:
    return health.Readiness(stores, uncached()).check()["lookup_entries"]


def _reveal(stores: Stores, profile_id: str) -> list[str]:
    return key_values.reveal_key_values(stores, DOMAIN, profile_id, "secret").value.values


def test_reindexing_encrypts_snapshots_with_the_new_master_key(with_master_keys: MakeStores) -> None:
    """Then the old one can be removed, and the undo restores the value."""
    stores = with_master_keys(ONE)
    target, source = create(stores), create(stores, keys={"secret": [SECRET]})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"secret": None}})
    with_master_keys(ONE_THEN_TWO)
    stores = with_master_keys(TWO_THEN_ONE)
    assert _readiness(stores) == "stale: run profile-lookup reindex"
    assert _reindex(stores).renewed
    assert _reindex(stores) == Reindexed()
    assert _readiness(stores) == "ok"
    stores = with_master_keys(TWO)
    _reindex(stores)
    assert _readiness(stores) == "ok"
    assert undo(stores, merged).merge.not_restored == []
    assert _reveal(stores, source) == [SECRET]


def test_a_master_key_that_only_a_snapshot_needs_is_reported(with_master_keys: MakeStores) -> None:
    """By readiness checks and by reindexing. The undo keeps the value, which stays encrypted."""
    stores = with_master_keys(ONE)
    target, source = create(stores), create(stores, keys={"secret": [SECRET]})
    merged = merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"secret": None}})
    other = with_master_keys(TWO)
    assert _readiness(other) == "stale: master keys are missing: one; add them to MASTER_KEYS"
    result = _reindex(other)
    assert (result.renewed, len(result.undecryptable), result.still_stale) == (0, 2, 2)
    undo(other, merged)
    with pytest.raises(ValueSealed):
        _reveal(other, source)
    assert _reveal(with_master_keys(TWO_THEN_ONE), source) == [SECRET]


def test_a_value_that_cannot_be_decrypted_is_not_merged(with_master_keys: MakeStores) -> None:
    """It could not be encrypted for the other profile. That of the target can stay."""
    stores = with_master_keys(ONE)
    target, source = create(stores), create(stores, keys={"secret": [SECRET]})
    other = with_master_keys(TWO)
    with pytest.raises(ValueSealed):
        merge(other, target, source)
    merge(other, source, target)
    assert _reveal(with_master_keys(TWO_THEN_ONE), source) == [SECRET]


def test_an_undo_needs_the_master_keys_of_later_merges(with_master_keys: MakeStores) -> None:
    """It repeats these merges, which encrypt the values for the target."""
    stores = with_master_keys(ONE)
    target, first, second = create(stores), create(stores), create(stores, keys={"secret": [SECRET]})
    merged = merge(stores, target, first)
    merge(stores, target, second)
    with pytest.raises(ValueSealed):
        undo(with_master_keys(TWO), merged)
    undo(stores, merged)
    assert _reveal(stores, target) == [SECRET]


def test_reindexing_encrypts_values_of_a_search_key_that_became_sensitive(
    stores: Stores, database: Database[Document]
) -> None:
    """Only the snapshot has the value, since the profile has lost it."""
    fields = {"label": "Card", "type": "identifier", "unique": False, "sensitive": False}
    search_keys.define_search_key(stores, DOMAIN, "card", fields)
    target, source = create(stores), create(stores, keys={"card": [SECRET]})
    merge(stores, target, source)
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"card": None}})
    search_keys.remove_search_key(stores, DOMAIN, "card")
    # Values of an undefined search key are no problem.
    assert _reindex(stores).still_stale == 0
    assert SECRET in str(list(database["merge_snapshots"].find()))
    search_keys.define_search_key(stores, DOMAIN, "card", fields | {"sensitive": True})
    assert _reindex(stores).renewed == 2
    assert SECRET not in str(list(database["merge_snapshots"].find()))


def test_reindexing_does_not_reveal_values_of_a_search_key_that_is_not_sensitive_any_more(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """Neither in index terms, nor after the undo of an earlier merge, which corrects later snapshots."""
    stores = with_master_keys(ONE)
    target, *sources = create(stores), create(stores), create(stores, keys={"secret": [SECRET]})
    first, _ = [merge(stores, target, each) for each in sources]
    profiles.update_profile(stores, DOMAIN, target, {"keys": {"secret": None}})
    search_keys.remove_search_key(stores, DOMAIN, "secret")
    fields = {"label": "Secret", "type": "identifier", "unique": True, "sensitive": False}
    search_keys.define_search_key(stores, DOMAIN, "secret", fields)
    assert _reindex(stores).renewed == 2
    assert SECRET not in str(list(database["merge_snapshots"].find()))
    undo(stores, first)
    assert SECRET not in str(list(database["merge_snapshots"].find()))


def test_a_restored_profile_that_a_repeated_request_has_returned_is_not_withdrawn(
    stores: Stores, database: Database[Document]
) -> None:
    """The creation that may still be running finds the mark."""
    record = idempotency_record(DOMAIN, "profiles", "key", {"first_name": "Bo"}, stores.keyring)
    for _ in range(2):
        source = profiles.insert_profile(stores, DOMAIN, {"first_name": "Bo"}, record)[0]["profile_id"]
    (document,) = database["profiles"].find({"_id": source})
    undo(stores, merge(stores, create(stores), source))
    assert not withdraw_profile(stores, DOMAIN, source)
    (restored,) = database["profiles"].find({"_id": source})
    assert restored.keys() == document.keys()


def test_reindexing_renews_snapshots_of_other_releases(
    stores: Stores, database: Database[Document], settings: Settings
) -> None:
    """The command reports them."""
    target, source = create(stores), create(stores)
    merge(stores, target, source)
    assert _readiness(stores) == "ok"
    database["merge_snapshots"].update_many({}, {"$set": {"rules": "1"}})
    assert _readiness(stores) == "stale: run profile-lookup reindex"
    environment = {
        "MONGODB_URI": settings.mongodb_uri,
        "MONGODB_DATABASE": settings.mongodb_database,
        "MASTER_KEYS": ONE,
    }
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert result.exit_code == 0, result.output
    assert "Snapshots of merged profiles brought up to date: 3." in result.output
    assert {each["rules"] for each in database["merge_snapshots"].find()} == {MARKER}
