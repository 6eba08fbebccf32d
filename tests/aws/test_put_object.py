"""Objects: what is stored, and what their profile gets."""

from typing import Any

import orjson
import pytest

from tests.aws.calls import error_of, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, define, found, listed, only, put

Json = dict[str, Any]

_FIELDS: dict[str, Any] = {
    "first": {"Source": "_source.name.first", "Target": "_profile.FirstName"},
    "whole": {"Source": "{{_source.name.first}} {{_source.name.last}}", "Target": "_profile.BusinessName"},
    "city": {"Source": "_source.addresses.ship to.city", "Target": "_profile.ShippingAddress.City"},
    "plan": {"Source": "_source.plan", "Target": "_profile.Attributes.plan"},
    "mobile": {"Source": "_source.mobile", "ContentType": "PHONE_NUMBER"},
    "mail": {"Source": "_source.mail", "ContentType": "EMAIL_ADDRESS"},
    "gone": {"Source": "_source.a.b.c", "Target": "_profile.LastName"},
}


def test_a_new_customer_is_created_with_the_object(in_process: InProcess) -> None:
    """With the members that its fields set, and the values of its keys."""
    name = define(in_process, {"custA": "PROFILE"}, **_FIELDS)
    customer = unique()
    key = put(
        in_process,
        name,
        id=7,
        custA=customer,
        name={"first": " Ann ", "last": "Lee"},
        addresses={"ship to": {"city": "Oslo"}},
        plan=1.5,
        mobile="+12125550142",
        mail="ann@example.com",
        a=[1],
    )
    profile = only(in_process, "custA", customer.upper())
    profile_id = profile.pop("ProfileId")
    assert profile == {
        "FirstName": "Ann",
        "BusinessName": "Ann Lee",
        "ShippingAddress": {"City": "Oslo"},
        "Attributes": {"plan": "1.5"},
        # An inferred profile gets them although no field sets them.
        "PhoneNumber": "+12125550142",
        "EmailAddress": "ann@example.com",
    }
    (stored,) = listed(in_process, {"ProfileId": profile_id}, name).items()
    assert stored[0] == key
    assert stored[1]["addresses"] == {"ship to": {"city": "Oslo"}}
    own = in_process.v1("GET", f"/v1/profiles/{profile_id}")
    assert own["keys"]["cust_a"] == [customer]
    search = {"criteria": [{"key": "cust_a", "values": [customer]}]}
    (item,) = in_process.v1("POST", "/v1/profiles/search", search)["items"]
    assert item["profile"]["profile_id"] == profile_id


def test_the_same_unique_value_replaces_the_object(in_process: InProcess) -> None:
    """It keeps its key. Members that are missing now stay in the profile."""
    name = define(in_process, {"custB": "PROFILE", "noteB": ""}, noteB={"Target": "_profile.LastName"})
    customer = unique()
    first = put(in_process, name, id=1, custB=customer, noteB="Old")
    assert put(in_process, name, id=1, custB=customer, noteB="New") == first
    assert put(in_process, name, id=1, custB=customer) == first
    other = put(in_process, name, id=2, custB=customer)
    profile = only(in_process, "custB", customer)
    assert profile["LastName"] == "New"
    assert listed(in_process, profile, name) == {
        first: {"id": 1, "custB": customer},
        other: {"id": 2, "custB": customer},
    }


def test_keys_differ_in_what_profiles_keep(in_process: InProcess) -> None:
    """LOOKUP_ONLY keys find profiles, but no profile gets them. NEW_ONLY keys are for new profiles."""
    name = define(in_process, {"custC": "PROFILE", "_account": "PROFILE LOOKUP_ONLY", "originC": "NEW_ONLY"})
    account, customer = unique(), unique()
    profile = create(in_process, AccountNumber=account)
    put(in_process, name, id=1, custC=customer, _account=account, originC="shop")
    read = in_process.v1("GET", f"/v1/profiles/{profile['ProfileId']}")
    assert (read["keys"]["cust_c"], read["keys"].get("origin_c")) == ([customer], None)
    put(in_process, name, id=2, custC=unique(), _account=unique(), originC="web")
    (new,) = found(in_process, "originC", "web")
    assert "AccountNumber" not in new


