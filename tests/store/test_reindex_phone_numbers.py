"""Phone numbers that were read by other rules are read again."""

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from service.store.stores import Stores
from service.use_cases import key_values, profiles, settings
from service.use_cases.reindex import Reindexed
from tests.store.reindexing import (
    PHONE,
    Document,
    all_profiles,
    create,
    make_stale,
    reindex_all,
    search_ids,
)
from tests.store.stale import any_stale


def _stored_as(database: Database[Document], profile_id: str, number: Document, *lookup: str) -> None:
    """Store the only phone number of a profile as read by other rules."""
    stored = {"lookup": list(lookup), "phone_numbers": [{"type": None, **number}]}
    database["profiles"].update_one({"_id": profile_id}, {"$set": stored, "$unset": {"rules": ""}})


OTHERWISE_READ = {"value": "+351 (0)21 346 6111", "e164": "+3510213466111"}


def test_a_number_keeps_its_region(stores: Stores, database: Database[Document]) -> None:
    """Also if the domain has another default region now."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    settings.change_settings(stores, "default", {"default_region": "US"})
    make_stale(database, profile_id)
    reindex_all(stores)
    assert search_ids(stores, "phone", "+81312345678") == [profile_id]


@pytest.mark.parametrize("e164", [OTHERWISE_READ["e164"], None])
def test_a_number_is_read_by_the_current_rules(
    stores: Stores, database: Database[Document], e164: str | None
) -> None:
    """It is found by its text and by all other spellings, and no longer by its old form."""
    profile_id = create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OTHERWISE_READ | {"e164": e164}, "phone:+3510213466111")
    assert reindex_all(stores) == Reindexed(renewed=1, conflicts=[], left=0)
    for asked in (OTHERWISE_READ["value"], "+351213466111"):
        assert search_ids(stores, "phone", asked or "") == [profile_id]
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["phone_numbers"][0]["e164"], profile["version"]) == ("+351213466111", 1)


@pytest.mark.parametrize("change", ["patch", "add", "release"])
def test_a_change_of_another_field_reads_the_numbers_again(
    stores: Stores, database: Database[Document], change: str
) -> None:
    """It stores the current rules, so all fields must comply with them."""
    profile_id = create(stores, phone_numbers=[PHONE], email_addresses=[{"value": "ada@example.com"}])
    _stored_as(database, profile_id, OTHERWISE_READ, "phone:+3510213466111")
    if change == "patch":
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})
    elif change == "add":
        key_values.add_key_values(stores, "default", profile_id, "phone", ["+1 212 555 0100"])
    else:
        key_values.release_key_values(stores, "default", profile_id, "email", ["ada@example.com"])
    assert not any_stale(stores)
    assert search_ids(stores, "phone", OTHERWISE_READ["value"]) == [profile_id]


def test_fields_of_a_newer_release_stay(stores: Stores, database: Database[Document]) -> None:
    """When a number is read again by a run, and by a change of another field."""
    profile_id = create(stores, phone_numbers=[PHONE])
    for renew in (
        lambda: reindex_all(stores),
        lambda: profiles.update_profile(stores, "default", profile_id, {"gender": "f"}),
    ):
        _stored_as(database, profile_id, OTHERWISE_READ | {"carrier": "of the next release"})
        renew()
        ((number,),) = (document["phone_numbers"] for document in all_profiles(database))
        assert (number["e164"], number["carrier"]) == ("+351213466111", "of the next release")


def test_a_number_that_was_read_by_other_rules_is_released_by_its_text(
    stores: Stores, database: Database[Document]
) -> None:
    """Although its old form differs."""
    profile_id = create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OTHERWISE_READ, "phone:+3510213466111")
    left = key_values.release_key_values(
        stores, "default", profile_id, "phone", [OTHERWISE_READ["value"]]
    ).value
    assert left["phone_numbers"] == []


def test_a_national_number_is_read_again_in_its_region(stores: Stores, database: Database[Document]) -> None:
    """Without a stored region, as in older releases, only the country of its old form is tried."""
    settings.change_settings(stores, "default", {"default_region": "US"})
    with_region, without_region = (create(stores, phone_numbers=[PHONE]) for _ in range(2))
    read = {"value": "03-1234-5678", "e164": "+810312345678"}
    _stored_as(database, with_region, read | {"region": "JP"}, "phone:+810312345678")
    _stored_as(database, without_region, read, "phone:+810312345678")
    reindex_all(stores)
    assert search_ids(stores, "phone", "+81312345678") == [with_region]
    assert search_ids(stores, "phone", "+1 031 234 5678") == []
    shown = [
        profiles.read_profile(stores, "default", one)["phone_numbers"]
        for one in (with_region, without_region)
    ]
    assert [numbers[0]["e164"] for numbers in shown] == ["+81312345678", "+810312345678"]

    settings.change_settings(stores, "default", {"default_region": "JP"})
    make_stale(database, without_region)
    reindex_all(stores)
    assert search_ids(stores, "phone", "+81312345678") == sorted([with_region, without_region])


def test_the_region_of_a_number_is_not_in_responses(stores: Stores, client: FlaskClient) -> None:
    """It is internal, and requests may not have it."""
    number = {"value": "(212) 555-0100"}
    profile_id = create(stores, phone_numbers=[number])
    assert profiles.read_profile(stores, "default", profile_id)["phone_numbers"][0]["region"] == "US"
    response = client.get(f"/v1/profiles/{profile_id}").get_json()
    assert response["phone_numbers"] == [{"type": None, "e164": "+12125550100", **number}]
    number["region"] = "JP"
    assert client.patch(f"/v1/profiles/{profile_id}", json={"phone_numbers": [number]}).status_code == 422


def test_a_number_that_is_sent_back_keeps_its_region(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """It was returned, read again by a run, and is sent back after the default region changed."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    _stored_as(database, profile_id, {"value": "03-1234-5678", "e164": "+810312345678", "region": "JP"})
    answered = client.get(f"/v1/profiles/{profile_id}").get_json()["phone_numbers"]
    reindex_all(stores)
    settings.change_settings(stores, "default", {"default_region": "US"})
    changed = profiles.update_profile(
        stores, "default", profile_id, {"gender": "f", "phone_numbers": answered}
    ).value
    assert [number["e164"] for number in changed["phone_numbers"]] == ["+81312345678"]
