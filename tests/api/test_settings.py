"""Settings over HTTP: the settings of a domain and their defaults."""

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
    "match_modes": {"voice": "first", "chat": "first", "task": "first", "email": "first"},
    "search_value_falls_back": True,
    "unique_by_name": False,
    "shared_above": 20,
    "warn_of_duplicates": True,
    "ignored_values": {},
}
# Each setting, with a value that is not its default.
NON_DEFAULTS: Json = {
    "default_region": "JP",
    "match_keys": {"voice": ["account", "phone"], "chat": [], "task": ["name"], "email": ["account"]},
    "match_modes": {"voice": "all", "chat": "all", "task": "all", "email": "all"},
    "search_value_falls_back": False,
    "unique_by_name": True,
    "shared_above": 1,
    "warn_of_duplicates": False,
    "ignored_values": {"phone": ["0000000000", "0570 000 000"], "email": []},
}


def test_a_new_domain_has_the_default_settings(api: Caller) -> None:
    """Reading the settings stores nothing."""
    assert api.get(PATH) == DEFAULTS
    before = api.dump()
    assert api.get(PATH) == DEFAULTS
    assert api.dump() == before


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_a_patch_changes_its_settings_only(api: Caller, content_type: str) -> None:
    """Other settings, and other channels of the setting, stay the same."""
    changed = api.patch(PATH, {"default_region": "JP"}, content_type=content_type)
    assert changed == DEFAULTS | {"default_region": "JP"}
    changed = api.patch(PATH, {"match_keys": {"chat": ["name"]}}, content_type=content_type)
    match_keys = DEFAULTS["match_keys"] | {"chat": ["name"]}
    assert changed == DEFAULTS | {"default_region": "JP", "match_keys": match_keys}
    assert api.get(PATH) == changed


@pytest.mark.parametrize("name", NON_DEFAULTS)
def test_each_setting_can_be_set_alone(api: Caller, name: str) -> None:
    """The other settings keep their defaults."""
    assert api.patch(PATH, {name: NON_DEFAULTS[name]}) == DEFAULTS | {name: NON_DEFAULTS[name]}
    assert api.get(PATH) == DEFAULTS | {name: NON_DEFAULTS[name]}


@pytest.mark.parametrize("name", ["match_keys", "match_modes", "ignored_values"])
def test_a_member_of_a_setting_can_be_set_alone(api: Caller, name: str) -> None:
    """The other members keep their values. Null restores the default of the member."""
    api.patch(PATH, NON_DEFAULTS)
    for member, value in NON_DEFAULTS[name].items():
        assert api.patch(PATH, {name: {member: None}})[name] == {
            **({} if name == "ignored_values" else DEFAULTS[name]),
            **{other: each for other, each in NON_DEFAULTS[name].items() if other != member},
            **({member: DEFAULTS[name][member]} if member in DEFAULTS[name] else {}),
        }
        assert api.patch(PATH, {name: {member: value}}) == NON_DEFAULTS


@pytest.mark.parametrize(
    "patch",
    [
        dict.fromkeys(DEFAULTS),
        {
            **dict.fromkeys(DEFAULTS),
            "match_keys": dict.fromkeys(DEFAULTS["match_keys"]),
            "match_modes": dict.fromkeys(DEFAULTS["match_modes"]),
            "ignored_values": {"phone": None, "email": None, "undefined": None},
        },
    ],
    ids=["whole", "by member"],
)
def test_null_restores_a_default(api: Caller, patch: Json) -> None:
    """Null can be a whole setting or one of its members. The setting need not have been set."""
    assert api.patch(PATH, patch) == DEFAULTS
    assert api.patch(PATH, NON_DEFAULTS) == NON_DEFAULTS
    assert api.patch(PATH, patch) == DEFAULTS
    assert api.get(PATH) == DEFAULTS


def test_an_empty_patch_changes_nothing(api: Caller) -> None:
    """The same is true for a setting that is an empty object."""
    for expected in (DEFAULTS, NON_DEFAULTS):
        if expected is NON_DEFAULTS:
            api.patch(PATH, NON_DEFAULTS)
        before = api.dump()
        assert api.patch(PATH, {}) == expected
        for name in ("match_keys", "match_modes", "ignored_values"):
            assert api.patch(PATH, {name: {}}) == expected
        assert api.dump() == before


def test_settings_can_be_sent_back_as_they_were_read(api: Caller) -> None:
    """The request changes nothing. A form can send all of its fields."""
    assert api.patch(PATH, api.get(PATH)) == DEFAULTS
    api.patch(PATH, NON_DEFAULTS)
    assert api.patch(PATH, api.get(PATH)) == NON_DEFAULTS


def test_a_removed_search_key_is_removed_from_the_settings(api: Caller) -> None:
    """The settings are still valid if a client sends them back."""
    api.define("vip")
    api.patch(PATH, {"match_keys": {"voice": ["vip"]}, "ignored_values": {"vip": ["no"]}})
    api.delete("/v1/search-keys/vip")
    expected = DEFAULTS | {"match_keys": DEFAULTS["match_keys"] | {"voice": []}}
    assert api.get(PATH) == expected
    assert api.patch(PATH, expected) == expected


