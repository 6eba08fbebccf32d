"""Which profile an object belongs to, and what the profile gets."""

from typing import Any

import orjson
import pytest

from tests.aws.calls import all_items, error_of, pair, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, define, found, listed, only, put

Json = dict[str, Any]


def test_a_new_customer_is_created_with_the_object(in_process: InProcess) -> None:
    """With the members that its fields set, and the values of its keys."""
    name = define(
        in_process,
        {"custA": "PROFILE"},
        first={"Source": "_source.name.first", "Target": "_profile.FirstName"},
        whole={"Source": "{{_source.name.first}} {{_source.name.last}}", "Target": "_profile.BusinessName"},
        city={"Source": "_source.addresses.ship to.city", "Target": "_profile.ShippingAddress.City"},
        plan={"Source": "_source.plan", "Target": "_profile.Attributes.plan"},
        mobile={"Source": "_source.mobile", "ContentType": "PHONE_NUMBER"},
        mail={"Source": "_source.mail", "ContentType": "EMAIL_ADDRESS"},
        gone={"Source": "_source.a.b.c", "Target": "_profile.LastName"},
    )
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


def test_the_first_key_that_finds_one_profile_decides(in_process: InProcess) -> None:
    """A value of several profiles is skipped, and SECONDARY keys follow all others."""
    phone, mail, account = "+12125550143", f"{unique()}@example.com", unique()
    for _ in range(2):
        create(in_process, PhoneNumber=phone)
    by_mail = create(in_process, EmailAddress=mail)
    by_account = create(in_process, AccountNumber=account)
    name = define(
        in_process,
        {"_phone": "PROFILE", "_email": "PROFILE SECONDARY", "_account": "PROFILE"},
        creates=False,
    )
    key = put(in_process, name, id=1, _phone=phone, _account=account)
    assert listed(in_process, by_account, name).keys() == {key}
    other = put(in_process, name, id=2, _phone=phone, _email=mail, _account=unique())
    assert listed(in_process, by_mail, name).keys() == {other}
    assert len(found(in_process, "_phone", phone)) == 4
    message = put(in_process, name, 400, id=3, _phone="+12125550199")
    assert "AllowProfileCreation" in message


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


def test_an_object_follows_its_keys_to_another_profile(in_process: InProcess) -> None:
    """The value that identifies it moves too. Without a known value it stays."""
    name = define(in_process, {"_account": "PROFILE"}, creates=False)
    accounts = [unique(), unique()]
    first, second = (create(in_process, AccountNumber=account) for account in accounts)
    number = unique()
    key = put(in_process, name, id=number, _account=accounts[0])
    assert put(in_process, name, id=number, _account=accounts[1]) == key
    assert listed(in_process, first, name) == {}
    assert listed(in_process, second, name).keys() == {key}
    assert only(in_process, "objectId", number)["ProfileId"] == second["ProfileId"]
    assert put(in_process, name, id=number, _account=unique()) == key
    assert listed(in_process, second, name).keys() == {key}
    # The account number of the profile is not replaced.
    assert only(in_process, "_account", accounts[1])["ProfileId"] == second["ProfileId"]


def test_a_compound_key_needs_all_of_its_fields(in_process: InProcess) -> None:
    """Its value is that of the fields with a space between them."""
    name, street = f"T{unique()}", unique()
    in_process(
        "PutProfileObjectType",
        ObjectTypeName=name,
        Description="x",
        AllowProfileCreation=True,
        Fields={each: {"Source": f"_source.{each}"} for each in ("a", "b")},
        Keys={"pairD": [{"FieldNames": ["a", "b"], "StandardIdentifiers": ["UNIQUE", "PROFILE"]}]},
    )
    key = put(in_process, name, a=street, b="12")
    assert put(in_process, name, a=street, b=12) == key
    assert listed(in_process, only(in_process, "pairD", f"{street} 12"), name).keys() == {key}
    assert put(in_process, name, 400, a=street).startswith("Object: The object must have a value")
    assert put(in_process, name, a=street, b=13) != key


def test_a_profile_id_and_a_contact_find_the_profile(in_process: InProcess) -> None:
    """As predefined keys, they are no values of the profile."""
    name = define(in_process, {"_profileId": "PROFILE", "_ctrContactId": "PROFILE"}, creates=False)
    profile, contact = create(in_process, FirstName="Jo"), unique()
    in_process("AddProfileKey", **profile, **pair("_ctrContactId", contact))
    first = put(in_process, name, id=1, _profileId=profile["ProfileId"])
    second = put(in_process, name, id=2, _ctrContactId=contact)
    assert listed(in_process, profile, name).keys() == {first, second}
    put(in_process, name, 400, id=3, _ctrContactId=unique())


def test_an_ignored_value_finds_no_profile(in_process: InProcess) -> None:
    """Such as the number of the company itself."""
    phone = "+12125550145"
    in_process.v1("PATCH", "/v1/settings", {"ignored_values": {"phone": [phone]}})
    create(in_process, PhoneNumber=phone)
    name = define(in_process, {"_phone": "PROFILE"}, creates=False)
    put(in_process, name, 400, id=1, _phone=phone)
    in_process.v1("PATCH", "/v1/settings", {"ignored_values": {"phone": None}})


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


def test_objects_are_listed_in_pages_newest_first(aws: Any) -> None:
    """To the end, and page by page if they are large."""
    aws.put_profile_object_type(
        DomainName="default",
        ObjectTypeName="Paged",
        Description="x",
        AllowProfileCreation=True,
        Fields={"id": {"Source": "_source.id"}, "c": {"Source": "_source.c"}},
        Keys={
            "pagedId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "pagedCustomer": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["c"]}],
        },
    )
    customer = unique()
    for number in range(25):
        content = {"id": f"{customer}{number}", "c": customer, "padding": "x" * 240_000}
        text = orjson.dumps(content).decode()
        aws.put_profile_object(DomainName="default", ObjectTypeName="Paged", Object=text)
    response = aws.search_profiles(DomainName="default", KeyName="pagedCustomer", Values=[customer])
    values = {
        "DomainName": "default",
        "ProfileId": response["Items"][0]["ProfileId"],
        "ObjectTypeName": "Paged",
    }
    numbers = [f"{customer}{number}" for number in reversed(range(25))]
    for size in (3, 100):
        items = all_items(aws.list_profile_objects, {**values, "MaxResults": size})
        assert [orjson.loads(item["Object"])["id"] for item in items] == numbers
    assert len(aws.list_profile_objects(**values, MaxResults=100)["Items"]) < 25


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


def test_a_type_without_a_unique_key_has_no_objects(in_process: InProcess) -> None:
    """It can be defined, as with Amazon, but is of no use."""
    in_process("PutProfileObjectType", ObjectTypeName="Useless", Description="x")
    assert "UNIQUE" in put(in_process, "Useless", 400, id=1)
