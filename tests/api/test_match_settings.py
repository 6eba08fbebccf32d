"""Match over HTTP: the settings of match keys, their order and the match mode."""

import pytest

from tests.api.caller import Caller, Json

CHANNELS = ("voice", "chat", "task", "email")
CONTACT: Json = {"phone_number": "+12125550100", "email_address": "bob@example.com"}


def names(response: Json) -> list[str]:
    """Return the first names of the candidates, best first."""
    return [candidate["profile"]["first_name"] for candidate in response["candidates"]]


def keys_of(response: Json) -> list[list[str]]:
    """Return the matching keys of each candidate."""
    return [[reason["key"] for reason in each["matched_on"]] for each in response["candidates"]]


@pytest.fixture
def people(api: Caller) -> Caller:
    """Return a caller of a service with profiles that have the phone, the e-mail address, or both."""
    api.create("Ann", phone_numbers=[{"value": "+12125550100"}])
    api.create("Bob", email_addresses=[{"value": "bob@example.com"}])
    api.create(
        "Cat",
        phone_numbers=[{"value": "+12125550100"}],
        email_addresses=[{"value": "bob@example.com"}],
    )
    return api


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_has_its_own_match_keys_and_mode(people: Caller, channel: str) -> None:
    """Mode `first`: the first key with a match decides. Mode `all`: the matches of all keys are ranked."""
    others: list[str] = [other for other in CHANNELS if other != channel]
    match_keys = {channel: ["email", "phone"], **{other: [] for other in others}}
    modes = {channel: "all", **dict.fromkeys(others, "first")}
    people.patch("/v1/settings", {"match_keys": match_keys})
    response = people.match(channel=channel, **CONTACT)
    assert (names(response), response["outcome"]) == (["Cat", "Bob"], "ambiguous")
    people.patch("/v1/settings", {"match_modes": modes})
    response = people.match(channel=channel, **CONTACT)
    assert names(response) == ["Cat", "Bob", "Ann"]
    assert keys_of(response) == [["email", "phone"], ["email"], ["phone"]]
    assert response["outcome"] == "ambiguous"
    for other in others:
        assert people.match(channel=other, **CONTACT)["outcome"] == "none"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["phone", "email"], ["Cat", "Ann"]),
        (["email", "phone"], ["Cat", "Bob"]),
        (["account", "email"], ["Cat", "Bob"]),
        (["account"], []),
    ],
)
def test_the_order_of_the_keys_decides_in_mode_first(
    people: Caller, keys: list[str], expected: list[str]
) -> None:
    """Keys for which the contact has no value are skipped."""
    people.patch("/v1/settings", {"match_keys": {"voice": keys}})
    assert names(people.match(**CONTACT)) == expected


def test_a_key_without_a_match_is_skipped(people: Caller) -> None:
    """Both modes use the next key."""
    contact = CONTACT | {"phone_number": "+12125550199"}
    for mode in ("first", "all"):
        people.patch("/v1/settings", {"match_modes": {"task": mode}})
        assert names(people.match(channel="task", **contact)) == ["Cat", "Bob"]


@pytest.mark.parametrize("mode", ["first", "all"])
@pytest.mark.parametrize(("key", "value"), [("_email", "BOB@example.com"), ("email", "bob@example.com")])
def test_the_search_attributes_of_the_contact_come_first(
    people: Caller, mode: str, key: str, value: str
) -> None:
    """In both modes they decide before the match keys of the channel, whose matches are only listed."""
    people.patch("/v1/settings", {"match_modes": {"voice": mode}})
    attributes = {"profileSearchKey": key, "profileSearchValue": value}
    response = people.match(phone_number="+12125550100", attributes=attributes)
    assert names(response) == ["Cat", "Bob"]
    assert keys_of(response) == [["email", "phone"], ["email"]]


def test_the_match_keys_decide_if_the_search_attributes_find_nothing(people: Caller) -> None:
    """The setting `search_value_falls_back` can disable this."""
    attributes = {"profileSearchKey": "_account", "profileSearchValue": "A-1"}
    contact: Json = {"phone_number": "+12125550100", "attributes": attributes}
    assert people.match(**contact)["outcome"] == "ambiguous"
    people.patch("/v1/settings", {"search_value_falls_back": False})
    assert people.match(**contact)["outcome"] == "none"
    without_value = {"profileSearchKey": "_account", "profileSearchValue": ""}
    assert people.match(**contact | {"attributes": without_value})["outcome"] == "ambiguous"
    people.patch("/v1/settings", {"search_value_falls_back": None})
    assert people.match(**contact)["outcome"] == "ambiguous"


def test_a_withheld_number_is_reported_without_a_fallback_too(people: Caller) -> None:
    """The contact flow passes the withheld number as the search value."""
    people.patch("/v1/settings", {"search_value_falls_back": False})
    attributes = {"profileSearchKey": "_phone", "profileSearchValue": "anonymous"}
    assert people.match(phone_number="anonymous", attributes=attributes)["outcome"] == "withheld"


def test_a_national_number_is_parsed_with_the_default_region(people: Caller) -> None:
    """A change of the default region takes effect at once."""
    people.create("Yamada", phone_numbers=[{"value": "+81312345678"}])
    assert people.match(phone_number="03-1234-5678")["outcome"] == "none"
    people.patch("/v1/settings", {"default_region": "JP"})
    assert names(people.match(phone_number="03-1234-5678")) == ["Yamada"]
