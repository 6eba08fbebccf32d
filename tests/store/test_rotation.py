"""While master keys are rotated, all values are found and keep their owners."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from pymongo.database import Database

from service.config import Settings
from service.errors.records import UniqueKeyTaken
from service.errors.requests import InvalidRequest
from service.errors.search_keys import ValueSealed
from service.matching.rules import MARKER, RULES_VERSION
from service.model.match import Criterion, Operator, SearchMode
from service.store.stores import Stores
from service.use_cases import health, key_values, profiles, reindex, search, search_keys
from service.use_cases.reindex import Reindexed, Undecryptable
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE
from tests.readiness import uncached

Document = dict[str, Any]
MakeStores = Callable[[str], Stores]

STALE = "stale: run profile-lookup reindex"


@pytest.fixture
def with_master_keys(database: Database[Document], settings: Settings) -> MakeStores:
    """Return a function that creates stores with given master keys. Two sensitive search keys are defined."""

    def make_stores(master_keys: str) -> Stores:
        return Stores.over(database, replace(settings, master_keys=master_keys))

    stores = make_stores(ONE)
    stores.indexes.ensure()
    for name, unique in (("ssn", True), ("pin", False)):
        fields = {"label": name, "type": "digits", "unique": unique, "sensitive": True}
        search_keys.define_search_key(stores, "default", name, fields)
    return make_stores


def _create(stores: Stores, ssn: str, **fields: Any) -> str:
    body = {"first_name": "Ada", "keys": {"ssn": [ssn], "pin": ["4711"]}, **fields}
    profile_id: str = profiles.insert_profile(stores, "default", body)[0]["profile_id"]
    return profile_id


def _found_profile_ids(stores: Stores, ssn: str) -> list[str]:
    criteria: list[Criterion] = [{"key": "ssn", "values": [ssn]}]
    response = search.search_profiles(
        stores, "default", criteria, operator=Operator.OR, mode=SearchMode.EXACT, limit=10
    )
    return [candidate.profile["profile_id"] for candidate in response.value.items]


def _reveal(stores: Stores, profile_id: str) -> list[str]:
    return key_values.reveal_key_values(stores, "default", profile_id, "ssn").value.values


def _reindex(stores: Stores, batch_size: int = 3) -> Reindexed:
    return reindex.reindex_profiles(stores, batch_size=batch_size, advance=lambda _: None)


def _readiness(stores: Stores) -> str:
    return health.Readiness(stores, uncached()).check()["lookup_entries"]


def _owner_of(stores: Stores, ssn: str) -> str:
    with pytest.raises(UniqueKeyTaken) as error:
        _create(stores, ssn)
    return error.value.profile_id


def test_the_documented_steps_replace_a_master_key(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """At each step of docs/sensitive-keys.md all values are found, revealed and owned."""
    ids = {ssn: _create(with_master_keys(ONE), ssn) for ssn in ("078-05-1120", "219-09-9999")}
    without_ssn = profiles.insert_profile(with_master_keys(ONE), "default", {"first_name": "Bob"})[0][
        "profile_id"
    ]
    document_before = database["profiles"].find_one({"_id": without_ssn})
    for master_keys in (ONE, ONE_THEN_TWO, TWO_THEN_ONE, TWO):
        stores = with_master_keys(master_keys)
        # Check before and after the stale profiles are renewed.
        for renewed in (False, True):
            if renewed:
                result = _reindex(stores)
                assert result == Reindexed(renewed=0 if master_keys == ONE else 2)
            assert _readiness(stores) == ("ok" if renewed or master_keys == ONE else STALE)
            for ssn, profile_id in ids.items():
                assert _found_profile_ids(stores, ssn) == [profile_id]
                assert _reveal(stores, profile_id) == [ssn]
                assert _owner_of(stores, ssn.replace("-", " ")) == profile_id
        current = master_keys.partition(":")[0]
        for document in database["profiles"].find({"_id": {"$in": list(ids.values())}}):
            assert all(s.startswith(f"v1.{current}.") for pair in document["keys"] for s in pair["sealed"])
            assert len(document["unique"]) == master_keys.count(":")
            assert document["version"] == 1
    assert database["profiles"].find_one({"_id": without_ssn}) == document_before


def test_profiles_without_sensitive_values_do_not_become_stale(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """So a rotation does not have to write millions of profiles."""
    profiles.insert_profile(with_master_keys(ONE), "default", {"first_name": "Bob"})[0]
    assert _readiness(with_master_keys(TWO_THEN_ONE)) == "ok"
    _create(with_master_keys(TWO_THEN_ONE), "1")
    rules = sorted(str(document["rules"]) for document in database["profiles"].find())
    assert rules == [MARKER, f"{MARKER}:two,one"]
    assert with_master_keys(ONE).stale_profiles.count() == 1


def test_other_library_versions_make_all_profiles_stale(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """Profiles with sensitive values are stale too. A run renews all profiles."""
    stores = with_master_keys(TWO_THEN_ONE)
    secret = _create(stores, "078-05-1120")
    plain = profiles.insert_profile(stores, "default", {"first_name": "Bob"})[0]["profile_id"]
    now = {document["_id"]: document["rules"] for document in database["profiles"].find()}
    old_rules = f"{RULES_VERSION}/8.13.0/2.2.0/14.0.0"
    database["profiles"].update_one({"_id": plain}, {"$set": {"rules": old_rules}})
    database["profiles"].update_one({"_id": secret}, {"$set": {"rules": f"{old_rules}:two,one"}})
    assert _readiness(stores) == STALE
    assert with_master_keys(ONE).stale_profiles.missing_master_keys() == {"two"}
    assert _reindex(stores) == Reindexed(renewed=2)
    assert {document["_id"]: document["rules"] for document in database["profiles"].find()} == now


def test_a_profile_that_cannot_be_decrypted_is_reported_once(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """All other profiles are renewed, even in batches of one."""
    stores = with_master_keys(TWO)
    undecryptable = sorted(_create(with_master_keys(ONE), f"55-{n}") for n in range(3))
    # The unreadable profiles now have two different `rules`.
    profiles.update_profile(stores, "default", undecryptable[1], {"last_name": "Lovelace"})
    for n in range(3):
        _create(stores, f"66-{n}")
    # Make the readable profiles stale.
    database["profiles"].update_many({"rules": f"{MARKER}:two"}, {"$set": {"rules": f"{MARKER}:two,one"}})
    result = _reindex(stores, batch_size=1)
    assert (result.renewed, result.still_stale) == (3, 3)
    assert sorted(each.profile_id for each in result.undecryptable) == undecryptable


@pytest.mark.parametrize(
    ("one", "other"), [(ONE, ONE_THEN_TWO), (ONE_THEN_TWO, TWO_THEN_ONE), (TWO_THEN_ONE, TWO)]
)
def test_processes_in_adjacent_steps_of_a_rotation_agree(
    with_master_keys: MakeStores, one: str, other: str
) -> None:
    """Each process finds the values of the other process and rejects a second owner."""
    stores = [with_master_keys(one), with_master_keys(other)]
    ids = [_create(stores[n], f"55-{n}") for n in (0, 1)]
    for n in (0, 1):
        assert [_found_profile_ids(s, f"55-{n}") for s in stores] == [[ids[n]]] * 2
        assert [_owner_of(s, f"55-{n}") for s in stores] == [ids[n]] * 2


def test_a_change_seals_with_the_new_master_key(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """A change of another field is enough. The profile is no longer stale.

    A value released with the new master key can be claimed by a process that has only the old one.
    """
    profile_id = _create(with_master_keys(ONE), "078-05-1120")
    stores = with_master_keys(TWO_THEN_ONE)
    profiles.update_profile(stores, "default", profile_id, {"last_name": "Lovelace"})
    assert _readiness(stores) == "ok"
    document = database["profiles"].find_one({"_id": profile_id}) or {}
    assert [s[:7] for pair in document["keys"] for s in pair["sealed"]] == ["v1.two."] * 2
    key_values.release_key_values(stores, "default", profile_id, "ssn", ["078051120"])
    assert _found_profile_ids(stores, "078-05-1120") == []
    _create(with_master_keys(ONE), "078-05-1120")


@pytest.mark.parametrize(
    ("kind", "values", "other"),
    [
        ("phone", ["+14155550182", "+14155550183"], "+12125550199"),
        ("email", ["ada@example.com", "al@example.com"], "jo@example.com"),
        ("digits", ["4711", "4712"], "4713"),
    ],
)
def test_a_release_keeps_values_that_cannot_be_decrypted(
    with_master_keys: MakeStores, database: Database[Document], kind: str, values: list[str], other: str
) -> None:
    """Without the old master key, they equal no value of the request."""
    fields = {"label": kind, "type": kind, "unique": False, "sensitive": True}
    search_keys.define_search_key(with_master_keys(ONE), "default", f"own_{kind}", fields)
    profile_id = profiles.insert_profile(with_master_keys(ONE), "default", {"first_name": "Ada"})[0][
        "profile_id"
    ]
    stores = with_master_keys(TWO)
    for value, writer in (
        (values[0], with_master_keys(ONE)),
        (values[1], with_master_keys(ONE)),
        (other, stores),
    ):
        key_values.add_key_values(writer, "default", profile_id, f"own_{kind}", [value])
    for released in (values[0], other):
        key_values.release_key_values(stores, "default", profile_id, f"own_{kind}", [released])
    (pair,) = (database["profiles"].find_one({"_id": profile_id}) or {})["keys"]
    assert [sealed[:7] for sealed in pair["sealed"]] == ["v1.one."] * 2


def test_a_run_without_the_old_master_key_reports_values_that_it_cannot_decrypt(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """The report contains the profile, the search key and the master key's ID.

    A later run that has the old master key encrypts the values again.
    """
    profile_id = _create(with_master_keys(ONE), "078-05-1120")
    before = list(database["profiles"].find())
    undecryptable = [Undecryptable("default", profile_id, "ssn", "one")]
    for master_keys in (TWO, ""):
        stores = with_master_keys(master_keys)
        assert _reindex(stores) == Reindexed(still_stale=1, undecryptable=undecryptable)
        assert list(database["profiles"].find()) == before
        assert _readiness(stores) == "stale: master keys are missing: one; add them to MASTER_KEYS"
        with pytest.raises(ValueSealed, match="'one'"):
            _reveal(stores, profile_id)
    assert _reindex(with_master_keys(TWO_THEN_ONE)) == Reindexed(renewed=1)
    assert _reveal(with_master_keys(TWO), profile_id) == ["078-05-1120"]


def _create_unencrypted(stores: Stores, database: Database[Document]) -> str:
    """Create a profile, and replace its values by an unencrypted one. Return the profile's ID."""
    profile_id = _create(stores, "1")
    fields = {
        "keys": [{"key": "ssn", "values": ["078-05-1120"]}],
        "lookup": ["ssn:078051120"],
        "unique": ["ssn:078051120"],
        "rules": RULES_VERSION - 1,
    }
    database["profiles"].update_one({"_id": profile_id}, {"$set": fields})
    return profile_id


