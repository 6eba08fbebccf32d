"""Erasures, exports and changes of profiles into which others were merged."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.merging import associate, create, define, merge, path, read, undo

SECRETS = ("Zacharias", "+12125550199", "zach@example.com", "a-long-secret-1234")


@pytest.fixture
def merged(api: Caller) -> tuple[Any, Any, Any]:
    """Return a profile, one that was merged into it, and the merge. The merged one has values of its own."""
    define(api, "secret", sensitive=True)
    define(api, "customer", unique=True)
    target = create(api, keys={"customer": ["C-1"]})
    other = create(
        api,
        first_name=SECRETS[0],
        phone_numbers=[{"value": SECRETS[1]}],
        email_addresses=[{"value": SECRETS[2]}],
        keys={"secret": [SECRETS[3]], "customer": ["C-2"]},
    )
    associate(api, "call", other)
    return target, other, merge(api, target, other)


def events(api: Caller, *actions: str) -> list[Any]:
    """Return the events with these actions, newest first."""
    return [each for each in api.get("/v1/audit?limit=100")["items"] if each["action"] in actions]


@pytest.mark.parametrize("by_alias", [False, True])
def test_an_erasure_removes_the_merged_profiles_too(
    api: Caller, merged: tuple[Any, Any, Any], *, by_alias: bool
) -> None:
    """No collection has a value of the person afterwards. The audit names all IDs."""
    target, other, merge_ = merged
    api.delete(path(other if by_alias else target))
    data = api.dump()
    assert not any(data.get(name) for name in ("profiles", "merges", "merge_snapshots", "merged_profiles"))
    assert not [each for each in SECRETS if each in str(data)]
    assert api.get("/v1/contacts/call")["associations"] == []
    for each in (target, other):
        api.call("GET", path(each), status=404)
        api.call("DELETE", path(each), status=404)
    api.reject("POST", f"/v1/merges/{merge_['merge_id']}/undo", status=404, code="merge_not_found")
    found = events(api, "erasing", "erased")
    assert [each["action"] for each in found] == ["erased", "erasing"]
    assert all(each["profile_ids"] == [target["profile_id"], other["profile_id"]] for each in found)


def test_a_batch_erases_the_merged_profiles_too(api: Caller, merged: tuple[Any, Any, Any]) -> None:
    """As a single erasure does."""
    _, other, _ = merged
    items = [{"operation": "delete", "profile_id": other["profile_id"]}]
    assert api.post("/v1/profiles/batch", {"items": items})["items"][0]["status"] == 200
    assert not [each for each in SECRETS if each in str(api.dump())]
    assert not api.database["merged_profiles"].count_documents({})


def test_an_erasure_of_a_restored_profile_keeps_the_other(api: Caller, merged: tuple[Any, Any, Any]) -> None:
    """After an undo, the two profiles have nothing in common."""
    target, other, merge_ = merged
    undo(api, merge_)
    api.delete(path(other))
    assert read(api, target)["keys"] == {"customer": ["C-1"]}
    (erased,) = events(api, "erased")
    assert erased["profile_ids"] == [other["profile_id"]]
    assert not [each for each in SECRETS if each in str(api.dump())]


def test_the_key_of_a_merge_is_valid_until_the_profile_in_the_path_is_erased(api: Caller) -> None:
    """Neither an undo nor an erasure of the restored profile ends it: no retry merges again."""
    target, other = create(api), create(api)
    body, headers = {"profile_ids": [other["profile_id"]]}, {"Idempotency-Key": "merge-1"}
    first = api.call("POST", path(target, "/merge"), body, headers=headers).get_json()
    undo(api, first)
    for _ in range(2):
        again = api.call("POST", path(target, "/merge"), body, headers=headers)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.get_json()["merge_id"] == first["merge_id"]
        assert again.get_json()["undone_at"] is not None
        api.client.delete(path(other))
    api.delete(path(target))
    api.reject("POST", path(target, "/merge"), body, status=404, code="profile_not_found", headers=headers)


def test_the_version_to_erase_is_that_of_the_target(api: Caller, merged: tuple[Any, Any, Any]) -> None:
    """A version that was read before the merge does not match."""
    _, other, merge_ = merged
    api.reject("DELETE", path(other), status=412, code="version_conflict", headers={"If-Match": '"1"'})
    version = merge_["profile"]["version"]
    api.delete(path(other), headers={"If-Match": f'"{version}"'})


def test_a_profile_that_is_being_erased_is_neither_target_nor_source(api: Caller) -> None:
    """Nothing changes. An erasure that was interrupted long ago does not count."""
    one, other, third = create(api), create(api), create(api)
    profiles = api.database["profiles"]
    erased = {"_id": other["profile_id"]}
    profiles.update_one(erased, {"$currentDate": {"erasing_at": True}})
    for target, source in ((one, other), (other, one)):
        body = {"profile_ids": [source["profile_id"], third["profile_id"]]}
        api.reject("POST", path(target, "/merge"), body, status=409, code="profile_being_erased")
    (document,) = profiles.aggregate(
        [{"$match": erased}, {"$set": {"at": {"$subtract": ["$erasing_at", 3_600_000]}}}]
    )
    profiles.update_one(erased, {"$set": {"erasing_at": document["at"]}})
    merge(api, one, other)


def test_a_merge_is_not_undone_while_its_profile_is_being_erased(api: Caller) -> None:
    """Otherwise a part of the person's data would survive."""
    target, other = create(api), create(api)
    merged = merge(api, target, other)
    query = {"_id": target["profile_id"]}
    api.database["profiles"].update_one(query, {"$currentDate": {"erasing_at": True}})
    url = f"/v1/merges/{merged['merge_id']}/undo"
    api.reject("POST", url, status=409, code="profile_being_erased")


