"""What Amazon Connect sends is accepted as it is: its attributes, contact types and spelling of channels."""

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
    """Return attributes as `getAttributes()` of Amazon Connect Streams returns them."""
    return {name: {"name": name, "value": value} for name, value in attributes.items()}


def test_attributes_of_streams_are_read_as_they_are(api: Caller) -> None:
    """They match like plain ones, and both kinds may stand side by side."""
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
def test_an_attribute_that_is_neither_is_refused(api: Caller, attribute: Any) -> None:
    """The pointer leads to the attribute."""
    body = {"channel": "voice", "attributes": {"account": attribute}}
    problem = api.refuse("POST", "/v1/contacts/c-1/match", body, **INVALID)
    assert pointers(problem) == ["/attributes/account"]


@pytest.mark.parametrize(("sent", "channel"), CHANNELS)
def test_what_amazon_calls_a_channel_is_one_of_ours(api: Caller, sent: str, channel: str) -> None:
    """Wherever a channel is sent; stored and shown is one of the four."""
    fields = {"phone_number": "+14155550101", "email_address": "ann@example.com"}
    profile = api.create(
        "Ann",
        phone_numbers=[{"value": fields["phone_number"]}],
        email_addresses=[{"value": fields["email_address"]}],
    )
    matched = api.match(channel=sent, **fields)
    assert matched["candidates"] == api.match(channel=channel, **fields)["candidates"] != []
    api.associate("c-1", profile["profile_id"], channel=sent)
    assert api.get("/v1/contacts/c-1")["channel"] == channel
    api.post(f"/v1/contacts/c-2/profile?channel={sent}", {"first_name": "Bob"}, status=201)
    assert api.get("/v1/contacts/c-2")["channel"] == channel
    assert {contact["channel"] for contact in api.database.associations.find()} == {channel}
    for asked in (sent, channel):
        found = api.post("/v1/contacts/search", {"channel": asked})["items"]
        assert [contact["contact_id"] for contact in found] == ["c-2", "c-1"]
        listed = api.get(f"/v1/profiles/{profile['profile_id']}/contacts?channel={asked}")["items"]
        assert [contact["contact_id"] for contact in listed] == ["c-1"]


def test_a_retry_may_spell_the_channel_in_another_way(api: Caller) -> None:
    """An Idempotency-Key holds for what is meant."""
    headers, body = {"Idempotency-Key": "k-1"}, {"first_name": "Ann"}
    path = "/v1/contacts/c-1/profile?channel="
    first = api.post(f"{path}queue_callback", body, status=201, headers=headers)
    again = api.post(f"{path}voice", body, status=201, headers=headers)
    assert again["profile_id"] == first["profile_id"]


@pytest.mark.parametrize(
    "channel", ["Voice", "Queue_Callback", "sms", "", "VOICE ", "queue-callback", None, 1]
)
def test_another_word_is_no_channel(api: Caller, channel: Any) -> None:
    """As before."""
    problem = api.refuse("POST", "/v1/contacts/c-1/match", {"channel": channel}, **INVALID)
    assert pointers(problem) == ["/channel"]
