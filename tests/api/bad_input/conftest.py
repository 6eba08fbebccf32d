"""A service with data. Bad requests must not change its database."""

from collections.abc import Iterator

import pytest

from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import Caller, Json
from tests.api.operations import CONTACT_ID, PROFILE_ID


@pytest.fixture(scope="module")
def service_with_data(module_api: Caller) -> tuple[Caller, Json]:
    """Return a caller of a service with data of every kind, and a dump of its database."""
    api = module_api
    api.define("ssn", type="digits", unique=True)
    api.define("vip")
    api.define("secret", sensitive=True)
    profile = api.create("Ann", phone_numbers=[{"value": "555 1234"}], keys={"ssn": ["123"], "vip": ["1"]})
    profiles = api.database["profiles"]
    document = profiles.find_one_and_delete({"_id": profile["profile_id"]})
    profiles.insert_one(document | {"_id": PROFILE_ID})
    api.associate(CONTACT_ID, PROFILE_ID, channel="voice", agent_id="agent-7")
    for _ in range(3):
        contact_id = f"other-{api.create('Bob')['profile_id']}"
        api.associate(contact_id, PROFILE_ID, agent_id="agent-7")
    api.patch("/v1/settings", {"default_region": "JP", "match_keys": {"chat": ["name"]}})
    return api, api.dump()


@pytest.fixture
def checker(service_with_data: tuple[Caller, Json]) -> Iterator[RejectionChecker]:
    """Return a checker for that service. After the test, assert that no data changed."""
    api, dump = service_with_data
    yield RejectionChecker(api)
    assert api.dump() == dump
