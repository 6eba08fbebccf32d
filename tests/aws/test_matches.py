"""GetSimilarProfiles and GetMatches: groups of profiles that may be of the same person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.use_cases.clock import now
from tests.aws.calls import DOMAIN, error_of, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create

Json = dict[str, Any]

_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _similar(api: InProcess, profile_id: str, key: str = "profileId", **values: Any) -> Json:
    values = {"MatchType": "RULE_BASED_MATCHING", "SearchKey": key, "SearchValue": profile_id, **values}
    return api("GetSimilarProfiles", **values)


def _person(api: InProcess, **members: Any) -> str:
    """Create a profile that is older than the next one."""
    profile_id: str = create(api, **members)["ProfileId"]
    created = now()
    while now() == created:
        pass
    return profile_id


def _chain(api: InProcess) -> list[str]:
    """Return three profiles. Only the second one is a duplicate of both others."""
    name = f"Lee{unique()}"
    phone, email = f"+1415{2_000_000 + int(unique(), 16) % 7_000_000}", f"{unique()}@example.com"
    return [
        _person(api, FirstName="Ann", LastName=name, PhoneNumber=phone, AccountNumber=unique()),
        _person(api, FirstName="Ann", PhoneNumber=phone, EmailAddress=email),
        _person(api, FirstName="Anna", LastName=name, EmailAddress=email, BirthDate="1990-01-01"),
    ]


def test_all_profiles_of_a_match_are_found_from_each_of_them(in_process: InProcess) -> None:
    """They are in the order of their creation. The ID of the match is that of the first one."""
    ids = _chain(in_process)
    for profile_id in ids:
        found = _similar(in_process, profile_id)
        assert found == {
            "ProfileIds": ids,
            "MatchId": ids[0],
            "MatchType": "RULE_BASED_MATCHING",
            "RuleLevel": 2,
        }
        assert _similar(in_process, profile_id, "_profileId") == found
    assert _similar(in_process, found["MatchId"], "matchId") == found


def test_the_certainty_has_the_form_of_the_type_of_matching(in_process: InProcess) -> None:
    """Both types use the same rules. A confidence score stands for a tier."""
    name, birth_date = {"FirstName": "Jo", "LastName": f"N{unique()}"}, "1980-02-03"
    account = unique()
    exact = [_person(in_process, **name, AccountNumber=account) for _ in range(2)]
    by_date = _person(in_process, **name, BirthDate=birth_date)
    found = _similar(in_process, exact[0], MatchType="ML_BASED_MATCHING")
    assert found["ProfileIds"] == exact
    assert (found["MatchType"], found["ConfidenceScore"]) == ("ML_BASED_MATCHING", 0.9)
    assert "RuleLevel" not in found
    in_process("UpdateProfile", ProfileId=exact[1], BirthDate=birth_date)
    # The tier that holds the group together counts.
    assert _similar(in_process, by_date) == {
        "ProfileIds": [*exact, by_date],
        "MatchId": exact[0],
        "MatchType": "RULE_BASED_MATCHING",
        "RuleLevel": 3,
    }


def test_a_profile_without_duplicates_has_no_match(in_process: InProcess) -> None:
    """A profile that does not exist is a 404, and so is a text that no profile has as its ID."""
    alone = _person(in_process, FirstName="Jo", LastName=f"N{unique()}")
    assert _similar(in_process, alone) == {"ProfileIds": [], "MatchType": "RULE_BASED_MATCHING"}
    for profile_id in (unique(), "x", "\u3042" * 255):
        error = _similar(in_process, profile_id, expect=404)["Error"]
        assert error["Code"] == "ResourceNotFoundException"
    for key in ("_phone", "ProfileId", "x"):
        message = _similar(in_process, alone, key, expect=400)["Error"]["Message"]
        assert message.startswith("SearchKey: ")


def test_pages_of_a_match_continue_to_the_end(in_process: InProcess) -> None:
    """Each page has the ID of the match."""
    ids = _chain(in_process)
    found, token = list[str](), dict[str, Any]()
    for _ in ids:
        page = _similar(in_process, ids[1], MaxResults=1, **token)
        assert page["MatchId"] == ids[0]
        found += page["ProfileIds"]
        token = {"NextToken": page.get("NextToken")}
    assert (found, token) == (ids, {"NextToken": None})
    message = _similar(in_process, ids[1], NextToken="x", expect=400)["Error"]["Message"]
    assert message.startswith("NextToken: ")


def test_merged_profiles_are_in_no_match(in_process: InProcess) -> None:
    """Their IDs stand for the main profile, also as the ID of a match."""
    ids = _chain(in_process)
    in_process("MergeProfiles", MainProfileId=ids[1], ProfileIdsToBeMerged=[ids[0]])
    found = _similar(in_process, ids[0], "matchId")
    assert (found["ProfileIds"], found["MatchId"]) == (ids[1:], ids[1])
    in_process("MergeProfiles", MainProfileId=ids[0], ProfileIdsToBeMerged=ids[2:])
    assert _similar(in_process, ids[2])["ProfileIds"] == []


def test_a_match_has_21_profiles_at_most(in_process: InProcess) -> None:
    """MergeProfiles merges as many."""
    members = {"FirstName": "Jo", "LastName": f"N{unique()}", "AccountNumber": unique()}
    ids = [_person(in_process, **members) for _ in range(23)]
    found = _similar(in_process, ids[0], MaxResults=100)["ProfileIds"]
    assert len(found) == 21
    assert found[0] == ids[0]
    in_process("MergeProfiles", MainProfileId=found[0], ProfileIdsToBeMerged=found[1:])
    assert len(_similar(in_process, ids[0])["ProfileIds"]) == 3


@pytest.fixture
def domain(open_service: Any) -> InProcess:
    """Return a client of an empty domain."""
    service: InProcess = open_service("")
    return service


def _people(api: InProcess, number: int, **fields: Any) -> list[str]:
    """Create profiles of different people with these fields. Return their IDs."""
    names = [[unique().translate(_LETTERS) for _ in range(2)] for _ in range(number)]
    profiles = [{"first_name": first, "last_name": last, **fields} for first, last in names]
    items = [{"operation": "create", "profile": each} for each in profiles]
    return [each["profile_id"] for each in api.v1("POST", "/v1/profiles/batch", {"items": items})["items"]]


def _all_matches(api: InProcess, **values: Any) -> list[Json]:
    matches, token = list[Json](), dict[str, Any]()
    while True:
        page = api("GetMatches", **values, **token)
        age = datetime.now(UTC) - page["MatchGenerationDate"]
        assert timedelta(minutes=-1) < age < timedelta(minutes=1)
        assert page["PotentialMatches"] == len(page["Matches"]) <= values.get("MaxResults", 20)
        matches += page["Matches"]
        if "NextToken" not in page:
            return matches
        token = {"NextToken": page["NextToken"]}


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_each_match_of_a_domain_is_on_one_page(domain: InProcess, page_size: int) -> None:
    """In the order of the oldest profiles, across the pages of profiles that are read."""
    assert _all_matches(domain) == []
    first = _chain(domain)
    others = _people(domain, 120)
    last = _chain(domain)
    name: Json = {"FirstName": "Bo", "LastName": f"N{unique()}", "BirthDate": "1990-01-01"}
    twin = _person(domain, **name)
    domain("UpdateProfile", ProfileId=others[5], **name)
    assert _all_matches(domain, MaxResults=page_size) == [
        {"MatchId": first[0], "ProfileIds": first, "ConfidenceScore": 0.8},
        {"MatchId": others[5], "ProfileIds": [others[5], twin], "ConfidenceScore": 0.7},
        {"MatchId": last[0], "ProfileIds": last, "ConfidenceScore": 0.8},
    ]


def test_matches_are_found_among_many_profiles_that_share_a_value(domain: InProcess) -> None:
    """All of them have the number of a switchboard, and only two are of the same person."""
    number = "+14155550100"
    members = {"FirstName": "Zoe", "PhoneNumber": number, "AccountNumber": unique()}
    one = _person(domain, **members)
    _people(domain, 350, phone_numbers=[{"value": number}])
    assert [each["ProfileIds"] for each in _all_matches(domain)] == []
    other = _person(domain, **members)
    assert [each["ProfileIds"] for each in _all_matches(domain)] == [[one, other]]
    pair = [_person(domain, **{**members, "FirstName": "Kai", "AccountNumber": "7"}) for _ in range(2)]
    assert [each["ProfileIds"] for each in _all_matches(domain)] == [[one, other], pair]
    domain.commands.sent.clear()
    domain("GetMatches")
    assert len(domain.commands.sent) <= 6


def test_other_domains_are_never_searched(in_process: InProcess) -> None:
    """The domain is that of the credential: see the tests of access."""
    error = in_process.send_invalid("GetMatches", {"DomainName": "other"})
    assert error.status_code == 403


def test_shown_profiles_are_audited(in_process: InProcess) -> None:
    """As a search, with the search keys that were compared."""
    ids = _chain(in_process)
    _similar(in_process, ids[0])
    in_process.client.application.extensions["profile_lookup"].audit.flush()
    (event,) = in_process.v1("GET", f"/v1/audit?profile_id={ids[2]}&limit=1")["items"]
    assert (event["action"], event["profile_ids"]) == ("searched", ids)
    assert event["keys"] == ["account", "email", "name", "phone"]


def test_boto3_finds_and_merges_profiles(aws: Any) -> None:
    """It reads the date and the score, and raises the exceptions of the model."""
    account = unique()
    members = {"DomainName": DOMAIN, "FirstName": "Jo", "AccountNumber": account}
    ids = {aws.create_profile(**members)["ProfileId"] for _ in range(2)}
    search = {"MatchType": "ML_BASED_MATCHING", "SearchKey": "profileId", "SearchValue": min(ids)}
    found = aws.get_similar_profiles(DomainName=DOMAIN, **search)
    assert set(found["ProfileIds"]) == ids
    matches, token = list[Json](), dict[str, Any]()
    while not any(each["MatchId"] == found["MatchId"] for each in matches):
        page = aws.get_matches(DomainName=DOMAIN, MaxResults=100, **token)
        assert page["MatchGenerationDate"].year >= 2024
        matches, token = page["Matches"], {"NextToken": page.get("NextToken")}
    (match,) = (each for each in matches if each["MatchId"] == found["MatchId"])
    assert match == {name: found[name] for name in ("MatchId", "ProfileIds", "ConfidenceScore")}
    main, other = found["ProfileIds"]
    merge = {"MainProfileId": main, "ProfileIdsToBeMerged": [other]}
    assert aws.merge_profiles(DomainName=DOMAIN, **merge)["Message"].startswith("OK")
    search["SearchValue"] = other
    assert aws.get_similar_profiles(DomainName=DOMAIN, **search)["ProfileIds"] == []
    assert error_of(aws.merge_profiles, MainProfileId=main, ProfileIdsToBeMerged=[main])[:2] == (
        "BadRequestException",
        400,
    )
