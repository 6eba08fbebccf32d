"""Who may call the operations: signatures, scopes, domains, limits, and what is recorded of a call."""

from datetime import timedelta

import orjson
import pytest

from service.auth.keys import revoke_key
from service.aws.routes import ROUTES
from service.aws.views import OFFERED
from service.model.principal import Scope
from service.use_cases.clock import now
from tests.api.failing_database import FailingDatabase
from tests.aws.services import BODY, SEARCH, AccessKeys, check_error, new_app, new_database
from tests.aws.signing import sign
from tests.master_keys import TWO

_PUBLIC = {"host": "0.0.0.0", "rate_limit_per_minute": 0}  # noqa: S104 - the test does not bind it


def test_a_signed_request_is_answered(keys: AccessKeys) -> None:
    """The response has an ID, which is that of the log too."""
    response = keys.search(keys.create())
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
            assert message.startswith(f"{operation} is not offered by this service; docs/amazon-connect.md ")


def test_an_api_key_is_for_the_other_api_and_an_access_key_for_this_one(keys: AccessKeys) -> None:
    """The errors name the right kind of credential."""
    bearer = {"Authorization": f"Bearer {keys.create_api_key()}"}
    client = keys.app.test_client()
    assert client.get("/v1/search-keys", headers=bearer).status_code == 200
    message = check_error(client.post(SEARCH, headers=bearer), 400, "IncompleteSignatureException")
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
    message = check_error(keys.search(only_settings), 403, "AccessDeniedException")
    assert "profiles:view" in message
    for scope in (Scope.VIEW, Scope.EDIT, Scope.CREATE):
        assert keys.search(keys.create(scopes=frozenset({scope}))).status_code == 200


def test_the_domain_in_the_path_must_be_that_of_the_access_key(keys: AccessKeys) -> None:
    """The error is the same whether another domain exists or not."""
    tokyo, default = keys.create(domain="tokyo"), keys.create()
    assert keys.search(tokyo, "/domains/tokyo/profiles/search").status_code == 200
    messages = {
        check_error(keys.search(key, f"/domains/{domain}/profiles/search"), 403, "AccessDeniedException")
        for key, domain in ((default, "tokyo"), (default, "osaka"), (tokyo, "default"))
    }
    (message,) = messages
    assert "access-keys create --domain" in message


def test_without_authentication_there_is_only_the_default_domain() -> None:
    """Signatures are ignored, whether they are valid or not. The error says how to have other domains."""
    keys = AccessKeys(new_app(auth=False))
    unsigned = keys.app.test_client().post(SEARCH, data=BODY)
    wrong = keys.deliver(sign("AKIAIOSFODNN7EXAMPLE", "wrong", path=SEARCH, body=BODY))
    bearer = keys.app.test_client().post(SEARCH, data=BODY, headers={"Authorization": "Bearer a"})
    assert [response.status_code for response in (unsigned, wrong, bearer)] == [200] * 3
    other = keys.app.test_client().post("/domains/tokyo/profiles/search", data=BODY)
    message = check_error(other, 403, "AccessDeniedException")
    assert "AUTH=on" in message
    assert "access-keys create --domain" in message


def test_a_revoked_access_key_is_refused_by_new_workers_at_once(keys: AccessKeys) -> None:
    """Workers that have cached it refuse it within five seconds."""
    key = keys.create()
    revoke_key(keys.stores.access_keys, key[0].key_id, now=now())
    check_error(keys.search(key), 403, "UnrecognizedClientException")


def test_an_expired_access_key_is_refused(keys: AccessKeys) -> None:
    """As if it did not exist."""
    expired = keys.create(lifetime=timedelta(microseconds=-1))
    check_error(keys.search(expired), 403, "UnrecognizedClientException")


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
    assert keys.search(used).status_code == 200
    database.broken = True
    for key in (used, new):
        response = keys.search(key)
        check_error(response, 503, "InternalServerException")
        assert response.headers["Retry-After"]
    check_error(keys.deliver(sign(used[0].key_id, "wrong")), 403, "InvalidSignatureException")


def test_without_its_master_key_an_access_key_cannot_be_used(keys: AccessKeys) -> None:
    """The fault is the operator's, so it is no error of the client."""
    key = keys.create()
    other = AccessKeys(new_app(master_keys=TWO, database=keys.app.extensions["database"]))
    message = check_error(other.search(key), 500, "InternalServerException")
    assert "MASTER_KEYS" in message
