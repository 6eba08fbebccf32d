"""A match accepts the forms in which Amazon Connect describes a contact: of Lambda and of Streams."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from schemas.examples import MATCH_REQUESTS_OF_CONNECT
from tests.api.caller import Caller, Json, pointers

PATH = "/v1/contacts/c-1/match"
INVALID: dict[str, Any] = {"status": 422, "code": "invalid_request"}


def event(channel: str = "VOICE", **contact: Any) -> Json:
    """Return the event of a Lambda function."""
    data = {
        "ContactId": "c-1",
        "InitialContactId": "c-0",
        "Channel": channel,
        "CustomerEndpoint": None,
        "Attributes": {},
        "Queue": None,
        "MediaStreams": {"Customer": {"Audio": None}},
        **contact,
    }
    return {"Name": "ContactFlowEvent", "Details": {"ContactData": data, "Parameters": {"a": "b"}}}


def address(value: str | None, kind: str = "TELEPHONE_NUMBER") -> Json:
    """Return the address of a customer."""
    return {"CustomerEndpoint": {"Address": value, "Type": kind}}


def streams(channel: str = "voice", **contact: Any) -> Json:
    """Return a contact of Streams."""
    return {"contactId": "c-1", "type": channel, "state": {"type": "connecting"}, "queue": {}, **contact}


def snapshot(channel: str = "voice", **contact: Any) -> Json:
    """Return a snapshot of a contact of Streams."""
    return {"contactId": "c-1", "contactData": streams(channel, **contact)}


def connection(number: str | None = None, **others: Any) -> Json:
    """Return a connection of a contact of Streams."""
    endpoint = {"type": "phone_number", "phoneNumber": number, "agentLogin": None}
    return {"connectionId": "1", "type": "inbound", "initial": True, "endpoint": endpoint, **others}


STREAMS = pytest.mark.parametrize("form", [streams, snapshot])
AGENT = connection("+14155550199", type="agent", initial=False)


@pytest.fixture
def customers(api: Caller) -> Callable[[Json], list[str]]:
    """Create two customers. Return a function that matches a body and returns the first names found."""
    api.create(
        "Ann",
        last_name="Lee",
        account_number="A-1",
        phone_numbers=[{"value": "+14155550101"}],
        email_addresses=[{"value": "ann@example.com"}],
    )
    api.create("Bob", account_number="A-2", phone_numbers=[{"value": "+14155550102"}])

    def find(body: Json) -> list[str]:
        matched = api.post(PATH, body)
        assert matched["contact_id"] == "c-1"
        return [candidate["profile"]["first_name"] for candidate in matched["candidates"]]

    return find


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (event(**address("+14155550101")), ["Ann"]),
        (event(**address("+14155550102")), ["Bob"]),
        (event("EMAIL", **address("ann@example.com", "EMAIL_ADDRESS")), ["Ann"]),
        (event("CHAT"), []),
        (event("CHAT", Attributes={"email": "ann@example.com"}), ["Ann"]),
        (event("TASK", Attributes={"profileSearchKey": "_account", "profileSearchValue": "A-2"}), ["Bob"]),
        (
            event(
                **address("+14155550101"),
                Attributes={"profileSearchKey": "_account", "profileSearchValue": "A-2"},
            ),
            ["Bob"],
        ),
        (event(**address("+14155550101", "VOIP")), []),
        (event(**address(None)), []),
        (event(**address(" ")), []),
        (event(CustomerEndpoint={}), []),
        (event(Attributes=None), []),
        ({"Details": {"ContactData": {"Channel": "VOICE", **address("+14155550101")}}}, ["Ann"]),
    ],
)
def test_the_event_of_a_lambda_function_is_matched(
    customers: Callable[[Json], list[str]], body: Json, found: list[str]
) -> None:
    """A function can send it unchanged."""
    assert customers(body) == found


@STREAMS
@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ({"connections": [AGENT, connection("+14155550101")]}, ["Ann"]),
        ({"connections": [connection("sip:+14155550101@lily-outbound"), AGENT]}, ["Ann"]),
        ({"connections": [AGENT, connection("+14155550101", initial=None)]}, ["Ann"]),
        ({"channel": "queue_callback", "connections": [connection("+14155550102")]}, ["Bob"]),
        ({"customerEndpoint": {"phoneNumber": "+14155550102"}}, ["Bob"]),
        ({"channel": "email", "customerEndpoint": {"emailAddress": "ann@example.com"}}, ["Ann"]),
        (
            {"channel": "chat", "connections": [connection(chatMediaInfo={"customerName": "Lee, Ann"})]},
            ["Ann"],
        ),
        ({"channel": "chat", "connections": [connection("+14155550101", chatMediaInfo=None)]}, []),
        (
            {
                "channel": "task",
                "attributes": {
                    "profileSearchKey": {"name": "profileSearchKey", "value": "_account"},
                    "profileSearchValue": {"name": "profileSearchValue", "value": "A-2"},
                },
            },
            ["Bob"],
        ),
        ({"connections": [AGENT]}, []),
        ({"connections": [connection(endpoint=None)]}, []),
        ({"connections": [], "attributes": None, "customerEndpoint": None}, []),
        ({}, []),
    ],
)
def test_a_contact_of_streams_is_matched(
    customers: Callable[[Json], list[str]], form: Callable[..., Json], contact: Json, found: list[str]
) -> None:
    """The customer's connection is the initial one."""
    assert customers(form(**contact)) == found


