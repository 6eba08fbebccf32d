"""Merges of profiles and their undo, on the real MongoDB."""

from typing import Any

from tests.api.caller import Caller


def create(api: Caller, **fields: Any) -> Any:
    return api.post("/v1/profiles", {"first_name": "Ann", **fields}, status=201)


def merge(api: Caller, target: Any, *sources: Any, **body: Any) -> Any:
    ids = [each["profile_id"] for each in sources]
    return api.post(f"/v1/profiles/{target['profile_id']}/merge", {"profile_ids": ids, **body})


def undo(api: Caller, merged: Any) -> Any:
    return api.post(f"/v1/merges/{merged['merge_id']}/undo")


def read(api: Caller, profile: Any) -> Any:
    return api.get(f"/v1/profiles/{profile['profile_id']}")


def data_of(profile: Any) -> Any:
    return {n: v for n, v in profile.items() if n not in {"version", "updated_at"}}


def test_merge_and_undo(api: Caller) -> None:
    one = create(api, last_name="Lee", phone_numbers=[{"value": "+12125550100"}])
    other = create(api, first_name="Anna", birth_date="1990-01-01", phone_numbers=[{"value": "+12125550101"}])
    api.put("/v1/contacts/c1/association", {"profile_id": other["profile_id"]}, status=201)
    merged = merge(api, one, other)
    profile = merged["profile"]
    assert (profile["first_name"], profile["birth_date"]) == ("Ann", "1990-01-01")
    assert [each["value"] for each in profile["phone_numbers"]] == ["+12125550100", "+12125550101"]
    assert read(api, other) == profile | {"merged_into": one["profile_id"]}
    assert api.get("/v1/contacts/c1/association")["profile_id"] == one["profile_id"]
    undone = undo(api, merged)
    assert undone["not_restored"] == []
    assert data_of(read(api, other)) == data_of(other)
    assert data_of(read(api, one)) == data_of(one)
    assert api.get("/v1/contacts/c1/association")["profile_id"] == other["profile_id"]
    (item,) = api.get(f"/v1/profiles/{one['profile_id']}/merges")["items"]
    assert item["merge_id"] == merged["merge_id"]
