"""A profile at all its limits is far below MongoDB's limit of 16 MB."""

from typing import Any, cast

import bson
from flask.testing import FlaskClient
from pymongo.database import Database

from service.matching.profiles import index
from service.model.contact import Channel
from service.model.limits import (
    MAX_ADDITIONAL_INFORMATION_LENGTH,
    MAX_ASSOCIATIONS,
    MAX_ATTRIBUTES,
    MAX_LIST_ITEMS,
    MAX_PROFILE_SEARCH_KEY_VALUES,
    MAX_RESERVED_ATTRIBUTES,
)
from service.model.profile import EMPTY_PROFILE, Profile
from service.model.search_key import KeyType, SearchKey
from service.store.stores import Stores
from service.use_cases import contacts, profiles

_MAX_BYTES = 16 * 1024 * 1024

# Four bytes in UTF-8.
_WIDE = "\U0001f600"


def _text(number: int, length: int = 255, char: str = _WIDE) -> str:
    """Return a text of this length that depends on the number."""
    return f"{number:05}" + char * (length - 5)


def _full_profile(char: str) -> dict[str, Any]:
    names = [name for name, empty in EMPTY_PROFILE.items() if empty is None]
    return {
        **{name: _text(0, char=char) for name in names},
        "additional_information": _text(0, MAX_ADDITIONAL_INFORMATION_LENGTH),
        "phone_numbers": [
            {"type": _text(n, 64), "value": _text(n), "e164": None} for n in range(MAX_LIST_ITEMS)
        ],
        "email_addresses": [{"type": _text(n, 64), "value": _text(n)} for n in range(MAX_LIST_ITEMS)],
        "addresses": [{str(field): _text(n) for field in range(11)} for n in range(MAX_LIST_ITEMS)],
        "attributes": {_text(n): _text(n) for n in range(MAX_ATTRIBUTES + MAX_RESERVED_ATTRIBUTES)},
        "keys": {"k": [_text(n, char=char) for n in range(MAX_PROFILE_SEARCH_KEY_VALUES)]},
    }


def test_the_largest_profile_can_be_stored(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """The search key has type name, which has the most index terms. Some letters have two spellings."""
    name_key = SearchKey(
        name="k", label="K", type=KeyType.NAME, unique=True, sensitive=False, built_in=False, example=""
    )
    for char in (_WIDE, "Ö"):
        fields = {"profile_id": f"{ord(char):032x}", "version": 1} | _full_profile(char)
        profile = cast("Profile", fields)
        stores.profiles.insert("default", profile, index(profile, {"k": name_key}, "US"))
        document = database["profiles"].find_one({"_id": profile["profile_id"]})
        assert document is not None
        assert len(bson.encode(document)) < _MAX_BYTES / 4


def test_the_longest_history_can_be_stored(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """The number of associations and the length of agent IDs are limited."""
    profile_id = profiles.insert_profile(stores, "default", {"first_name": "Ada"})[0]["profile_id"]
    associated, _ = contacts.associate(
        stores, "default", "c-1", profile_id, channel=Channel.VOICE, agent_id="x" * 255
    )
    database["associations"].update_one({}, {"$set": {"associations": [associated.value] * MAX_ASSOCIATIONS}})
    document = database["associations"].find_one({})
    assert document is not None
    assert len(bson.encode(document)) < _MAX_BYTES / 20


def test_a_document_that_is_too_large_is_rejected(
    client: FlaskClient, database: Database[dict[str, Any]]
) -> None:
    """The response is a 422, because a retry would not help. Nothing changes."""
    padding = "x" * (_MAX_BYTES - 1000)
    database["settings"].insert_one({"_id": "default", "domain": "default", "padding": padding})
    patch = {"ignored_values": {"phone": [f"{n:0255}" for n in range(10)]}}
    response = client.patch("/v1/settings", json=patch)
    assert (response.status_code, response.get_json()["code"]) == (422, "cannot_be_stored")
    assert client.get("/v1/settings").get_json()["ignored_values"] == {}
