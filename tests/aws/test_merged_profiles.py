"""The ID of a merged profile stays valid in all operations, and its objects follow a merge and its undo."""

from typing import Any

import pytest

from service.aws.views import OFFERED
from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.model import operation, walk
from tests.aws.object_calls import create, define, listed, only, put

Json = dict[str, Any]

_HEADER = "Profile-Merged-Into"


@pytest.fixture
def object_type(in_process: InProcess) -> str:
    """Return the name of an object type whose objects belong to the profile with their customer number."""
    return define(in_process, {"custM": "PROFILE"})


def _merge(api: InProcess, target: Json, source: Json) -> str:
    body = {"profile_ids": [source["ProfileId"]]}
    merge_id: str = api.v1("POST", f"/v1/profiles/{target['ProfileId']}/merge", body)["merge_id"]
    return merge_id


def _undo(api: InProcess, merge_id: str) -> None:
    api.v1("POST", f"/v1/merges/{merge_id}/undo")


def test_objects_follow_a_merge_and_its_undo(in_process: InProcess, object_type: str) -> None:
    """An object that is added in between stays."""
    customer = unique()
    key = put(in_process, object_type, id=1, custM=customer)
    source, target = {"ProfileId": only(in_process, "custM", customer)["ProfileId"]}, create(in_process)
    merge_id = _merge(in_process, target, source)
    assert listed(in_process, target, object_type).keys() == {key}
    assert listed(in_process, source, object_type).keys() == {key}
    later = put(in_process, object_type, id=2, custM=customer)
    assert listed(in_process, target, object_type).keys() == {key, later}
    exported = in_process.v1("GET", f"/v1/profiles/{source['ProfileId']}/export")
    assert {each["object_id"] for each in exported["objects"]} == {key, later}
    _undo(in_process, merge_id)
    assert listed(in_process, source, object_type).keys() == {key}
    assert listed(in_process, target, object_type).keys() == {later}


def test_an_object_that_is_stored_again_stays_with_its_person(
    in_process: InProcess, object_type: str
) -> None:
    """It returns to the restored profile."""
    customer = unique()
    key = put(in_process, object_type, id=1, custM=customer)
    source, target = {"ProfileId": only(in_process, "custM", customer)["ProfileId"]}, create(in_process)
    merge_id = _merge(in_process, target, source)
    assert put(in_process, object_type, id=1, custM=customer, size="L") == key
    _undo(in_process, merge_id)
    assert listed(in_process, source, object_type)[key]["size"] == "L"


def test_an_object_is_deleted_by_the_id_of_a_merged_profile(in_process: InProcess, object_type: str) -> None:
    """As it is listed."""
    customer = unique()
    key = put(in_process, object_type, id=1, custM=customer)
    source, target = {"ProfileId": only(in_process, "custM", customer)["ProfileId"]}, create(in_process)
    _merge(in_process, target, source)
    in_process(
        "DeleteProfileObject",
        ProfileId=source["ProfileId"],
        ObjectTypeName=object_type,
        ProfileObjectUniqueKey=key,
    )
    assert listed(in_process, target, object_type) == {}


def test_a_nameless_profile_is_nameless_again_after_the_undo(in_process: InProcess) -> None:
    """Amazon's API does not require a name."""
    target, source = create(in_process), create(in_process, FirstName="Ann")
    merge_id = _merge(in_process, target, source)
    assert in_process.v1("GET", f"/v1/profiles/{target['ProfileId']}")["first_name"] == "Ann"
    _undo(in_process, merge_id)
    assert in_process.v1("GET", f"/v1/profiles/{target['ProfileId']}")["first_name"] is None
    _merge(in_process, target, create(in_process))