def test_values_that_a_profile_has_are_not_added_again(in_process: InProcess) -> None:
    """In any notation."""
    name = define(in_process, {"_phone": "PROFILE", "_email": "", "planE": ""})
    put(in_process, name, id=1, _phone="+1 212 555 0146", _email="A@example.com", planE="Gold")
    put(in_process, name, id=2, _phone="+12125550146", _email="a@EXAMPLE.com", planE="gold")
    profile = in_process.v1("GET", f"/v1/profiles/{only(in_process, '_phone', '+12125550146')['ProfileId']}")
    assert len(profile["phone_numbers"]) == len(profile["email_addresses"]) == 1
    assert profile["keys"]["plan_e"] == ["Gold"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("[]", "Object: Must be the text of a JSON object."),
        ("{", "Object: Must be the text of a JSON object."),
        ('{"id": NaN}', "Object: Must be the text of a JSON object."),
        ("{}", "Object: The object must have a value"),
        ('{"id": "  "}', "Object: The object must have a value"),
        ('{"id": {}}', "Object: The object must have a value"),
        (orjson.dumps({"id": 1, "custF": "x" * 256}).decode(), "Object.custF: "),
        (orjson.dumps({"id": 1, "custF": "a\x00b"}).decode(), "Object.custF: "),
        (orjson.dumps({"id": 1, "first": "x" * 256}).decode(), "Object.FirstName: "),
        (orjson.dumps({"id": 1, "party": "x"}).decode(), "Object.PartyType: "),
        ('{"id": ' + '{"a": ' * 70 + "1" + "}" * 71, "Object: Must not be nested deeper"),
    ],
)
def test_an_object_with_invalid_values_is_a_bad_request(in_process: InProcess, text: str, start: str) -> None:
    """The message names the member, and has no value."""
    name = define(
        in_process,
        {"custF": "PROFILE"},
        first={"Source": "_source.first", "Target": "_profile.FirstName"},
        party={"Source": "_source.party", "Target": "_profile.PartyType"},
    )
    error = in_process("PutProfileObject", expect=400, ObjectTypeName=name, Object=text)
    assert error["Error"]["Code"] == "BadRequestException"
    assert error["Error"]["Message"].startswith(start)
    assert "xxx" not in error["Error"]["Message"]


def test_an_object_has_256000_characters_at_most(aws: Any) -> None:
    """However they are escaped in the body."""
    aws.put_profile_object_type(
        DomainName="default",
        ObjectTypeName="Large",
        Description="x",
        AllowProfileCreation=True,
        Fields={"id": {"Source": "_source.id"}},
        Keys={"largeId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}]},
    )
    start, end = f'{{"id": "{unique()}", "a": "', '"}'
    for char in ("x", "é", "\U0001f600"):
        text = start + char * (256_000 - len(start) - len(end)) + end
        key = aws.put_profile_object(DomainName="default", ObjectTypeName="Large", Object=text)
        assert key["ProfileObjectUniqueKey"]
    code, status, _ = error_of(aws.put_profile_object, ObjectTypeName="Large", Object=f"{text} ")
    assert (code, status) == ("BadRequestException", 400)


def test_a_type_without_a_unique_key_has_no_objects(in_process: InProcess) -> None:
    """It can be defined, as with Amazon, but is of no use."""
    in_process("PutProfileObjectType", ObjectTypeName="Useless", Description="x")
    assert "UNIQUE" in put(in_process, "Useless", 400, id=1)


def test_a_profile_has_any_number_of_objects(in_process: InProcess) -> None:
    """It is found by the newest 50 of the values that identify them. Other search keys keep their values."""
    name = define(in_process, {"custM": "PROFILE", "trackM": ""})
    customer = unique()
    for number in range(102):
        put(in_process, name, id=f"{customer}-{number}", custM=customer, trackM=f"t{number}")
    profile = only(in_process, "custM", customer)
    keys = in_process.v1("GET", f"/v1/profiles/{profile['ProfileId']}")["keys"]
    assert keys["cust_m"] == [customer]
    assert keys["object_id"] == [f"{customer}-{number}" for number in range(52, 102)]
    # Half of the 200 values of a profile are for other uses.
    assert keys["track_m"] == [f"t{number}" for number in range(53, 102)]
    # An object without a value in the profile can be replaced and deleted.
    key = put(in_process, name, id=f"{customer}-0", custM=customer)
    values = {"ProfileId": profile["ProfileId"], "ObjectTypeName": name, "ProfileObjectUniqueKey": key}
    in_process("DeleteProfileObject", **values)
    assert found(in_process, "objectId", f"{customer}-0") == []
