"""Object types and their keys, which are search keys of the domain."""

from typing import Any

import pytest

from tests.aws.calls import all_items, unique
from tests.aws.in_process import InProcess

Json = dict[str, Any]

FIELDS: Json = {
    "id": {"Source": "_source.id"},
    "first": {"Source": "_source.name.first", "ContentType": "NAME"},
    "last": {"Source": "_source.name.last", "ContentType": "NAME"},
    "mail": {"Source": "_source.mail", "Target": "_profile.EmailAddress", "ContentType": "EMAIL_ADDRESS"},
    "number": {"Source": "_source.number", "ContentType": "NUMBER"},
    "phone": {"Source": "_source.phone", "ContentType": "PHONE_NUMBER"},
}


def key(*names: str, of: tuple[str, ...] = ()) -> list[Json]:
    """Return the definition of a key with these fields and identifiers."""
    return [{"FieldNames": list(names), "StandardIdentifiers": list(of)}]


def put(api: InProcess, name: str, expect: int = 200, **members: Any) -> Json:
    """Define an object type."""
    values = {"ObjectTypeName": name, "Description": "For a test", **members}
    return api("PutProfileObjectType", expect=expect, **values)


def message_of(api: InProcess, **members: Any) -> str:
    """Return the message of the bad request."""
    error = put(api, "Bad", 400, **{"Fields": FIELDS, **members})
    assert error["Error"]["Code"] == "BadRequestException"
    message: str = error["Error"]["Message"]
    return message


def search_keys(api: InProcess) -> dict[str, Json]:
    """Return the search keys of `/v1` by name."""
    return {each["name"]: each for each in api.v1("GET", "/v1/search-keys")["items"]}


def test_keys_become_search_keys(in_process: InProcess) -> None:
    """The content type of the field decides the type. Names follow the rules of `/v1`."""
    keys = {
        "recordId": key("id", of=("UNIQUE",)),
        "loyalty-number": key("number", of=("PROFILE",)),
        "backupMail": key("mail"),
        "backupPhone": key("phone"),
        "person": key("first", "last"),
        "together": key("number", "mail"),
        "matched": key("id", of=("PROFILE", "LOOKUP_ONLY")),
        "_email": key("mail", of=("PROFILE", "SECONDARY")),
        "_orderId": key("id", of=("ORDER",)),
    }
    stored = put(in_process, "Keys", Fields=FIELDS, Keys=keys, AllowProfileCreation=True)
    assert stored["Keys"] == keys
    assert stored["Fields"] == FIELDS
    found = search_keys(in_process)
    types = {
        "record_id": "text",
        "loyalty_number": "digits",
        "backup_mail": "email",
        "backup_phone": "phone",
        "person": "name",
        "together": "text",
        "order_id": "text",
    }
    assert {name: found[name]["type"] for name in types} == types
    assert not any(found[name]["unique"] or found[name]["sensitive"] for name in types)
    assert "matched" not in found, "A LOOKUP_ONLY key is not searchable."


def test_an_object_type_has_what_it_was_defined_with(in_process: InProcess) -> None:
    """Get and List agree with Put. A second definition replaces the first, but keeps the tags."""
    options: Json = {
        "ExpirationDays": 30,
        "EncryptionKey": "k",
        "SourceLastUpdatedTimestampFormat": "ISO_8601",
        "MaxProfileObjectCount": 10,
        "SourcePriority": 1,
    }
    first = put(in_process, "Whole", Fields=FIELDS, **options, Tags={"a": "b"})
    assert {name: first[name] for name in options} == options
    assert first["AllowProfileCreation"] is False
    assert in_process("GetProfileObjectType", ObjectTypeName="Whole") == first
    second = put(in_process, "Whole", Description="Other")
    assert second["CreatedAt"] == first["CreatedAt"] < second["LastUpdatedAt"]
    assert second["Tags"] == {"a": "b"}
    assert "Fields" not in second
    assert "ExpirationDays" not in second
    arn = "arn:aws:profile:us-east-1:1:domains/default/object-types/Whole"
    assert in_process("ListTagsForResource", resourceArn=arn)["tags"] == {"a": "b"}
    in_process("TagResource", resourceArn=arn, tags={"c": "d"})
    assert in_process("GetProfileObjectType", ObjectTypeName="Whole")["Tags"] == {"a": "b", "c": "d"}


def test_object_types_are_listed_in_pages(aws: Any) -> None:
    """By name, to the end, without keys."""
    names = sorted(f"Page{unique()}" for _ in range(5))
    for name in names:
        aws.put_profile_object_type(DomainName="default", ObjectTypeName=name, Description=name)
    listed = all_items(aws.list_profile_object_types, {"DomainName": "default", "MaxResults": 2})
    assert [each["ObjectTypeName"] for each in listed if each["ObjectTypeName"] in names] == names
    assert {frozenset(each) for each in listed if each["ObjectTypeName"] in names} == {
        frozenset({"ObjectTypeName", "Description", "CreatedAt", "LastUpdatedAt"})
    }
    for name in names:
        aws.delete_profile_object_type(DomainName="default", ObjectTypeName=name)
        with pytest.raises(aws.exceptions.ResourceNotFoundException):
            aws.get_profile_object_type(DomainName="default", ObjectTypeName=name)
        with pytest.raises(aws.exceptions.ResourceNotFoundException):
            aws.delete_profile_object_type(DomainName="default", ObjectTypeName=name)


