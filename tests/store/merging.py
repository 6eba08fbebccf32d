"""Merge profiles through the use cases, and check that all data is consistent."""

from typing import Any

from pymongo.database import Database

from service.model.principal import ANONYMOUS
from service.store.stores import Stores
from service.use_cases import audit, merges, profiles
from service.use_cases.audit import Access
from service.use_cases.merges import MergeRequest, MergeResult

Document = dict[str, Any]

DOMAIN = "default"


def events_of(*accesses: Access) -> list[Any]:
    """Return the audit events of a request without credentials."""
    return audit.events_of(ANONYMOUS, "request", *accesses)


def record(stores: Stores) -> Any:
    """Return a function that writes the audit events of a request without credentials."""
    return lambda *accesses: audit.record(stores, ANONYMOUS, "request", *accesses)


def create(stores: Stores, **fields: Any) -> str:
    """Create a profile and return its ID."""
    return profiles.insert_profile(stores, DOMAIN, {"first_name": "Ann", **fields})[0]["profile_id"]


def merge(stores: Stores, target: str, *sources: str, key: str | None = None) -> MergeResult:
    """Merge the sources into the target."""
    request = MergeRequest(profile_id=target, profile_ids=sources, fields={}, agent_id=None, key=key)
    return merges.merge_profiles(stores, DOMAIN, request, events_of).value


def undo(stores: Stores, merged: MergeResult) -> MergeResult:
    """Undo a merge."""
    return merges.undo_merge(stores, DOMAIN, merged.merge.merge_id, None, events_of).value


def living_id(stores: Stores, profile_id: str) -> str:
    """Return the ID of the profile that a request with this ID uses."""
    return profiles.read_profile(stores, DOMAIN, profile_id)["profile_id"]


def dump(database: Database[Document]) -> dict[str, list[Document]]:
    """Return all documents except the audit, sorted."""
    names = (name for name in database.list_collection_names() if name != "audit")
    return {name: found for name in sorted(names) if (found := list(database[name].find().sort("_id")))}


def check_consistency(database: Database[Document]) -> None:
    """Assert that each ID belongs to one profile, and that all references lead to profiles."""
    living = {document["_id"] for document in database["profiles"].find()}
    aliases = {document["_id"]: document for document in database["merged_profiles"].find()}
    assert living.isdisjoint(aliases)
    assert {document["path"][-1] for document in aliases.values()} <= living
    open_merges = {each["_id"]: each for each in database["merges"].find({"undone_at": None})}
    for profile_id, document in aliases.items():
        origins = [profile_id, *document["path"][:-1]]
        for origin, target, merge_id in zip(origins, document["path"], document["merge_ids"], strict=True):
            assert origin in open_merges[merge_id]["profile_ids"]
            assert open_merges[merge_id]["profile_id"] == target
    snapshots = {each["snapshot"]["merge_id"] for each in database["merge_snapshots"].find()}
    assert snapshots == open_merges.keys()
    for contact in database["associations"].find():
        assert {each["profile_id"] for each in contact["associations"]} <= living
        assert contact["association"] is None or contact["association"]["profile_id"] in living
    assert {each["profile_id"] for each in database["profile_objects"].find()} <= living
