"""What each operation costs: the commands that it sends to MongoDB, once the caches are warm.

The ``insert`` with which a change ends is that into the audit; of look-ups it is written behind the answers,
many together. The table is the documentation of these costs; ``test_plans.py`` shows what each look-up costs
in there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from service.app import create_app
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect
from service.use_cases.clock import now
from tests.commands import Commands
from tests.masters import ONE
from tests.readiness import uncached


@dataclass(frozen=True)
class World:
    """The application, its commands, and what the operations are tried on."""

    client: FlaskClient
    commands: Commands
    database: Database[dict[str, Any]]
    with_secrets: str


@pytest.fixture(scope="module")
def world(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[World]:
    """Return an application that has served before: its indexes stand and its domain is remembered."""
    name = f"test_{uuid4().hex}"
    # A cache that never grows old, however long the tests take.
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        settings_cache_seconds=3600,
        master_keys=ONE,
        auth="off",
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    for key in ("ssn", "plan", "secret"):
        defined = {"label": key, "type": "text", "unique": key == "ssn", "sensitive": key == "secret"}
        assert client.put(f"/v1/search-keys/{key}", json=defined).status_code == 201
    for number in range(201):
        plans = ["crowd", "many"] if number else ["crowd"]
        client.post("/v1/profiles", json={"first_name": "Many", "keys": {"plan": plans}})
    for phone in ("+5511987654321", "+551187654321"):
        client.post("/v1/profiles", json={"first_name": "Bia", "phone_numbers": [{"value": phone}]})
    secrets = {"first_name": "Ada", "keys": {"secret": ["one secret"]}}
    with_secrets = client.post("/v1/profiles", json=secrets).get_json()["profile_id"]
    yield World(client, commands, database, with_secrets)
    database.client.close()
    mongodb_client.drop_database(name)


@pytest.fixture
def values(world: World) -> dict[str, str]:
    """Return what stands for the names in a path: a profile of its own, and contacts in each state."""
    made = {name: uuid4().hex for name in ("contact", "open", "cleared", "nobody", "own", "both", "spare")}
    ada = {"first_name": "Ada", "phone_numbers": PHONES, "account_number": made["own"]}
    profile = world.client.post("/v1/profiles", json=ada).json
    assert profile is not None
    for _ in range(2):
        world.client.post("/v1/profiles", json={"first_name": "Eve", "last_name": made["both"]})
    for contact in ("open", "cleared"):
        association = {"profile_id": profile["profile_id"]}
        world.client.put(f"/v1/contacts/{made[contact]}/association", json=association)
    world.client.post(f"/v1/contacts/{made['cleared']}/clear")
    return made | {"profile": profile["profile_id"], "with_secrets": world.with_secrets}


PHONES = [{"value": "+1 212 555 0100"}]
PHONE = {"key": "phone", "values": ["+1 212 555 0100"]}
EMAIL = {"key": "email", "values": ["ada@example.com"]}
NAME = {"key": "name", "values": ["Ada", "Lovelace"]}
PLAN = {"key": "plan", "values": ["gold"]}
ACCOUNT = {"key": "account", "values": ["A-1"]}

MATCH = "POST /v1/contacts/{contact}/match"
SEARCH = "POST /v1/profiles/search"
ASSOCIATION = "/v1/contacts/{contact}/association"
PROFILE = "/v1/profiles/{profile}"


def _asking(key: str, value: str) -> dict[str, Any]:
    """Return a call that is to be matched on a key of its own choice."""
    return {"channel": "voice", "attributes": {"profileSearchKey": key, "profileSearchValue": value}}


COSTS: list[tuple[str, str, Any, int, str]] = [
    ("a call is matched", MATCH, {"channel": "voice", "phone_number": "+12125550123"}, 200, "aggregate"),
    ("a contact is matched on one key", MATCH, _asking("account", "{own}"), 200, "aggregate"),
    (
        "a chat is matched by e-mail, then name",
        MATCH,
        {"channel": "chat", "email_address": "ada@example.com", "name": "{own}"},
        200,
        "aggregate",
    ),
    (
        "a contact is matched on its attributes first",
        MATCH,
        {"phone_number": "+12125550123", **_asking("ssn", "1")},
        200,
        "aggregate",
    ),
    ("a contact is matched on an earlier one", MATCH, _asking("contact_id", "{open}"), 200, "find aggregate"),
    (
        "two candidates do not tie",
        MATCH,
        {"channel": "voice", "phone_number": "+5511987654321"},
        200,
        "aggregate",
    ),
    ("two candidates tie", MATCH, _asking("name", "Eve {both}"), 200, "aggregate aggregate"),
    ("two hundred candidates tie", MATCH, _asking("plan", "many"), 200, "aggregate aggregate"),
    ("too many to rank are all alike", MATCH, _asking("plan", "crowd"), 200, "aggregate aggregate"),
    (
        "one of too many to rank has another value",
        MATCH,
        {"phone_number": "+5511987654321", **_asking("plan", "crowd")},
        200,
        "aggregate aggregate",
    ),
    (
        "a match is narrowed down to nobody",
        MATCH,
        {**_asking("name", "Eve {both}"), "criteria": [ACCOUNT]},
        200,
        "find aggregate",
    ),
    (
        "a match is narrowed down to one",
        MATCH,
        {**_asking("account", "{own}"), "criteria": [PHONE]},
        200,
        "find aggregate aggregate",
    ),
    (
        "a match is narrowed down to two",
        MATCH,
        {**_asking("name", "Eve {both}"), "criteria": [{"key": "name", "values": ["{both}"]}]},
        200,
        "find aggregate aggregate aggregate",
    ),
    (
        "a contact is matched on a sensitive value",
        MATCH,
        _asking("secret", "one secret"),
        200,
        "aggregate aggregate",
    ),
    ("a caller hides the number", MATCH, {"channel": "voice", "phone_number": "anonymous"}, 200, "find"),
    ("one key is searched", SEARCH, {"criteria": [PHONE]}, 200, "find"),
    ("a name is searched", SEARCH, {"criteria": [NAME]}, 200, "find"),
    (
        "any of five is searched",
        SEARCH,
        {"criteria": [PHONE, EMAIL, NAME, PLAN, ACCOUNT], "operator": "or"},
        200,
        "find",
    ),
    (
        "all of five are searched",
        SEARCH,
        {"criteria": [PHONE, EMAIL, NAME, PLAN, ACCOUNT], "operator": "and"},
        200,
        "aggregate",
    ),
    (
        "more than a page is found by one key",
        SEARCH,
        {"criteria": [{"key": "plan", "values": ["many"]}]},
        200,
        "find",
    ),
    (
        "a sensitive value is searched",
        SEARCH,
        {"criteria": [{"key": "secret", "values": ["one secret"]}]},
        200,
        # The second finds the holders of the value, for the audit.
        "find aggregate",
    ),
    ("a prefix is searched", SEARCH, {"criteria": [ACCOUNT], "mode": "prefix"}, 200, "find"),
    (
        "earlier contacts are searched, however many",
        SEARCH,
        {"criteria": [{"key": "contact_id", "values": ["{open}", "{cleared}"]}] * 5, "operator": "and"},
        200,
        "find aggregate",
    ),
    ("a profile is created", "POST /v1/profiles", {"first_name": "Bo"}, 201, "insert insert"),
    # After the write of values of a search key its definition is read again: it may have changed meanwhile.
    (
        "a profile with custom keys is created",
        "POST /v1/profiles",
        {"first_name": "Bo", "keys": {"plan": ["gold"]}},
        201,
        "find find insert find insert",
    ),
    ("a profile is read", f"GET {PROFILE}", None, 200, "find"),
    ("a profile is patched", f"PATCH {PROFILE}", {"last_name": "Bar"}, 200, "find update insert"),
    ("a profile is patched with what it has", f"PATCH {PROFILE}", {"first_name": "Ada"}, 200, "find"),
    (
        "a profile's custom keys are patched",
        f"PATCH {PROFILE}",
        {"keys": {"plan": ["gold"]}},
        200,
        "find find find update find insert",
    ),
    (
        "a profile is deleted",
        f"DELETE {PROFILE}",
        None,
        204,
        "update find insert delete insert update",
    ),
    ("a key value is added", f"POST {PROFILE}/keys", PLAN, 200, "find find find update find insert"),
    ("a key value is released", f"POST {PROFILE}/keys/release", PHONE, 200, "find update insert"),
    # The second look closes the gap in which the profile may have been deleted since the first.
    (
        "a contact is associated",
        f"PUT {ASSOCIATION}",
        {"profile_id": "{profile}"},
        201,
        "find findAndModify find insert",
    ),
    ("a profile with sensitive values is read", "GET /v1/profiles/{with_secrets}", None, 200, "find"),
    (
        "a sensitive key is revealed",
        "POST /v1/profiles/{with_secrets}/reveal",
        {"key": "secret"},
        200,
        "find insert",
    ),
    (
        "a contact is associated again",
        "PUT /v1/contacts/{open}/association",
        {"profile_id": "{profile}", "agent_id": "jo"},
        200,
        "find findAndModify find insert",
    ),
    ("an association is read", "GET /v1/contacts/{open}/association", None, 200, "find"),
    (
        "a contact is disassociated",
        "DELETE /v1/contacts/{open}/association",
        None,
        204,
        "findAndModify insert",
    ),
    ("a contact is cleared", "POST /v1/contacts/{open}/clear", None, 200, "findAndModify insert"),
    (
        "a cleared contact is cleared",
        "POST /v1/contacts/{cleared}/clear",
        None,
        200,
        "findAndModify findAndModify find insert",
    ),
    ("a contact is read", "GET /v1/contacts/{open}", None, 200, "find"),
    (
        "a profile is created for a contact",
        "POST /v1/contacts/{contact}/profile",
        {"first_name": "Bo"},
        201,
        "find insert findAndModify find insert",
    ),
    ("past contacts are searched", "POST /v1/contacts/search", {"agent_id": "jo"}, 200, "find"),
    (
        "past calls of an agent are searched",
        "POST /v1/contacts/search",
        {"agent_id": "jo", "channel": "voice"},
        200,
        "find",
    ),
    ("a profile's contacts are listed", f"GET {PROFILE}/contacts", None, 200, "find find"),
    ("a profile is exported", f"GET {PROFILE}/export", None, 200, "find find find find find insert"),
    ("the audit is read", "GET /v1/audit", None, 200, "find"),
    ("the search keys are listed", "GET /v1/search-keys", None, 200, "find find"),
    (
        "a search key is defined",
        "PUT /v1/search-keys/k{nobody}",
        {"label": "K", "type": "text"},
        201,
        "find find findAndModify find find",
    ),
    ("a search key in use is kept", "DELETE /v1/search-keys/plan", None, 409, "find"),
    (
        "a search key is removed",
        "DELETE /v1/search-keys/k{spare}",
        None,
        204,
        "find update find delete find find",
    ),
    ("the profiles with a search key are listed", "GET /v1/search-keys/plan/profiles", None, 200, "find"),
    ("the settings are read", "GET /v1/settings", None, 200, "find find"),
    (
        "the settings are changed",
        "PATCH /v1/settings",
        {"default_region": "US"},
        200,
        "find find findAndModify find find",
    ),
    (
        "nothing of the settings is changed",
        "PATCH /v1/settings",
        {"match_keys": {}},
        200,
        "find find find find",
    ),
    ("it is asked whether it lives", "GET /livez", None, 200, ""),
    (
        "it is asked whether it is ready",
        "GET /readyz",
        None,
        200,
        # The last three look for other rules and, once a minute, for other definitions of search keys.
        "ping listIndexes listIndexes listIndexes listIndexes listIndexes find find find",
    ),
]


def _filled(template: Any, values: dict[str, str]) -> Any:
    """Return the body with the names in its strings filled in."""
    if isinstance(template, dict):
        return {name: _filled(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    return template.format(**values) if isinstance(template, str) else template


@pytest.mark.parametrize(
    ("operation", "body", "status", "expected"),
    [pytest.param(*cost[1:], id=cost[0]) for cost in COSTS],
)
def test_an_operation_sends_these_commands_and_no_other(
    world: World, values: dict[str, str], operation: str, body: Any, status: int, expected: str
) -> None:
    """The commands of each operation, in their order, are those of the table."""
    if status == 409:
        world.client.post("/v1/profiles", json={"first_name": "Bo", "keys": {"plan": ["gold"]}})
    method, path = operation.split(" ")
    if "{spare}" in path:
        world.client.put(path.format(**values), json={"label": "Spare", "type": "text"})
    world.commands.sent.clear()
    response = world.client.open(path.format(**values), method=method, json=_filled(body, values))
    assert (response.status_code, " ".join(world.commands.names)) == (status, expected), response.json


def test_a_sensitive_value_of_a_credential_with_a_limit_costs_an_update(world: World) -> None:
    """It is counted before it is compared; masks and other values cost nothing more, a refusal one more."""
    app = create_app(Settings(master_keys=ONE, sensitive_values_per_hour=5), database=world.database)
    stores = app.extensions["profile_lookup"]
    rights: Any = {"label": "a", "domain": "default", "agent_id": None, "lifetime": None}
    _, key = create_api_key(stores.api_keys, **rights, scopes={Scope.EDIT, Scope.CREATE}, now=now())
    stores.make_ready()
    stores.domains.read("default")
    path = f"/v1/profiles/{world.with_secrets}"
    secret = {"key": "secret", "values": ["one more"]}
    costs = []
    for method, where, body in (
        ("GET", path, None),
        ("POST", "/v1/profiles/search", {"criteria": [secret]}),
        ("POST", "/v1/contacts/c/match", _asking("secret", "one more")),
        ("POST", "/v1/profiles", {"first_name": "Bo", "keys": {"secret": ["one more"]}}),
        ("PATCH", path, {"keys": {"secret": ["******cret"]}}),
        ("POST", f"{path}/keys", secret),
        ("POST", f"{path}/keys/release", secret),
        ("POST", f"{path}/keys/release", secret),
        ("POST", "/v1/profiles/search", {"criteria": [PLAN]}),
    ):
        world.commands.sent.clear()
        headers = {"Authorization": f"Bearer {key}"}
        status = app.test_client().open(where, method=method, json=body, headers=headers).status_code
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


def test_a_credential_costs_a_find_in_four_seconds_and_an_update_a_day(world: World) -> None:
    """Once it is remembered, a match with an API key costs what one without does; a refused key the same."""
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


@pytest.mark.parametrize(
    ("path", "first", "again"),
    [
        ("/v1/profiles", "insert insert", "insert findAndModify insert"),
        (
            "/v1/contacts/{contact}/profile",
            "find insert findAndModify find insert",
            "find insert findAndModify findAndModify find insert",
        ),
    ],
)
def test_a_key_costs_nothing_until_it_comes_again(
    world: World, values: dict[str, str], path: str, first: str, again: str
) -> None:
    """The insert that it takes anyway meets the first one; then that is read, and marked as repeated."""
    headers = {"Idempotency-Key": uuid4().hex}
    for expected in (first, again):
        world.commands.sent.clear()
        response = world.client.post(path.format(**values), json={"first_name": "Bo"}, headers=headers)
        assert (response.status_code, " ".join(world.commands.names)) == (201, expected)


@pytest.mark.parametrize("others", [1, 3])
def test_values_of_undefined_keys_cost_two_finds_once(world: World, others: int) -> None:
    """Not with each read: the domain is read again for the first of them, and for each key once."""
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
    found = world.client.post("/v1/profiles/search", json={"criteria": criteria})
    assert (found.status_code, world.commands.names) == (200, ["find"])
    for profile_id in ids:
        world.client.delete(f"/v1/profiles/{profile_id}")


def test_to_associate_with_nobody_costs_a_second_command(world: World, values: dict[str, str]) -> None:
    """It forgets the profile, should an attempt that was cut off have left its ID behind."""
    world.commands.sent.clear()
    response = world.client.put(ASSOCIATION.format(**values), json={"profile_id": "0" * 32})
    assert (response.status_code, world.commands.names) == (404, ["find", "update"])


def test_every_operation_stands_in_the_table(world: World) -> None:
    """Whoever adds an operation says what it costs."""
    adapter = world.client.application.url_map.bind("localhost")
    names = ("contact", "open", "cleared", "profile", "nobody", "with_secrets", "spare")
    any_value = dict.fromkeys(names, "0" * 32)
    asked = set()
    for _, operation, *_ in COSTS:
        method, path = operation.split(" ")
        asked.add((method, str(adapter.match(path.format(**any_value), method)[0])))
    served = {
        (method, rule.endpoint)
        for rule in world.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") or rule.rule in {"/livez", "/readyz"}
    }
    assert served == asked
