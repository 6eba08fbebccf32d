"""Phone numbers that were parsed by other rules are parsed again."""

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
    found_profile_ids,
    make_stale,
    reindex_all,
)
from tests.store.stale import any_stale


def _stored_as(database: Database[Document], profile_id: str, number: Document, *lookup: str) -> None:
    """Store the only phone number of a profile as other rules parsed it."""
    stored = {"lookup": list(lookup), "phone_numbers": [{"type": None, **number}]}
    database["profiles"].update_one({"_id": profile_id}, {"$set": stored, "$unset": {"rules": ""}})


OLD_NUMBER = {"value": "+351 (0)21 346 6111", "e164": "+3510213466111"}


def test_a_number_keeps_its_region(stores: Stores, database: Database[Document]) -> None:
    """The domain has another default region now."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    settings.change_settings(stores, "default", {"default_region": "US"})
    make_stale(database, profile_id)
    reindex_all(stores)
    assert found_profile_ids(stores, "phone", "+81312345678") == [profile_id]


@pytest.mark.parametrize("e164", [OLD_NUMBER["e164"], None])
def test_a_number_is_parsed_by_the_current_rules(
    stores: Stores, database: Database[Document], e164: str | None
) -> None:
    """A search finds the number by its text and by its E.164 form."""
    profile_id = create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OLD_NUMBER | {"e164": e164}, "phone:+3510213466111")
    assert reindex_all(stores) == Reindexed(renewed=1)
    for query in (OLD_NUMBER["value"], "+351213466111"):
        assert found_profile_ids(stores, "phone", query or "") == [profile_id]
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["phone_numbers"][0]["e164"], profile["version"]) == ("+351213466111", 1)


@pytest.mark.parametrize("change", ["patch", "add", "release"])
def test_a_change_of_another_field_parses_the_numbers_again(
    stores: Stores, database: Database[Document], change: str
) -> None:
    """The change stores the version of the current rules, so all fields must comply with these rules."""
    profile_id = create(stores, phone_numbers=[PHONE], email_addresses=[{"value": "ada@example.com"}])
    _stored_as(database, profile_id, OLD_NUMBER, "phone:+3510213466111")
    if change == "patch":
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})
    elif change == "add":
        key_values.add_key_values(stores, "default", profile_id, "phone", ["+1 212 555 0100"])
    else:
        key_values.release_key_values(stores, "default", profile_id, "email", ["ada@example.com"])
    assert not any_stale(stores)
    assert found_profile_ids(stores, "phone", OLD_NUMBER["value"]) == [profile_id]


def test_fields_of_a_newer_release_stay(stores: Stores, database: Database[Document]) -> None:
    """Reindexing and a change of another field parse a number again, but keep its unknown fields."""
    profile_id = create(stores, phone_numbers=[PHONE])
    for renew in (
        lambda: reindex_all(stores),
        lambda: profiles.update_profile(stores, "default", profile_id, {"gender": "f"}),
    ):
        _stored_as(database, profile_id, OLD_NUMBER | {"carrier": "Example Telecom"})
        renew()
        ((number,),) = (document["phone_numbers"] for document in all_profiles(database))
        assert (number["e164"], number["carrier"]) == ("+351213466111", "Example Telecom")


def test_a_number_that_was_parsed_by_other_rules_is_released_by_its_text(
    stores: Stores, database: Database[Document]
) -> None:
    """The stored E.164 form of the number is outdated."""
    profile_id = create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OLD_NUMBER, "phone:+3510213466111")
    left = key_values.release_key_values(stores, "default", profile_id, "phone", [OLD_NUMBER["value"]]).value
    assert left["phone_numbers"] == []


def test_a_national_number_is_parsed_again_in_its_region(
    stores: Stores, database: Database[Document]
) -> None:
    """Older releases stored no region. Then only the country of the old form is tried."""
    settings.change_settings(stores, "default", {"default_region": "US"})
    with_region, without_region = (create(stores, phone_numbers=[PHONE]) for _ in range(2))
    stored = {"value": "03-1234-5678", "e164": "+810312345678"}
    _stored_as(database, with_region, stored | {"region": "JP"}, "phone:+810312345678")
    _stored_as(database, without_region, stored, "phone:+810312345678")
    reindex_all(stores)
    assert found_profile_ids(stores, "phone", "+81312345678") == [with_region]
    assert found_profile_ids(stores, "phone", "+1 031 234 5678") == []
    phone_numbers = [
        profiles.read_profile(stores, "default", one)["phone_numbers"]
        for one in (with_region, without_region)
    ]
    assert [numbers[0]["e164"] for numbers in phone_numbers] == ["+81312345678", "+810312345678"]

    settings.change_settings(stores, "default", {"default_region": "JP"})
    make_stale(database, without_region)
    reindex_all(stores)
    assert found_profile_ids(stores, "phone", "+81312345678") == sorted([with_region, without_region])


def test_the_region_of_a_number_is_not_in_responses(stores: Stores, client: FlaskClient) -> None:
    """The region is internal. A request with a region is rejected."""
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
    """The client sends the number back after reindexing and a change of the default region."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    _stored_as(database, profile_id, {"value": "03-1234-5678", "e164": "+810312345678", "region": "JP"})
    phone_numbers = client.get(f"/v1/profiles/{profile_id}").get_json()["phone_numbers"]
    reindex_all(stores)
    settings.change_settings(stores, "default", {"default_region": "US"})
    changed = profiles.update_profile(
        stores, "default", profile_id, {"gender": "f", "phone_numbers": phone_numbers}
    ).value
    assert [number["e164"] for number in changed["phone_numbers"]] == ["+81312345678"]
