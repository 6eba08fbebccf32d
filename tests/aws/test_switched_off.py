"""Clients of AWS that find no operation learn why from `message`: SDKs do not show `detail`."""

from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from service.auth.authorization_header import ALGORITHM
from tests.aws.model import operation
from tests.aws.services import new_app

_SIGNED = {"Authorization": f"{ALGORITHM} Credential=any/20260101/us-east-1/profile/aws4_request"}


def _error(path: str, headers: dict[str, str], **settings: Any) -> dict[str, str]:
    """Return the error that botocore reads from the response."""
    response = new_app(**settings).test_client().get(path, headers=headers)
    parsed: dict[str, Any] = create_parser("rest-json").parse(
        {
            "body": response.data,
            "headers": HeadersDict(dict(response.headers)),
            "status_code": response.status_code,
        },
        operation("ListDomains").output_shape,
    )
    error: dict[str, str] = parsed["Error"]
    return error


@pytest.mark.parametrize("auth", [False, True])
@pytest.mark.parametrize(("aws_api", "path"), [(False, "/domains"), (True, "/v1/domains")])
def test_a_signed_request_says_how_to_reach_the_api(*, aws_api: bool, auth: bool, path: str) -> None:
    """AWS_API is off by default, and the address of other services often has a path."""
    error = _error(path, _SIGNED, aws_api=aws_api, auth=auth)
    assert error["Code"] == "not_found"
    assert "AWS_API=on" in error["Message"]
    assert "endpoint URL" in error["Message"]


def test_other_requests_get_the_problem_document_alone() -> None:
    """The message is for AWS SDKs."""
    assert _error("/domains", {}, aws_api=False, auth=False)["Message"] == ""
