"""Two releases use one database during a rolling update. Neither loses data of the other."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo import IndexModel
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.stores import Stores
from service.use_cases.reindex import reindex_profiles

Document = dict[str, Any]

# Possible additions of a newer release: a field, and members of existing fields.
NEWER = {
    "loyalty": {"tier": "gold"},
    "phone_numbers.0.verified": True,
    "email_addresses.0.verified": True,
    "addresses.0.geo": [1.5, 2.5],
    "attributes.0.sealed": "yes",
}
ADA = {
    "first_name": "Ada",
    "phone_numbers": [{"value": "+12125550100"}],
    "email_addresses": [{"value": "ada@example.com"}],
    "addresses": [{"city": "London"}],
    "attributes": {"a": "1"},
}


@pytest.fixture
def profile(app: Flask, database: Database[Document]) -> str:
    """Return the URL of a profile with fields of a newer release."""
    response = app.test_client().post("/v1/profiles", json=ADA, headers={"Idempotency-Key": "k"})
    database["profiles"].update_one({}, {"$set": NEWER})
    return response.headers["Location"]


def _newer_fields(database: Database[Document]) -> Document:
    (document,) = database["profiles"].find()
    return {
        "loyalty": document.get("loyalty"),
        "phone_numbers.0.verified": document["phone_numbers"][0].get("verified"),
        "email_addresses.0.verified": document["email_addresses"][0].get("verified"),
        "addresses.0.geo": document["addresses"][0].get("geo"),
        "attributes.0.sealed": document["attributes"][0].get("sealed"),
    }


def test_a_patch_keeps_unknown_fields(app: Flask, profile: str, database: Database[Document]) -> None:
    """Items of a list keep unknown members if the change does not touch them, even if the list grows.

    A repeated create still finds the profile. No response shows an unknown field.
    """
    client = app.test_client()
    assert client.patch(profile, json={"last_name": "Lovelace"}).status_code == 200
    added = client.post(f"{profile}/keys", json={"key": "phone", "values": ["+12125550111"]})
    assert added.status_code == 200
    assert _newer_fields(database) == NEWER
    again = client.post("/v1/profiles", json=ADA, headers={"Idempotency-Key": "k"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "loyalty" not in again.get_json()
    assert "verified" not in again.text


def test_a_contact_keeps_unknown_fields(app: Flask, profile: str, database: Database[Document]) -> None:
    """So do its associations.

    ``association`` is the current association, ``associations`` are all of them, the oldest first. Clearing
    the contact leaves only the current association in the list.
    """
    client = app.test_client()
    profile_id = profile.rpartition("/")[2]
    client.put("/v1/contacts/c-1/association", json={"profile_id": profile_id})
    newer = {"queue": "gold", "association.score": 1, "associations.0.score": 1}
    database["associations"].update_one({}, {"$set": newer})
    other = {"profile_id": profile_id, "agent_id": "jo"}
    for method, path, body in (
        ("PUT", "association", other),
        ("DELETE", "association", None),
        ("POST", "profile", {"first_name": "Eve"}),
    ):
        assert client.open(f"/v1/contacts/c-1/{path}", method=method, json=body).status_code < 300
        (contact,) = database["associations"].find()
        assert (contact["queue"], contact["associations"][0]["score"]) == ("gold", 1)
    database["associations"].update_one({}, {"$set": {"association.score": 2}})
    assert client.post("/v1/contacts/c-1/clear").status_code == 200
    (contact,) = database["associations"].find()
    assert (contact["queue"], contact["associations"][0]["score"]) == ("gold", 2)


@pytest.mark.usefixtures("profile")
def test_reindexing_keeps_unknown_fields(stores: Stores, database: Database[Document]) -> None:
    """Reindexing replaces the index terms, the phone numbers and other fields that it knows."""
    # The version 0 of the matching rules makes the profile stale, so that it is written again.
    database["profiles"].update_one({}, {"$set": {"rules": 0}})
    assert reindex_profiles(stores, batch_size=10, advance=lambda _: None).renewed == 1
    assert _newer_fields(database) == NEWER


def test_a_unique_value_that_a_profile_gives_up_can_be_used_again(
    app: Flask, database: Database[Document]
) -> None:
    """A change sets single fields, so that fields of a newer release stay. It never replaces the document.

    So it must remove the stored list of unique values explicitly when the last unique value is removed.
    """
    client = app.test_client()
    client.put("/v1/search-keys/ssn", json={"label": "SSN", "type": "digits", "unique": True})
    body = {"first_name": "Ada", "keys": {"ssn": ["1"]}}
    location = client.post("/v1/profiles", json=body).headers["Location"]
    assert client.post("/v1/profiles", json=body).status_code == 409
    client.patch(location, json={"keys": None, "attributes": None})
    assert client.post("/v1/profiles", json=body).status_code == 201
    assert database["profiles"].count_documents({"unique": {"$exists": True}}) == 1


def test_an_older_release_keeps_the_indexes_of_a_newer_one(
    client: FlaskClient, database: Database[Document], settings: Settings
) -> None:
    """The older release starts before and after the newer release creates an index."""
    assert client.get("/readyz").status_code == 200
    newer = IndexModel([("domain", 1), ("loyalty.tier", 1)], name="of_tier")
    database["profiles"].create_indexes([newer])
    restarted = create_app(settings, database=database).test_client()
    assert restarted.post("/v1/profiles", json=ADA).status_code == 201
    assert restarted.get("/readyz").status_code == 200
    assert "of_tier" in database["profiles"].index_information()
