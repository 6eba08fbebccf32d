"""The real AWS client sets up a domain: each operation succeeds, and its response is as the model says."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from botocore import xform_name

from tests.aws.calls import only_item, pair
from tests.aws.model import operation, violations
from tests.aws.tiers import SET_UP_TIER

_DOMAIN = "set-up"
_ARN = f"arn:aws:profile:us-east-1:123456789012:domains/{_DOMAIN}"
_INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/a"
_TYPE = {"ObjectTypeName": "Order"}
_DEFINITION = {
    "Description": "Orders",
    "AllowProfileCreation": True,
    "Fields": {
        "id": {"Source": "_source.id"},
        "mail": {"Source": "_source.mail", "Target": "_profile.EmailAddress"},
    },
    "Keys": {
        "_orderId": [{"StandardIdentifiers": ["UNIQUE", "ORDER"], "FieldNames": ["id"]}],
        "_email": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["mail"]}],
    },
}


def test_each_operation_of_the_set_up_succeeds(connect: Callable[..., Any]) -> None:
    """In the order of a set-up, signed."""
    client = connect("profiles:view", "profiles:admin", "settings:admin", domain=_DOMAIN)
    called = set[str]()

    def call(name: str, **values: Any) -> Any:
        shape = operation(name).input_shape
        domain = {"DomainName": _DOMAIN} if "DomainName" in shape.members else {}
        response = getattr(client, xform_name(name))(**domain, **values)
        called.add(name)
        assert response.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        output = operation(name).output_shape
        assert response.keys() <= output.members.keys()
        assert not list(violations(output, _texts(response)))
        return response

    call("CreateDomain", DefaultExpirationDays=30, Tags={"a": "b"})
    assert call("UpdateDomain", DefaultExpirationDays=40)["DefaultExpirationDays"] == 40
    assert only_item(call("ListDomains"))["DomainName"] == _DOMAIN
    assert only_item(call("ListAccountIntegrations", Uri=_INSTANCE))["DomainName"] == _DOMAIN
    call("TagResource", resourceArn=_ARN, tags={"c": "d"})
    call("UntagResource", resourceArn=_ARN, tagKeys=["a"])
    assert call("ListTagsForResource", resourceArn=_ARN)["tags"] == {"c": "d"}
    stored = call("PutProfileObjectType", **_TYPE, **_DEFINITION)
    assert call("GetProfileObjectType", **_TYPE) == stored
    assert only_item(call("ListProfileObjectTypes"))["ObjectTypeName"] == "Order"
    text = orjson.dumps({"id": "A-1", "mail": "jo@example.com"}).decode()
    key = call("PutProfileObject", **_TYPE, Object=text)["ProfileObjectUniqueKey"]
    profile_id = only_item(call("SearchProfiles", **pair("_email", "jo@example.com")))["ProfileId"]
    assert call("GetDomain")["Stats"]["ProfileCount"] == 1
    place = {**_TYPE, "ProfileId": profile_id}
    by_key = call("ListProfileObjects", **place, ObjectFilter=pair("_orderId", "A-1"))
    assert only_item(by_key)["Object"] == text
    call("DeleteProfileObject", **place, ProfileObjectUniqueKey=key)
    assert call("ListProfileObjects", **place)["Items"] == []
    call("DeleteProfileObjectType", **_TYPE)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        call("GetProfileObjectType", **_TYPE)
    call("DeleteProfile", ProfileId=profile_id)
    call("DeleteDomain")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        call("GetDomain")
    assert called >= set(SET_UP_TIER)


def _texts(value: Any) -> Any:
    """Return the response without numbers, flags and times, whose limits the parser checks."""
    if isinstance(value, dict):
        inner = {name: _texts(each) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each is not None}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return value if isinstance(value, str) else None
