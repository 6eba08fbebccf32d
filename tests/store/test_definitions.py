"""Reindexing finds and renews profiles that were written under other definitions of search keys."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from service.config import Settings
from service.model.match import Criterion, Operator, SearchMode
from service.model.search_key import KeyType, SearchKey
from service.store.domains.domain import fingerprint
from service.store.indexes.definitions import DEFINITIONS
from service.store.profiles import sealed_keys
from service.store.profiles.stale_profiles import Conflict
from service.store.stores import Stores
from service.use_cases import key_values, profiles, search, search_keys
from service.use_cases.reindex import Orphan, Reindexed, reindex_profiles
from tests.commands import Commands
from tests.store.planning import explain
from tests.store.stale import any_stale

Document = dict[str, Any]
SSN = "078-05-1120"


def _define(stores: Stores, name: str = "ssn", **changes: Any) -> SearchKey:
    fields = {"label": name, "type": "digits", "unique": False, "sensitive": False, **changes}
    return search_keys.define_search_key(stores, "default", name, fields)[0]


def _create(stores: Stores, **held: list[str]) -> str:
    fields = {"first_name": "Ada", "keys": held}
    profile_id: str = profiles.insert_profile(stores, "default", fields)[0]["profile_id"]
    return profile_id


def _redefine(database: Database[Document], name: str = "ssn", **changes: Any) -> None:
    """Change the definition directly in the database, as an operator might."""
    database["search_keys"].update_one({"name": name}, {"$set": changes})


def _reindex(stores: Stores) -> Reindexed:
    return reindex_profiles(stores, batch_size=3, advance=lambda _: None)


def _found_profile_ids(stores: Stores, value: str, key: str = "ssn") -> list[str]:
    stores.domains.read("default")
    criteria: list[Criterion] = [{"key": key, "values": [value]}]
    response = search.search_profiles(
        stores, "default", criteria, operator=Operator.OR, mode=SearchMode.EXACT, limit=100
    )
    return sorted(candidate.profile["profile_id"] for candidate in response.value.items)


def _lookup_entries(client: FlaskClient) -> str:
    response = client.get("/readyz")
    assert response.status_code == 200
    state: str = response.get_json()["checks"]["lookup_entries"]
    return state


def test_a_plain_value_under_a_key_that_is_sensitive_now_is_sealed(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """Only the definition was changed in the database. The rules of the profile are current."""
    _define(stores)
    profile_id = _create(stores, ssn=[SSN])
    assert _lookup_entries(client) == "ok"
    _redefine(database, sensitive=True)
    assert _lookup_entries(client) == "stale: run profile-lookup reindex"
    assert _reindex(stores) == Reindexed(renewed=1)
    stored = repr(database["profiles"].find_one())
    assert SSN not in stored
    assert "078051120" not in stored
    assert _found_profile_ids(stores, SSN) == [profile_id]
    assert _lookup_entries(client) == "ok"


def test_values_are_found_after_the_type_of_their_search_key_changed(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """Reindexing creates index terms of the new type."""
    _define(stores, type="text")
    profile_id = _create(stores, ssn=["No. 7"])
    _redefine(database, type="digits")
    assert _lookup_entries(client) != "ok"
    assert _reindex(stores).renewed == 1
    assert _found_profile_ids(stores, "7") == [profile_id]
    assert _lookup_entries(client) == "ok"


def test_values_of_a_key_that_is_unique_now_get_an_owner_or_are_reported(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """If two profiles have the same value, one profile stays stale until it releases the value."""
    _define(stores)
    ids = {_create(stores, ssn=["1-2"]), _create(stores, ssn=["12"]), _create(stores, ssn=["3"])}
    _redefine(database, unique=True)
    result = _reindex(stores)
    (conflict,) = result.conflicts
    assert conflict.profile_id in ids
    assert result == Reindexed(
        renewed=2, conflicts=[Conflict("default", conflict.profile_id, "ssn")], still_stale=1
    )
    assert _lookup_entries(client) != "ok"
    assert database["profiles"].count_documents({"unique": "ssn:12"}) == 1
    key_values.release_key_values(stores, "default", conflict.profile_id, "ssn", ["12"])
    assert _reindex(stores).still_stale == 0
    assert _lookup_entries(client) == "ok"


def test_values_of_a_removed_key_are_reported_and_kept(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """Each run reports the search key and the profile, until the values are removed."""
    _define(stores, "one")
    _define(stores, "other")
    both, single = sorted([_create(stores, one=["1"], other=["2"]), _create(stores, one=["3"])])
    database["search_keys"].delete_many({})
    for renewed in (2, 0):
        result = _reindex(stores)
        assert (result.renewed, result.conflicts, result.still_stale) == (renewed, [], 2)
        assert {(orphan.domain, orphan.profile_id) for orphan in result.orphans} == {
            ("default", both),
            ("default", single),
        }
        assert sorted(orphan.key for orphan in result.orphans) == ["one", "one", "other"]
        assert len(result.orphans) == 3
    assert _lookup_entries(client) == "stale: run profile-lookup reindex"
    for profile_id in (both, single):
        profiles.update_profile(stores, "default", profile_id, {"keys": {"one": None, "other": None}})
    assert _reindex(stores) == Reindexed()
    assert _lookup_entries(client) == "ok"


def test_values_are_indexed_again_after_their_search_key_is_restored(
    stores: Stores, database: Database[Document]
) -> None:
    """The definition is removed and restored directly in the database."""
    _define(stores, unique=True)
    profile_id = _create(stores, ssn=["1"])
    definition = database["search_keys"].find_one_and_delete({}) or {}
    assert _reindex(stores).orphans == [Orphan("default", profile_id, "ssn")]
    assert database["profiles"].count_documents({"lookup": "ssn:1"}) == 0
    database["search_keys"].insert_one(definition)
    assert _reindex(stores) == Reindexed(renewed=1)
    assert _found_profile_ids(stores, "1") == [profile_id]
    assert database["profiles"].count_documents({"unique": "ssn:1"}) == 1


def test_an_identical_definition_makes_nothing_stale(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """A search key with another label, or removed and defined again, has the same index terms."""
    _define(stores)
    _create(stores, ssn=["1"])
    _define(stores, label="Other")
    database["search_keys"].delete_many({})
    assert _lookup_entries(client) != "ok"
    database["search_keys"].insert_one(
        {
            "_id": "default/ssn",
            "domain": "default",
            "name": "ssn",
            "label": "SSN",
            "type": "digits",
            "unique": False,
            "built_in": False,
            "example": "",
        }
    )
    assert _lookup_entries(client) == "ok"


def test_a_profile_of_a_release_without_fingerprints_gets_fingerprints(
    stores: Stores, database: Database[Document]
) -> None:
    """The profile has other rules, so the next run renews it."""
    _define(stores)
    profile_id = _create(stores, ssn=["no digits"])
    before = database["profiles"].find_one() or {}
    assert len(before["definitions"]) == 1
    older = {"$set": {"rules": "2/1/1/1", "lookup": []}, "$unset": {"definitions": ""}}
    database["profiles"].update_one({"_id": profile_id}, older)
    assert _reindex(stores) == Reindexed(renewed=1)
    assert database["profiles"].find_one() == before


def test_a_profile_without_custom_keys_has_no_fingerprints(
    stores: Stores, database: Database[Document]
) -> None:
    """The index of fingerprints has no entry for the profile."""
    _define(stores)
    profile_id = _create(stores, ssn=["1"])
    key_values.release_key_values(stores, "default", profile_id, "ssn", ["1"])
    document = database["profiles"].find_one() or {}
    assert "definitions" not in document
    assert not [entry for entry in document["lookup"] if "ssn" in entry]


@pytest.mark.parametrize("outdated", [0, 5])
def test_outdated_profiles_are_found_in_the_index(
    database: Database[Document],
    settings: Settings,
    stores: Stores,
    stores_with_commands: tuple[Stores, Commands],
    insert_profiles: Callable[..., list[str]],
    outdated: int,
) -> None:
    """MongoDB examines one index entry for each definition, and only outdated profiles."""
    names = [f"k{number}" for number in range(10)]
    for name in names:
        _define(stores, name)
    fields = ({"first_name": f"N{n}", "keys": {"k1": [f"{n}"], names[n % 10]: ["7"]}} for n in range(300))
    ids = insert_profiles(database, settings, fields)
    for profile_id in ids[:outdated]:
        database["profiles"].update_one({"_id": profile_id}, {"$push": {"definitions": "outdated"}})
    other_stores, commands = stores_with_commands
    assert any_stale(other_stores) == bool(outdated)
    assert other_stores.stale_profiles.count() == outdated
    assert sum(map(len, other_stores.stale_profiles.batches(2))) == outdated
    by_definitions = [command for command in commands.sent if command.get("hint") == DEFINITIONS]
    first, count, *pages = (explain(database, command) for command in by_definitions)
    assert first.keys <= len(names) + 2
    assert count.keys <= len(names) + outdated + 2
    assert (first.documents, count.documents) == (min(outdated, 1), outdated)
    for plan in pages:
        assert plan.keys <= len(names) + outdated + 2
        assert plan.documents <= outdated
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})


def test_a_search_key_that_is_defined_during_the_comparison_makes_nothing_stale(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search key is defined after definitions are read, and used before profiles are read."""
    read = stores.domains.search_keys.fingerprints
    steps: list[str] = []

    def read_then_define() -> list[str]:
        fingerprints = read()
        if not steps:
            steps.append("defined")
            _define(stores, "late")
            _create(stores, late=["1"])
        return fingerprints

    monkeypatch.setattr(stores.domains.search_keys, "fingerprints", read_then_define)
    assert not any_stale(stores)
    assert steps == ["defined"]


