"""The indexes, as a table, and whether they stand; ``index_builds`` brings that about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from service.store.client.connection import Document, translated

LOOKUP = "lookup"
UNIQUE = "unique"
RULES = "rules_and_id"
DEFINITIONS = "definitions_and_id"
SLOT = "slot"
NEWEST = "newest"
OF_CHANNEL = "newest_of_channel"
OF_PROFILE = "newest_of_profile"
OF_AGENT = "newest_of_agent"
LAST_OF_PROFILE = "last_of_profile"
HISTORY_OF_PROFILE = "history_of_profile"

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def _contacts_by(name: str, *fields: str) -> IndexModel:
    """Return the index that lists the contacts with the same ``fields``, newest first."""
    return IndexModel([("domain", ASCENDING), *[(f, ASCENDING) for f in fields], *_NEWEST_FIRST], name=name)


def _events_by(name: str, *fields: str) -> IndexModel:
    """Return the index that lists the audit's events with the same ``fields``, newest first."""
    return IndexModel(
        [("domain", ASCENDING), *[(f, ASCENDING) for f in fields], ("_id", DESCENDING)], name=name
    )


INDEXES: dict[str, list[IndexModel]] = {
    "profiles": [
        # Serves every search key there is and every key to come.
        IndexModel([("domain", ASCENDING), ("lookup", ASCENDING), ("_id", ASCENDING)], name=LOOKUP),
        # The database, not a check before the write, refuses the second owner of a unique key. Partial, as
        # two profiles without a unique key would otherwise both stand under null.
        IndexModel(
            [("domain", ASCENDING), ("unique", ASCENDING)],
            name=UNIQUE,
            unique=True,
            partialFilterExpression={"unique": {"$exists": True}},
        ),
        # For finding the profiles whose entries were made with other rules, and for going on behind any of
        # them; one of before there were any stands under null.
        IndexModel([("rules", ASCENDING), ("_id", ASCENDING)], name=RULES),
        # Finds the profiles that were written under other definitions of their custom search keys.
        IndexModel(
            [("definitions", ASCENDING), ("_id", ASCENDING)],
            name=DEFINITIONS,
            partialFilterExpression={"definitions": {"$exists": True}},
        ),
    ],
    "associations": [
        _contacts_by(NEWEST),
        _contacts_by(OF_CHANNEL, "channel"),
        _contacts_by(OF_PROFILE, "association.profile_id"),
        _contacts_by(OF_AGENT, "association.agent_id"),
        # For telling which of several profiles was talked to last, from the index alone.
        IndexModel(
            [
                ("domain", ASCENDING),
                ("association.profile_id", ASCENDING),
                ("association.associated_at", DESCENDING),
            ],
            name=LAST_OF_PROFILE,
        ),
        # For taking a deleted profile out of every history, and for its export.
        IndexModel([("domain", ASCENDING), ("associations.profile_id", ASCENDING)], name=HISTORY_OF_PROFILE),
    ],
    "search_keys": [
        IndexModel([("domain", ASCENDING), ("name", ASCENDING)], name="domain", unique=True),
        # Refuses a key beyond the limit, also if requests race. Partial, since the keys of older releases
        # have no slot.
        IndexModel(
            [("domain", ASCENDING), ("slot", ASCENDING)],
            name=SLOT,
            unique=True,
            partialFilterExpression={"slot": {"$exists": True}},
        ),
    ],
    # The IDs of events are in the order of time.
    "audit": [
        _events_by(NEWEST),
        _events_by(OF_PROFILE, "profile_ids"),
        _events_by(OF_AGENT, "agent_id"),
        # Each event says itself until when it is kept, so that another retention needs no other index.
        IndexModel([("expires_at", ASCENDING)], name="expired", expireAfterSeconds=0),
    ],
    "sensitive_value_counts": [
        IndexModel([("expires_at", ASCENDING)], name="expired", expireAfterSeconds=0),
    ],
}


# What makes an index another one, beside its keys.
_PARTIAL = "partialFilterExpression"
# Of two that agree in these MongoDB takes one alone, whatever their names and other options.
_IDENTITY = ("unique", _PARTIAL, "sparse", "collation")
_OPTIONS = (*_IDENTITY, "expireAfterSeconds", "hidden")

# The server's error code NamespaceNotFound.
_NO_COLLECTION = 26


@dataclass(frozen=True, slots=True)
class Survey:
    """Which indexes of the table do not stand as it says: ``collection.index`` of each.

    Those of other releases, and an operator's own, are none of its business.
    """

    missing: list[str]
    differing: list[str]
    lax: list[str]
    """Of those that differ, the ones that do not refuse a duplicate that is to be refused."""


def full_name(collection: str, model: IndexModel) -> str:
    """Return ``collection.index``."""
    return f"{collection}.{model.document['name']}"


@translated
def create(database: Database[Document], collection: str, models: Sequence[IndexModel]) -> None:
    """Create those that do not stand yet, and wait until they do; racing callers agree."""
    database[collection].create_indexes(models)


@translated
def survey(database: Database[Document]) -> Survey:
    """Look at what stands, or is being built, and compare it with the table."""
    found = Survey([], [], [])
    for collection, models in INDEXES.items():
        standing = database[collection].index_information()
        for model in models:
            name = full_name(collection, model)
            index = standing.get(model.document["name"])
            if index is None:
                twin = any(_alike(model.document, other, _IDENTITY) for other in standing.values())
                (found.differing if twin else found.missing).append(name)
            elif not _alike(model.document, index, _OPTIONS):
                found.differing.append(name)
                if model.document.get("unique") and not _refuses(model.document, index):
                    found.lax.append(name)
    return found


def _alike(wanted: Mapping[str, Any], found: Mapping[str, Any], options: Iterable[str]) -> bool:
    same_keys = [tuple(key) for key in found["key"]] == list(wanted["key"].items())
    return same_keys and all((wanted.get(name) or None) == (found.get(name) or None) for name in options)


def _refuses(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Return whether an index refuses every duplicate that the wanted one does, be it more besides."""
    return _alike(wanted, found, ["unique", "sparse", "collation"]) and _PARTIAL not in found


@translated
def being_built(database: Database[Document]) -> list[str]:
    """Return ``collection.index`` of every index that a build is under way for, whoever began it."""
    return [f"{collection}.{name}" for collection in INDEXES for name in _building(database, collection)]


def _building(database: Database[Document], collection: str) -> list[str]:
    # Without being asked for builds, the server lists an index as if it stood as soon as its build begins.
    asked = {"listIndexes": collection, "includeBuildUUIDs": True}
    try:
        listed = database.command(asked)["cursor"]["firstBatch"]
    except OperationFailure as error:
        if error.code != _NO_COLLECTION:
            raise
        return []
    return [index["spec"]["name"] for index in listed if "buildUUID" in index]
