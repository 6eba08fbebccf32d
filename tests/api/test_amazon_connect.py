"""Amazon Connect's attributes, contact types and channel names are accepted unchanged."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers

INVALID: dict[str, Any] = {"status": 422, "code": "invalid_request"}
CHANNELS = [
    ("queue_callback", "voice"),
    ("callback", "voice"),
    ("QUEUE_CALLBACK", "voice"),
    ("CALLBACK", "voice"),
    ("VOICE", "voice"),
    ("CHAT", "chat"),
    ("TASK", "task"),
    ("EMAIL", "email"),
]


def streams(**attributes: str) -> Json:
    """Return attributes in the format of `getAttributes()` in Amazon Connect Streams."""
    return {name: {"name": name, "value": value} for name, value in attributes.items()}


def test_attributes_of_amazon_connect_streams_are_accepted(api: Caller) -> None:
    """These attributes match like plain attributes. A request can contain both formats."""
    profile = api.create("Ann", account_number="A-1")
    api.create("Bob", account_number="A-2")
    flow = {"profileSearchKey": "_account", "profileSearchValue": "A-1"}
    for attributes in (
        streams(**flow),
        flow,
        streams(profileSearchKey="account") | {"profileSearchValue": "A-1"},
    ):
        matched = api.match(attributes=attributes)
        assert [candidate["profile"] for candidate in matched["candidates"]] == [profile]
    api.patch("/v1/settings", {"match_keys": {"voice": ["account"]}})
    matched = api.match(attributes=streams(account="A-1"))
    assert [candidate["profile"] for candidate in matched["candidates"]] == [profile]
    assert api.match(attributes=streams(other=""))["outcome"] == "none"


@pytest.mark.parametrize(
    "attribute",
    [
        {},
        {"name": "account"},
        {"value": "A-1"},
        {"name": "account", "value": None},
        {"name": "account", "value": 1},
        {"name": 1, "value": "A-1"},
        {"name": "account", "value": "a\x00"},
        {"name": "account", "value": "a" * 32769},
        {"name": "account", "value": {"name": "x", "value": "y"}},
        {"name": "account", "value": "A-1", "$where": "1"},
        ["A-1"],
        1,
        None,
    ],
)
def test_a_malformed_attribute_is_rejected(api: Caller, attribute: Any) -> None:
    """The error's pointer refers to the attribute."""
    body = {"channel": "voice", "attributes": {"account": attribute}}
    problem = api.reject("POST", "/v1/contacts/c-1/match", body, **INVALID)
    assert pointers(problem) == ["/attributes/account"]


@pytest.mark.parametrize(("amazon_name", "channel"), CHANNELS)
def test_an_amazon_channel_name_is_mapped_to_a_channel_of_the_service(
    api: Caller, amazon_name: str, channel: str
) -> None:
    """Every request with a channel accepts these names. Only the service's four channels are stored."""
    fields = {"phone_number": "+14155550101", "email_address": "ann@example.com"}
    profile = api.create(
        "Ann",
        phone_numbers=[{"value": fields["phone_number"]}],
        email_addresses=[{"value": fields["email_address"]}],
    )
    matched = api.match(channel=amazon_name, **fields)
    assert matched["candidates"] == api.match(channel=channel, **fields)["candidates"] != []
    api.associate("c-1", profile["profile_id"], channel=amazon_name)
    assert api.get("/v1/contacts/c-1")["channel"] == channel
    api.post(f"/v1/contacts/c-2/profile?channel={amazon_name}", {"first_name": "Bob"}, status=201)
    assert api.get("/v1/contacts/c-2")["channel"] == channel
    assert {contact["channel"] for contact in api.database.associations.find()} == {channel}
    for name in (amazon_name, channel):
        contacts = api.post("/v1/contacts/search", {"channel": name})["items"]
        assert [contact["contact_id"] for contact in contacts] == ["c-2", "c-1"]
        listed = api.get(f"/v1/profiles/{profile['profile_id']}/contacts?channel={name}")["items"]
        assert [contact["contact_id"] for contact in listed] == ["c-1"]


def test_a_retry_can_use_another_name_for_the_channel(api: Caller) -> None:
    """Idempotency compares the mapped channels, not the names in the requests."""
    headers, body = {"Idempotency-Key": "k-1"}, {"first_name": "Ann"}
    path = "/v1/contacts/c-1/profile?channel="
    first = api.post(f"{path}queue_callback", body, status=201, headers=headers)
    again = api.post(f"{path}voice", body, status=201, headers=headers)
    assert again["profile_id"] == first["profile_id"]


@pytest.mark.parametrize(
    "channel", ["Voice", "Queue_Callback", "sms", "", "VOICE ", "queue-callback", None, 1]
)
def test_an_unknown_channel_is_rejected(api: Caller, channel: Any) -> None:
    """Only the four channels and Amazon Connect's names for them are valid."""
    problem = api.reject("POST", "/v1/contacts/c-1/match", {"channel": channel}, **INVALID)
    assert pointers(problem) == ["/channel"]
