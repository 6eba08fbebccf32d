"""Every operation has the errors of Amazon's model: boto3 raises an exception of its own for each."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pymongo
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner

from service.app import create_app
from service.cli import main
from service.config import Settings
from service.store.client.connection import connect as connect_database
from tests.aws.in_process import InProcess
from tests.aws.model import minimal
from tests.aws.tiers import AGENT_TIER, MERGE_TIER, SET_UP_TIER
from tests.commands import Commands
from tests.master_keys import ONE
from tests.readiness import uncached
from tests.serving import run_gunicorn

_OPERATIONS = (*AGENT_TIER, *MERGE_TIER)

SUCCESS = {"SearchProfiles", "CreateProfile", "BatchGetProfile", "GetMatches"}
"""The operations that succeed although the profile does not exist."""
_VIEW = {"SearchProfiles", "BatchGetProfile", "ListProfileObjects", "GetSimilarProfiles"}
"""The operations that need no other scope than to view profiles."""
_SCOPES = [f"profiles:{each}" for each in ("view", "edit", "create", "admin", "merge")]
_REQUESTS_PER_MINUTE = 50


@pytest.fixture(scope="module")
def connect(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Any]]:
    """Run a service with authentication. Return a function that creates a client with these scopes."""
    database = f"aws_{uuid4().hex[:12]}"
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database, "MASTER_KEYS": ONE}
    settings = {
        "AUTH": "on",
        "AWS_API": "on",
        "WORKERS": "1",
        "RATE_LIMIT_PER_MINUTE": str(_REQUESTS_PER_MINUTE),
    }

    def create(*scopes: str, domain: str = "default") -> Any:
        options = [option for scope in scopes for option in ("--scope", scope)]
        arguments = ["access-keys", "create", "--label", "test", "--domain", domain, *options]
        created = CliRunner().invoke(main, arguments, env=environment)
        assert created.exit_code == 0, created.output
        key = dict(line.split("=", 1) for line in created.stdout.splitlines() if "=" in line)
        return boto3.client(
            "customer-profiles",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=key["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=key["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_gunicorn(log, {**environment, **settings}) as url:
        yield create
    mongodb_client.drop_database(database)


def outcome(client: Any, operation: str, **values: Any) -> str:
    """Return the name of the exception that a minimal call of an operation raises, or nothing.

    boto3 has a class of this name for the errors of its model only. Others are a ``ClientError``.
    """
    try:
        getattr(client, xform_name(operation))(**{**minimal(operation), **values})
    except ClientError as error:
        return type(error).__name__
    return ""


def test_signed_calls_with_the_scopes_of_an_operation_are_accepted(connect: Callable[..., Any]) -> None:
    """Otherwise, access is denied."""
    every = connect(*_SCOPES)
    view, none = connect("profiles:view"), connect("settings:admin")
    for operation in _OPERATIONS:
        accepted = "" if operation in SUCCESS else "ResourceNotFoundException"
        assert outcome(every, operation) == accepted
        assert outcome(view, operation) == (accepted if operation in _VIEW else "AccessDeniedException")
        assert outcome(none, operation) == "AccessDeniedException"


def test_a_domain_is_separate(connect: Callable[..., Any]) -> None:
    """A credential for another domain sees no profile of this one."""
    own, other = connect("profiles:create"), connect("profiles:view", domain="other")
    profile_id = own.create_profile(DomainName="default", FirstName="Jo")["ProfileId"]
    found = other.search_profiles(DomainName="other", KeyName="_profileId", Values=[profile_id])
    assert found["Items"] == []
    for operation in _OPERATIONS:
        assert outcome(other, operation) == "AccessDeniedException"
    (error,) = other.batch_get_profile(DomainName="other", ProfileIds=[profile_id])["Errors"]
    assert error["ProfileId"] == profile_id


def test_too_many_calls_are_throttled(connect: Callable[..., Any]) -> None:
    """The limit is that of `/v1`."""
    client = connect(*_SCOPES)
    for operation in _OPERATIONS:
        outcomes = {outcome(client, operation)}
        while "ThrottlingException" not in outcomes:
            outcomes.add(outcome(client, operation))
        assert outcomes <= {"", "ResourceNotFoundException", "ThrottlingException"}


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_a_call_with_an_invalid_member_is_a_bad_request(aws: Any, operation: str) -> None:
    """The name of the domain is a member of all."""
    assert outcome(aws, operation, DomainName="bad name!") == "BadRequestException"
    assert outcome(aws, operation, DomainName="x" * 65) == "BadRequestException"


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


@pytest.mark.parametrize("operation", [*AGENT_TIER, *MERGE_TIER, *SET_UP_TIER])
def test_a_call_without_a_database_is_an_internal_error(without_database: InProcess, operation: str) -> None:
    """SDKs retry it."""
    error = without_database(operation, expect=503, **minimal(operation))
    assert error["Error"]["Code"] == "InternalServerException"
    assert error["Error"]["Message"]
