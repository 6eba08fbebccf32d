"""Calls of the AWS client, and what tests read from the responses."""

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

DOMAIN = "default"


def read(aws: Any, profile_id: str) -> dict[str, Any]:
    """Return the members of a profile, without its ID."""
    (profile,) = aws.batch_get_profile(DomainName=DOMAIN, ProfileIds=[profile_id])["Profiles"]
    assert profile.pop("ProfileId") == profile_id
    members: dict[str, Any] = profile
    return members


def error_of(call: Any, **values: Any) -> tuple[str, int, str]:
    """Return the code, the status and the message of an error."""
    with pytest.raises(ClientError) as caught:
        call(DomainName=DOMAIN, **values)
    response = caught.value.response
    assert type(caught.value).__name__ == response["Error"]["Code"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Message"]


def ids(response: Any) -> list[str]:
    """Return the IDs of the profiles on a page."""
    return [profile["ProfileId"] for profile in response["Items"]]


def only_item(response: Any) -> Any:
    """Return the only item on a page."""
    (item,) = response["Items"]
    return item


def all_items(call: Any, values: dict[str, Any]) -> list[Any]:
    """Return the items of all pages."""
    response = call(**values)
    items: list[Any] = response["Items"]
    while "NextToken" in response:
        assert len(response["NextToken"]) <= 1024
        response = call(**values, NextToken=response["NextToken"])
        items += response["Items"]
    return items


def unique() -> str:
    """Return a value that no other profile has."""
    return uuid4().hex


def pair(key: str, *values: str) -> dict[str, Any]:
    """Return a search key with values."""
    return {"KeyName": key, "Values": list(values)}


def search(aws: Any, first: dict[str, Any], *others: dict[str, Any], **values: Any) -> Any:
    """Return a page of profiles that are found by the pairs."""
    more = {"AdditionalSearchKeys": list(others)} if others else {}
    return aws.search_profiles(DomainName=DOMAIN, **first, **more, **values)
