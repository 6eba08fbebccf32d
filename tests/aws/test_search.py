"""Search profiles with boto3."""

from typing import Any

import pytest

from service.model.amazon import PREDEFINED_KEYS
from tests.aws.calls import DOMAIN, all_items, error_of, ids, pair, search, unique
from tests.aws.conftest import Ask


def test_predefined_keys_find_profiles_by_their_members(aws: Any) -> None:
    """The notation of phone numbers and the case of e-mail addresses do not matter."""
    account, name = unique(), f"Name{unique()}"
    profile_id = aws.create_profile(
        DomainName=DOMAIN,
        FirstName="Jane",
        LastName=name,
        AccountNumber=account,
        HomePhoneNumber="+81 90 1234 5678",
        BusinessEmailAddress=f"{account}@Example.com",
    )["ProfileId"]
    contact_id = unique()
    aws.add_profile_key(DomainName=DOMAIN, ProfileId=profile_id, KeyName="_ctrContactId", Values=[contact_id])
    for each in (
        pair("_account", account),
        pair("_fullName", f"jane {name}"),
        pair("_fullName", f"{name}, Jane"),
        pair("_email", f"{account}@EXAMPLE.COM"),
        pair("_profileId", profile_id),
        pair("_ctrContactId", contact_id),
    ):
        response = search(aws, each)
        assert ids(response) == [profile_id]
        assert response["Items"][0]["FoundByItems"] == [each]
        assert "NextToken" not in response
    assert profile_id in ids(search(aws, pair("_phone", "+819012345678"), MaxResults=100))


def test_found_by_items_are_right_for_or_and_for_and(aws: Any) -> None:
    """With OR, these are the pairs that found the profile; with AND, all pairs."""
    accounts, email = [unique(), unique()], f"{unique()}@example.com"
    both = aws.create_profile(DomainName=DOMAIN, AccountNumber=accounts[0], EmailAddress=email)["ProfileId"]
    one = aws.create_profile(DomainName=DOMAIN, AccountNumber=accounts[1])["ProfileId"]
    pairs = [
        pair("_account", *accounts),
        pair("_email", email, "x@example.com"),
        pair("_account", accounts[0]),
    ]
    found = {each["ProfileId"]: each["FoundByItems"] for each in search(aws, *pairs)["Items"]}
    assert found == {both: pairs, one: [pairs[0]]}
    response = search(aws, *pairs, LogicalOperator="AND")
    assert [(each["ProfileId"], each["FoundByItems"]) for each in response["Items"]] == [(both, pairs)]
    assert ids(search(aws, *pairs, pair("_orderId", unique()), LogicalOperator="AND")) == []
    # A pair without values finds nothing.
    assert ids(search(aws, pairs[2], pair("_email"))) == [both]
    assert ids(search(aws, pairs[2], pair("_email"), LogicalOperator="AND")) == []


def test_pages_continue_to_the_end(aws: Any) -> None:
    """There are 20 profiles on a page by default. The order is the same in each run."""
    account = unique()
    created = {aws.create_profile(DomainName=DOMAIN, AccountNumber=account)["ProfileId"] for _ in range(23)}
    first = search(aws, pair("_account", account))
    assert len(ids(first)) == 20
    call = {"DomainName": DOMAIN, "MaxResults": 5, **pair("_account", account)}
    found = [profile["ProfileId"] for profile in all_items(aws.search_profiles, call)]
    assert (len(found), set(found)) == (23, created)
    assert found[:20] == ids(first)


@pytest.mark.parametrize("name", PREDEFINED_KEYS)
def test_other_predefined_keys_need_no_definition(aws: Any, ask: Ask, name: str) -> None:
    """A search by one that no profile has finds nothing. The first value defines the search key on `/v1`."""
    value = f"ID-{unique()}"
    assert ids(search(aws, pair(name, value))) == []
    profile_id = aws.create_profile(DomainName=DOMAIN, FirstName="Jo")["ProfileId"]
    aws.delete_profile_key(DomainName=DOMAIN, ProfileId=profile_id, **pair(name, value))
    added = aws.add_profile_key(DomainName=DOMAIN, ProfileId=profile_id, **pair(name, value, "2"))
    assert (added["KeyName"], added["Values"]) == (name, [value, "2"])
    response = search(aws, pair(name, value.lower()))
    assert ids(response) == [profile_id]
    key = PREDEFINED_KEYS[name]
    defined = {each["name"]: each for each in ask("GET", "/v1/search-keys")["items"]}
    assert defined[key.name]["type"] == "text"
    assert ask("GET", f"/v1/profiles/{profile_id}")["keys"] == {key.name: [value, "2"]}
    assert aws.delete_profile_key(DomainName=DOMAIN, ProfileId=profile_id, **pair(name, value))["Message"]
    assert ids(search(aws, pair(name, value))) == []


def test_custom_search_keys_are_found_by_their_names(aws: Any, ask: Ask) -> None:
    """Capital letters and hyphens stand for underscores."""
    ask("PUT", "/v1/search-keys/loyalty_id", {"label": "Loyalty ID", "type": "digits"}, expect=201)
    body = {"first_name": "Jo", "keys": {"loyalty_id": ["12-345"]}}
    profile_id = ask("POST", "/v1/profiles", body, expect=201)["profile_id"]
    for name in ("loyalty_id", "loyaltyId", "Loyalty-Id"):
        response = search(aws, pair(name, "12345"))
        assert ids(response) == [profile_id]
        assert response["Items"][0]["FoundByItems"] == [pair(name, "12345")]
    # Values of custom search keys are no members of a profile. An update keeps them.
    assert response["Items"][0].keys() == {"ProfileId", "FirstName", "FoundByItems"}
    aws.update_profile(DomainName=DOMAIN, ProfileId=profile_id, FirstName="Joe")
    assert ids(search(aws, pair("loyalty_id", "12345"))) == [profile_id]


@pytest.mark.parametrize("name", ["_unknown", "unknown", "0", "_", "phone", "contactId"])
def test_an_unknown_search_key_is_a_bad_request(aws: Any, name: str) -> None:
    """The message names the member."""
    known = pair("_phone", "1")
    assert error_of(aws.search_profiles, **pair(name, "1"))[2].startswith("KeyName: ")
    code, status, message = error_of(
        aws.search_profiles, **known, AdditionalSearchKeys=[known, pair(name, "1")]
    )
    assert (code, status) == ("BadRequestException", 400)
    assert message.startswith("AdditionalSearchKeys.1.KeyName: ")
    profile_id = aws.create_profile(DomainName=DOMAIN)["ProfileId"]
    for change in (aws.add_profile_key, aws.delete_profile_key):
        assert error_of(change, ProfileId=profile_id, **pair(name, "1"))[2].startswith("KeyName: ")


def test_at_most_ten_values_of_a_search_key_are_searched(aws: Any) -> None:
    """Amazon's model has no limit."""
    assert ids(search(aws, pair("_account", *(unique() for _ in range(10))))) == []
    message = error_of(aws.search_profiles, **pair("_account", *map(str, range(11))))[2]
    assert message.startswith("Values: ")