def test_an_interrupted_erasure_is_completed_by_any_of_the_ids(
    api: Caller, merged: tuple[Any, Any, Any]
) -> None:
    """A request that was killed after the removal of the profile has left all the rest."""
    target, other, _ = merged
    api.database["profiles"].delete_one({"_id": target["profile_id"]})
    api.call("DELETE", path(other), status=404)
    data = api.dump()
    assert not any(data.get(name) for name in ("merges", "merge_snapshots", "merged_profiles"))
    assert api.get("/v1/contacts/call")["associations"] == []


def test_an_export_has_the_merged_profiles(api: Caller, merged: tuple[Any, Any, Any]) -> None:
    """And the audit events of their IDs."""
    target, other, merge_ = merged
    export = api.get(path(target, "/export"))
    (exported,) = export["merges"]
    assert exported["merge"]["merge_id"] == merge_["merge_id"]
    (profile,) = exported["profiles"]
    assert (profile["profile_id"], profile["first_name"]) == (other["profile_id"], SECRETS[0])
    assert profile["keys"]["secret"] == [SECRETS[3]]
    assert [each["action"] for each in export["audit"]].count("created") == 2
    undo(api, merge_)
    (exported,) = api.get(path(target, "/export"))["merges"]
    assert (exported["profiles"], exported["before"]) == ([], None)
    assert exported["merge"]["undone_at"] is not None


def test_an_export_has_all_values_that_are_stored(api: Caller) -> None:
    """Also those that a merge replaced, and that a later request removed."""
    target = create(api, last_name="Oldname", attributes={"tier": "Replaced"})
    other = create(api, last_name="Newname", attributes={"tier": "gold"}, gender="Ungiven")
    chosen = dict.fromkeys(["last_name", "attributes.tier"], other["profile_id"])
    merge(api, target, other, fields=chosen)
    api.patch(path(target), {"attributes": {"colour": "Between"}})
    merge(api, target, create(api, account_number="Account-2"))
    api.patch(path(target), {"attributes": {"colour": None}, "gender": None})
    snapshots, exported = str(api.dump()["merge_snapshots"]), str(api.get(path(target, "/export")))
    for value in ("Oldname", "Replaced", "Newname", "Ungiven", "Between", "Account-2"):
        assert (value in snapshots, value in exported) == (True, True)


@pytest.mark.usefixtures("changes_at_once")
def test_the_changes_have_merges_and_undone_merges(api: Caller) -> None:
    """A merged profile is deleted, and appears again after an undo."""
    target, other = create(api), create(api)
    cursor = api.get("/v1/profiles/changes")["next_cursor"]
    merged = merge(api, target, other)
    page = api.get(f"/v1/profiles/changes?cursor={cursor}")
    by_id = {each["profile_id"]: each for each in page["items"]}
    assert by_id[target["profile_id"]]["change"] == "updated"
    deletion = by_id[other["profile_id"]]
    assert deletion.keys() == {"profile_id", "deleted_at", "merged_into"}
    assert deletion["merged_into"] == target["profile_id"]
    undo(api, merged)
    page = api.get(f"/v1/profiles/changes?cursor={page['next_cursor']}")
    changes = {each["profile_id"]: each["change"] for each in page["items"]}
    assert changes == {target["profile_id"]: "updated", other["profile_id"]: "updated"}
    api.delete(path(other))
    page = api.get(f"/v1/profiles/changes?cursor={page['next_cursor']}")
    (deletion,) = page["items"]
    assert deletion.keys() == {"profile_id", "deleted_at"}


def test_merges_are_audited_with_their_changes(api: Caller, merged: tuple[Any, Any, Any]) -> None:
    """The events name all profiles, and the search keys of the merged ones."""
    target, other, merge_ = merged
    undo(api, merge_)
    undone, done = events(api, "merged", "unmerged")
    assert (undone["action"], done["action"]) == ("unmerged", "merged")
    for event in (done, undone):
        assert event["profile_ids"] == [target["profile_id"], other["profile_id"]]
        assert event["keys"] == ["customer", "secret"]
