"""Objects and object types are deleted."""

from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, define, found, listed, only, put


def test_a_deleted_object_is_gone_with_the_value_that_identified_it(in_process: InProcess) -> None:
    """What else it added to the profile stays."""
    name = define(in_process, {"custG": "PROFILE"})
    customer, number = unique(), unique()
    key = put(in_process, name, id=number, custG=customer)
    profile = only(in_process, "custG", customer)
    assert found(in_process, "objectId", number)
    values = {"ProfileId": profile["ProfileId"], "ObjectTypeName": name, "ProfileObjectUniqueKey": key}
    other = create(in_process, FirstName="Jo")
    in_process("DeleteProfileObject", expect=404, **{**values, **other})
    in_process("DeleteProfileObject", expect=404, **{**values, "ObjectTypeName": "Other"})
    in_process("DeleteProfileObject", expect=404, **{**values, "ProfileId": "0" * 32})
    assert in_process("DeleteProfileObject", **values)["Message"]
    in_process("DeleteProfileObject", expect=404, **values)
    assert listed(in_process, profile, name) == {}
    assert found(in_process, "objectId", number) == []
    assert only(in_process, "custG", customer)["ProfileId"] == profile["ProfileId"]


def test_the_objects_of_a_deleted_type_are_gone(in_process: InProcess) -> None:
    """The profile stays, and another type keeps its objects."""
    first, second = (define(in_process, {"custH": "PROFILE"}) for _ in range(2))
    customer = unique()
    for name in (first, second):
        put(in_process, name, id=1, custH=customer)
    in_process("DeleteProfileObjectType", ObjectTypeName=first)
    profile = only(in_process, "custH", customer)
    assert listed(in_process, profile, first) == {}
    assert len(listed(in_process, profile, second)) == 1
    error = in_process("PutProfileObject", expect=404, ObjectTypeName=first, Object='{"id": 1}')
    assert error["Error"]["Code"] == "ResourceNotFoundException"


def test_a_deleted_type_is_audited_before_its_objects_are_gone(in_process: InProcess) -> None:
    """With the names of its search keys, and without the profiles: they can be all of the domain."""
    name = define(in_process, {"custO": "PROFILE"})
    in_process("DeleteProfileObjectType", ObjectTypeName=name)
    event = in_process.v1("GET", "/v1/audit?limit=1")["items"][0]
    assert (event["action"], event["keys"]) == ("objects_erased", ["cust_o", "object_id"])
    assert event["profile_ids"] == []
    in_process("DeleteProfileObjectType", expect=404, ObjectTypeName=name)
    assert in_process.v1("GET", "/v1/audit?limit=1")["items"][0] == event
