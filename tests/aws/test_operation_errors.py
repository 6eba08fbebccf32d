"""Every operation has the errors of Amazon's model: boto3 raises an exception of its own for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from service.app import create_app
from service.aws.views import OFFERED
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect as connect_database
from tests.aws.in_process import InProcess
from tests.aws.model import minimal
from tests.aws.tiers import AGENT_TIER, SET_UP_TIER
from tests.commands import Commands
from tests.readiness import uncached

_NOT_FOUND = {
    *("UpdateProfile", "DeleteProfile", "AddProfileKey", "DeleteProfileKey", "ListProfileObjects"),
    *("PutProfileObject", "DeleteProfileObject"),
}
"""The operations whose profile or object type does not exist, in the order of the tiers."""
_SCOPES = ("profiles:view", "profiles:edit", "profiles:create", "profiles:admin", "settings:admin")
_OPERATIONS = (*AGENT_TIER, *SET_UP_TIER)
_BAD_ARNS = [{"resourceArn": "arn:bad"}, {"resourceArn": "arn:aws:profile:" + "x" * 257}]
_INVALID_MEMBERS: dict[str, list[dict[str, Any]]] = {
    "ListDomains": [{"MaxResults": 101}],
    "ListAccountIntegrations": [{"MaxResults": 101}, {"Uri": "x" * 256}],
    **dict.fromkeys(("TagResource", "UntagResource", "ListTagsForResource"), _BAD_ARNS),
}
"""Invalid members of the operations without a domain. The SDK sends them."""


def outcome(client: Any, operation: str, **values: Any) -> str:
    """Return the name of the exception that a minimal call of an operation raises, or nothing.

    boto3 has a class of this name for the errors of its model only. Others are a ``ClientError``.
    """
    try:
        getattr(client, xform_name(operation))(**{**minimal(operation), **values})
    except ClientError as error:
        return type(error).__name__
    return ""


def expected_outcome(operation: str) -> str:
    """Return the outcome of a minimal call with all scopes, in the order of the tiers."""
    if operation in _NOT_FOUND:
        return "ResourceNotFoundException"
    # The domain has the profile that CreateProfile has created.
    return "BadRequestException" if operation == "DeleteDomain" else ""


def test_signed_calls_with_the_scopes_of_an_operation_are_accepted(connect: Callable[..., Any]) -> None:
    """Otherwise, access is denied."""
    every = connect(*_SCOPES)
    view, none = connect("profiles:view"), connect("profiles:reveal")
    for operation in _OPERATIONS:
        expected = expected_outcome(operation)
        assert outcome(every, operation) == expected, operation
        # The views of these two need one more scope.
        allowed = Scope.VIEW in OFFERED[operation].scopes and not operation.endswith("ProfileKey")
        assert outcome(view, operation) == (expected if allowed else "AccessDeniedException"), operation
        assert outcome(none, operation) == "AccessDeniedException", operation


def test_a_domain_is_separate(connect: Callable[..., Any]) -> None:
    """A credential for another domain sees nothing of this one."""
    own, other = connect(*_SCOPES, domain="one"), connect(*_SCOPES, domain="other")
    own.create_domain(DomainName="one", DefaultExpirationDays=1)
    profile_id = own.create_profile(DomainName="one", FirstName="Jo")["ProfileId"]
    found = other.search_profiles(DomainName="other", KeyName="_profileId", Values=[profile_id])
    assert found["Items"] == []
    for operation in _OPERATIONS:
        members = minimal(operation)
        if "DomainName" in members:
            assert outcome(other, operation, DomainName="one") == "AccessDeniedException", operation
        elif "resourceArn" in members:
            arn = members["resourceArn"].replace("default", "one")
            assert outcome(other, operation, resourceArn=arn) == "ResourceNotFoundException", operation
    assert other.list_domains()["Items"] == []
    (integration,) = other.list_account_integrations(**minimal("ListAccountIntegrations"))["Items"]
    assert integration["DomainName"] == "other"
    (error,) = other.batch_get_profile(DomainName="other", ProfileIds=[profile_id])["Errors"]
    assert error["ProfileId"] == profile_id


def test_too_many_calls_are_throttled(connect: Callable[..., Any]) -> None:
    """The limit is that of `/v1`."""
    client = connect(*_SCOPES, domain="throttled")
    for operation in _OPERATIONS:
        # All calls share the limit, so that most operations are throttled at once.
        domain = {"DomainName": "throttled"} if "DomainName" in minimal(operation) else {}
        outcomes = {outcome(client, operation, **domain)}
        while "ThrottlingException" not in outcomes:
            outcomes.add(outcome(client, operation, **domain))
        # A new minute can begin meanwhile: the domain exists already, or has profiles.
        if operation in {"CreateDomain", "DeleteDomain"}:
            outcomes -= {"BadRequestException"}
        assert outcomes <= {"", "ResourceNotFoundException", "ThrottlingException"}


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_a_call_with_an_invalid_member_is_a_bad_request(aws: Any, operation: str) -> None:
    """The name of the domain is a member of most."""
    invalid = _INVALID_MEMBERS.get(operation) or [{"DomainName": "bad name!"}, {"DomainName": "x" * 65}]
    for values in invalid:
        assert outcome(aws, operation, **values) == "BadRequestException"


@pytest.fixture(scope="module")
def without_database() -> Iterator[InProcess]:
    """Return a client of an application that cannot reach MongoDB."""
    settings = Settings(
        mongodb_uri="mongodb://127.0.0.1:1",
        mongodb_timeout_ms=100,
        mongodb_connect_timeout_ms=100,
        auth=False,
        aws_api=True,
    )
    database = connect_database(settings)
    app = create_app(settings, database=database, readiness_times=uncached())
    yield InProcess(app.test_client(), Commands())
    database.client.close()


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_a_call_without_a_database_is_an_internal_error(without_database: InProcess, operation: str) -> None:
    """SDKs retry it."""
    error = without_database(operation, expect=503, **minimal(operation))
    assert error["Error"]["Code"] == "InternalServerException"
    assert error["Error"]["Message"]
