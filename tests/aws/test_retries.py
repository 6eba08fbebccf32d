"""A call whose response is lost is repeated by the SDK, and has its effect once."""

from collections.abc import Callable
from typing import Any

from tests.aws.calls import ids, pair, search, unique
from tests.aws.in_process import InProcess
from tests.http_proxy import losing_proxy


def test_a_repeated_creation_creates_one_profile(
    service_url: str, aws: Any, make_client: Callable[..., Any]
) -> None:
    """boto3 sends the same `amz-sdk-invocation-id` with each attempt."""
    account = unique()
    with losing_proxy(service_url) as url:
        client = make_client(url, attempts=3)
        created = client.create_profile(DomainName="default", AccountNumber=account)
        assert created["ResponseMetadata"]["RetryAttempts"] == 1
        profile_id = created["ProfileId"]
        added = client.add_profile_key(DomainName="default", ProfileId=profile_id, **pair("_phone", "1"))
        assert added["ResponseMetadata"]["RetryAttempts"] == 1
        deleted = client.delete_profile_key(DomainName="default", ProfileId=profile_id, **pair("_phone", "1"))
        assert deleted["ResponseMetadata"]["RetryAttempts"] == 1
    response = search(aws, pair("_account", account))
    assert ids(response) == [profile_id]
    assert "PhoneNumber" not in response["Items"][0]


def test_an_invocation_id_belongs_to_one_request(in_process: InProcess) -> None:
    """Another request with the same ID is a bad request."""
    header = {"amz-sdk-invocation-id": unique()}
    values = {"DomainName": "default", "FirstName": "Jo", "PhoneNumber": "1"}
    first, second = (in_process.send("CreateProfile", values, **header) for _ in range(2))
    assert first.json == second.json
    other = in_process.send("CreateProfile", {**values, "FirstName": "Joe"}, **header)
    assert (other.status_code, other.headers["x-amzn-ErrorType"]) == (400, "BadRequestException")
    assert in_process("CreateProfile", FirstName="Jo") != in_process("CreateProfile", FirstName="Jo")