def test_thousands_of_definitions_are_compared_in_two_reads(
    database: Database[Document], stores_with_commands: tuple[Stores, Commands]
) -> None:
    """MongoDB reads each definition once, and one index entry for each definition in use."""
    keys = [{"domain": f"d{number // 100}", "name": f"k{number % 100}"} for number in range(3000)]
    rest = {"type": "text", "label": "K", "unique": False}
    database["search_keys"].insert_many(
        [{"_id": f"{key['domain']}/{key['name']}", **key, **rest} for key in keys]
    )
    defined = SearchKey(name="any", label="K", type=KeyType.TEXT)
    current = [fingerprint(key["domain"], key["name"], defined) for key in keys]
    profile = {"rules": sealed_keys.current_rules(())[0], "domain": "d0"}
    database["profiles"].insert_many(
        [{"_id": f"{n}", **profile, "definitions": current[n % 7 : n % 7 + 3]} for n in range(200)]
    )
    other_stores, commands = stores_with_commands
    assert not other_stores.stale_profiles.have_other_definitions(60)
    search_keys_read, *more, profiles = commands.sent
    assert search_keys_read["find"] == "search_keys"
    assert all("getMore" in command for command in more)
    assert len(more) == 3
    plan = explain(database, profiles)
    assert plan.keys <= 2 * len({*current[:9]}) + 2
    assert plan.documents == 0
    database["profiles"].update_one({"_id": "7"}, {"$set": {"definitions": ["outdated"]}})
    assert other_stores.stale_profiles.have_other_definitions(60)
