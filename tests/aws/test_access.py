"""Who may call the operations: signatures, scopes, domains, limits, and what is recorded of a call."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from service.api.http.limits import FAILURES_PER_MINUTE
from service.auth.keys import revoke_key
from service.aws.routes import ROUTES
from service.aws.views import OFFERED
from service.model.principal import Scope
from service.use_cases.clock import now
from tests.api.failing_database import FailingDatabase
from tests.aws.services import AccessKeys, check_error, new_app, new_database
from tests.aws.signing import sign
from tests.master_keys import TWO

_SEARCH = "/domains/default/profiles/search"
_BODY = b'{"KeyName": "_phone", "Values": ["+12125550123"]}'
_PUBLIC = {"host": "0.0.0.0", "rate_limit_per_minute": 0}  # noqa: S104 - the test does not bind it


@pytest.fixture
def keys() -> AccessKeys:
    """Return the access keys of an application with authentication."""
    return AccessKeys(new_app())


def _search(keys: AccessKeys, key: Any, path: str = _SEARCH) -> TestResponse:
    return keys.send(key, path=path, body=_BODY)


def test_a_signed_request_is_answered(keys: AccessKeys) -> None:
    """The response has an ID, which is that of the log too."""
    response = _search(keys, keys.create())
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert orjson.loads(response.data) == {"Items": []}
    assert response.headers["x-amzn-RequestId"] == response.headers["X-Request-Id"]


def test_every_operation_needs_a_signature(keys: AccessKeys) -> None:
    """Operations that are not offered need one too, and then say so."""
    key, client = keys.create(), keys.app.test_client()
    for operation, route in ROUTES.items():
        path = "/".join("a" if part.startswith("{") else part for part in route.path.split("/"))
        unsigned = client.open(path, method=route.method)
        check_error(unsigned, 403, "MissingAuthenticationTokenException")
        if operation not in OFFERED:
            message = check_error(keys.send(key, route.method, path), 400, "BadRequestException")
            assert message == f"{operation} is not offered by this service."


def test_an_api_key_is_for_the_other_api_and_an_access_key_for_this_one(keys: AccessKeys) -> None:
    """The errors name the right kind of credential."""
    bearer = {"Authorization": f"Bearer {keys.create_api_key()}"}
    client = keys.app.test_client()
    assert client.get("/v1/search-keys", headers=bearer).status_code == 200
    message = check_error(client.post(_SEARCH, headers=bearer), 400, "IncompleteSignatureException")
    assert "access key" in message
    response = keys.send(keys.create(), "GET", "/v1/search-keys", body=b"")
    assert (response.status_code, response.get_json()["code"]) == (401, "unauthenticated")
    key, secret = keys.create()
    for text in (key.key_id, secret, f"{key.key_id}_{secret}"):
        response = client.get("/v1/search-keys", headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "error_type"),
    [
        ({"secret": "wrong"}, 403, "InvalidSignatureException"),
        ({"key_id": "PLAK0000000000000000"}, 403, "UnrecognizedClientException"),
        ({"token": "a"}, 403, "UnrecognizedClientException"),
        ({"service": "s3"}, 403, "InvalidSignatureException"),
    ],
)
def test_an_invalid_signature_has_the_error_of_aws(
    keys: AccessKeys, change: dict[str, str], status: int, error_type: str
) -> None:
    """SDKs turn the type into an exception. The message contains no part of the request."""
    key, secret = keys.create()
    options = {"key_id": key.key_id, "secret": secret, **change}
    message = check_error(keys.deliver(sign(**options)), status, error_type)  # type: ignore[arg-type] # texts
    assert not any(value in message for value in (key.key_id, secret, "wrong", "PLAK0"))


def test_an_operation_needs_its_scope(keys: AccessKeys) -> None:
    """Any of the scopes of the operation is enough."""
    only_settings = keys.create(scopes=frozenset({Scope.SETTINGS}))
    message = check_error(_search(keys, only_settings), 403, "AccessDeniedException")
    assert "profiles:view" in message
    for scope in (Scope.VIEW, Scope.EDIT, Scope.CREATE):
        assert _search(keys, keys.create(scopes=frozenset({scope}))).status_code == 200


def test_the_domain_in_the_path_must_be_that_of_the_access_key(keys: AccessKeys) -> None:
    """The error is the same whether another domain exists or not."""
    tokyo, default = keys.create(domain="tokyo"), keys.create()
    assert _search(keys, tokyo, "/domains/tokyo/profiles/search").status_code == 200
    messages = {
        check_error(_search(keys, key, f"/domains/{domain}/profiles/search"), 403, "AccessDeniedException")
        for key, domain in ((default, "tokyo"), (default, "osaka"), (tokyo, "default"))
    }
    (message,) = messages
    assert "access-keys create --domain" in message


def test_without_authentication_there_is_only_the_default_domain() -> None:
    """Signatures are ignored, whether they are valid or not. The error says how to have other domains."""
    keys = AccessKeys(new_app(auth=False))
    unsigned = keys.app.test_client().post(_SEARCH, data=_BODY)
    wrong = keys.deliver(sign("AKIAIOSFODNN7EXAMPLE", "wrong", path=_SEARCH, body=_BODY))
    bearer = keys.app.test_client().post(_SEARCH, data=_BODY, headers={"Authorization": "Bearer a"})
    assert [response.status_code for response in (unsigned, wrong, bearer)] == [200] * 3
    other = keys.app.test_client().post("/domains/tokyo/profiles/search", data=_BODY)
    message = check_error(other, 403, "AccessDeniedException")
    assert "AUTH=on" in message
    assert "access-keys create --domain" in message


def test_a_revoked_access_key_is_refused_by_new_workers_at_once(keys: AccessKeys) -> None:
    """Workers that have cached it refuse it within five seconds."""
    key = keys.create()
    revoke_key(keys.stores.access_keys, key[0].key_id, now=now())
    check_error(_search(keys, key), 403, "UnrecognizedClientException")


def test_an_expired_access_key_is_refused(keys: AccessKeys) -> None:
    """As if it did not exist."""
    expired = keys.create(lifetime=timedelta(microseconds=-1))
    check_error(_search(keys, expired), 403, "UnrecognizedClientException")


def test_failed_authentications_are_limited_but_missing_and_valid_signatures_are_not() -> None:
    """They count for the address of the client, together with those of the other API."""
    keys = AccessKeys(new_app(**_PUBLIC))
    valid, client = keys.create(), keys.app.test_client()
    for _ in range(FAILURES_PER_MINUTE):
        check_error(client.post(_SEARCH), 403, "MissingAuthenticationTokenException")
    wrong = sign(valid[0].key_id, "wrong")
    for _ in range(FAILURES_PER_MINUTE):
        check_error(keys.deliver(wrong), 403, "InvalidSignatureException")
    limited = keys.deliver(wrong)
    check_error(limited, 429, "ThrottlingException")
    assert int(limited.headers["Retry-After"]) > 0
    bearer = client.get("/v1/search-keys", headers={"Authorization": "Bearer plk_a"})
    assert bearer.status_code == 429
    assert _search(keys, valid).status_code == 200


def test_requests_over_the_rate_limit_are_throttled() -> None:
    """Each access key has its own limit."""
    keys = AccessKeys(new_app(rate_limit_per_minute=2))
    first, second = keys.create(), keys.create()
    assert [_search(keys, first).status_code for _ in range(2)] == [200, 200]
    limited = _search(keys, first)
    check_error(limited, 429, "ThrottlingException")
    assert limited.headers["RateLimit"].startswith('"requests";r=0;')
    assert int(limited.headers["Retry-After"]) > 0
    assert _search(keys, second).status_code == 200


def test_the_log_and_the_metrics_have_the_template_of_the_path(
    keys: AccessKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither has a value of the request."""
    key = keys.create(domain="tokyo")
    _search(keys, key, "/domains/tokyo/profiles/search?next-token=customer-value")
    keys.app.test_client().get("/domains/tokyo/customer-value")
    output = capsys.readouterr().err
    lines = [orjson.loads(line) for line in output.splitlines()]
    routes = [line["route"] for line in lines if line["event"] == "request"]
    assert routes == ["/domains/<DomainName>/profiles/search", "/domains/<anything:path>"]
    logged = next(line for line in lines if line["event"] == "request")
    assert (logged["domain"], logged["credential_id"]) == ("tokyo", key[0].key_id)
    metrics = keys.app.test_client().get("/metrics").text
    assert 'route="/domains/<DomainName>/profiles/search"' in metrics
    assert "customer-value" not in output + metrics