def test_a_run_seals_plain_values(with_master_keys: MakeStores, database: Database[Document]) -> None:
    """Older releases stored values of a sensitive search key unencrypted."""
    stores = with_master_keys(ONE)
    profile_id = _create_unencrypted(stores, database)
    assert _reindex(stores) == Reindexed(renewed=1)
    assert _reveal(stores, profile_id) == ["078-05-1120"]
    assert _found_profile_ids(stores, "078051120") == [profile_id]
    assert "1120" not in repr(database["profiles"].find_one())


def test_a_change_seals_plain_values(with_master_keys: MakeStores, database: Database[Document]) -> None:
    """Each write encrypts all values of the profile. A mask is rejected although the value is unencrypted."""
    stores = with_master_keys(ONE)
    profile_id = _create_unencrypted(stores, database)
    with pytest.raises(InvalidRequest):
        key_values.add_key_values(stores, "default", profile_id, "ssn", ["*"])
    profiles.update_profile(stores, "default", profile_id, {"last_name": "Lovelace"})
    assert "1120" not in repr(database["profiles"].find_one())


def test_during_a_run_no_value_gets_a_second_owner(
    with_master_keys: MakeStores, database: Database[Document]
) -> None:
    """Clients in two different steps claim values and change profiles while a run renews profiles."""
    owned = {f"90{n:04}": _create(with_master_keys(ONE), f"90{n:04}") for n in range(24)}
    steps = [with_master_keys(ONE_THEN_TWO), with_master_keys(TWO_THEN_ONE)]
    runner = with_master_keys(TWO_THEN_ONE)
    free = [f"80{n:04}" for n in range(6)]

    def claim(stores: Stores, number: int) -> list[str]:
        for position, (ssn, owner) in enumerate(owned.items()):
            assert _owner_of(stores, ssn) == owner
            if position % 4 == number:
                profiles.update_profile(stores, "default", owner, {"last_name": f"L{number}"})
        created = []
        for ssn in free:
            with suppress(UniqueKeyTaken):
                created.append(_create(stores, ssn))
        return created

    started = Barrier(5)

    def race(racer: Callable[[], Any]) -> Any:
        started.wait(timeout=30)
        return racer()

    racers = [partial(claim, steps[number % 2], number) for number in range(4)]
    with ThreadPoolExecutor(5) as pool:
        *claimed, _ = pool.map(race, [*racers, partial(_reindex, runner)])
    created = [profile_id for results in claimed for profile_id in results]
    assert len(created) == len(free)
    assert _reindex(runner).still_stale == 0
    last = with_master_keys(TWO)
    for ssn, owner in owned.items():
        assert _found_profile_ids(last, ssn) == [owner]
        assert _owner_of(last, ssn) == owner
    assert sorted(profile_id for ssn in free for profile_id in _found_profile_ids(last, ssn)) == sorted(
        created
    )
    assert _reindex(last).still_stale == 0
    assert all(len(document["unique"]) == 1 for document in database["profiles"].find())
