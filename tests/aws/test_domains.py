"""Domains, their tags and their integrations, with the real client."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws.calls import DOMAIN, error_of

Json = dict[str, Any]

ARN = f"arn:aws:profile:us-east-1:123456789012:domains/{DOMAIN}"
INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/0f8c2a51-b7e9-4d6c-8e3f-5a7b9c1d2e3f"
MATCHING: Json = {
    "Enabled": True,
    "JobSchedule": {"DayOfTheWeek": "SUNDAY", "Time": "09:30"},
    "AutoMerging": {"Enabled": False, "MinAllowedConfidenceScoreForMerging": 0.5},
}


@pytest.fixture
def domain(aws: Any) -> Iterator[Json]:
    """Create the domain, and remove its description afterwards, since all tests share it."""
    yield aws.create_domain(
        DomainName=DOMAIN,
        DefaultExpirationDays=366,
        DefaultEncryptionKey="arn:aws:kms:us-east-1:123456789012:key/1",
        Matching=MATCHING,
        Tags={"team": "care", "empty": ""},
    )
    _forget(aws)


def _forget(aws: Any) -> None:
    """Remove the description, although other tests have left profiles."""
    profiles = aws.search_profiles(DomainName=DOMAIN, KeyName="_phone", Values=["+12125550188"])["Items"]
    for profile in profiles:
        aws.delete_profile(DomainName=DOMAIN, ProfileId=profile["ProfileId"])
    aws.delete_domain(DomainName=DOMAIN)


@pytest.fixture(scope="module")
def aws(own_service: Any) -> Any:
    """Return a client of a service of this module alone: a domain with profiles cannot be deleted."""
    return own_service


def _members(response: Json) -> Json:
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def test_a_script_that_creates_a_missing_domain_works(aws: Any) -> None:
    """GetDomain is a 404 until CreateDomain, and profiles can be created before."""
    assert error_of(aws.get_domain)[:2] == ("ResourceNotFoundException", 404)
    assert aws.list_domains()["Items"] == []
    created = aws.create_profile(DomainName=DOMAIN, FirstName="Jo")
    aws.delete_profile(DomainName=DOMAIN, ProfileId=created["ProfileId"])
    aws.create_domain(DomainName=DOMAIN, DefaultExpirationDays=1)
    assert aws.get_domain(DomainName=DOMAIN)["DefaultExpirationDays"] == 1
    aws.delete_domain(DomainName=DOMAIN)
    aws.put_profile_object_type(DomainName=DOMAIN, ObjectTypeName="Kept", Description="x")
    for call in (aws.get_domain, aws.update_domain, aws.delete_domain):
        assert error_of(call)[:2] == ("ResourceNotFoundException", 404)
    # The failed DeleteDomain has removed nothing.
    (item,) = aws.list_profile_object_types(DomainName=DOMAIN)["Items"]
    assert item["ObjectTypeName"] == "Kept"


def test_a_domain_has_what_it_was_created_with(aws: Any, domain: Json) -> None:
    """CreateDomain, GetDomain and ListDomains agree."""
    created = _members(domain)
    read = _members(aws.get_domain(DomainName=DOMAIN))
    assert read.pop("Stats") == {
        "ProfileCount": 0,
        "MeteringProfileCount": 0,
        "ObjectCount": 0,
        "TotalSize": 0,
    }
    assert read == created
    assert created["Matching"] == MATCHING
    assert created["Tags"] == {"team": "care", "empty": ""}
    assert created["CreatedAt"] == created["LastUpdatedAt"]
    (item,) = aws.list_domains()["Items"]
    assert item == {name: created[name] for name in ("DomainName", "CreatedAt", "LastUpdatedAt", "Tags")}


def test_a_domain_is_created_once(aws: Any, domain: Json) -> None:
    """A second CreateDomain is a 400, as is a domain without days."""
    assert domain["DomainName"] == DOMAIN
    error = error_of(aws.create_domain, DefaultExpirationDays=1)
    assert error[:2] == ("BadRequestException", 400)
    assert aws.get_domain(DomainName=DOMAIN)["DefaultExpirationDays"] == 366


def test_an_update_changes_its_members_only(aws: Any, domain: Json) -> None:
    """An empty text removes a value."""
    updated = aws.update_domain(DomainName=DOMAIN, DefaultExpirationDays=5, DefaultEncryptionKey="")
    assert updated["DefaultExpirationDays"] == 5
    assert "DefaultEncryptionKey" not in updated
    assert updated["Matching"] == MATCHING
    assert updated["Tags"] == domain["Tags"]
    assert (updated["CreatedAt"], updated["LastUpdatedAt"]) > (domain["CreatedAt"], domain["LastUpdatedAt"])


def test_the_size_of_a_domain_is_shown(aws: Any, domain: Json) -> None:
    """Profiles and objects are counted, with the bytes of the objects."""
    assert domain["DomainName"] == DOMAIN
    aws.put_profile_object_type(
        DomainName=DOMAIN,
        ObjectTypeName="Sized",
        Description="x",
        AllowProfileCreation=True,
        Fields={"id": {"Source": "_source.id"}, "n": {"Source": "_source.n", "ContentType": "PHONE_NUMBER"}},
        Keys={
            "sized": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "_phone": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["n"]}],
        },
    )
    for number in (1, 2):
        text = f'{{"id": {number}, "n": "+12125550188"}}'
        aws.put_profile_object(DomainName=DOMAIN, ObjectTypeName="Sized", Object=text)
    stats = aws.get_domain(DomainName=DOMAIN)["Stats"]
    assert stats == {
        "ProfileCount": 1,
        "MeteringProfileCount": 1,
        "ObjectCount": 2,
        "TotalSize": 2 * len('{"id": 1, "n": "+12125550188"}'),
    }


def test_a_domain_with_profiles_is_not_deleted(aws: Any, domain: Json) -> None:
    """One call must not destroy all customers. The message says what to do."""
    profile_id = aws.create_profile(DomainName=domain["DomainName"], FirstName="Jo")["ProfileId"]
    code, status, message = error_of(aws.delete_domain)
    assert (code, status) == ("BadRequestException", 400)
    assert "DeleteProfile" in message
    assert aws.get_domain(DomainName=DOMAIN)["Stats"]["ProfileCount"] == 1
    aws.delete_profile(DomainName=DOMAIN, ProfileId=profile_id)


def test_another_domain_needs_another_access_key(aws: Any) -> None:
    """Without authentication, it needs authentication first."""
    with pytest.raises(aws.exceptions.AccessDeniedException) as caught:
        aws.create_domain(DomainName="other", DefaultExpirationDays=1)
    message = caught.value.response["Message"]
    assert "AUTH=on" in message
    assert "profile-lookup access-keys create --domain" in message


def test_tags_are_changed_by_the_arn(aws: Any, domain: Json) -> None:
    """The region and the account in the ARN can be any."""
    assert aws.list_tags_for_resource(resourceArn=ARN)["tags"] == domain["Tags"]
    aws.tag_resource(resourceArn=ARN, tags={"team": "sales", "cost/center": "7"})
    elsewhere = ARN.replace("us-east-1", "eu-west-1").replace("123456789012", "210987654321")
    aws.untag_resource(resourceArn=elsewhere, tagKeys=["empty", "unknown"])
    tags = {"team": "sales", "cost/center": "7"}
    assert aws.list_tags_for_resource(resourceArn=elsewhere)["tags"] == tags
    assert aws.get_domain(DomainName=DOMAIN)["Tags"] == tags
    aws.untag_resource(resourceArn=ARN, tagKeys=list(tags))
    assert aws.list_tags_for_resource(resourceArn=ARN)["tags"] == {}
    assert "Tags" not in aws.get_domain(DomainName=DOMAIN)


def test_a_resource_has_fifty_tags_at_most(aws: Any, domain: Json) -> None:
    """The tags that it has count too."""
    assert len(domain["Tags"]) == 2
    with pytest.raises(aws.exceptions.BadRequestException):
        aws.tag_resource(resourceArn=ARN, tags={f"n{number}": "" for number in range(49)})
    aws.tag_resource(resourceArn=ARN, tags={f"n{number}": "" for number in range(48)})
    with pytest.raises(aws.exceptions.BadRequestException):
        aws.tag_resource(resourceArn=ARN, tags={"more": ""})


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:profile:us-east-1:123456789012:domains/other",
        f"{ARN}/object-types/Unknown",
        f"{ARN}/integrations/a",
        "arn:aws:profile",
    ],
)
def test_tags_of_other_resources_are_not_found(aws: Any, domain: Json, arn: str) -> None:
    """Another domain looks like one that does not exist."""
    assert domain["DomainName"] == DOMAIN
    for call, values in (
        (aws.list_tags_for_resource, {}),
        (aws.tag_resource, {"tags": {"a": "b"}}),
        (aws.untag_resource, {"tagKeys": ["a"]}),
    ):
        with pytest.raises(aws.exceptions.ResourceNotFoundException):
            call(resourceArn=arn, **values)


def test_an_instance_belongs_to_the_domain(aws: Any, domain: Json) -> None:
    """A widget in a browser asks for the domain of its Amazon Connect instance."""
    (item,) = aws.list_account_integrations(Uri=INSTANCE, IncludeHidden=True)["Items"]
    assert item == {
        "DomainName": DOMAIN,
        "Uri": INSTANCE,
        "ObjectTypeName": "CTR",
        "CreatedAt": domain["CreatedAt"],
        "LastUpdatedAt": domain["CreatedAt"],
    }
    assert aws.list_account_integrations(Uri="s3://bucket")["Items"] == []


def test_an_instance_belongs_to_a_domain_that_was_not_created(aws: Any) -> None:
    """Agents can work before anything is set up."""
    (item,) = aws.list_account_integrations(Uri=INSTANCE)["Items"]
    assert item["DomainName"] == DOMAIN


def test_lists_with_one_page_have_no_token(aws: Any) -> None:
    """A token of another list is a bad request."""
    for call, values in ((aws.list_domains, {}), (aws.list_account_integrations, {"Uri": INSTANCE})):
        with pytest.raises(aws.exceptions.BadRequestException):
            call(**values, NextToken="a")
