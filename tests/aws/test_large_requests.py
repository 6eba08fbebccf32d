"""The largest requests that the limits of the members allow."""

from typing import Any

from tests.aws.calls import unique
from tests.aws.in_process import InProcess

_MAX_LENGTH = 255


def _text(number: int) -> str:
    """Return the longest text. In the body, each character is an escape of six or twelve bytes."""
    return f"{number:03}".ljust(_MAX_LENGTH, "\U0001f600")


def test_a_profile_can_have_all_attributes_and_engagement_preferences(in_process: InProcess) -> None:
    """The attributes that stand for members without a field are counted apart."""
    preference = {"KeyName": "a" * 64, "KeyValue": _text(0), "ContactType": "HomePhoneNumber"}
    members: dict[str, Any] = {
        "Attributes": {_text(number): _text(number) for number in range(200)},
        "EngagementPreferences": {name: [preference] * 100 for name in ("Phone", "Email")},
        "ProfileType": "PROFILE",
        "PartyType": "OTHER",
        "PartyTypeString": "x",
    }
    profile = in_process("CreateProfile", **members)
    in_process("UpdateProfile", **profile, **members)
    (stored,) = in_process("BatchGetProfile", ProfileIds=[profile["ProfileId"]])["Profiles"]
    assert stored == {**profile, **members}
    one_more = {"Attributes": {"one more": "x"}}
    error = in_process("UpdateProfile", expect=400, **profile, **one_more)
    assert error["Error"]["Message"] == "Attributes: A profile has at most 200 of them."


def test_an_object_type_can_have_1000_fields(in_process: InProcess) -> None:
    """With sources and targets of the maximum length."""
    field = {"Source": "_source." + "a" * 990, "Target": "_order." + "a" * 990, "ContentType": "STRING"}
    fields = {f"{number:064}": field for number in range(1000)}
    name = f"T{unique()}"
    stored = in_process("PutProfileObjectType", ObjectTypeName=name, Description="d", Fields=fields)
    assert stored["Fields"] == fields
    in_process("DeleteProfileObjectType", ObjectTypeName=name)
