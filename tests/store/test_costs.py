"""Each operation sends the commands in ``OPERATION_COSTS``."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from flask.testing import FlaskClient

from tests.store.cost_world import World, create_profile_with_secrets, open_world
from tests.store.operation_costs import OPERATION_COSTS
from tests.store.operation_costs.common import ASSOCIATION, PHONES


@pytest.fixture(scope="module")
def world(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[World]:
    """Return an application with profiles for the operations."""
    with open_world(mongodb_uri, mongodb_client, _create_data) as world:
        yield world


def _create_data(client: FlaskClient) -> dict[str, str]:
    """Return the IDs of the profile with a sensitive value, and of one of many with the same name."""
    with_secrets = create_profile_with_secrets(client)
    for number in range(201):
        plans = ["crowd", "many"] if number else ["crowd"]
        many = client.post("/v1/profiles", json={"first_name": "Many", "keys": {"plan": plans}})
    for phone in ("+5511987654321", "+551187654321"):
        client.post("/v1/profiles", json={"first_name": "Bia", "phone_numbers": [{"value": phone}]})
    return {**with_secrets, "many": many.get_json()["profile_id"]}


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


CONTACT_PROFILE = "/v1/contacts/{contact}/profile"


@pytest.mark.parametrize(
    ("path", "fields", "first", "repeated"),
    [
        ("/v1/profiles", {}, "find insert find insert", "find insert findAndModify insert"),
        # A value that can have duplicates costs nothing more: they are read together with the alias.
        (
            "/v1/profiles",
            {"account_number": "{unused}"},
            "find insert aggregate insert",
            "find insert findAndModify find insert",
        ),
        (
            "/v1/profiles?on_duplicate=reject",
            {"account_number": "{unused}"},
            "find find insert aggregate update insert",
            # The profile of the first request is not its own duplicate.
            "find find insert findAndModify find insert",
        ),
        (
            CONTACT_PROFILE,
            {},
            "find find insert find findAndModify find insert",
            "find find insert findAndModify findAndModify find insert",
        ),
        (
            CONTACT_PROFILE,
            {"account_number": "{unused}"},
            "find find insert aggregate findAndModify find insert",
            "find find insert findAndModify findAndModify find find insert",
        ),
    ],
)
def test_an_idempotency_key_costs_a_find_before_the_insert_and_one_command_after_it(
    world: World, values: dict[str, str], path: str, fields: dict[str, str], first: str, repeated: str
) -> None:
    """They look for a merge of the profile.

    Without the first one, a repeated request would create a merged profile again, and remove it only when it
    finds its alias. Until then, other requests would use that profile. Without the second one, a profile that
    is merged between the two would be created again.

    The repeated insert fails. Then the profile is read and marked as repeated.
    """
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"first_name": "Bo", **_fill(fields, values)}
    for expected in (first, repeated):
        world.commands.sent.clear()
        response = world.client.post(path.format(**values), json=body, headers=headers)
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
