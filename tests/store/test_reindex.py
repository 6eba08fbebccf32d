"""Reindexing finds and renews profiles with index terms of other rules."""

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from service.matching.rules import MARKER
from service.store.stores import Stores
from service.use_cases import key_values, profiles, settings
from service.use_cases.reindex import Reindexed
from tests.store.reindexing import (
    OTHER_RULES,
    PHONE,
    Document,
    all_profiles,
    create,
    define,
    found_profile_ids,
    make_stale,
    reindex_all,
)
from tests.store.stale import any_stale


def test_every_write_stores_the_version_of_the_rules(stores: Stores, database: Database[Document]) -> None:
    """The writes are a create, a patch and an addition of a value."""
    created, patched, extended = (create(stores) for _ in range(3))
    for profile_id in (patched, extended):
        make_stale(database, profile_id)
    profiles.update_profile(stores, "default", patched, {"last_name": "Lovelace"})
    key_values.add_key_values(stores, "default", extended, "phone", ["+12125550100"])
    written = {document["_id"]: document["rules"] for document in all_profiles(database)}
    assert written == dict.fromkeys((created, patched, extended), MARKER)
    assert not any_stale(stores)


def test_the_version_of_the_rules_is_not_in_responses(stores: Stores, client: FlaskClient) -> None:
    """The version of the rules is internal."""
    profile_id = create(stores)
    assert "rules" not in profiles.read_profile(stores, "default", profile_id)
    responses = [
        client.get(f"/v1/profiles/{profile_id}"),
        client.post("/v1/profiles", json={"first_name": "B"}),
    ]
    assert ["rules" in response.get_json() for response in responses] == [False, False]


@pytest.mark.parametrize("rules", OTHER_RULES)
def test_a_profile_with_other_rules_is_found_after_reindexing(
    stores: Stores, database: Database[Document], rules: int | str | None
) -> None:
    """Profiles of earlier and later releases get the index terms of this release."""
    profile_id = create(stores, last_name="Lovelace", phone_numbers=[PHONE])
    before = all_profiles(database)
    make_stale(database, profile_id, rules=rules)
    assert any_stale(stores)
    assert stores.stale_profiles.count() == 1
    assert found_profile_ids(stores, "phone", "212 555 0100") == []

    assert reindex_all(stores) == Reindexed(renewed=1)
    assert (
        found_profile_ids(stores, "phone", "212 555 0100")
        == found_profile_ids(stores, "name", "lovelace")
        == [profile_id]
    )
    assert all_profiles(database) == before
    assert not any_stale(stores)


def test_reindexing_does_not_change_the_fields_of_a_profile(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """The body and the ETag stay the same, so a client can still use the ETag that it has."""
    define(stores, "default", "ssn", "digits", unique=True)
    body = {
        "first_name": "Ada",
        "attributes": {"$a.b": "c"},
        "keys": {"ssn": ["1"]},
        "phone_numbers": [PHONE],
    }
    url = client.post("/v1/profiles", json=body).headers["Location"]
    client.patch(url, json={"addresses": [{"city": "London"}]})
    before = client.get(url)
    make_stale(database, before.get_json()["profile_id"], "ssn:old")
    reindex_all(stores)
    after = client.get(url)
    assert (after.get_json(), after.headers["ETag"]) == (before.get_json(), '"2"')
    assert client.patch(url, json={"gender": "f"}, headers={"If-Match": '"2"'}).status_code == 200


def test_each_domain_has_its_own_region_and_search_keys(stores: Stores, database: Database[Document]) -> None:
    """A batch with profiles of both domains uses the settings of each."""
    for domain, region, key_type in (("jp", "JP", "digits"), ("de", "DE", "text")):
        settings.change_settings(stores, domain, {"default_region": region})
        define(stores, domain, "member", key_type, unique=domain == "jp")
    fields = {"phone_numbers": [{"value": "030-1234-5678"}], "keys": {"member": ["No. 7"]}}
    ids = {domain: create(stores, domain, **fields) for domain in ("jp", "de")}
    before = all_profiles(database)
    for profile_id in ids.values():
        make_stale(database, profile_id)
        # An older release could not parse the number.
        database["profiles"].update_one({"_id": profile_id}, {"$set": {"phone_numbers.0.e164": None}})
    assert reindex_all(stores).renewed == 2
    assert found_profile_ids(stores, "phone", "+81 30 1234 5678", "jp") == [ids["jp"]]
    assert found_profile_ids(stores, "member", "7", "jp") == [ids["jp"]]
    assert found_profile_ids(stores, "phone", "+49 30 1234 5678", "de") == [ids["de"]]
    assert (
        found_profile_ids(stores, "member", "NO. 7", "de"),
        found_profile_ids(stores, "member", "7", "de"),
    ) == (
        [ids["de"]],
        [],
    )
    assert [d["lookup"] for d in all_profiles(database)] == [d["lookup"] for d in before]
    assert {d["domain"]: d.get("unique") for d in all_profiles(database)} == {"jp": ["member:7"], "de": None}