def test_a_failed_authentication_is_logged_without_the_signature(
    keys: AccessKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reason is only in the log."""
    prepared = sign(keys.create()[0].key_id, "wrong")
    keys.deliver(prepared)
    output = capsys.readouterr().err
    assert '"reason":"a wrong signature"' in output
    assert prepared.headers["authorization"].rpartition("=")[2] not in output


def test_accesses_are_audited_with_the_access_key(keys: AccessKeys) -> None:
    """The events are those of the other API."""
    key = keys.create(agent_id="agent-7")
    created = keys.send(key, path="/domains/default/profiles", body=b'{"FirstName": "Ann"}')
    profile_id = created.get_json()["ProfileId"]
    found = orjson.dumps({"KeyName": "_profileId", "Values": [profile_id]})
    keys.send(key, path=_SEARCH, body=found)
    keys.stores.audit.flush()
    events = list(keys.app.extensions["database"]["audit"].find().sort("_id", 1))
    assert [(event["action"], event["profile_ids"]) for event in events] == [
        ("created", [profile_id]),
        ("searched", [profile_id]),
    ]
    assert {(event["credential_id"], event["agent_id"]) for event in events} == {(key[0].key_id, "agent-7")}


@pytest.mark.parametrize("header", [b"\xff", "\u00e9".encode()])
def test_headers_that_are_not_ascii_are_refused_or_ignored(keys: AccessKeys, header: bytes) -> None:
    """They never cause an error of the service."""
    key = keys.create()
    prepared = sign(key[0].key_id, key[1], path=_SEARCH, body=_BODY)
    text = header.decode("latin-1")
    assert keys.deliver(prepared, environ_overrides={"HTTP_X_OTHER": text}).status_code == 200
    for name in ("HTTP_AUTHORIZATION", "HTTP_X_AMZ_DATE", "HTTP_X_AMZ_CONTENT_SHA256"):
        prepared = sign(key[0].key_id, key[1], path=_SEARCH, body=_BODY)
        prepared.headers.pop(name.removeprefix("HTTP_").replace("_", "-").lower(), None)
        response = keys.deliver(prepared, environ_overrides={name: text})
        assert response.status_code in ({200} if name == "HTTP_X_AMZ_CONTENT_SHA256" else {400})


@pytest.mark.parametrize("origin", ["https://agents.example.com", "https://other.example.com"])
def test_pages_of_configured_origins_can_use_the_sdk_for_browsers(origin: str) -> None:
    """A preflight has no signature. Pages can read the error and the time of the service."""
    keys = AccessKeys(new_app(cors_origins=("https://agents.example.com",)))
    allowed = origin == "https://agents.example.com"
    names = [
        *("amz-sdk-invocation-id", "amz-sdk-request", "authorization", "content-type"),
        *("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"),
    ]
    preflight = keys.app.test_client().options(
        _SEARCH,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": ",".join(names),
        },
    )
    assert preflight.status_code == 204
    listed = preflight.headers.get("Access-Control-Allow-Headers", "").lower().split(", ")
    assert (set(names) <= set(listed)) == allowed
    response = keys.app.test_client().post(_SEARCH, headers={"Origin": origin})
    check_error(response, 403, "MissingAuthenticationTokenException")
    assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    exposed = response.headers.get("Access-Control-Expose-Headers", "").lower().split(", ")
    assert ({"x-amzn-requestid", "x-amzn-errortype", "date"} <= set(exposed)) == allowed
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["/domains", "/domains/default", "/tags/a", "/integrations", "/templates"])
def test_without_the_setting_the_paths_do_not_exist(path: str) -> None:
    """They are like all other unknown paths."""
    response = new_app(aws_api=False, auth=False).test_client().get(path)
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_without_the_datastore_a_call_can_be_repeated() -> None:
    """SDKs repeat a call after a 503. A worker accepts the access keys in its cache."""
    database = FailingDatabase(new_database())
    keys = AccessKeys(new_app(database=database))
    used, new = keys.create(), keys.create()
    assert _search(keys, used).status_code == 200
    database.broken = True
    for key in (used, new):
        response = _search(keys, key)
        check_error(response, 503, "InternalServerException")
        assert response.headers["Retry-After"]
    check_error(keys.deliver(sign(used[0].key_id, "wrong")), 403, "InvalidSignatureException")


def test_without_its_master_key_an_access_key_cannot_be_used(keys: AccessKeys) -> None:
    """The fault is the operator's, so it is no error of the client."""
    key = keys.create()
    other = AccessKeys(new_app(master_keys=TWO, database=keys.app.extensions["database"]))
    message = check_error(_search(other, key), 500, "InternalServerException")
    assert "MASTER_KEYS" in message
