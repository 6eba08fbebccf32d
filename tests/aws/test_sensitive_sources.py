"""A value of a sensitive search key is in plain text nowhere, whichever field or key reads it."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model.object_types import ContentType, ObjectField, ObjectKey, ObjectType, StandardIdentifier
from service.use_cases.amazon.mapping import map_object
from service.use_cases.clock import now
from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import found, listed

Json = dict[str, Any]

SSN = "321549876"
_FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in SSN)
UNIQUE = StandardIdentifier.UNIQUE
_UNIQUE = {"objectId": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE"]}]}
_PLACES = (
    "_source.x.ssn",
    "_source. x . ssn",
    "{{_source.x.ssn}}",
    "No. {{ _source.x.ssn }} of {{_source.id}}",
)
"""Sources that read the sensitive value."""


def sensitive_key(api: InProcess, key_type: str = "digits") -> str:
    """Define a sensitive search key and return its name."""
    name = f"secret_{key_type}"
    definition = {"label": "Secret", "type": key_type, "sensitive": True}
    api.client.put(f"/v1/search-keys/{name}", json=definition)
    return name


def definition(secret: str, fields: Json, keys: Json, content_type: str = "NUMBER") -> Json:
    """Return an object type with a sensitive key, and further fields and keys."""
    return {
        "ObjectTypeName": f"T{unique()}",
        "Description": "For a test",
        "AllowProfileCreation": True,
        "Fields": {
            "id": {"Source": "_source.id"},
            "secret": {"Source": "_source.x.ssn", "ContentType": content_type},
            **fields,
        },
        "Keys": {
            **_UNIQUE,
            secret: [{"FieldNames": ["secret"], "StandardIdentifiers": ["PROFILE"]}],
            **keys,
        },
    }


@pytest.mark.parametrize("source", _PLACES)
def test_another_field_with_the_same_source_has_no_target(in_process: InProcess, source: str) -> None:
    """The value counts, not the name of the field."""
    fields = {"copy": {"Source": source, "Target": "_profile.LastName"}}
    new = definition(sensitive_key(in_process), fields, {})
    error = in_process("PutProfileObjectType", expect=400, **new)
    assert error["Error"]["Message"].startswith("Fields.copy.Target: ")


@pytest.mark.parametrize("names", [["secret"], ["id", "copy"]])
def test_a_key_that_is_not_sensitive_has_no_sensitive_value(in_process: InProcess, names: list[str]) -> None:
    """It would be in the profile and in its index in plain text. A LOOKUP_ONLY key is stored nowhere."""
    secret, plain = sensitive_key(in_process), "plainPin"
    fields = {"copy": {"Source": "_source.x.ssn"}}
    for identifiers, status in ((["PROFILE"], 400), (["LOOKUP_ONLY"], 200)):
        keys = {plain: [{"FieldNames": names, "StandardIdentifiers": identifiers}]}
        response = in_process("PutProfileObjectType", expect=status, **definition(secret, fields, keys))
        if status == 400:
            assert response["Error"]["Message"].startswith(f"Keys.{plain}: ")


def test_a_sensitive_phone_number_is_not_inferred(in_process: InProcess) -> None:
    """Not from a second field either."""
    secret = sensitive_key(in_process, "phone")
    fields = {"copy": {"Source": "_source.x.ssn", "ContentType": "PHONE_NUMBER"}}
    new = definition(secret, fields, {}, "PHONE_NUMBER")
    in_process("PutProfileObjectType", **new)
    put(in_process, new, "+1 202-555-0143")
    (profile,) = found(in_process, secret, "+1 202-555-0143")
    assert profile.keys() == {"ProfileId"}


def test_a_key_that_becomes_sensitive_later_shows_no_new_value(in_process: InProcess) -> None:
    """What was allowed while the search key was not sensitive is skipped then."""
    fields = {
        "name": {"Source": "{{_source.x.ssn}} Doe", "Target": "_profile.LastName"},
        "phone": {"Source": "_source.x.ssn", "ContentType": "PHONE_NUMBER"},
    }
    keys = {"plainLate": [{"FieldNames": ["id", "name"], "StandardIdentifiers": []}]}
    new = definition("late_secret", fields, keys, "STRING")
    in_process("PutProfileObjectType", **new)
    in_process.v1("DELETE", "/v1/search-keys/late_secret", expect=204)
    late = {"label": "Late", "type": "text", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/late_secret", late, expect=201)
    put(in_process, new, SSN)
    (profile,) = found(in_process, "late_secret", SSN)
    stored = in_process.v1("GET", f"/v1/profiles/{profile['ProfileId']}")
    for each in (stored, profile, listed(in_process, profile, new["ObjectTypeName"])):
        assert SSN not in orjson.dumps(each).decode()


_NAMES = ["id", "secret", "a", "b"]
_FIELDS = st.builds(
    ObjectField,
    name=st.just("?"),
    source=st.sampled_from(_PLACES),
    target=st.sampled_from([None, "_profile.FirstName", "_profile.Attributes.c", "_profile.Address.City"]),
    content_type=st.sampled_from([None, *ContentType]),
)
_KEYS = st.builds(
    ObjectKey,
    name=st.just("k"),
    search_key=st.just("plain"),
    identifiers=st.frozensets(st.sampled_from(StandardIdentifier)),
    fields=st.lists(st.sampled_from(_NAMES), min_size=1, unique=True),
)


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(st.lists(_FIELDS, min_size=4, max_size=4), st.lists(_KEYS, max_size=3))
def test_no_field_and_no_key_gives_a_profile_a_sensitive_value(
    fields: list[ObjectField], keys: list[ObjectKey]
) -> None:
    """For any definition, except by the sensitive key itself."""
    unique_key = ObjectKey(name="u", search_key="u", identifiers=frozenset({UNIQUE}), fields=["id"])
    secret = ObjectKey(name="s", search_key="s", identifiers=frozenset(), fields=["secret"])
    sources = {"id": "_source.id", "secret": "_source.x.ssn"}
    object_type = ObjectType(
        name="T",
        description="For a test",
        fields=[
            replace(each, name=name, source=sources.get(name, each.source))
            for name, each in zip(_NAMES, fields, strict=True)
        ],
        keys=[unique_key, secret, *keys],
        created_at=now(),
        updated_at=now(),
    )
    mapped = map_object(object_type, orjson.dumps({"id": "1", "x": {"ssn": SSN}}).decode(), {"s"})
    held = [
        each.value
        for each in mapped.values
        if each.key.search_key != "s" and not each.key.has(StandardIdentifier.LOOKUP_ONLY)
    ]
    assert SSN not in f"{mapped.members} {mapped.inferred} {held}"


@pytest.mark.parametrize(
    ("key_type", "value", "others"),
    [
        ("digits", "321-54-9876", [SSN, 321549876, "321 54 9876", _FULL_WIDTH, "SSN: 321-54-9876."]),
        ("phone", "+1 202-555-0143", ["+12025550143", "(202) 555-0143", 2025550143, "0012025550143"]),
        ("phone", "03-1234-5678", ["+81 3-1234-5678", "0312345678"]),
        ("text", "Blue-Whale", ["blue whale", "BLUEWHALE"]),
        ("email", "jo.doe@example.com", ["JO.DOE@example.com", "Jo Doe <jo.doe@example.com>"]),
    ],
)
def test_a_sensitive_value_is_masked_in_all_notations(
    in_process: InProcess, key_type: str, value: str, others: list[object]
) -> None:
    """Also within a text, as the name of a member, and within an array."""
    secret = sensitive_key(in_process, key_type)
    new = definition(secret, {"copy": {"Source": "_source.array"}}, {}, "STRING")
    new["Keys"][secret].append({"FieldNames": ["copy"], "StandardIdentifiers": []})
    in_process("PutProfileObjectType", **new)
    content = {
        "notes": others,
        "array": [value, {"a": "hidden too"}],
        value: 1,
        "kept": ["12", "Whale", 9876],
    }
    put(in_process, new, value, **content)
    (profile,) = found(in_process, secret, value)
    (shown,) = listed(in_process, profile, new["ObjectTypeName"]).values()
    assert all(str(each).startswith("*") for each in shown["notes"]), shown["notes"]
    assert shown["array"][0].startswith("*")
    assert shown["array"][1]["a"].startswith("*")
    assert value not in orjson.dumps(shown).decode()
    assert shown["kept"] == content["kept"]


def put(api: InProcess, object_type: Json, value: str, **others: object) -> None:
    """Put an object with a sensitive value."""
    text = orjson.dumps({"id": unique(), "x": {"ssn": value}, **others}).decode()
    api("PutProfileObject", ObjectTypeName=object_type["ObjectTypeName"], Object=text)
