"""Contact records are the contacts of `/v1`."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from service.app import create_app
from service.config import Settings
from tests.api.failing_database import WithFailingAudit
from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, found, listed, only, stores_of
from tests.commands import Commands
from tests.master_keys import ONE

Json = dict[str, Any]

NUMBERS = iter(range(100, 1000))


def number() -> str:
    """Return a phone number that no profile has."""
    return f"+1212556{next(NUMBERS):04}"


def put(api: InProcess, expect: int = 200, **members: Any) -> Json:
    """Put a contact record."""
    record = {"Channel": "VOICE", **members}
    return api("PutProfileObject", expect=expect, ObjectTypeName="CTR", Object=orjson.dumps(record).decode())


def customer(phone: str) -> Json:
    """Return the member with the phone number."""
    return {"CustomerEndpoint": {"Address": phone, "Type": "TELEPHONE_NUMBER"}}


def use(api: InProcess, template: str) -> None:
    """Set the template of contact records."""
    api("PutProfileObjectType", ObjectTypeName="CTR", Description="x", TemplateId=template)


def test_a_record_creates_an_inferred_profile_and_its_contact(in_process: InProcess) -> None:
    """With the times, the channel and the agent of the record. A second call of the number finds it."""
    use(in_process, "CTR")
    phone, first, second = number(), unique(), unique()
    record = {
        "ContactId": first,
        "InitiationTimestamp": "2024-02-03T04:05:06Z",
        "DisconnectTimestamp": "2024-02-03T05:05:06+01:00",
        "Agent": {"Username": "jo", "ARN": "arn"},
        "Queue": None,
        **customer(phone),
    }
    assert put(in_process, **record) == {"ProfileObjectUniqueKey": first}
    profile = only(in_process, "_phone", phone)
    assert profile.keys() == {"ProfileId", "PhoneNumber"}
    put(in_process, ContactId=second, **customer(phone))
    objects = listed(in_process, only(in_process, "_phone", phone), "CTR")
    assert objects.keys() == {first, second}
    assert objects[first] == {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": first,
        "Channel": "VOICE",
        "InitiationTimestamp": "2024-02-03T04:05:06Z",
        "DisconnectTimestamp": "2024-02-03T04:05:06Z",
        "Agent": {"Username": "jo"},
    }
    contact = in_process.v1("GET", f"/v1/contacts/{first}")
    assert (contact["channel"], contact["created_at"]) == ("voice", "2024-02-03T04:05:06.000Z")
    assert contact["association"]["profile_id"] == profile["ProfileId"]


def test_a_record_closes_the_contact_that_the_agent_associated(in_process: InProcess) -> None:
    """It keeps its association, whatever the number. The same record again changes nothing."""
    use(in_process, "CTR-AutoAssociateOnly")
    profile, contact, phone = create(in_process, FirstName="Jo"), unique(), number()
    create(in_process, PhoneNumber=phone)
    in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    record = {"ContactId": contact, "DisconnectTimestamp": "2090-01-01T00:00:00Z", **customer(phone)}
    put(in_process, **record)
    stored = in_process.v1("GET", f"/v1/contacts/{contact}")
    assert stored["association"]["profile_id"] == profile["ProfileId"]
    assert stored["cleared_at"] == "2090-01-01T00:00:00.000Z"
    put(in_process, **record)
    assert in_process.v1("GET", f"/v1/contacts/{contact}") == stored


@pytest.mark.parametrize("cleared", [False, True])
def test_a_record_completes_the_contact_that_the_agent_associated(
    in_process: InProcess, *, cleared: bool
) -> None:
    """With its times, its channel and its agent, also after the frontend has cleared the contact."""
    use(in_process, "CTR-AutoAssociateOnly")
    profile, contact = create(in_process, FirstName="Jo"), unique()
    in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    if cleared:
        in_process.v1("POST", f"/v1/contacts/{contact}/clear")
    begun, ended = "2024-02-03T04:05:06Z", "2024-02-03T04:15:06Z"
    record: Json = {"ContactId": contact, "DisconnectTimestamp": ended, "Agent": {"Username": "maria"}}
    put(in_process, **record, InitiationTimestamp=begun)
    # What is known already stays.
    put(in_process, **{**record, "Agent": {"Username": "bob"}}, Channel="CHAT")
    (shown,) = listed(in_process, profile, "CTR").values()
    assert (shown["Channel"], shown["InitiationTimestamp"]) == ("VOICE", begun)
    assert shown["Agent"] == {"Username": "maria"}
    assert (shown["DisconnectTimestamp"] == ended) is not cleared
    stored = in_process.v1("GET", f"/v1/contacts/{contact}")
    assert stored["associations"] == [stored["association"]]
    assert stored["association"]["associated_at"] <= stored["cleared_at"]


def test_a_record_of_an_open_contact_keeps_its_history(in_process: InProcess) -> None:
    """The agent is that of the current association. Without a beginning, the end is the earliest time."""
    use(in_process, "CTR-AutoAssociateOnly")
    contact = unique()
    for _ in range(2):
        profile = create(in_process, FirstName="Jo")
        in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    put(in_process, ContactId=contact, Agent={"Username": "maria"})
    stored = in_process.v1("GET", f"/v1/contacts/{contact}")
    assert [each["agent_id"] for each in stored["associations"]] == [None, "maria"]
    assert stored["association"] == stored["associations"][-1]
    put(in_process, ContactId=contact, DisconnectTimestamp="2024-02-03T04:15:06Z")
    stored = in_process.v1("GET", f"/v1/contacts/{contact}")
    assert stored["created_at"] == stored["cleared_at"] == "2024-02-03T04:15:06.000Z"


@pytest.mark.parametrize("template", ["CTR-NoInferred", "CTR-AutoAssociateOnly"])
def test_the_other_templates_find_every_profile_by_its_number(in_process: InProcess, template: str) -> None:
    """More than one is a bad request, as with Amazon."""
    use(in_process, template)
    phone = number()
    profile = create(in_process, FirstName="Jo", MobilePhoneNumber=phone)
    contact = unique()
    put(in_process, ContactId=contact, **customer(phone))
    assert listed(in_process, profile, "CTR").keys() == {contact}
    create(in_process, FirstName="Mo", PhoneNumber=phone)
    message = put(in_process, 400, ContactId=unique(), **customer(phone))["Error"]["Message"]
    assert "several profiles" in message


def test_the_first_template_creates_a_profile_beside_a_named_one(in_process: InProcess) -> None:
    """As documented: it finds only inferred profiles by their numbers."""
    use(in_process, "CTR")
    phone = number()
    create(in_process, FirstName="Jo", PhoneNumber=phone)
    for _ in range(2):
        put(in_process, ContactId=unique(), **customer(phone))
    assert len(found(in_process, "_phone", phone)) == 2


def test_one_template_creates_no_profile(in_process: InProcess) -> None:
    """The record is a bad request: there is no queue for it."""
    use(in_process, "CTR-AutoAssociateOnly")
    phone = number()
    assert (
        "no profile has its phone number"
        in put(in_process, 400, ContactId=unique(), **customer(phone))["Error"]["Message"]
    )
    use(in_process, "CTR-NoInferred")
    put(in_process, ContactId=unique(), **customer(phone))
    assert len(found(in_process, "_phone", phone)) == 1


@pytest.mark.parametrize("address", [None, "", "anonymous"])
def test_a_record_without_a_number_needs_an_association(in_process: InProcess, address: str | None) -> None:
    """Nothing can be inferred from it."""
    use(in_process, "CTR")
    members = {} if address is None else customer(address)
    error = put(in_process, 400, ContactId=unique(), **members)["Error"]["Message"]
    assert "Type TELEPHONE_NUMBER" in error or address == ""
    mail = {"CustomerEndpoint": {"Address": "a@example.com", "Type": "EMAIL_ADDRESS"}}
    put(in_process, 400, ContactId=unique(), Channel="EMAIL", **mail)


def test_a_cleared_contact_is_not_associated_any_more(in_process: InProcess) -> None:
    """As on `/v1`."""
    use(in_process, "CTR")
    contact, phone = unique(), number()
    in_process.v1("POST", f"/v1/contacts/{contact}/clear")
    message = put(in_process, 400, ContactId=contact, **customer(phone))["Error"]["Message"]
    assert "cleared" in message


@pytest.mark.parametrize(
    ("members", "start"),
    [
        ({"ContactId": "a b"}, "Object: ContactId must be"),
        ({"ContactId": 7}, "Object: ContactId must be"),
        ({}, "Object: ContactId must be"),
        ({"InitiationTimestamp": "yesterday"}, "Object.InitiationTimestamp: "),
        ({"DisconnectTimestamp": 1700000000}, "Object.DisconnectTimestamp: "),
        ({"InitiationTimestamp": "1969-12-31T23:59:59Z"}, "Object.InitiationTimestamp: "),
        (customer("1" * 256), "Object.CustomerEndpoint.Address: "),
    ],
)
def test_a_record_with_invalid_members_is_a_bad_request(
    in_process: InProcess, members: Json, start: str
) -> None:
    """The message names the member."""
    use(in_process, "CTR")
    contact = {} if "ContactId" in members or not members else {"ContactId": unique()}
    assert put(in_process, 400, **{**contact, **members})["Error"]["Message"].startswith(start)


def test_members_of_other_types_are_ignored(in_process: InProcess) -> None:
    """Records of newer versions have members that the service does not know."""
    use(in_process, "CTR")
    profile, contact = create(in_process, FirstName="Jo"), unique()
    in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    put(in_process, ContactId=contact, Channel=["VOICE"], Agent="jo", CustomerEndpoint=[], New={"a": 1})


def test_a_contact_of_a_profile_can_be_deleted_until_it_is_cleared(in_process: InProcess) -> None:
    """Its association ends. A cleared contact stays with its profile."""
    use(in_process, "CTR-NoInferred")
    phone, contact = number(), unique()
    put(in_process, ContactId=contact, **customer(phone))
    profile = only(in_process, "_phone", phone)
    values = {
        "ProfileId": profile["ProfileId"],
        "ObjectTypeName": "CTR",
        "ProfileObjectUniqueKey": contact,
    }
    in_process("DeleteProfileObject", **values)
    assert listed(in_process, profile, "CTR") == {}
    in_process("DeleteProfileObject", expect=404, **values)
    put(in_process, ContactId=contact, DisconnectTimestamp="2090-01-01T00:00:00Z", **customer(phone))
    in_process("DeleteProfileObject", expect=400, **values)
    assert listed(in_process, profile, "CTR").keys() == {contact}


def test_all_changes_of_a_record_are_audited_after_an_audit_failure(
    open_service: Callable[[str], InProcess],
) -> None:
    """The first write of events fails. All of them are written later, though the record is not sent again."""
    api = open_service(ONE)
    use(api, "CTR")
    database = WithFailingAudit(api.client.application.extensions["database"])
    settings = Settings(auth=False, master_keys=ONE, aws_api=True)
    failing = InProcess(create_app(settings, database=database).test_client(), Commands())
    record = {"ContactId": unique(), "DisconnectTimestamp": "2024-02-03T05:05:06Z", **customer(number())}
    # The first request builds the indexes, also that of the audit.
    found(failing, "_phone", number())
    database.audit.broken = True
    put(failing, expect=503, **record)
    database.audit.broken = False
    stores_of(failing).audit.flush()
    events = api.v1("GET", "/v1/audit")["items"]
    actions = {event["action"] for event in events if event["contact_id"] == record["ContactId"]}
    assert actions == {"searched", "created", "associated", "cleared"}
