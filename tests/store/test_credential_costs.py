"""Credentials and their limits cost few commands."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest

from service.app import create_app
from service.auth.access_keys import create_access_key
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.use_cases.clock import now
from tests.aws.signing import sign
from tests.master_keys import ONE
from tests.store.cost_world import World, create_profile_with_secrets, open_world
from tests.store.operation_costs.common import PLAN, matched_on


@pytest.fixture(scope="module")
def world(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[World]:
    """Return an application with a profile that has a sensitive value."""
    with open_world(mongodb_uri, mongodb_client, create_profile_with_secrets) as world:
        yield world


def test_a_limit_of_sensitive_values_costs_an_update(world: World) -> None:
    """The count comes before the comparison. Masks cost nothing, and a rejection costs one more update."""
    app = create_app(Settings(master_keys=ONE, sensitive_values_per_hour=5), database=world.database)
    stores = app.extensions["profile_lookup"]
    rights: Any = {"label": "a", "domain": "default", "agent_id": None, "lifetime": None}
    _, key = create_api_key(stores.api_keys, **rights, scopes={Scope.EDIT, Scope.CREATE}, now=now())
    stores.make_ready()
    stores.domains.read("default")
    path = f"/v1/profiles/{world.created['with_secrets']}"
    secret = {"key": "secret", "values": ["one more"]}
    costs = []
    for method, url, body in (
        ("GET", path, None),
        ("POST", "/v1/profiles/search", {"criteria": [secret]}),
        ("POST", "/v1/contacts/c/match", matched_on("secret", "one more")),
        ("POST", "/v1/profiles", {"first_name": "Bo", "keys": {"secret": ["one more"]}}),
        ("PATCH", path, {"keys": {"secret": ["******cret"]}}),
        ("POST", f"{path}/keys", secret),
        ("POST", f"{path}/keys/release", secret),
        ("POST", f"{path}/keys/release", secret),
        ("POST", "/v1/profiles/search", {"criteria": [PLAN]}),
    ):
        world.commands.sent.clear()
        headers = {"Authorization": f"Bearer {key}"}
        status = app.test_client().open(url, method=method, json=body, headers=headers).status_code
        costs.append((status, " ".join(world.commands.names)))
    assert costs[1:] == [
        (200, "update find aggregate"),
        (200, "update aggregate aggregate"),
        (201, "find find update insert find insert"),
        (200, "find find find"),
        (200, "find find find update update insert"),
        (200, "find find find update update insert"),
        (429, "find find find update update"),
        (200, "find"),
    ]


def test_an_api_key_costs_a_find_every_four_seconds_and_an_update_a_day(world: World) -> None:
    """A cached or invalid API key costs nothing."""
    app = create_app(Settings(), database=world.database)
    stores = app.extensions["profile_lookup"]
    rights: Any = {
        "label": "a",
        "domain": "default",
        "scopes": set(Scope),
        "agent_id": None,
        "lifetime": None,
    }
    _, key = create_api_key(stores.api_keys, **rights, now=now())
    stores.make_ready()
    stores.domains.read("default")
    match = {"channel": "voice", "phone_number": "+12125550123"}
    costs = []
    for credential in (key, key, f"{key[:20]}_{'0' * 64}", f"plk_{'0' * 81}", "a.b.c"):
        world.commands.sent.clear()
        headers = {"Authorization": f"Bearer {credential}"}
        path = f"/v1/contacts/{uuid4().hex}/match"
        status = app.test_client().post(path, json=match, headers=headers, buffered=True).status_code
        costs.append((status, " ".join(world.commands.names)))
    assert costs == [
        (200, "find aggregate update"),
        (200, "aggregate"),
        (401, ""),
        (401, ""),
        (401, ""),
    ]


def test_an_access_key_costs_a_find_every_four_seconds_and_an_update_a_day(world: World) -> None:
    """A signature with a cached access key, and an invalid one, cost nothing."""
    app = create_app(Settings(master_keys=ONE, aws_api=True), database=world.database)
    stores = app.extensions["profile_lookup"]
    rights: Any = {"label": "a", "domain": "default", "agent_id": None, "lifetime": None}
    key, secret = create_access_key(
        stores.access_keys, stores.keyring, **rights, scopes={Scope.VIEW}, now=now()
    )
    stores.make_ready()
    stores.domains.read("default")
    body = b'{"KeyName": "_phone", "Values": ["+12125550123"]}'
    costs = []
    for key_id, used in (
        (key.key_id, secret),
        (key.key_id, secret),
        (key.key_id, "wrong"),
        ("AKIA", "wrong"),
    ):
        world.commands.sent.clear()
        signed = sign(key_id, used, body=body)
        del signed.headers["content-length"]
        response = app.test_client().post(
            f"http://localhost{signed.target}", headers=signed.headers, data=body, buffered=True
        )
        costs.append((response.status_code, " ".join(world.commands.names)))
    assert costs == [(200, "find find update"), (200, "find"), (403, ""), (403, "")]


def test_an_agent_token_costs_a_find_of_its_key_every_four_seconds(world: World) -> None:
    """A worker that has cached the API key verifies any number of its tokens without a command."""
    app = create_app(Settings(master_keys=ONE), database=world.database)
    stores = app.extensions["profile_lookup"]
    rights: Any = {"label": "a", "domain": "default", "agent_id": None, "lifetime": None}
    _, key = create_api_key(stores.api_keys, **rights, scopes=set(Scope), now=now())
    headers = {"Authorization": f"Bearer {key}"}
    # Another worker creates the tokens.
    creator = create_app(Settings(master_keys=ONE), database=world.database).test_client()
    tokens = [
        creator.post("/v1/agent-tokens", json={"agent_id": agent}, headers=headers).get_json()["token"]
        for agent in ("agent-7", "agent-8")
    ]
    stores.make_ready()
    stores.domains.read("default")
    match = {"channel": "voice", "phone_number": "+12125550123"}
    costs = []
    for token in (tokens[0], tokens[0], tokens[1], f"{tokens[1]}x", "plt_a.b.c"):
        world.commands.sent.clear()
        path = f"/v1/contacts/{uuid4().hex}/match"
        headers = {"Authorization": f"Bearer {token}"}
        status = app.test_client().post(path, json=match, headers=headers, buffered=True).status_code
        costs.append((status, " ".join(world.commands.names)))
    assert costs == [(200, "find aggregate"), (200, "aggregate"), (200, "aggregate"), (401, ""), (401, "")]
