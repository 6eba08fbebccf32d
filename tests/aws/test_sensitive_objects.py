"""Values of sensitive search keys in objects: profiles never have them elsewhere, and responses mask them."""

from typing import Any

import pytest

from tests.aws.calls import unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, found, listed, only, put

Json = dict[str, Any]


@pytest.fixture(scope="module")
def sensitive(in_process: InProcess) -> str:
    """Define a sensitive search key, and return its name at Amazon."""
    definition = {"label": "Tax", "type": "digits", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/tax_code", definition, expect=201)
    return "taxCode"


def _define(api: InProcess, expect: int, fields: Json, keys: Json) -> Json:
    return api(
        "PutProfileObjectType",
        expect=expect,
        ObjectTypeName=f"T{unique()}",
        Description="x",
        AllowProfileCreation=True,
        Fields={"id": {"Source": "_source.id"}, "tax": {"Source": "_source.x.tax"}, **fields},
        Keys={
            "taxedId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "taxCode": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["tax"]}],
            **keys,
        },
    )


@pytest.mark.parametrize("source", ["_source.x.tax", "_source. x.tax", "{{_source.x.tax}} y"])
def test_a_field_with_the_same_source_has_no_target(
    in_process: InProcess, sensitive: str, source: str
) -> None:
    """Whatever its own name is."""
    assert sensitive
    fields = {"b": {"Source": source, "Target": "_profile.LastName"}}
    assert _define(in_process, 400, fields, {})["Error"]["Message"].startswith("Fields.b.Target: ")


@pytest.mark.parametrize("name", ["otherCode", "_phone"])
def test_a_value_of_a_sensitive_key_is_no_value_of_another_key(
    in_process: InProcess, sensitive: str, name: str
) -> None:
    """Not even as a part of it."""
    assert sensitive
    keys = {name: [{"StandardIdentifiers": [], "FieldNames": ["id", "b"]}]}
    error = _define(in_process, 400, {"b": {"Source": "_source.x.tax"}}, keys)
    assert error["Error"]["Message"].startswith(f"Keys.{name}: ")


def test_a_key_that_became_sensitive_has_no_plain_values(in_process: InProcess) -> None:
    """The object type is older. Nothing is inferred from its values either."""
    name = define(
        in_process,
        {"lateCode": "PROFILE"},
        twin={"Source": "_source.lateCode", "Target": "_profile.LastName"},
        again={"Source": "_source.lateCode", "ContentType": "PHONE_NUMBER"},
    )
    in_process.v1("DELETE", "/v1/search-keys/late_code", expect=204)
    definition = {"label": "Late", "type": "digits", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/late_code", definition, expect=201)
    code = "212-555-0198"
    put(in_process, name, id=unique(), lateCode=code)
    profile = only(in_process, "lateCode", code)
    assert profile.keys() == {"ProfileId"}


def test_a_value_is_masked_in_all_notations(in_process: InProcess, sensitive: str) -> None:
    """Also as the name of a member."""
    name = define(in_process, {sensitive: "PROFILE"})
    tax = "321-54-9870"
    others: Json = {tax: 1, "rest": "32154"}
    put(in_process, name, id=1, taxCode=tax, other="321549870", number=321549870, **others)
    (profile,) = found(in_process, sensitive, tax)
    (shown,) = listed(in_process, profile, name).values()
    mask = "*******9870"
    assert shown == {
        "id": 1,
        "taxCode": mask,
        "other": "*****9870",
        "number": "*****9870",
        mask: 1,
        "rest": "32154",
    }