def test_operations_on_profiles_use_the_other_profile(in_process: InProcess) -> None:
    """The response has the ID of the profile that was changed, and the header names it."""
    target, source = create(in_process, FirstName="Ann"), create(in_process, FirstName="Anna")
    _merge(in_process, target, source)
    values = {"DomainName": "default", "ProfileId": source["ProfileId"], "LastName": "Lee"}
    response = in_process.send("UpdateProfile", values)
    assert response.headers[_HEADER] == target["ProfileId"]
    assert response.json == target
    ids = [source["ProfileId"], target["ProfileId"]]
    profiles = in_process("BatchGetProfile", ProfileIds=ids)["Profiles"]
    assert [each["ProfileId"] for each in profiles] == [target["ProfileId"]] * 2
    assert {each["LastName"] for each in profiles} == {"Lee"}
    contact = unique()
    keys: Json = {"KeyName": "_ctrContactId", "Values": [contact]}
    in_process("AddProfileKey", **source, **keys)
    assert in_process.v1("GET", f"/v1/contacts/{contact}/association")["profile_id"] == target["ProfileId"]
    in_process("DeleteProfileKey", **source, **keys)
    in_process.v1("GET", f"/v1/contacts/{contact}/association", expect=404)
    search = in_process("SearchProfiles", KeyName="_profileId", Values=[source["ProfileId"]])
    assert [each["ProfileId"] for each in search["Items"]] == [target["ProfileId"]]
    in_process("DeleteProfile", **source)
    assert in_process("BatchGetProfile", ProfileIds=ids)["Profiles"] == []


def test_reading_and_finding_name_the_other_profile(in_process: InProcess) -> None:
    """The header names it if all merged profiles of the call live on in one."""
    target, source, second, third = (create(in_process, FirstName="Ann") for _ in range(4))
    _merge(in_process, target, source)
    _merge(in_process, second, third)
    old, also_old = source["ProfileId"], third["ProfileId"]
    calls: list[tuple[str, Json]] = [
        ("BatchGetProfile", {"ProfileIds": [old, target["ProfileId"], second["ProfileId"]]}),
        ("SearchProfiles", {"KeyName": "_profileId", "Values": [old]}),
        (
            "GetSimilarProfiles",
            {"SearchKey": "profileId", "SearchValue": old, "MatchType": "RULE_BASED_MATCHING"},
        ),
    ]
    for name, values in calls:
        response = in_process.send(name, {"DomainName": "default", **values})
        assert response.status_code == 200, name
        assert response.headers[_HEADER] == target["ProfileId"], name
    ids = [also_old, "f" * 32, old]
    response = in_process.send("BatchGetProfile", {"DomainName": "default", "ProfileIds": ids})
    assert _HEADER not in response.headers
    # In the order of the request, so that a client can tell which profile stands for which ID.
    assert response.json is not None
    profiles = [each["ProfileId"] for each in response.json["Profiles"]]
    assert profiles == [second["ProfileId"], target["ProfileId"]]
    assert [each["ProfileId"] for each in response.json["Errors"]] == ["f" * 32]
    search = {"DomainName": "default", "KeyName": "_profileId", "Values": ids}
    response = in_process.send("SearchProfiles", search)
    assert _HEADER not in response.headers
    assert response.json is not None
    assert len(response.json["Items"]) == 2


TESTED = {
    *("UpdateProfile", "DeleteProfile", "BatchGetProfile", "AddProfileKey", "DeleteProfileKey"),
    *("ListProfileObjects", "DeleteProfileObject", "MergeProfiles"),
}
"""The operations with the ID of a profile that are tested with that of a merged one."""
_STORED_IDS = {"CreateProfile"}
"""It stores the ID of an engagement preference as it is."""


def test_all_operations_with_the_id_of_a_profile_are_tested() -> None:
    """Of the model. SearchProfiles and GetSimilarProfiles have IDs as values of search keys."""
    named = {
        name for name in OFFERED for _, shape in walk(operation(name).input_shape) if shape.name == "uuid"
    }
    assert named - TESTED <= _STORED_IDS
    assert named >= TESTED
