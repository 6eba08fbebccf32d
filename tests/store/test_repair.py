"""`profile-lookup repair` completes what killed requests left behind, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from service.cli import main
from service.config import Settings
from service.store.stores import Stores
from service.use_cases import contacts, erasure, profiles
from service.use_cases.repair import Repaired, repair
from tests.store.killing import Killed
from tests.store.merging import DOMAIN, check_consistency, create, dump, merge, record, undo
from tests.store.racing import run_after

Document = dict[str, Any]


def _repair(stores: Stores) -> Repaired:
    return repair(stores, advance=lambda: None)


def _kill() -> None:
    raise Killed


def test_nothing_is_repaired_after_complete_requests(stores: Stores, database: Database[Document]) -> None:
    """Merges, undone merges and erasures leave nothing behind."""
    target, source, other, erased = (create(stores) for _ in range(4))
    for each in (target, source, other, erased):
        contacts.associate(stores, DOMAIN, f"call-{each}", each)
    merge(stores, target, source)
    undo(stores, merge(stores, target, other))
    erasure.erase_profile(stores, DOMAIN, erased, record=record(stores))
    before = dump(database)
    assert _repair(stores) == Repaired()
    assert dump(database) == before


def test_an_association_that_was_killed_after_the_merge(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the repair, a request for the contact finds the profile under its old ID."""
    target, source = create(stores), create(stores)
    run_after(monkeypatch, stores.profiles, "exists", lambda: merge(stores, target, source))
    run_after(monkeypatch, stores.associations, "associate", _kill)
    with pytest.raises(Killed):
        contacts.associate(stores, DOMAIN, "call", source)
    association = contacts.current_association(stores, DOMAIN, "call").value
    assert profiles.read_profile(stores, DOMAIN, association["profile_id"])["profile_id"] == target
    assert _repair(stores).moved == 1
    assert contacts.current_association(stores, DOMAIN, "call").value["profile_id"] == target
    check_consistency(database)
    assert _repair(stores) == Repaired()


def test_a_creation_that_was_killed_after_the_merge(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile that was created again is removed, unless it was changed."""
    target, fields = create(stores), {"first_name": "Bo"}

    def create_and_merge() -> None:
        created, _ = profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
        merge(stores, target, created.value["profile_id"])
        run_after(monkeypatch, stores.profiles, "insert", _kill)

    run_after(monkeypatch, stores.aliases, "get", create_and_merge)
    with pytest.raises(Killed):
        profiles.create_profile_once(stores, DOMAIN, fields, "key-1")
    assert database["profiles"].count_documents({}) == 2
    (created,) = database["profiles"].find({"_id": {"$ne": target}})
    assert _repair(stores).removed == 1
    # The changes may have shown that it was created again.
    (deletion,) = database["deletions"].find({"_id": created["_id"]})
    assert deletion["merged_into"] == target
    assert deletion["deleted"] > created["changed"]
    check_consistency(database)
    assert _repair(stores) == Repaired()


def test_a_changed_profile_is_not_removed(stores: Stores, database: Database[Document]) -> None:
    """It may have data that is nowhere else."""
    target, source = create(stores), create(stores)
    (document,) = database["profiles"].find({"_id": source})
    merge(stores, target, source)
    database["profiles"].insert_one(document | {"version": 2})
    assert _repair(stores) == Repaired(changed=1)
    assert database["profiles"].count_documents({}) == 2


@pytest.mark.parametrize("method", ["remove_of_profiles", "forget_profiles"])
def test_an_erasure_that_was_killed(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Contacts, snapshots and aliases of the person are removed."""
    target, source = create(stores), create(stores, last_name="Quill")
    contacts.associate(stores, DOMAIN, "call", source)
    merge(stores, target, source)
    store = stores.objects if method == "remove_of_profiles" else stores.associations
    run_after(monkeypatch, store, method, _kill)
    with pytest.raises(Killed):
        erasure.erase_profile(stores, DOMAIN, target, record=record(stores))
    assert "Quill" in str(dump(database))
    assert _repair(stores).erased
    assert "Quill" not in str(dump(database))
    assert not database["merged_profiles"].count_documents({})
    (contact,) = database["associations"].find()
    assert contact["associations"] == []
    assert _repair(stores) == Repaired()


def test_an_erasure_that_was_killed_before_its_audit_event(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The missing event names all IDs of the person."""
    target, source = create(stores), create(stores)
    merge(stores, target, source)
    run_after(monkeypatch, stores.profiles, "finish_erasure", _kill)
    with pytest.raises(Killed):
        erasure.erase_profile(stores, DOMAIN, target, record=record(stores))
    assert not database["audit"].count_documents({"action": "erased"})
    _repair(stores)
    _repair(stores)
    (event,) = database["audit"].find({"action": "erased"})
    assert event["profile_ids"] == [target, source]


def test_an_erasure_of_a_profile_that_exists_is_not_completed(
    stores: Stores, database: Database[Document]
) -> None:
    """An erasure that was killed before the removal has no effect."""
    target, source = create(stores), create(stores)
    contacts.associate(stores, DOMAIN, "call", source)
    merge(stores, target, source)
    stores.deletions.add(DOMAIN, {target: datetime.now(UTC)})
    before = dump(database)
    assert _repair(stores) == Repaired()
    assert dump(database) == before


def test_other_domains_are_repaired_too(stores: Stores, database: Database[Document]) -> None:
    """Each with its own profiles."""
    for domain in ("one", "two"):
        profile = profiles.insert_profile(stores, domain, {"first_name": "Ann"})[0]["profile_id"]
        contacts.associate(stores, domain, "call", profile)
        erasure.erase_profile(stores, domain, profile, record=record(stores))
        database["associations"].update_one(
            {"domain": domain}, {"$set": {"associations": [{"profile_id": profile}]}}
        )
    assert _repair(stores).erased == 2
    assert all(not each["associations"] for each in database["associations"].find())


@pytest.fixture
def run(settings: Settings) -> Callable[..., Any]:
    """Return a function that runs the command."""
    environment = {"MONGODB_URI": settings.mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    return lambda *arguments: CliRunner().invoke(main, ["repair", *arguments], env=environment)


def test_the_command_prints_the_numbers(
    stores: Stores, database: Database[Document], run: Callable[..., Any]
) -> None:
    """Its exit code is 0."""
    target, source = create(stores), create(stores)
    merge(stores, target, source)
    database["profiles"].delete_many({})
    result = run()
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "Merged profiles whose contacts or objects were moved: 0.",
        "Erased profiles whose remaining data was removed: 1.",
        "Profiles removed that were created again after their merge: 0.",
    ]


def test_the_command_names_profiles_that_were_changed(
    stores: Stores, database: Database[Document], run: Callable[..., Any]
) -> None:
    """The operator decides what to do with them."""
    target, source = create(stores), create(stores)
    (document,) = database["profiles"].find({"_id": source})
    merge(stores, target, source)
    database["profiles"].insert_one(document | {"version": 2})
    assert "changed since: 1." in run().output
    assert "Usage" in run("--help").output
