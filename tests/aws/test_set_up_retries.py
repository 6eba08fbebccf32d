"""A call of the set-up whose response is lost is repeated by the SDK, and has its effect once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.aws.calls import error_of, only_item, pair
from tests.aws.model import minimal, operation
from tests.http_proxy import losing_proxy

Call = Callable[..., Any]

_ARN = "arn:aws:profile:us-east-1:123456789012:domains/default"
_TYPE = {"ObjectTypeName": "Customer"}
_DEFINITION = {
    "Description": "Customers",
    "AllowProfileCreation": True,
    "Fields": {"id": {"Source": "_source.id", "Target": "_profile.AccountNumber"}},
    "Keys": {"_account": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["id"]}]},
}
_READS: dict[str, dict[str, Any]] = {
    "GetDomain": {},
    "ListDomains": {},
    "GetProfileObjectType": _TYPE,
    "ListProfileObjectTypes": {},
    "ListAccountIntegrations": minimal("ListAccountIntegrations"),
    "ListTagsForResource": {"resourceArn": _ARN},
}


@pytest.fixture
def call(own_service: Any, make_client: Callable[..., Any]) -> Iterator[Call]:
    """Return a function that calls an operation. The first response is lost.

    It returns the response or the error of the second attempt.
    """
    with losing_proxy(own_service.meta.endpoint_url) as url:
        client = make_client(url, attempts=3)

        def send(name: str, **values: Any) -> Any:
            if "DomainName" in operation(name).input_shape.members:
                values["DomainName"] = "default"
            try:
                response = getattr(client, xform_name(name))(**values)
            except ClientError as error:
                response = error.response
            assert response["ResponseMetadata"]["RetryAttempts"] == 1
            return response

        yield send


def test_a_repeated_call_has_its_effect_once(own_service: Any, call: Call) -> None:
    """Definitions and objects replace themselves. What is removed already is a 404."""
    assert call("CreateDomain", DefaultExpirationDays=7)["DefaultExpirationDays"] == 7
    # Another call is not a repeated one.
    assert error_of(own_service.create_domain, DefaultExpirationDays=7)[0] == "BadRequestException"
    assert call("UpdateDomain", DefaultExpirationDays=8)["DefaultExpirationDays"] == 8
    call("TagResource", resourceArn=_ARN, tags={"a": "b", "c": "d"})
    call("UntagResource", resourceArn=_ARN, tagKeys=["a"])
    call("PutProfileObjectType", **_TYPE, **_DEFINITION)
    key = call("PutProfileObject", **_TYPE, Object='{"id": "C-1"}')["ProfileObjectUniqueKey"]
    customers = own_service.search_profiles(DomainName="default", **pair("_account", "C-1"))
    place = {**_TYPE, "ProfileId": only_item(customers)["ProfileId"]}
    objects = own_service.list_profile_objects(DomainName="default", **place)
    assert only_item(objects)["ProfileObjectUniqueKey"] == key
    with ThreadPoolExecutor(len(_READS)) as pool:
        # In parallel, since the SDK waits before it repeats a call.
        domain, *_, tags = pool.map(lambda name: call(name, **_READS[name]), _READS)
    assert (domain["Stats"]["ProfileCount"], tags["tags"]) == (1, {"c": "d"})
    for name, values in (
        ("DeleteProfileObject", {**place, "ProfileObjectUniqueKey": key}),
        ("DeleteProfileObjectType", _TYPE),
        ("DeleteProfile", {"ProfileId": place["ProfileId"]}),
        ("DeleteDomain", {}),
    ):
        assert call(name, **values)["Error"]["Code"] == "ResourceNotFoundException"
