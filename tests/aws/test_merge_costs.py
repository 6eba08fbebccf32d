"""The commands that the operations on matches and merges send to MongoDB."""

from typing import Any

import pytest

from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create

Json = dict[str, Any]


@pytest.fixture
def domain(open_service: Any) -> InProcess:
    """Return a client of an empty domain, whose settings are in the cache."""
    service: InProcess = open_service("")
    create(service)
    return service


def _commands(api: InProcess, name: str, **values: Any) -> str:
    api.commands.sent.clear()
    api(name, **values)
    return " ".join(api.commands.names)


def _similar(api: InProcess, profile: Json) -> str:
    values = {
        "MatchType": "RULE_BASED_MATCHING",
        "SearchKey": "profileId",
        "SearchValue": profile["ProfileId"],
    }
    return _commands(api, "GetSimilarProfiles", **values)


def test_similar_profiles_cost_a_command_for_each_step(domain: InProcess) -> None:
    """A profile with no other values than its duplicates needs no further step."""
    phones = [f"+1415555010{number}" for number in range(4)]
    assert _similar(domain, create(domain)) == "find"
    assert _similar(domain, create(domain, FirstName="Al")) == "find find"
    first = create(domain, FirstName="Jo", PhoneNumber=phones[0])
    same = create(domain, FirstName="Jo", PhoneNumber=phones[0])
    assert _similar(domain, same) == "find find"
    create(domain, FirstName="Jo", PhoneNumber=phones[0], HomePhoneNumber=phones[1])
    assert _similar(domain, same) == "find find find"
    create(domain, FirstName="Jo", MobilePhoneNumber=phones[1], HomePhoneNumber=phones[2])
    create(domain, FirstName="Jo", MobilePhoneNumber=phones[2])
    assert _similar(domain, first) == "find find find find"
    domain("MergeProfiles", MainProfileId=first["ProfileId"], ProfileIdsToBeMerged=[same["ProfileId"]])
    assert _similar(domain, same) == "find find find find find find"


def test_a_page_of_matches_costs_two_commands_and_those_of_its_matches(domain: InProcess) -> None:
    """Profiles that share values, but are not of the same person, cost nothing."""
    assert _commands(domain, "GetMatches") == "find"
    account, number = unique(), "+14155550120"
    for name in ("Ann", "Bob", "Cy"):
        create(domain, FirstName=name, PhoneNumber=number)
    assert _commands(domain, "GetMatches") == "find find"
    for _ in range(2):
        create(domain, FirstName="Dan", AccountNumber=account)
    assert _commands(domain, "GetMatches") == "find find find"


def test_a_merge_costs_as_much_as_on_v1(domain: InProcess) -> None:
    """The arrangement of members sends nothing."""
    main, other, third = (
        create(domain, FirstName=name, HomePhoneNumber=f"+1415555013{number}")
        for number, name in enumerate(("Ann", "Bob", "Cy"))
    )
    domain.commands.sent.clear()
    domain.v1("POST", f"/v1/profiles/{main['ProfileId']}/merge", {"profile_ids": [other["ProfileId"]]})
    expected = " ".join(domain.commands.names)
    sources = {"HomePhoneNumber": third["ProfileId"]}
    values: Json = {"MainProfileId": main["ProfileId"], "ProfileIdsToBeMerged": [third["ProfileId"]]}
    assert _commands(domain, "MergeProfiles", **values, FieldSourceProfileIds=sources) == expected
