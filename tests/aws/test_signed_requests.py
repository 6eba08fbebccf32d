"""Signed requests are limited, logged and audited like those of the other API. Pages can send them too."""

import orjson
import pytest

from service.api.http.limits import FAILURES_PER_MINUTE
from tests.aws.services import BODY, SEARCH, AccessKeys, check_error, new_app
from tests.aws.signing import sign

_PUBLIC = {"host": "0.0.0.0", "rate_limit_per_minute": 0}  # noqa: S104 - the test does not bind it


def test_failed_authentications_are_limited_but_missing_and_valid_signatures_are_not() -> None:
    """They count for the address of the client, together with those of the other API."""
    keys = AccessKeys(new_app(**_PUBLIC))
    valid, client = keys.create(), keys.app.test_client()
    for _ in range(FAILURES_PER_MINUTE):
        check_error(client.post(SEARCH), 403, "MissingAuthenticationTokenException")
    wrong = sign(valid[0].key_id, "wrong")
    for _ in range(FAILURES_PER_MINUTE):
        check_error(keys.deliver(wrong), 403, "InvalidSignatureException")
    limited = keys.deliver(wrong)
    check_error(limited, 429, "ThrottlingException")
    assert int(limited.headers["Retry-After"]) > 0
    bearer = client.get("/v1/search-keys", headers={"Authorization": "Bearer plk_a"})
    assert bearer.status_code == 429
    assert keys.search(valid).status_code == 200


def test_requests_over_the_rate_limit_are_throttled() -> None:
    """Each access key has its own limit."""
    keys = AccessKeys(new_app(rate_limit_per_minute=2))
    first, second = keys.create(), keys.create()
    assert [keys.search(first).status_code for _ in range(2)] == [200, 200]
    limited = keys.search(first)
    check_error(limited, 429, "ThrottlingException")
    assert limited.headers["RateLimit"].startswith('"requests";r=0;')
    assert int(limited.headers["Retry-After"]) > 0
    assert keys.search(second).status_code == 200


def test_the_log_and_the_metrics_have_the_template_of_the_path(
    keys: AccessKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither has a value of the request."""
    key = keys.create(domain="tokyo")
    keys.search(key, "/domains/tokyo/profiles/search?next-token=customer-value")
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
    keys.send(key, path=SEARCH, body=found)
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
    prepared = sign(key[0].key_id, key[1], path=SEARCH, body=BODY)
    text = header.decode("latin-1")
    assert keys.deliver(prepared, environ_overrides={"HTTP_X_OTHER": text}).status_code == 200
    for name in ("HTTP_AUTHORIZATION", "HTTP_X_AMZ_DATE", "HTTP_X_AMZ_CONTENT_SHA256"):
        prepared = sign(key[0].key_id, key[1], path=SEARCH, body=BODY)
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
        SEARCH,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": ",".join(names),
        },
    )
    assert preflight.status_code == 204
    listed = preflight.headers.get("Access-Control-Allow-Headers", "").lower().split(", ")
    assert (set(names) <= set(listed)) == allowed
    response = keys.app.test_client().post(SEARCH, headers={"Origin": origin})
    check_error(response, 403, "MissingAuthenticationTokenException")
    assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    exposed = response.headers.get("Access-Control-Expose-Headers", "").lower().split(", ")
    assert ({"x-amzn-requestid", "x-amzn-errortype", "date"} <= set(exposed)) == allowed
    assert "Origin" in response.headers["Vary"]
