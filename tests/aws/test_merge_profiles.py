"""MergeProfiles: the members of the merged profile, its undo, errors and repeated attempts."""

from typing import Any

import pytest

from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create

Json = dict[str, Any]


def _merge(api: InProcess, main: Json, *others: Json, expect: int = 200, **sources: Any) -> Json:
    chosen = {name: each["ProfileId"] for name, each in sources.items() if name != "Attributes"}
    if "Attributes" in sources:
        chosen["Attributes"] = {name: each["ProfileId"] for name, each in sources["Attributes"].items()}
    return api(
        "MergeProfiles",
        expect=expect,
        MainProfileId=main["ProfileId"],
        ProfileIdsToBeMerged=[each["ProfileId"] for each in others],
        **({"FieldSourceProfileIds": chosen} if chosen else {}),
    )


def _read(api: InProcess, profile: Json) -> Json:
    (members,) = api("BatchGetProfile", ProfileIds=[profile["ProfileId"]])["Profiles"]
    del members["ProfileId"]
    return dict(members)


def _undo(api: InProcess, merged: Json) -> None:
    api.v1(*merged["Message"].rpartition(": ")[2].split(" "))


def test_members_are_united_and_those_of_the_main_profile_win(in_process: InProcess) -> None:
    """Earlier profiles take precedence over later ones. The same number can be two members."""
    main = {
        "FirstName": "Ann",
        "PhoneNumber": "+12125550100",
        "MobilePhoneNumber": "+12125550100",
        "Address": {"City": "Boston"},
        "Attributes": {"tier": "gold"},
        "GenderString": "female",
    }
    other = {
        "FirstName": "Anna",
        "LastName": "Lee",
        "PhoneNumber": "+12125550101",
        "HomePhoneNumber": "+12125550100",
        "EmailAddress": "ann@example.com",
        "Address": {"City": "Salem"},
        "BillingAddress": {"City": "Boston"},
        "Attributes": {"tier": "silver", "size": "L"},
        "PartyType": "INDIVIDUAL",
        "ProfileType": "PROFILE",
        "EngagementPreferences": {"Phone": [{"KeyName": "_phone", "ContactType": "PhoneNumber"}]},
    }
    third = {"LastName": "Li", "EmailAddress": "li@example.com", "BusinessName": "ACME"}
    profiles = [create(in_process, **each) for each in (main, other, third)]
    merged = _merge(in_process, *profiles)
    united = {**third, **other, **main, "Attributes": {"tier": "gold", "size": "L"}}
    assert _read(in_process, profiles[0]) == united
    for number in ("+12125550100", "+12125550101"):
        found = in_process("SearchProfiles", **pair("_phone", number), MaxResults=100)["Items"]
        assert profiles[0]["ProfileId"] in {each["ProfileId"] for each in found}
    _undo(in_process, merged)
    assert [_read(in_process, each) for each in profiles] == [main, other, third]


MEMBERS: list[tuple[Json, Json]] = [
    ({"AccountNumber": "1"}, {"AccountNumber": "2"}),
    ({"GenderString": "a"}, {"Gender": "MALE", "GenderString": "b"}),
    ({"Gender": "MALE"}, {"GenderString": "FEMALE"}),
    ({"PartyType": "OTHER"}, {"PartyTypeString": "a"}),
    ({"PhoneNumber": "+12125550100"}, {"PhoneNumber": "+12125550101"}),
    ({"HomePhoneNumber": "+12125550100"}, {"HomePhoneNumber": "(212) 555-0101"}),
    ({"BusinessEmailAddress": "a@example.com"}, {"BusinessEmailAddress": "b@example.com"}),
    ({"MailingAddress": {"City": "Boston"}}, {"MailingAddress": {"City": "Salem"}}),
    ({"ProfileType": "PROFILE"}, {"ProfileType": "ACCOUNT_PROFILE"}),
    (
        {"EngagementPreferences": {"Phone": [{"KeyName": "_phone"}]}},
        {"EngagementPreferences": {"Phone": [{"ContactType": "PhoneNumber"}, {"KeyName": "x"}]}},
    ),
]


