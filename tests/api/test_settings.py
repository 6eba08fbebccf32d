"""Settings over HTTP: what a domain can set, and what applies without."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers

PATH = "/v1/settings"
DEFAULTS: Json = {
    "default_region": "US",
    "match_keys": {
        "voice": ["phone"],
        "chat": ["email", "name"],
        "task": ["phone", "email"],
        "email": ["email"],
    },
}


def test_the_defaults_apply_until_something_is_set(api: Caller) -> None:
    """Reading stores nothing."""
    before = api.dump()
    assert api.get(PATH) == DEFAULTS
    assert api.dump() == before


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_a_patch_sets_what_it_names(api: Caller, content_type: str) -> None:
    """The other settings, and the other channels, stay."""
    changed = api.patch(PATH, {"default_region": "JP"}, content_type=content_type)
    assert changed == DEFAULTS | {"default_region": "JP"}
    changed = api.patch(PATH, {"match_keys": {"chat": ["name"]}}, content_type=content_type)
    match_keys = DEFAULTS["match_keys"] | {"chat": ["name"]}
    assert changed == {"default_region": "JP", "match_keys": match_keys}
    assert api.get(PATH) == changed


@pytest.mark.parametrize(
    "patch",
    [
        {"default_region": None, "match_keys": None},
        {"default_region": None, "match_keys": {"voice": None, "chat": None}},
    ],
)
def test_null_brings_a_default_back(api: Caller, patch: Json) -> None:
    """All at once, or channel by channel; also where nothing was set."""
    assert api.patch(PATH, patch) == DEFAULTS
    api.patch(PATH, {"default_region": "JP", "match_keys": {"voice": ["account"], "chat": []}})
    assert api.patch(PATH, patch) == DEFAULTS
    assert api.get(PATH) == DEFAULTS


def test_an_empty_patch_changes_nothing(api: Caller) -> None:
    """Neither does one whose match_keys are empty."""
    api.patch(PATH, {"default_region": "JP"})
    before = api.dump()
    assert api.patch(PATH, {}) == DEFAULTS | {"default_region": "JP"}
    assert api.patch(PATH, {"match_keys": {}}) == DEFAULTS | {"default_region": "JP"}
    assert api.dump() == before


def test_what_was_read_can_be_sent_back_as_settings(api: Caller) -> None:
    """A form that sends all of its fields changes nothing."""
    assert api.patch(PATH, api.get(PATH)) == DEFAULTS


def test_the_region_is_that_of_numbers_typed_from_then_on(api: Caller) -> None:
    """A number that was read before keeps its reading, and is still found by its E.164 form."""
    before = api.create("Ann", phone_numbers=[{"value": "(212) 555-0123"}])
    api.patch(PATH, {"default_region": "JP"})
    after = api.create("Bob", phone_numbers=[{"value": "03-1234-5678"}])
    assert before["phone_numbers"][0]["e164"] == "+12125550123"
    assert after["phone_numbers"][0]["e164"] == "+81312345678"
    kept = api.patch(f"/v1/profiles/{before['profile_id']}", {"phone_numbers": before["phone_numbers"]})
    assert kept == before
    assert len(api.search(("phone", ["+1 212 555 0123"]))["items"]) == 1
    assert len(api.search(("phone", ["+81 3 1234 5678"]))["items"]) == 1


def test_a_channel_may_be_matched_on_a_custom_key_or_on_nothing(api: Caller) -> None:
    """Any key of the drop-down will do."""
    api.define("vip")
    match_keys = {"voice": ["vip", "account", "contact_id"], "email": []}
    assert api.patch(PATH, {"match_keys": match_keys})["match_keys"] == DEFAULTS["match_keys"] | match_keys


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        ({"default_region": "XX"}, ["/default_region"]),
        ({"default_region": "jp"}, ["/default_region"]),
        ({"default_region": "JPN"}, ["/default_region"]),
        ({"default_region": "JP\n"}, ["/default_region"]),
        ({"default_region": "001"}, ["/default_region"]),
        ({"default_region": ""}, ["/default_region"]),
        ({"default_region": 81}, ["/default_region"]),
        ({"default_region": ["JP"]}, ["/default_region"]),
        ({"match_keys": {"voice": ["undefined"]}}, ["/match_keys/voice/0"]),
        (
            {"match_keys": {"voice": ["phone", "x"], "chat": ["y"]}},
            ["/match_keys/chat/0", "/match_keys/voice/1"],
        ),
        ({"match_keys": {"voice": ["_phone"]}}, ["/match_keys/voice/0"]),
        ({"match_keys": {"voice": [None]}}, ["/match_keys/voice/0"]),
        ({"match_keys": {"voice": ["phone"] * 11}}, ["/match_keys/voice"]),
        ({"match_keys": {"voice": "phone"}}, ["/match_keys/voice"]),
        ({"match_keys": {"fax": ["phone"]}}, ["/match_keys/fax"]),
        ({"match_keys": ["phone"]}, ["/match_keys"]),
        ({"match_keys": {"voice.0": ["phone"]}}, ["/match_keys/voice.0"]),
        ({"match_keys": {"$set": ["phone"]}}, ["/match_keys/$set"]),
        ({"region": "JP"}, ["/region"]),
    ],
)
def test_settings_that_cannot_be_are_refused(api: Caller, patch: Any, found: list[str]) -> None:
    """Each fault has its pointer, and nothing is set, not even what was right."""
    patch = {"default_region": "JP", **patch}
    assert pointers(api.refuse("PATCH", PATH, patch, status=422, code="invalid_request")) == found
