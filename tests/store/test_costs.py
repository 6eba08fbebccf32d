"""Each operation sends the commands in ``OPERATION_COSTS``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from service.app import create_app
from service.auth.access_keys import create_access_key
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect
from service.use_cases.clock import now
from tests.aws.signing import sign
from tests.commands import Commands
from tests.master_keys import ONE
from tests.measuring import unmeasured
from tests.readiness import uncached
from tests.store.operation_costs import (
    ASSOCIATION,
    OPERATION_COSTS,
    PHONES,
    PLAN,
    matched_on,
)


@dataclass(frozen=True)
class World:
    """The application, its commands, and the data for the operations."""

    client: FlaskClient
    commands: Commands
    database: Database[dict[str, Any]]
    created: dict[str, str]


@pytest.fixture(scope="module")
def world(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[World]:
    """Return an application with all indexes and a cached domain."""
    name = f"test_{uuid4().hex}"
    # The cache does not expire during the tests.
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        settings_cache_seconds=3600,
        master_keys=ONE,
        auth=False,
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    with unmeasured():
        created = _create_data(client)
    yield World(client, commands, database, created)
    database.client.close()
    mongodb_client.drop_database(name)


def _create_data(client: FlaskClient) -> dict[str, str]:
    """Define search keys and create profiles.

    Return the IDs of the profile with a sensitive value, and of one of many with the same name.
    """
    for key in ("ssn", "plan", "secret"):
        definition = {"label": key, "type": "text", "unique": key == "ssn", "sensitive": key == "secret"}
        assert client.put(f"/v1/search-keys/{key}", json=definition).status_code == 201
    for number in range(201):
        plans = ["crowd", "many"] if number else ["crowd"]
        many = client.post("/v1/profiles", json={"first_name": "Many", "keys": {"plan": plans}})
    for phone in ("+5511987654321", "+551187654321"):
        client.post("/v1/profiles", json={"first_name": "Bia", "phone_numbers": [{"value": phone}]})
    secrets = {"first_name": "Ada", "keys": {"secret": ["one secret"]}}
    with_secrets = client.post("/v1/profiles", json=secrets)
    responses = {"with_secrets": with_secrets, "many": many}
    return {name: response.get_json()["profile_id"] for name, response in responses.items()}


@pytest.fixture
def values(world: World) -> dict[str, str]:
    """Return values for the placeholders: a new profile, and contacts in each state."""
    names = {name: uuid4().hex for name in ("contact", "open", "cleared", "unused", "own", "both", "spare")}
    ada = {"first_name": "Ada", "phone_numbers": PHONES, "account_number": names["own"]}
    profile = world.client.post("/v1/profiles", json=ada).json
    assert profile is not None
    for _ in range(2):
        world.client.post("/v1/profiles", json={"first_name": "Eve", "last_name": names["both"]})
    for contact in ("open", "cleared"):
        association = {"profile_id": profile["profile_id"]}
        world.client.put(f"/v1/contacts/{names[contact]}/association", json=association)
    world.client.post(f"/v1/contacts/{names['cleared']}/clear")
    return names | world.created | {"profile": profile["profile_id"]}


def _merge(world: World, values: dict[str, str]) -> dict[str, str]:
    """Merge a profile into the profile. Return the ID of the merge, and that of another profile."""
    one, other = (
        world.client.post("/v1/profiles", json={"first_name": "Bo"}).get_json()["profile_id"]
        for _ in range(2)
    )
    path = f"/v1/profiles/{values['profile']}/merge"
    merge = world.client.post(path, json={"profile_ids": [one]}).get_json()
    return {"merge": merge["merge_id"], "other": other}


def _fill(template: Any, values: dict[str, str]) -> Any:
    """Replace the placeholders in all strings of a body."""
    if isinstance(template, dict):
        return {name: _fill(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, values) for value in template]
    return template.format(**values) if isinstance(template, str) else template


@pytest.mark.parametrize(
    ("operation", "body", "status", "expected"),
    [pytest.param(*cost[1:], id=cost[0]) for cost in OPERATION_COSTS],
)
def test_an_operation_sends_only_the_listed_commands(
    world: World, values: dict[str, str], operation: str, body: Any, status: int, expected: str
) -> None:
    """The order of the commands is checked too."""
    if status == 409:
        world.client.post("/v1/profiles", json={"first_name": "Bo", "keys": {"plan": ["gold"]}})
    method, path = operation.split(" ")
    if "{spare}" in path:
        world.client.put(path.format(**values), json={"label": "Spare", "type": "text"})
    if "merge" in path:
        values |= _merge(world, values)
    world.commands.sent.clear()
    response = world.client.open(path.format(**values), method=method, json=_fill(body, values))
    assert (response.status_code, " ".join(world.commands.names)) == (status, expected), response.json


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


@pytest.mark.parametrize(
    ("path", "first", "repeated"),
    [
        ("/v1/profiles", "find insert find insert", "find insert findAndModify insert"),
        (
            "/v1/contacts/{contact}/profile",
            "find find insert find findAndModify find insert",
            "find find insert findAndModify findAndModify find insert",
        ),
    ],
)
def test_an_idempotency_key_costs_two_finds(
    world: World, values: dict[str, str], path: str, first: str, repeated: str
) -> None:
    """They look for a merge. The repeated insert fails. Then the profile is read and marked as repeated."""
    headers = {"Idempotency-Key": uuid4().hex}
    for expected in (first, repeated):
        world.commands.sent.clear()
        response = world.client.post(path.format(**values), json={"first_name": "Bo"}, headers=headers)
        assert (response.status_code, " ".join(world.commands.names)) == (201, expected)


@pytest.mark.parametrize(
    ("path", "commands"),
    [
        ("/v1/profiles", "insert insert"),
        ("/v1/profiles?on_duplicate=reject", "insert insert"),
        ("/v1/contacts/{contact}/profile", "find insert findAndModify find insert"),
        ("/v1/profiles/batch", "insert insert"),
    ],
)
def test_possible_duplicates_cost_nothing_if_warnings_are_turned_off(
    world: World, values: dict[str, str], path: str, commands: str
) -> None:
    """The setting is in the cached domain."""
    profile = {"first_name": "Bo", "phone_numbers": PHONES}
    batch = {"items": [{"operation": "create", "profile": profile}]}
    world.client.patch("/v1/settings", json={"warn_of_duplicates": False})
    world.commands.sent.clear()
    world.client.post(path.format(**values), json=batch if "batch" in path else profile)
    sent = " ".join(world.commands.names)
    world.client.patch("/v1/settings", json={"warn_of_duplicates": None})
    assert sent == commands


@pytest.mark.parametrize("others", [1, 3])
def test_values_of_undefined_search_keys_cost_two_finds_once(world: World, others: int) -> None:
    """The domain is read again once for each undefined search key, not for each request."""
    ids = []
    for number in range(others):
        key = f"k{uuid4().hex}"
        world.client.put(f"/v1/search-keys/{key}", json={"label": "K", "type": "text"})
        body = {"first_name": "Ada", "keys": {key: [f"{number}"]}}
        ids.append(world.client.post("/v1/profiles", json=body).get_json()["profile_id"])
        world.database["search_keys"].delete_one({"name": key})
    stores = world.client.application.extensions["profile_lookup"]
    stores.domains.read("default")
    costs = []
    for profile_id in (*ids, *ids, *ids):
        world.commands.sent.clear()
        assert world.client.get(f"/v1/profiles/{profile_id}").status_code == 200
        costs.append(" ".join(world.commands.names))
    assert costs == ["find find find"] * others + ["find"] * 2 * others
    world.commands.sent.clear()
    criteria = [{"key": "profile_id", "values": [ids[0]]}]
    response = world.client.post("/v1/profiles/search", json={"criteria": criteria})
    # The first command looks for a merge of the profile.
    assert (response.status_code, world.commands.names) == (200, ["find", "find"])
    for profile_id in ids:
        world.client.delete(f"/v1/profiles/{profile_id}")


def test_an_association_with_an_unknown_profile_costs_more_commands(
    world: World, values: dict[str, str]
) -> None:
    """They look for a merge, twice, and remove associations that an interrupted request may have left."""
    world.commands.sent.clear()
    response = world.client.put(ASSOCIATION.format(**values), json={"profile_id": "0" * 32})
    assert (response.status_code, world.commands.names) == (404, ["find"] * 4 + ["update"])


def test_the_table_of_costs_has_every_operation(world: World) -> None:
    """A new operation must be added to ``OPERATION_COSTS``."""
    adapter = world.client.application.url_map.bind("localhost")
    names = ("contact", "open", "cleared", "profile", "unused", "with_secrets", "many", "spare", "merge")
    any_value = dict.fromkeys(names, "0" * 32)
    listed = set()
    for _, operation, *_ in OPERATION_COSTS:
        method, path = operation.split(" ")
        listed.add((method, str(adapter.match(path.partition("?")[0].format(**any_value), method)[0])))
    served = {
        (method, rule.endpoint)
        for rule in world.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") or rule.rule in {"/livez", "/readyz"}
    }
    assert served == listed