@pytest.mark.parametrize(("main", "other"), MEMBERS, ids=lambda each: next(iter(each)))
@pytest.mark.parametrize("has_value", [True, False])
def test_each_member_can_be_taken_from_another_profile(
    in_process: InProcess, main: Json, other: Json, *, has_value: bool
) -> None:
    """Even if that one does not have it. Without a choice, that of the main profile stays."""
    name = next(iter(main)).replace("GenderString", "Gender")
    values = other if has_value else {}
    target, source = create(in_process, **main), create(in_process, **values)
    merged = _merge(in_process, target, source)
    assert _read(in_process, target) == main
    _undo(in_process, merged)
    chosen: Json = {name: source}
    merged = _merge(in_process, target, source, **chosen)
    assert _read(in_process, target) == values
    _undo(in_process, merged)
    assert (_read(in_process, target), _read(in_process, source)) == (main, values)


def test_attributes_are_taken_from_the_chosen_profiles(in_process: InProcess) -> None:
    """An attribute that no profile has is ignored."""
    main = create(in_process, Attributes={"tier": "gold", "size": "S", "color": "red"})
    other = create(in_process, Attributes={"tier": "silver"})
    chosen = {"tier": other, "size": other, "color": main, "shape": other}
    _merge(in_process, main, other, Attributes=chosen)
    assert _read(in_process, main) == {"Attributes": {"tier": "silver", "color": "red"}}


def test_values_that_are_not_chosen_are_still_found(in_process: InProcess) -> None:
    """They are no members any more, also if the chosen profile does not have the member."""
    name, numbers = f"N{unique()}", ["+14155550131", "+14155550132"]
    main = create(in_process, LastName=name, HomePhoneNumber=numbers[0])
    other, third = create(in_process, HomePhoneNumber=numbers[1]), create(in_process)
    _merge(in_process, main, other, third, HomePhoneNumber=third)
    assert _read(in_process, main) == {"LastName": name}
    for number in numbers:
        criteria: Json = {"AdditionalSearchKeys": [pair("_phone", number)], "LogicalOperator": "AND"}
        (found,) = in_process("SearchProfiles", **pair("_fullName", name), **criteria)["Items"]
        assert found["ProfileId"] == main["ProfileId"]


def test_the_types_of_other_clients_do_not_decide_a_conflict(in_process: InProcess) -> None:
    """`PhoneNumber` prefers an entry without a type to one of the type `main`."""
    body = {"first_name": "Jo", "phone_numbers": [{"type": "Main", "value": "+12125550100"}]}
    main = {"ProfileId": in_process.v1("POST", "/v1/profiles", body, expect=201)["profile_id"]}
    other = create(in_process, PhoneNumber="+12125550101")
    merged = _merge(in_process, main, other)
    assert _read(in_process, main)["PhoneNumber"] == "+12125550100"
    _undo(in_process, merged)
    _merge(in_process, other, main, PhoneNumber=main)
    assert _read(in_process, other)["PhoneNumber"] == "+12125550100"


def test_profiles_may_become_nameless(in_process: InProcess) -> None:
    """Amazon's API does not require a name."""
    main, other = create(in_process, FirstName="Ann", LastName="Lee"), create(in_process)
    merged = _merge(in_process, main, other, FirstName=other)
    assert _read(in_process, main) == {"LastName": "Lee"}
    _undo(in_process, merged)
    assert _read(in_process, main) == {"FirstName": "Ann", "LastName": "Lee"}


def test_ids_of_merged_profiles_are_valid(in_process: InProcess) -> None:
    """As the main profile, as one to be merged, and as the source of a member."""
    first, second, third = (create(in_process, FirstName=name) for name in ("A", "B", "C"))
    _merge(in_process, second, first)
    _merge(in_process, third, first, FirstName=first)
    assert _read(in_process, third) == {"FirstName": "B"}
    fourth = create(in_process, LastName="D")
    _merge(in_process, first, fourth, FirstName=second)
    assert _read(in_process, third) == {"FirstName": "B", "LastName": "D"}
    # Nothing is left to merge.
    assert _merge(in_process, first, fourth)["Message"] == _merge(in_process, third, fourth)["Message"]