@pytest.mark.parametrize("region", ["jp", "Jp", "JP"])
def test_a_region_is_accepted_in_lower_case_too(api: Caller, region: str) -> None:
    """The service stores it in upper case."""
    assert api.patch(PATH, {"default_region": region})["default_region"] == "JP"
    assert api.get(PATH)["default_region"] == "JP"


def test_a_new_region_applies_to_new_numbers_only(api: Caller) -> None:
    """Existing numbers keep their E.164 form, and searches still find them by it."""
    before = api.create("Ann", phone_numbers=[{"value": "(212) 555-0123"}])
    api.patch(PATH, {"default_region": "JP"})
    after = api.create("Bob", phone_numbers=[{"value": "03-1234-5678"}])
    assert before["phone_numbers"][0]["e164"] == "+12125550123"
    assert after["phone_numbers"][0]["e164"] == "+81312345678"
    profile = api.patch(f"/v1/profiles/{before['profile_id']}", {"phone_numbers": before["phone_numbers"]})
    assert profile == before
    assert len(api.search(("phone", ["+1 212 555 0123"]))["items"]) == 1
    assert len(api.search(("phone", ["+81 3 1234 5678"]))["items"]) == 1


def test_a_channel_can_have_any_match_keys_or_none(api: Caller) -> None:
    """Match keys can be built-in or custom search keys."""
    api.define("vip")
    match_keys = {"voice": ["vip", "account", "contact_id"], "email": []}
    assert api.patch(PATH, {"match_keys": match_keys})["match_keys"] == DEFAULTS["match_keys"] | match_keys


@pytest.mark.parametrize(
    ("patch", "expected_pointers"),
    [
        ({"default_region": "XX"}, ["/default_region"]),
        ({"default_region": "j1"}, ["/default_region"]),
        ({"default_region": "JPN"}, ["/default_region"]),
        ({"default_region": "ß"}, ["/default_region"]),
        ({"default_region": "ﬁ"}, ["/default_region"]),
        ({"default_region": "\N{LATIN SMALL LETTER LONG S}s"}, ["/default_region"]),
        ({"default_region": "\N{KELVIN SIGN}r"}, ["/default_region"]),
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
        ({"match_keys": {"voice": ["phone", "email", "phone"]}}, ["/match_keys/voice"]),
        ({"match_modes": {"voice": "any"}}, ["/match_modes/voice"]),
        ({"match_modes": {"voice": True, "fax": "all"}}, ["/match_modes/fax", "/match_modes/voice"]),
        ({"match_modes": "all"}, ["/match_modes"]),
        ({"search_value_falls_back": 1}, ["/search_value_falls_back"]),
        ({"search_value_falls_back": "false"}, ["/search_value_falls_back"]),
        ({"unique_by_name": "yes"}, ["/unique_by_name"]),
        ({"unique_by_name": 0}, ["/unique_by_name"]),
        ({"shared_above": 0}, ["/shared_above"]),
        ({"shared_above": 101}, ["/shared_above"]),
        ({"shared_above": -1}, ["/shared_above"]),
        ({"shared_above": 1.5}, ["/shared_above"]),
        ({"shared_above": "20"}, ["/shared_above"]),
        ({"shared_above": True}, ["/shared_above"]),
        ({"warn_of_duplicates": "no"}, ["/warn_of_duplicates"]),
        ({"ignored_values": ["0"]}, ["/ignored_values"]),
        ({"ignored_values": {"phone": "0"}}, ["/ignored_values/phone"]),
        ({"ignored_values": {"phone": [None]}}, ["/ignored_values/phone/0"]),
        ({"ignored_values": {"phone": ["0", " "]}}, ["/ignored_values/phone/1"]),
        ({"ignored_values": {"phone": ["0" * 256]}}, ["/ignored_values/phone/0"]),
        ({"ignored_values": {"phone": ["0"] * 101}}, ["/ignored_values/phone"]),
        (
            {"ignored_values": {"undefined": ["0"], "phone": ["0"], "vip": ["1"]}},
            ["/ignored_values/undefined", "/ignored_values/vip"],
        ),
        ({"ignored_values": {"undefined": []}}, ["/ignored_values/undefined"]),
        ({"ignored_values": {"_phone": ["0"]}}, ["/ignored_values/_phone"]),
        ({"ignored_values": {"phone.0": ["0"]}}, ["/ignored_values/phone.0"]),
        ({"ignored_values": {"$set": None}}, ["/ignored_values/$set"]),
        ({"ignored_values": {f"key{n}": None for n in range(11)}}, ["/ignored_values"]),
    ],
)
def test_invalid_settings_are_rejected(api: Caller, patch: Any, expected_pointers: list[str]) -> None:
    """Each error has its own pointer. The valid settings of the request are not stored either."""
    patch = {"default_region": "JP", **patch}
    assert pointers(api.reject("PATCH", PATH, patch, status=422, code="invalid_request")) == expected_pointers
