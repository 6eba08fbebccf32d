"""Create, change, read and delete profiles with boto3, beside `/v1`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.aws.calls import DOMAIN, error_of, read
from tests.aws.conftest import Ask

MISSING = "f" * 32
PROFILE = {
    "AccountNumber": "A-1",
    "AdditionalInformation": "likes\nlines",
    "PartyType": "INDIVIDUAL",
    "BusinessName": "Acme",
    "FirstName": "Jane",
    "MiddleName": "Q.",
    "LastName": "Doe",
    "BirthDate": "in spring",
    "Gender": "FEMALE",
    "PhoneNumber": "+1 415-555-0100",
    "MobilePhoneNumber": "+1 415-555-0101",
    "HomePhoneNumber": "extension 7",
    "BusinessPhoneNumber": "+1 415-555-0103",
    "EmailAddress": "jane@example.com",
    "PersonalEmailAddress": "no address",
    "BusinessEmailAddress": "jane@acme.example",
    "Address": {"Address1": "1 Main Street", "City": "Springfield", "PostalCode": "1"},
    "ShippingAddress": {"Address2": "Door 2", "County": "C", "State": "S"},
    "MailingAddress": {"Address3": "PO Box", "Province": "P"},
    "BillingAddress": {"Address4": "4th", "Country": "US"},
    "Attributes": {"tier": "gold", "Über": "x"},
    "PartyTypeString": "household",
    "GenderString": "woman",
    "ProfileType": "ACCOUNT_PROFILE",
    "EngagementPreferences": {
        "Phone": [{"KeyName": "_phone", "KeyValue": "+1 415-555-0101", "ContactType": "MobilePhoneNumber"}],
        "Email": [{"KeyName": "_email", "ProfileId": MISSING}],
    },
}
"""A profile with every member that clients can set."""


def test_a_profile_with_every_member_is_read_as_it_was_written(aws: Any, ask: Ask) -> None:
    """It is complete on `/v1` too."""
    profile_id = aws.create_profile(DomainName=DOMAIN, **PROFILE)["ProfileId"]
    assert read(aws, profile_id) == PROFILE
    own = ask("GET", f"/v1/profiles/{profile_id}")
    assert [(number["type"], number["value"]) for number in own["phone_numbers"]] == [
        (None, "+1 415-555-0100"),
        ("mobile", "+1 415-555-0101"),
        ("home", "extension 7"),
        ("business", "+1 415-555-0103"),
    ]
    assert own["phone_numbers"][0]["e164"] == "+14155550100"
    assert [each["type"] for each in own["email_addresses"]] == [None, "personal", "business"]
    assert [each["type"] for each in own["addresses"]] == [None, "shipping", "mailing", "billing"]
    assert (own["birth_date"], own["gender"], own["party_type"]) == ("in spring", "woman", "household")
    assert own["attributes"] == {
        "tier": "gold",
        "Über": "x",
        "aws:Gender": "FEMALE",
        "aws:PartyType": "INDIVIDUAL",
        "aws:ProfileType": "ACCOUNT_PROFILE",
        "aws:EngagementPreferences.Phone.1.KeyName": "_phone",
        "aws:EngagementPreferences.Phone.1.KeyValue": "+1 415-555-0101",
        "aws:EngagementPreferences.Phone.1.ContactType": "MobilePhoneNumber",
        "aws:EngagementPreferences.Email.1.KeyName": "_email",
        "aws:EngagementPreferences.Email.1.ProfileId": MISSING,
    }


def test_a_profile_of_v1_is_read_through_amazon(aws: Any, ask: Ask) -> None:
    """Its one untyped phone number is the `PhoneNumber`."""
    body = {
        "first_name": "Taro",
        "phonetic_first_name": "タロウ",
        "gender": "MALE",
        "party_type": "family",
        "phone_numbers": [{"value": "03-1234-5678"}],
        "email_addresses": [{"type": "work", "value": "taro@example.jp"}],
        "addresses": [{"type": "Billing", "city": "Tokyo"}],
    }
    profile_id = ask("POST", "/v1/profiles", body, expect=201)["profile_id"]
    assert read(aws, profile_id) == {
        "FirstName": "Taro",
        "Gender": "MALE",
        "PartyTypeString": "family",
        "PhoneNumber": "03-1234-5678",
        "BusinessEmailAddress": "taro@example.jp",
        "BillingAddress": {"City": "Tokyo"},
    }
    aws.update_profile(DomainName=DOMAIN, ProfileId=profile_id, MobilePhoneNumber="090-1111-2222")
    own = ask("GET", f"/v1/profiles/{profile_id}")
    assert [each["value"] for each in own["phone_numbers"]] == ["03-1234-5678", "090-1111-2222"]
    assert (own["phonetic_first_name"], own["version"]) == ("タロウ", 2)


def test_an_update_keeps_what_it_does_not_name(aws: Any) -> None:
    """An empty text removes a member, a line of an address or an attribute."""
    profile_id = aws.create_profile(DomainName=DOMAIN, **PROFILE)["ProfileId"]
    changes = {
        "FirstName": "",
        "BusinessName": "",
        "Address": {"City": "", "Country": "US"},
        "ShippingAddress": dict.fromkeys(("Address2", "County", "State"), ""),
        "Attributes": {"tier": "", "new": "1"},
        "HomePhoneNumber": "",
        "GenderString": "",
        "EngagementPreferences": {"Email": []},
    }
    updated = aws.update_profile(DomainName=DOMAIN, ProfileId=profile_id, **changes)
    assert updated["ProfileId"] == profile_id
    expected = {name: value for name, value in PROFILE.items() if name not in changes} | {
        "Address": {"Address1": "1 Main Street", "Country": "US", "PostalCode": "1"},
        "Attributes": {"Über": "x", "new": "1"},
        "EngagementPreferences": {"Phone": PROFILE["EngagementPreferences"]["Phone"]},  # type: ignore[index] # an object
    }
    assert read(aws, profile_id) == expected


def test_no_member_is_required(aws: Any, ask: Ask) -> None:
    """A first name is required only on `/v1`. There the profile can be read and changed nevertheless."""
    profile_id = aws.create_profile(DomainName=DOMAIN)["ProfileId"]
    assert read(aws, profile_id) == {}
    own = ask("PATCH", f"/v1/profiles/{profile_id}", {"last_name": "Doe"})
    assert (own["first_name"], own["last_name"]) == (None, "Doe")


def test_white_space_around_values_is_not_stored(aws: Any) -> None:
    """White space alone is no value."""
    members = {"FirstName": " Jane\n", "MiddleName": " ", "Attributes": {"a": "\t", "b": " 1 "}}
    profile_id = aws.create_profile(DomainName=DOMAIN, **members)["ProfileId"]
    assert read(aws, profile_id) == {"FirstName": "Jane", "Attributes": {"b": "1"}}


def test_profiles_are_read_in_the_order_of_the_request(aws: Any) -> None:
    """IDs without a profile are errors. A profile is returned once."""
    first, second = (aws.create_profile(DomainName=DOMAIN, FirstName=name)["ProfileId"] for name in "AB")
    response = aws.batch_get_profile(DomainName=DOMAIN, ProfileIds=[second, MISSING, first, second])
    assert [profile["ProfileId"] for profile in response["Profiles"]] == [second, first]
    (error,) = response["Errors"]
    assert (error["Code"], error["ProfileId"]) == ("ResourceNotFoundException", MISSING)


def test_a_deleted_profile_is_gone(aws: Any, ask: Ask) -> None:
    """It is removed from its contacts too."""
    profile_id = aws.create_profile(DomainName=DOMAIN, FirstName="Gone")["ProfileId"]
    contact_id = uuid4().hex
    aws.add_profile_key(DomainName=DOMAIN, ProfileId=profile_id, KeyName="_ctrContactId", Values=[contact_id])
    assert aws.delete_profile(DomainName=DOMAIN, ProfileId=profile_id)["Message"] == "OK"
    ask("GET", f"/v1/profiles/{profile_id}", expect=404)
    ask("GET", f"/v1/contacts/{contact_id}/association", expect=404)
    found = aws.search_profiles(DomainName=DOMAIN, KeyName="_profileId", Values=[profile_id])
    assert found["Items"] == []
    assert error_of(aws.delete_profile, ProfileId=profile_id)[:2] == ("ResourceNotFoundException", 404)


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("update_profile", {"FirstName": "x"}),
        ("delete_profile", {}),
        ("add_profile_key", {"KeyName": "_phone", "Values": ["1"]}),
        ("add_profile_key", {"KeyName": "_account", "Values": ["1"]}),
        ("add_profile_key", {"KeyName": "_ctrContactId", "Values": ["1"]}),
        ("delete_profile_key", {"KeyName": "_phone", "Values": ["1"]}),
        ("delete_profile_key", {"KeyName": "_ctrContactId", "Values": ["1"]}),
        ("list_profile_objects", {"ObjectTypeName": "CTR"}),
        ("list_profile_objects", {"ObjectTypeName": "_order"}),
    ],
)
def test_an_operation_on_a_missing_profile_is_not_found(
    aws: Any, operation: str, values: dict[str, Any]
) -> None:
    """boto3 raises the exception of its model."""
    code, status, message = error_of(getattr(aws, operation), ProfileId=MISSING, **values)
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert "profile" in message


@pytest.mark.parametrize(
    ("operation", "values", "member"),
    [
        ("create_profile", {"FirstName": "x" * 256}, "FirstName"),
        ("create_profile", {"Gender": "FOO"}, "Gender"),
        ("create_profile", {"Address": {"City": "x" * 256}}, "Address.City"),
        ("create_profile", {"Attributes": {"aws:a": "1"}}, "Attributes"),
        ("create_profile", {"LastName": "a\x00"}, "LastName"),
        (
            "create_profile",
            {"EngagementPreferences": {"Phone": [{"KeyName": "a b"}]}},
            "EngagementPreferences.Phone.0.KeyName",
        ),
        ("update_profile", {"ProfileId": "x"}, "ProfileId"),
        ("batch_get_profile", {"ProfileIds": [MISSING] * 21}, "ProfileIds"),
        ("search_profiles", {"KeyName": "_phone", "Values": ["1"], "MaxResults": 101}, "MaxResults"),
        ("search_profiles", {"KeyName": "_phone", "Values": ["1"], "NextToken": "x"}, "NextToken"),
        (
            "search_profiles",
            {"KeyName": "_phone", "Values": ["1"], "LogicalOperator": "XOR"},
            "LogicalOperator",
        ),
    ],
)
def test_an_invalid_member_is_named(aws: Any, operation: str, values: dict[str, Any], member: str) -> None:
    """boto3 itself only checks minimum lengths and types."""
    code, status, message = error_of(getattr(aws, operation), **values)
    assert (code, status) == ("BadRequestException", 400)
    assert message.startswith(f"{member}: ")


def test_too_many_attributes_are_a_bad_request(aws: Any) -> None:
    """A profile has at most 200, also after several updates."""
    attributes = {str(number): "x" for number in range(200)}
    profile_id = aws.create_profile(DomainName=DOMAIN, Attributes=attributes)["ProfileId"]
    message = error_of(aws.update_profile, ProfileId=profile_id, Attributes={"more": "x"})[2]
    assert message.startswith("Attributes: ")
    aws.update_profile(DomainName=DOMAIN, ProfileId=profile_id, Attributes={"0": "", "more": "x"})


def test_concurrent_updates_of_different_members_are_all_stored(aws: Any) -> None:
    """Amazon's API has no version, so each update applies to the latest state."""
    profile_id = aws.create_profile(DomainName=DOMAIN, FirstName="Jo")["ProfileId"]
    changes = [{"Attributes": {str(number): "x"}} for number in range(8)] + [
        {"MobilePhoneNumber": "1"},
        {"HomePhoneNumber": "2"},
        {"BusinessPhoneNumber": "3"},
    ]
    with ThreadPoolExecutor(len(changes)) as pool:
        values = {"DomainName": DOMAIN, "ProfileId": profile_id}
        updates = [pool.submit(aws.update_profile, **values, **change) for change in changes]
        for update in updates:
            update.result()
    profile = read(aws, profile_id)
    assert (len(profile["Attributes"]), profile["BusinessPhoneNumber"]) == (8, "3")
    assert (profile["MobilePhoneNumber"], profile["HomePhoneNumber"]) == ("1", "2")