def test_all_attempts_of_a_call_are_one_merge(in_process: InProcess) -> None:
    """Even if the merge was undone between them. The same ID for another call is a 400."""
    main, other = create(in_process, FirstName="Ann"), create(in_process)
    values = {
        "DomainName": "default",
        "MainProfileId": main["ProfileId"],
        "ProfileIdsToBeMerged": [other["ProfileId"]],
    }
    headers = {"amz-sdk-invocation-id": unique()}
    first = in_process.send("MergeProfiles", values, **headers)
    assert in_process.send("MergeProfiles", values, **headers).json == first.json
    assert first.json is not None
    _undo(in_process, first.json)
    assert in_process.send("MergeProfiles", values, **headers).json == first.json
    assert len(in_process("BatchGetProfile", ProfileIds=[other["ProfileId"]])["Profiles"]) == 1
    assert _read(in_process, other) == {}
    swapped = {**values, "FieldSourceProfileIds": {"FirstName": other["ProfileId"]}}
    assert in_process.send("MergeProfiles", swapped, **headers).status_code == 400


def test_a_wrong_call_changes_nothing(in_process: InProcess) -> None:
    """The message names the member, or the profile that does not exist."""
    main, other, third = (create(in_process, FirstName=name) for name in "ABC")
    missing = {"ProfileId": unique()}
    for values, sources, member in (
        ((other, main), {}, "ProfileIdsToBeMerged.1"),
        ((other,), {"FirstName": third}, "FieldSourceProfileIds.FirstName"),
        ((other,), {"BillingAddress": missing}, "FieldSourceProfileIds.BillingAddress"),
        ((other,), {"Attributes": {"a": third}}, "FieldSourceProfileIds.Attributes"),
        ((other,), {"Attributes": {"aws:Gender": other}}, "FieldSourceProfileIds.Attributes"),
    ):
        error = _merge(in_process, main, *values, expect=400, **sources)["Error"]
        assert error["Code"] == "BadRequestException"
        assert error["Message"].startswith(f"{member}: "), error
    for profiles in ((missing, main), (main, other, missing)):
        error = _merge(in_process, *profiles, expect=404)["Error"]
        assert error["Code"] == "ResourceNotFoundException"
        assert missing["ProfileId"] in error["Message"]
    assert [_read(in_process, each)["FirstName"] for each in (main, other, third)] == ["A", "B", "C"]


def test_a_merge_that_exceeds_a_limit_is_a_bad_request(in_process: InProcess) -> None:
    """A profile has 100 numbers, also with those that the merge shows as members."""
    main, other = (
        {
            "ProfileId": in_process.v1(
                "POST",
                "/v1/profiles",
                {
                    "first_name": "Jo",
                    "phone_numbers": [
                        {"type": kind, "value": f"+1212555{number:04}"}
                        for number in range(first, first + 100)
                    ],
                },
                expect=201,
            )["profile_id"]
        }
        for kind, first in (("mobile", 3100), ("home", 3100))
    )
    error = _merge(in_process, main, other, expect=400)["Error"]["Message"]
    assert error.startswith("ProfileIdsToBeMerged: The merged profile would have 101 `phone_numbers`")


def test_a_merge_is_audited_with_all_profiles(in_process: InProcess) -> None:
    """As on `/v1`."""
    main, other = create(in_process, FirstName="Ann"), create(in_process)
    _merge(in_process, main, other)
    (event,) = in_process.v1("GET", f"/v1/audit?profile_id={other['ProfileId']}&limit=1")["items"]
    assert (event["action"], event["profile_ids"]) == ("merged", [main["ProfileId"], other["ProfileId"]])


def test_another_call_repeats_no_merge(in_process: InProcess) -> None:
    """It changes nothing, and wrong sources of members are a 400, as in the first call."""
    main, other, third = (create(in_process, FirstName=name) for name in ("Ann", "Anna", "Hannah"))
    merged = _merge(in_process, main, other)
    assert _merge(in_process, main, other, FirstName=other) == merged
    assert _read(in_process, main) == {"FirstName": "Ann"}
    error = _merge(in_process, main, other, FirstName=third, expect=400)["Error"]["Message"]
    assert error.startswith("FieldSourceProfileIds.FirstName: ")
