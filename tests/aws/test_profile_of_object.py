"""To which profile an object belongs."""

from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, define, found, listed, only, put


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
