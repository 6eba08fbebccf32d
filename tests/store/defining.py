"""Define search keys, and create profiles with values of these search keys."""

from typing import Any

from pymongo.database import Database

from service.model.match import Criterion, Operator, SearchMode
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases import profiles, search, search_keys
from tests.store.stale import any_stale

Document = dict[str, Any]


def define(stores: Stores, name: str = "vip", **changes: Any) -> None:
    """Define a search key. Its type is text unless ``changes`` contains another type."""
    fields = {"label": name, "type": "text", "unique": False, "sensitive": False, **changes}
    search_keys.define_search_key(stores, "default", name, fields)


def remove(stores: Stores, name: str = "vip") -> None:
    """Remove a search key."""
    search_keys.remove_search_key(stores, "default", name)


def redefine(stores: Stores, name: str = "vip", **changes: Any) -> None:
    """Remove a search key and define it differently."""
    remove(stores, name)
    define(stores, name, **changes)


def create(stores: Stores, *values: str, **fields: Any) -> str:
    """Create a profile with values of the search key ``vip``; return its ID."""
    body = {"first_name": "Ada", **({"keys": {"vip": list(values)}} if values else {}), **fields}
    profile_id: str = profiles.insert_profile(stores, "default", body)[0]["profile_id"]
    return profile_id


def held(stores: Stores, profile_id: str, key: str = "vip") -> list[str]:
    """Return the plain values of a search key of a profile."""
    values = profiles.read_profile(stores, "default", profile_id)["keys"].get(key, [])
    return [str(value.plain()) if isinstance(value, SensitiveValue) else value for value in values]


def found_profile_ids(stores: Stores, value: str) -> list[str]:
    """Return the IDs of the profiles that a search for a value of ``vip`` finds."""
    criteria: list[Criterion] = [{"key": "vip", "values": [value]}]
    response = search.search_profiles(
        stores, "default", criteria, operator=Operator.OR, mode=SearchMode.EXACT, limit=100
    )
    return [candidate.profile["profile_id"] for candidate in response.value.items]


def assert_no_profiles(stores: Stores, database: Database[Document]) -> None:
    """Assert that there are no profiles."""
    assert database["profiles"].count_documents({}) == 0
    assert not any_stale(stores)
