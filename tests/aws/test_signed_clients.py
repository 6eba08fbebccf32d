"""boto3 with access keys against two workers of gunicorn that verify signatures."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner

from service.cli import main
from tests import tls

_REVOCATION_SECONDS = 5
_POLL_SECONDS = 0.5
_REQUESTS = 20
_KEY = re.compile(r"AWS_ACCESS_KEY_ID=(\w+)\nAWS_SECRET_ACCESS_KEY=(\w+)\n")

AccessKey = tuple[str, str]


@pytest.fixture(scope="module")
def access_keys(signed_service: tuple[str, dict[str, str]]) -> Callable[..., str]:
    """Return a function that runs `access-keys` and returns the output."""

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["access-keys", *arguments], env=signed_service[1])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.fixture(scope="module")
def create(access_keys: Callable[..., str]) -> Callable[..., AccessKey]:
    """Return a function that creates an access key for profiles. Return its ID and its secret."""

    def run(*arguments: str) -> AccessKey:
        scopes = ("--scope", "profiles:edit", "--scope", "profiles:create")
        printed = _KEY.fullmatch(access_keys("create", *scopes, *arguments))
        assert printed
        return printed[1], printed[2]

    return run


@pytest.fixture(scope="module")
def connect(signed_service: tuple[str, dict[str, str]]) -> Iterator[Callable[..., Any]]:
    """Return a function that creates a client with an access key."""
    url, _ = signed_service
    clients = []

    def run(key: AccessKey, *, token: str | None = None, region: str = "us-east-1") -> Any:
        client = boto3.client(
            "customer-profiles",
            endpoint_url=url,
            region_name=region,
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}),
        )
        clients.append(client)
        return client

    yield run
    for client in clients:
        client.close()


def _code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    code: str = caught.value.response["Error"]["Code"]
    assert caught.value.response["ResponseMetadata"]["RequestId"]
    return code


@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-1"])
def test_calls_with_an_access_key_succeed(
    create: Callable[..., AccessKey], connect: Callable[..., Any], region: str
) -> None:
    """Text of all scripts is signed, in the body and in the query string."""
    client = connect(create(), region=region)
    name = f"花子 & Ann+{region}"
    profile_id = client.create_profile(DomainName="default", FirstName=name, AccountNumber=name)["ProfileId"]
    found = client.search_profiles(DomainName="default", KeyName="_account", Values=[name], MaxResults=5)[
        "Items"
    ]
    assert [(item["ProfileId"], item["FirstName"]) for item in found] == [(profile_id, name)]
    token = {"DomainName": "default", "KeyName": "_account", "Values": [name], "NextToken": "a+b/c= %é&"}
    assert _code(client.search_profiles, **token) == "BadRequestException"


def test_paths_of_all_forms_are_signed(create: Callable[..., AccessKey], connect: Callable[..., Any]) -> None:
    """An ARN is encoded in the path. Names may be those of no domain."""
    client = connect(create())
    for arn in ("arn:aws:profile:us-east-1:1:domains/default", "a b/c%2Fd/../~é"):
        code = _code(client.list_tags_for_resource, resourceArn=arn)
        assert code not in {"InvalidSignatureException", "UnknownOperationException"}
    for domain in ("bad name!", "100%", "日本", "a/b"):
        code = _code(client.search_profiles, DomainName=domain, KeyName="_phone", Values=["1"])
        assert code == ("UnknownOperationException" if domain == "a/b" else "BadRequestException")


def test_refused_calls_have_the_errors_of_aws(
    create: Callable[..., AccessKey], connect: Callable[..., Any]
) -> None:
    """SDKs turn them into exceptions."""
    key_id, secret = key = create()
    call = {"DomainName": "default", "KeyName": "_phone", "Values": ["+12125550123"]}
    codes = [
        _code(connect((key_id, "wrong")).search_profiles, **call),
        _code(connect(("AKIAIOSFODNN7EXAMPLE", secret)).search_profiles, **call),
        _code(connect(key, token="FwoGZXIvYXdzEJr").search_profiles, **call),  # noqa: S106 - made up
        _code(connect(key).search_profiles, **{**call, "DomainName": "tokyo"}),
        _code(connect(key).delete_profile, DomainName="default", ProfileId="a" * 32),
    ]
    assert codes == [
        "InvalidSignatureException",
        "UnrecognizedClientException",
        "UnrecognizedClientException",
        "AccessDeniedException",
        "AccessDeniedException",
    ]
    client = connect(key)
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.delete_profile(DomainName="default", ProfileId="a" * 32)


def test_every_worker_refuses_a_revoked_access_key_after_five_seconds(
    create: Callable[..., AccessKey], connect: Callable[..., Any], access_keys: Callable[..., str]
) -> None:
    """Both workers use the access key before it is revoked, so both have cached it. The list shows this."""
    key = create("--domain", "osaka")
    client, other = connect(key), connect(create("--domain", "osaka"))
    assert _statuses(client) == {"200": _REQUESTS}
    access_keys("revoke", key[0])
    deadline = time.monotonic() + _REVOCATION_SECONDS
    while time.monotonic() < deadline:
        assert _statuses(client, 1).keys() <= {"200", "UnrecognizedClientException"}
        time.sleep(_POLL_SECONDS)
    assert _statuses(client) == {"UnrecognizedClientException": _REQUESTS}
    assert _statuses(other) == {"200": _REQUESTS}
    used = [line.split()[-2:] for line in access_keys("list", "--domain", "osaka").splitlines()[1:]]
    assert [state for _, state in used] == ["revoked", "valid"]
    assert "never" not in {day for day, _ in used}


def _statuses(client: Any, number: int = _REQUESTS) -> Counter[str]:
    """Send calls on new connections, so that either worker may respond. Return the results."""
    counts: Counter[str] = Counter()
    for _ in range(number):
        try:
            client.search_profiles(DomainName="osaka", KeyName="_phone", Values=["+12125550123"])
            counts["200"] += 1
        except ClientError as error:
            counts[error.response["Error"]["Code"]] += 1
        client.close()
    return counts


def test_probes_need_no_signature_and_other_requests_do(signed_service: tuple[str, dict[str, str]]) -> None:
    """The refusal has the form of AWS, although the body is not JSON."""
    url, _ = signed_service
    assert httpx.get(f"{url}/livez", verify=tls.UNUSED).status_code == 200
    response = httpx.post(f"{url}/domains/default/profiles", content=b"{", verify=tls.UNUSED)
    assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
