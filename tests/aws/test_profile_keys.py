"""Add and delete search keys of profiles, and list their contacts, with boto3."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.aws.calls import DOMAIN, all_items, error_of, ids, pair, read, search, unique
from tests.aws.conftest import Ask


@pytest.fixture
def profile(aws: Any) -> str:
    """Return the ID of a new profile."""
    profile_id: str = aws.create_profile(DomainName=DOMAIN, FirstName="Jo")["ProfileId"]
    return profile_id


def add(aws: Any, profile_id: str, key: str, *values: str) -> Any:
    """Add values of a search key to a profile."""
    return aws.add_profile_key(DomainName=DOMAIN, ProfileId=profile_id, **pair(key, *values))


def delete(aws: Any, profile_id: str, key: str, *values: str) -> Any:
    """Delete values of a search key from a profile."""
    return aws.delete_profile_key(DomainName=DOMAIN, ProfileId=profile_id, **pair(key, *values))


def test_the_latest_association_of_a_contact_wins(aws: Any, ask: Ask, profile: str) -> None:
    """It can change until the contact is cleared."""
    other, contact_id = aws.create_profile(DomainName=DOMAIN)["ProfileId"], unique()
    for profile_id in (other, profile):
        added = add(aws, profile_id, "_ctrContactId", contact_id)
        assert (added["KeyName"], added["Values"]) == ("_ctrContactId", [contact_id])
    assert ids(search(aws, pair("_ctrContactId", contact_id))) == [profile]
    assert ask("GET", f"/v1/contacts/{contact_id}/association")["profile_id"] == profile
    # The contact is no longer associated with the other profile, so this has no effect.
    delete(aws, other, "_ctrContactId", contact_id)
    assert ids(search(aws, pair("_ctrContactId", contact_id))) == [profile]
    ask("POST", f"/v1/contacts/{contact_id}/clear")
    for call in (aws.add_profile_key, aws.delete_profile_key):
        for profile_id in (other, profile):
            code, status, message = error_of(call, ProfileId=profile_id, **pair("_ctrContactId", contact_id))
            assert (code, status) == ("BadRequestException", 400)
            assert "cleared" in message


def test_deleting_a_contact_id_ends_the_association(aws: Any, ask: Ask, profile: str) -> None:
    """Several contacts can be added and deleted at once. Deleting them again has no effect."""
    contacts = [unique(), unique()]
    add(aws, profile, "_ctrContactId", *contacts)
    assert ids(search(aws, pair("_ctrContactId", contacts[1]))) == [profile]
    for _ in range(2):
        assert delete(aws, profile, "_ctrContactId", *contacts)["Message"] == "OK"
    for contact_id in contacts:
        ask("GET", f"/v1/contacts/{contact_id}/association", expect=404)


@pytest.mark.parametrize("contact_id", ["a b", "a/b", "search", "x" * 129])
def test_an_impossible_contact_id_is_a_bad_request(aws: Any, profile: str, contact_id: str) -> None:
    """None of the contacts in the request is associated then."""
    contacts = pair("_ctrContactId", unique(), contact_id)
    for call in (aws.add_profile_key, aws.delete_profile_key):
        assert error_of(call, ProfileId=profile, **contacts)[2].startswith("Values: ")
    assert ids(search(aws, pair("_ctrContactId", contacts["Values"][0]))) == []


def test_an_added_phone_number_or_email_address_is_no_member(aws: Any, ask: Ask, profile: str) -> None:
    """It is found, also after an update of the members. One in another notation is not added again."""
    first, second, address = "+1 415-555-0199", "+1 415-555-0198", f"{unique()}@example.com"
    add(aws, profile, "_phone", first, "+1 (415) 555 0199", second)
    add(aws, profile, "_phone", "14155550199", "not a number")
    add(aws, profile, "_email", address)
    assert read(aws, profile) == {"FirstName": "Jo"}
    members = {"PhoneNumber": "+1 415-555-0196", "EmailAddress": "jo@example.com"}
    aws.update_profile(DomainName=DOMAIN, ProfileId=profile, **members)
    assert read(aws, profile) == {"FirstName": "Jo", **members}
    assert ids(search(aws, pair("_email", address))) == [profile]
    stored = ask("GET", f"/v1/profiles/{profile}")
    others = [each["value"] for each in stored["phone_numbers"] if each["type"] == "other"]
    assert others == [first, second, "not a number"]


def test_a_phone_number_or_email_address_is_deleted_in_any_notation(aws: Any, profile: str) -> None:
    """Also if it is a member."""
    members = {"MobilePhoneNumber": "+1 415-555-0197", "EmailAddress": "jo@example.com"}
    aws.update_profile(DomainName=DOMAIN, ProfileId=profile, **members)
    add(aws, profile, "_phone", "+1 415-555-0199")
    delete(aws, profile, "_phone", "+14155550199", "+14155550197")
    delete(aws, profile, "_email", "JO@example.com", "unknown@example.com")
    assert read(aws, profile) == {"FirstName": "Jo"}
    assert profile not in ids(search(aws, pair("_phone", "+14155550199", "+14155550197")))


def test_a_profile_has_one_account_number(aws: Any, profile: str) -> None:
    """A second one is refused, because it would replace the first."""
    account = unique()
    for _ in range(2):
        assert add(aws, profile, "_account", account)["Values"] == [account]
    assert read(aws, profile)["AccountNumber"] == account
    values = pair("_account", unique())
    assert error_of(aws.add_profile_key, ProfileId=profile, **values)[2].startswith("Values: ")
    delete(aws, profile, "_account", *values["Values"])
    assert read(aws, profile)["AccountNumber"] == account
    delete(aws, profile, "_account", account)
    assert "AccountNumber" not in read(aws, profile)


@pytest.mark.parametrize("name", ["_fullName", "_profileId"])
def test_names_and_profile_ids_are_no_values_to_add(aws: Any, profile: str, name: str) -> None:
    """Names are members of the profile."""
    for call in (aws.add_profile_key, aws.delete_profile_key):
        code, _, message = error_of(call, ProfileId=profile, **pair(name, profile))
        assert (code, message.partition(": ")[0]) == ("BadRequestException", "KeyName")


def test_a_unique_value_of_another_profile_is_a_bad_request(aws: Any, ask: Ask, profile: str) -> None:
    """There is no error of its own in Amazon's model."""
    ask("PUT", "/v1/search-keys/passport", {"label": "P", "type": "text", "unique": True}, expect=201)
    value, other = unique(), aws.create_profile(DomainName=DOMAIN)["ProfileId"]
    add(aws, other, "passport", value)
    code, status, message = error_of(aws.add_profile_key, ProfileId=profile, **pair("passport", value))
    assert (code, status) == ("BadRequestException", 400)
    assert "`passport`" in message
    assert "stored_form" not in message
    assert ids(search(aws, pair("passport", value))) == [other]