@pytest.mark.parametrize(
    "body", [event(**address("anonymous")), snapshot(connections=[connection("anonymous")])]
)
def test_a_withheld_number_is_recognised(api: Caller, body: Json) -> None:
    """As in the usual form."""
    assert api.post(PATH, body)["outcome"] == "withheld"


@pytest.mark.parametrize("member", MATCH_REQUESTS_OF_CONNECT)
def test_criteria_and_pages_can_be_added(customers: Callable[[Json], list[str]], member: str) -> None:
    """They stand beside the members of Amazon Connect."""
    body = deepcopy(MATCH_REQUESTS_OF_CONNECT[member])
    assert customers(body) == ["Ann"]
    assert customers({**body, "limit": 1, "criteria": [{"key": "account", "values": ["A-1"]}]}) == ["Ann"]
    assert customers({**body, "criteria": [{"key": "account", "values": ["A-2"]}]}) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"Details": None}, "/Details"),
        ({"Details": []}, "/Details"),
        ({"Details": {}}, "/Details/ContactData"),
        ({"Details": {"ContactData": {}}}, "/Details/ContactData/Channel"),
        (event("FAX"), "/Details/ContactData/Channel"),
        (event(CustomerEndpoint=1), "/Details/ContactData/CustomerEndpoint"),
        (event(**address("1" * 256)), "/Details/ContactData/CustomerEndpoint/Address"),
        (event(**address("+1\n2")), "/Details/ContactData/CustomerEndpoint/Address"),
        (event(Attributes={"a": 1}), "/Details/ContactData/Attributes/a"),
        (event() | {"limit": 0}, "/limit"),
        (event() | {"criteria": [{"key": "account"}]}, "/criteria/0/values"),
        ({"contactId": "c-1"}, "/type"),
        (streams("fax"), "/type"),
        (streams(connections=[AGENT, connection(7)]), "/connections/1/endpoint/phoneNumber"),  # type: ignore[arg-type] # invalid on purpose
        (streams(connections=[AGENT] * 101), "/connections"),
        (streams(attributes={"a": {"name": "a"}}), "/attributes/a"),
        ({"contactData": None}, "/contactData"),
        (snapshot("fax"), "/contactData/type"),
        (snapshot(customerEndpoint=[]), "/contactData/customerEndpoint"),
    ],
)
def test_the_error_points_to_the_member(api: Caller, body: Json, pointer: str) -> None:
    """In the form that was sent."""
    assert pointers(api.reject("POST", PATH, body, **INVALID)) == [pointer]


def test_the_usual_form_accepts_no_members_of_the_others(api: Caller) -> None:
    """Otherwise a misspelt field would be ignored."""
    for name in ("details", "Channel", "connections", "type", "ContactData"):
        problem = api.reject("POST", PATH, {"channel": "voice", name: {}}, **INVALID)
        assert pointers(problem) == [f"/{name}"]
