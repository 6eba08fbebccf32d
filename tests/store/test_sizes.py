"""A profile at all its bounds, which changes may pile up one by one, is far from MongoDB's 16 MB."""

from typing import Any

import bson
from flask.testing import FlaskClient
from pymongo.database import Database

from schemas.identifiers import CHANNELS
from schemas.profiles import LONGEST_ADDITIONAL_INFORMATION, MOST_ATTRIBUTES, MOST_ITEMS
from service.matching.profiles import index
from service.model.limits import MAX_PROFILE_SEARCH_KEY_VALUES
from service.model.profile import EMPTY_PROFILE
from service.model.search_key import KeyType, SearchKey
from service.store.contacts.changes import KEPT_ASSOCIATIONS
from service.store.stores import Stores
from service.use_cases import contacts, profiles

_MOST_BYTES = 16 * 1024 * 1024

# Four bytes in UTF-8.
_WIDE = "\U0001f600"


def _text(number: int, length: int = 255, char: str = _WIDE) -> str:
    """Return a text of this length that is another one for each number."""
    return f"{number:05}" + char * (length - 5)


def _full_profile(char: str) -> dict[str, Any]:
    names = [name for name, empty in EMPTY_PROFILE.items() if empty is None]
    return {
        **{name: _text(0, char=char) for name in names},
        "additional_information": _text(0, LONGEST_ADDITIONAL_INFORMATION),
        "phone_numbers": [{"type": _text(n, 64), "value": _text(n), "e164": None} for n in range(MOST_ITEMS)],
        "email_addresses": [{"type": _text(n, 64), "value": _text(n)} for n in range(MOST_ITEMS)],
        "addresses": [{str(field): _text(n) for field in range(11)} for n in range(MOST_ITEMS)],
        "attributes": {_text(n): _text(n) for n in range(MOST_ATTRIBUTES)},
        "keys": {"k": [_text(n, char=char) for n in range(MAX_PROFILE_SEARCH_KEY_VALUES)]},
    }


def test_the_largest_profile_can_be_stored(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """With a custom key of names, which are found in the most ways, and letters that are spelt in two."""
    name_key = SearchKey(
        name="k", label="K", type=KeyType.NAME, unique=True, sensitive=False, built_in=False, example=""
    )
    for char in (_WIDE, "Ö"):
        profile = {"profile_id": f"{ord(char):032x}", "version": 1} | _full_profile(char)
        stores.profiles.insert("default", profile, index(profile, {"k": name_key}, "US"))
        document = database["profiles"].find_one({"_id": profile["profile_id"]})
        assert document is not None
        assert len(bson.encode(document)) < _MOST_BYTES / 4


def test_the_longest_history_can_be_stored(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """Of a contact the latest associations are kept, and an agent's ID is short."""
    profile_id = profiles.create_profile(stores, "default", {"first_name": "Ada"})["profile_id"]
    associated, _ = contacts.associate(
        stores, "default", "c-1", profile_id, channel=CHANNELS[0], agent_id="x" * 255
    )
    database["associations"].update_one(
        {}, {"$set": {"associations": [associated.value] * KEPT_ASSOCIATIONS}}
    )
    document = database["associations"].find_one({})
    assert document is not None
    assert len(bson.encode(document)) < _MOST_BYTES / 20


def test_what_outgrows_a_document_is_refused_and_nothing_changes(
    client: FlaskClient, database: Database[dict[str, Any]]
) -> None:
    """Settings that have piled up until MongoDB takes no more: 422, since a retry would not help."""
    padding = "x" * (_MOST_BYTES - 1000)
    database["settings"].insert_one({"_id": "default", "domain": "default", "padding": padding})
    patch = {"ignored_values": {"phone": [f"{n:0255}" for n in range(10)]}}
    answer = client.patch("/v1/settings", json=patch)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "cannot_be_stored")
    assert client.get("/v1/settings").get_json()["ignored_values"] == {}
