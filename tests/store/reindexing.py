"""Make profiles stale, and reindex them."""

from typing import Any

from pymongo.database import Database

from service.matching.rules import MARKER, RULES_VERSION
from service.model.match import Criterion, Operator, SearchMode
from service.store.stores import Stores
from service.use_cases import profiles, search, search_keys
from service.use_cases.reindex import Reindexed, reindex_profiles

Document = dict[str, Any]

PHONE = {"value": "+1 212 555 0100"}

# The field ``rules`` of profiles that other releases have stored: missing, only a version number, with other
# versions of libraries, and with a later version number.
OTHER_RULES = [
    None,
    RULES_VERSION,
    f"{RULES_VERSION}/8.13.0/2.2.0/14.0.0",
    f"{RULES_VERSION + 1}{MARKER[1:]}",
]


def create(stores: Stores, domain: str = "default", **fields: Any) -> str:
    """Create a profile; return its ID."""
    return profiles.insert_profile(stores, domain, {"first_name": "Ada", **fields})[0]["profile_id"]


def define(stores: Stores, domain: str, name: str, key_type: str, *, unique: bool) -> None:
    """Define a search key."""
    fields = {"label": name, "type": key_type, "unique": unique, "sensitive": False}
    search_keys.define_search_key(stores, domain, name, fields)


def make_stale(
    database: Database[Document], profile_id: str, *unique: str, rules: int | str | None = None
) -> None:
    """Replace the profile's index terms and its field ``rules`` by those of another release.

    ``unique`` are the index terms of the unique values; without any, the profile has none. If ``rules`` is
    None, the field is removed, as in profiles of the oldest releases.
    """
    change: Document = {"$set": {"lookup": ["name:outdated"]}}
    change["$unset"] = {} if unique else {"unique": ""}
    if unique:
        change["$set"] |= {"lookup": list(unique), "unique": list(unique)}
    if rules is None:
        change["$unset"]["rules"] = ""
    else:
        change["$set"]["rules"] = rules
    database["profiles"].update_one({"_id": profile_id}, {n: v for n, v in change.items() if v})


def reindex_all(stores: Stores, batch_size: int = 3) -> Reindexed:
    """Reindex all stale profiles."""
    return reindex_profiles(stores, batch_size=batch_size, advance=lambda _: None)


def found_profile_ids(stores: Stores, key: str, value: str, domain: str = "default") -> list[str]:
    """Return the sorted IDs of the profiles that a search finds."""
    criteria: list[Criterion] = [{"key": key, "values": [value]}]
    page = search.search_profiles(
        stores, domain, criteria, operator=Operator.OR, mode=SearchMode.EXACT, limit=100
    )
    return sorted(candidate.profile["profile_id"] for candidate in page.value.items)


def all_profiles(database: Database[Document]) -> list[Document]:
    """Return all profile documents, sorted by ID."""
    return list(database["profiles"].find().sort("_id"))