def test_messages_have_names_of_amazon(aws: Any, profile: str) -> None:
    """Not those of the fields and operations of `/v1`."""
    for values in ({"ProfileId": profile, **pair("undefinedKey", "1")}, pair("undefinedKey", "1")):
        call = aws.add_profile_key if "ProfileId" in values else aws.search_profiles
        assert "PutProfileObjectType" in error_of(call, **values)[2]
    missing = "0" * 32
    found = aws.batch_get_profile(DomainName=DOMAIN, ProfileIds=[missing])["Errors"][0]["Message"]
    deleted = error_of(aws.delete_profile, ProfileId=missing)[2]
    assert found == deleted
    assert "ProfileId" in found


def test_values_of_sensitive_search_keys_are_masked(aws: Any, ask: Ask, profile: str) -> None:
    """Neither the response to a search nor that to an addition shows one."""
    definition = {"label": "SSN", "type": "digits", "sensitive": True}
    ask("PUT", "/v1/search-keys/ssn", definition, expect=201)
    number = str(uuid4().int)[:9]
    masked = ["*****" + number[5:]]
    assert add(aws, profile, "ssn", number)["Values"] == masked
    (item,) = search(aws, pair("ssn", number))["Items"]
    assert item == {
        "ProfileId": profile,
        "FirstName": "Jo",
        "FoundByItems": [{"KeyName": "ssn", "Values": masked}],
    }
    message = error_of(aws.search_profiles, **pair("ssn", number, "123456789"))[2]
    assert message.startswith("Values: ")
    delete(aws, profile, "ssn", number)
    assert ids(search(aws, pair("ssn", number))) == []


def test_contacts_are_listed_newest_first(aws: Any, ask: Ask, profile: str) -> None:
    """They are contact records, in JSON texts."""
    contacts = [unique() for _ in range(7)]
    for contact_id in contacts[:-1]:
        add(aws, profile, "_ctrContactId", contact_id)
    association = {"profile_id": profile, "channel": "queue_callback", "agent_id": "jo"}
    ask("PUT", f"/v1/contacts/{contacts[-1]}/association", association, expect=201)
    ask("POST", f"/v1/contacts/{contacts[-1]}/clear")
    call = {"DomainName": DOMAIN, "ProfileId": profile, "ObjectTypeName": "CTR", "MaxResults": 2}
    found = all_items(aws.list_profile_objects, call)
    assert {item["ObjectTypeName"] for item in found} == {"CTR"}
    records = [json.loads(item["Object"]) for item in found]
    assert [record["ContactId"] for record in records] == contacts[::-1]
    assert [item["ProfileObjectUniqueKey"] for item in found] == contacts[::-1]
    newest = records[0]
    assert (newest["Channel"], newest["Agent"]) == ("VOICE", {"Username": "jo"})
    begin, end = (datetime.fromisoformat(newest[f"{name}Timestamp"]) for name in ("Initiation", "Disconnect"))
    assert begin <= end
    assert "DisconnectTimestamp" not in records[1]


def test_a_profile_without_objects_has_an_empty_page(aws: Any, profile: str) -> None:
    """So has a type without objects. Contact records have no keys to filter by."""
    call = {"DomainName": DOMAIN, "ProfileId": profile}
    for object_type in ("CTR", "_case"):
        response = aws.list_profile_objects(**call, ObjectTypeName=object_type)
        assert (response["Items"], "NextToken" in response) == ([], False)
    values = {"ProfileId": profile, "ObjectTypeName": "CTR", "ObjectFilter": pair("_caseId", "1")}
    assert error_of(aws.list_profile_objects, **values)[2].startswith("ObjectFilter: ")
    values = {"ProfileId": profile, "ObjectTypeName": "CTR", "NextToken": "x"}
    assert error_of(aws.list_profile_objects, **values)[2].startswith("NextToken: ")
