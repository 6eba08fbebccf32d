"""Possible duplicates of profiles whose values many others have are read completely, with few commands."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pymongo
import pytest

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.api.batches import create, outcomes, send
from tests.api.caller import Caller
from tests.commands import Commands
from tests.store.planning import InsertProfiles

NUMBERS = 60
NAMES = (
    *("Abel", "Bruno", "Carla", "Dora", "Egon", "Frida", "Gustav", "Hanna", "Igor", "Jutta", "Kurt", "Lena"),
    *("Moritz", "Nora", "Otto", "Petra", "Quentin", "Rosa"),
)
ZOE = {"first_name": "Zoe", "phone_numbers": [{"value": "+12125559999"}]}


@pytest.fixture(scope="module")
def world(
    mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]], insert_profiles: InsertProfiles
) -> Iterator[tuple[Caller, Commands]]:
    """Return a caller of the service, and a recorder of its commands.

    Each of 60 numbers has 18 owners, fewer than ``shared_above``. Together, they are more than one command
    reads. Zoe has a number that comes last in the index.
    """
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=name, settings_cache_seconds=3600, auth=False
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    caller = Caller(create_app(settings, database=database).test_client(), database)
    caller.get("/v1/settings")
    owners = [{"first_name": name, "phone_numbers": _phone(n)} for n in range(NUMBERS) for name in NAMES]
    insert_profiles(database, settings, [*owners, ZOE])
    yield caller, commands
    database.client.close()
    mongodb_client.drop_database(name)


def _phone(number: int) -> list[dict[str, str]]:
    return [{"value": f"+1212555{number:04}"}]


def _people() -> list[Any]:
    """Return items: a new owner of each number, and then Zoe again."""
    new = [create(first_name="Wilhelmina", phone_numbers=_phone(number)) for number in range(NUMBERS)]
    return [*new, create(**ZOE)]


def _searches(commands: Commands) -> int:
    return sum("lookup" in str(command.get("filter")) for command in commands.sent)


@pytest.mark.parametrize("on_duplicate", ["warn", "reject"])
def test_a_dry_run_finds_the_possible_duplicates_of_all_items(
    world: tuple[Caller, Commands], on_duplicate: str
) -> None:
    """The first command reads 1,000 profiles. Two more read all owners of 45 numbers each."""
    api, commands = world
    commands.sent.clear()
    *_, last = send(api, *_people(), query=f"?dry_run=true&on_duplicate={on_duplicate}")
    found = last.get("possible_duplicates") or last["problem"]["possible_duplicates"]
    assert [each["matched_on"] for each in found] == [["phone"]]
    assert _searches(commands) == 3


def test_a_rejecting_batch_finds_the_possible_duplicates_of_all_items(
    world: tuple[Caller, Commands],
) -> None:
    """The inserted profiles are checked again, with as many commands."""
    api, commands = world
    commands.sent.clear()
    results = send(api, *_people(), query="?on_duplicate=reject")
    assert outcomes(results) == ["created"] * NUMBERS + ["possible_duplicate"]
    assert _searches(commands) == 6


def test_a_rejecting_creation_finds_a_possible_duplicate_by_any_value(
    world: tuple[Caller, Commands],
) -> None:
    """A creation with ``warn`` reads only once."""
    api, commands = world
    numbers = [each for number in range(NUMBERS) for each in _phone(number)]
    profile = ZOE | {"phone_numbers": [*numbers, *_phone(9999)]}
    commands.sent.clear()
    path = "/v1/profiles?on_duplicate=reject"
    problem = api.reject("POST", path, profile, status=409, code="possible_duplicate")
    assert [each["matched_on"] for each in problem["possible_duplicates"]] == [["phone"]]
    assert _searches(commands) == 3


def test_a_value_that_too_many_share_is_left_out_before_the_values_are_divided(
    world: tuple[Caller, Commands],
) -> None:
    """The first command has only owners of a switchboard, which comes first in the index."""
    api, commands = world
    switchboard = {"value": "+12125550000"}
    for _ in range(3):
        send(api, *[create(first_name=name, phone_numbers=[switchboard]) for name in NAMES])
    staff = [create(first_name="Ulla", phone_numbers=[switchboard, *_phone(5000 + n)]) for n in range(2)]
    commands.sent.clear()
    *_, last = send(api, *staff, create(**ZOE), query="?dry_run=true&on_duplicate=reject")
    assert last["problem"]["code"] == "possible_duplicate"
    assert _searches(commands) == 1
    commands.sent.clear()
    alone = create(first_name="Zoe", phone_numbers=[switchboard, *_phone(9999)])
    (result,) = send(api, alone, query="?dry_run=true&on_duplicate=reject")
    assert result["problem"]["code"] == "possible_duplicate"
    assert _searches(commands) == 2
