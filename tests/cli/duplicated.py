"""Profiles of a few people; some people have several."""

from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.master_keys import ONE

Body = dict[str, Any]

PHONE, EMAIL, SSN, SWITCHBOARD, FAKE = (
    "+81 90-1234-5678",
    "ada@example.com",
    "123-45-6789",
    "+81312345678",
    "+81355550000",
)
VALUES = (
    "Lovelace",
    "Ada",
    "Augusta",
    "1975",
    "12345678",
    EMAIL,
    "4567",
    "312345678",
    "Hopper",
    "Gracie",
    "Turing",
)
"""Parts of personal values, which no output may have."""


def _person(first: str, last: str, *, phones: tuple[str, ...] = (), **fields: Any) -> Body:
    return {
        "first_name": first,
        "last_name": last,
        "phone_numbers": [{"value": each} for each in phones],
        **fields,
    }


PROFILES: list[Body] = [
    _person("Ada", "Lovelace", phones=(PHONE,), birth_date="1975-12-10", email_addresses=[{"value": EMAIL}]),
    _person("Grace", "Hopper", phones=("+81 90-2222-2222",), keys={"ssn": [SSN]}),
    # The same person as the first one, by the number.
    _person("Ada", "Lovelace", phones=(PHONE,)),
    # The same as the first one, by the date of birth and a typo.
    _person("Ada", "Lovelaec", birth_date="1975-12-10"),
    # The same as the second one, by the sensitive value.
    _person("Gracie", "Hopper", keys={"ssn": ["123 45 6789"]}),
    # A brother, who has the number too.
    _person("Byron", "Lovelace", phones=(PHONE,)),
    # Namesakes, who share a number that is ignored.
    *(_person("Alan", "Turing", phones=(FAKE,)) for _ in range(2)),
    # Colleagues. Two of them are the same person.
    *(
        _person(name, "Babbage", phones=(SWITCHBOARD,))
        for name in ("Charles", "Georgiana", "Henry", "Charles")
    ),
]


def fill(database: Database[Any], uri: str) -> list[str]:
    """Create the profiles, and one more in another domain. Return their IDs."""
    settings = Settings(mongodb_uri=uri, mongodb_database=database.name, auth=False, master_keys=ONE)
    connected = connect(settings)
    client: FlaskClient = create_app(settings, database=connected).test_client()
    key = {"label": "SSN", "type": "digits", "sensitive": True}
    assert client.put("/v1/search-keys/ssn", json=key).status_code == 201
    assert client.patch("/v1/settings", json={"ignored_values": {"phone": [FAKE]}}).status_code == 200
    responses = [client.post("/v1/profiles", json=body) for body in PROFILES]
    assert {response.status_code for response in responses} == {201}
    ids = [str(response.get_json()["profile_id"]) for response in responses]
    other = database["profiles"].find_one({"_id": ids[0]}) or {}
    database["profiles"].insert_one({**other, "_id": "f" * 32, "domain": "other"})
    connected.client.close()
    return ids