def test_a_search_key_that_exists_stays_as_it_is(in_process: InProcess) -> None:
    """So an administrator can define a sensitive or unique one first."""
    definition = {"label": "SSN", "type": "digits", "unique": True, "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/kept_ssn", definition, expect=201)
    keys = {"recordId": key("id", of=("UNIQUE",)), "keptSsn": key("phone")}
    fields = {**FIELDS, "phone": {"Source": "_source.ssn"}}
    put(in_process, "Kept", Fields=fields, Keys=keys)
    found = search_keys(in_process)["kept_ssn"]
    assert {name: found[name] for name in definition} == definition


def test_the_type_of_a_search_key_cannot_change(in_process: InProcess) -> None:
    """STRING agrees with all types. The message names the key and the type."""
    unique_key = {"recordId": key("id", of=("UNIQUE",))}
    put(in_process, "Fixed", Fields=FIELDS, Keys={**unique_key, "fixed": key("phone")})
    message = message_of(in_process, Keys={**unique_key, "fixed": key("mail")})
    assert message.startswith("Keys.fixed: ")
    assert "`phone`" in message
    put(in_process, "Fixed", Fields=FIELDS, Keys={**unique_key, "fixed": key("id")})
    assert search_keys(in_process)["fixed"]["type"] == "phone"


@pytest.mark.parametrize(
    ("members", "start"),
    [
        ({"Fields": {"a": {"Source": "a"}}}, "Fields.a.Source: "),
        ({"Fields": {"a": {}}}, "Fields.a.Source: "),
        ({"Fields": {"a": {"Source": "_source"}}}, "Fields.a.Source: "),
        ({"Fields": {"a": {"Source": "{{#if _source.a}}b{{/if}}"}}}, "Fields.a.Source: "),
        ({"Fields": {"a": {"Source": "{{_source.a}} {{upper _source.b}}"}}}, "Fields.a.Source: "),
        ({"Fields": {"a": {"Source": "_source.a", "Target": "_profile.Nose"}}}, "Fields.a.Target: "),
        ({"Fields": {"a": {"Source": "_source.a", "Target": "_profile.Address"}}}, "Fields.a.Target: "),
        (
            {"Fields": {"a": {"Source": "_source.a", "Target": "_profile.Attributes.aws:x"}}},
            "Fields.a.Target: ",
        ),
        ({"Fields": {"a": {"Source": "_source.a", "Target": "_profile.ProfileId"}}}, "Fields.a.Target: "),
        ({"Keys": {"k": key("id")}}, "Keys: Exactly one key"),
        ({"Keys": {"k": key("id", of=("UNIQUE",)), "l": key("mail", of=("UNIQUE",))}}, "Keys: Exactly one"),
        ({"Keys": {"k": key("unknown", of=("UNIQUE",))}}, "Keys.k: "),
        ({"Keys": {"k": key(of=("UNIQUE",))}}, "Keys.k: "),
        ({"Keys": {"_k": key("id", of=("UNIQUE",))}}, "Keys._k: "),
        ({"Keys": {"profileId": key("id", of=("UNIQUE",))}}, "Keys.profileId: `profile_id` is the name of"),
        ({"Keys": {"contact-id": key("id", of=("UNIQUE",))}}, "Keys.contact-id: "),
        ({"Keys": {"name": key("id", of=("UNIQUE",))}}, "Keys.name: "),
        (
            {"Keys": {"loyaltyId": key("id", of=("UNIQUE",)), "loyalty-id": key("mail")}},
            "Keys.loyalty-id: This and `loyaltyId` are the same search key",
        ),
        (
            {"Keys": {"orderId": key("id", of=("UNIQUE",)), "_orderId": key("mail")}},
            "Keys._orderId: This and `orderId` are the same search key",
        ),
        ({"TemplateId": "CTR"}, "TemplateId: "),
        ({"TemplateId": "Salesforce-Account"}, "TemplateId: Must be one of: CTR, "),
        ({"ObjectTypeName": "CTR"}, "TemplateId: "),
        ({"ObjectTypeName": "CTR", "TemplateId": "CTR"}, "Fields: A template defines this"),
    ],
)
def test_a_definition_that_cannot_work_is_a_bad_request(
    in_process: InProcess, members: Json, start: str
) -> None:
    """The message names the member. Nothing is stored."""
    assert message_of(in_process, **members).startswith(start)
    in_process("GetProfileObjectType", expect=404, ObjectTypeName="Bad")


def test_a_sensitive_value_has_no_target(in_process: InProcess) -> None:
    """It would be in the profile in plain text."""
    definition = {"label": "Pin", "type": "digits", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/hidden_pin", definition, expect=201)
    fields = {**FIELDS, "pin": {"Source": "_source.pin", "Target": "_profile.Attributes.pin"}}
    keys = {"recordId": key("id", of=("UNIQUE",)), "hiddenPin": key("pin")}
    assert message_of(in_process, Fields=fields, Keys=keys).startswith("Fields.pin.Target: ")


def test_contact_records_have_templates(in_process: InProcess) -> None:
    """Those of Amazon."""
    for template in ("CTR", "CTR-NoInferred", "CTR-AutoAssociateOnly"):
        stored = put(in_process, "CTR", TemplateId=template)
        assert stored["TemplateId"] == template
        assert in_process("GetProfileObjectType", ObjectTypeName="CTR")["TemplateId"] == template
    in_process("DeleteProfileObjectType", ObjectTypeName="CTR")
