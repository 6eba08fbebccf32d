"""Definitions of all indexes."""

from pymongo import ASCENDING, DESCENDING, IndexModel

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

PARTIAL_FILTER = "partialFilterExpression"

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def _contacts_by(name: str, *fields: str) -> IndexModel:
    """Return the index that lists the contacts with the same ``fields``, newest first."""
    return IndexModel([("domain", ASCENDING), *[(f, ASCENDING) for f in fields], *_NEWEST_FIRST], name=name)


def _events_by(name: str, *fields: str) -> IndexModel:
    """Return the index that lists the audit events with the same ``fields``, newest first.

    The IDs of events are ordered by time.
    """
    return IndexModel(
        [("domain", ASCENDING), *[(f, ASCENDING) for f in fields], ("_id", DESCENDING)], name=name
    )


INDEXES: dict[str, list[IndexModel]] = {
    "profiles": [
        # For all search keys, built-in and custom.
        IndexModel([("domain", ASCENDING), ("lookup", ASCENDING), ("_id", ASCENDING)], name=LOOKUP),
        # Rejects a second owner of a unique value. Partial, because all profiles without a unique value would
        # have the same entry, null.
        IndexModel(
            [("domain", ASCENDING), ("unique", ASCENDING)],
            name=UNIQUE,
            unique=True,
            partialFilterExpression={"unique": {"$exists": True}},
        ),
        # Finds the profiles that were written with other rules, and continues after any of them. Profiles of
        # older releases have no rules; their entry is null.
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
        # Finds, without documents, when a profile was last associated with a contact.
        IndexModel(
            [
                ("domain", ASCENDING),
                ("association.profile_id", ASCENDING),
                ("association.associated_at", DESCENDING),
            ],
            name=LAST_OF_PROFILE,
        ),
        # For the erasure and the export of a profile.
        IndexModel([("domain", ASCENDING), ("associations.profile_id", ASCENDING)], name=HISTORY_OF_PROFILE),
    ],
    "search_keys": [
        IndexModel([("domain", ASCENDING), ("name", ASCENDING)], name="domain", unique=True),
        # Rejects a search key beyond the limit, also if requests race. Partial, because the search keys of
        # older releases have no slot.
        IndexModel(
            [("domain", ASCENDING), ("slot", ASCENDING)],
            name=SLOT,
            unique=True,
            partialFilterExpression={"slot": {"$exists": True}},
        ),
    ],
    "audit": [
        _events_by(NEWEST),
        _events_by(OF_PROFILE, "profile_ids"),
        _events_by(OF_AGENT, "agent_id"),
        # Each event has its own expiry date, so the retention can change without a new index.
        IndexModel([("expires_at", ASCENDING)], name="expired", expireAfterSeconds=0),
    ],
    "sensitive_value_counts": [
        IndexModel([("expires_at", ASCENDING)], name="expired", expireAfterSeconds=0),
    ],
}


def full_name(collection: str, model: IndexModel) -> str:
    """Return ``collection.index``."""
    return f"{collection}.{model.document['name']}"


UNIQUE_INDEXES = frozenset(
    full_name(collection, model)
    for collection, models in INDEXES.items()
    for model in models
    if model.document.get("unique")
)
