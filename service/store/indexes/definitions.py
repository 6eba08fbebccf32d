"""Definitions of all indexes."""

from pymongo import DESCENDING, IndexModel

from service.store.client.document import Document

LOOKUP = "lookup"
UNIQUE = "unique"
RULES = "rules_and_id"
DEFINITIONS = "definitions_and_id"
OLDEST = "oldest"
CHANGED = "changed"
DELETED = "deleted"
SLOT = "slot"
NEWEST = "newest"
OF_CHANNEL = "newest_of_channel"
OF_PROFILE = "newest_of_profile"
OF_AGENT = "newest_of_agent"
LAST_OF_PROFILE = "last_of_profile"
HISTORY_OF_PROFILE = "history_of_profile"
OBJECTS_OF_PROFILE = "objects_of_profile"
OF_TYPE = "objects_of_type"
MASTER_KEYS = "master_keys_and_id"
ALIASES_OF_PROFILE = "aliases_of_profile"
MERGES_OF_PROFILE = "merges_of_profile"
SNAPSHOTS_OF_PROFILE = "snapshots_of_profile"

PARTIAL_FILTER = "partialFilterExpression"

_CREATED = [("created_at", DESCENDING), ("_id", DESCENDING)]
# The IDs of audit events sort by time.
_LAST_ID_FIRST = ("_id", DESCENDING)


def _partial(field: str) -> dict[str, Document]:
    return {PARTIAL_FILTER: {field: {"$exists": True}}}


_PRESENT_OR_NULL = {PARTIAL_FILTER: {"$or": [{"changed": {"$exists": True}}, {"changed": None}]}}

# A field without a direction is ascending.
INDEXES: dict[str, list[IndexModel]] = {
    "profiles": [
        # For all search keys, built-in and custom.
        IndexModel(["domain", "lookup", "_id"], name=LOOKUP),
        # Rejects a second profile with the same unique value. Partial, because all profiles without a unique
        # value would have the same index entry, null.
        IndexModel(["domain", "unique"], name=UNIQUE, unique=True, **_partial("unique")),
        # Finds profiles that were stored with other rules, in order of ID. Profiles of older releases have no
        # rules; their index entry is null.
        IndexModel(["rules", "_id"], name=RULES),
        # Finds profiles that were stored with other definitions of their custom search keys.
        IndexModel(["definitions", "_id"], name=DEFINITIONS, **_partial("definitions")),
        # For the list of all profiles, and to count them. All profiles have the field. The index is partial,
        # so that only queries with a condition on the field can use it. Otherwise the planner would sometimes
        # prefer it to ``lookup``, and read all profiles of the domain.
        IndexModel(["domain", "created_at", "_id"], name=OLDEST, **_partial("created_at")),
        # For the list of changes. Partial for the same reason. It also has an entry, null, for each profile
        # of older releases, which has no ``changed``.
        IndexModel(["domain", "changed", "_id"], name=CHANGED, **_PRESENT_OR_NULL),
    ],
    "deletions": [IndexModel(["domain", "deleted", "_id"], name=DELETED, **_partial("deleted"))],
    "associations": [
        IndexModel(["domain", *_CREATED], name=NEWEST),
        IndexModel(["domain", "channel", *_CREATED], name=OF_CHANNEL),
        IndexModel(["domain", "association.profile_id", *_CREATED], name=OF_PROFILE),
        IndexModel(["domain", "association.agent_id", *_CREATED], name=OF_AGENT),
        # Finds a profile's last association with a contact without reading documents.
        IndexModel(
            ["domain", "association.profile_id", ("association.associated_at", DESCENDING)],
            name=LAST_OF_PROFILE,
        ),
        # For the erasure and the export of a profile.
        IndexModel(["domain", "associations.profile_id"], name=HISTORY_OF_PROFILE),
    ],
    "search_keys": [
        IndexModel(["domain", "name"], name="domain", unique=True),
        # Rejects search keys over the limit, even in concurrent requests. Partial, because search keys of
        # older releases have no slot.
        IndexModel(["domain", "slot"], name=SLOT, unique=True, **_partial("slot")),
    ],
    "profile_objects": [
        # Rejects a second object with the same unique values, and a second claim of a profile.
        IndexModel(["domain", "unique"], name=UNIQUE, unique=True),
        IndexModel(["domain", "profile_id", "object_type", "_id"], name=OBJECTS_OF_PROFILE),
        # To remove, count and measure the objects of a type.
        IndexModel(["domain", "object_type", "size"], name=OF_TYPE),
        # Finds objects that were stored with other master keys.
        IndexModel(["master_keys", "object_type", "_id"], name=MASTER_KEYS),
        # Only claims expire.
        IndexModel(["expires_at"], name="expired", expireAfterSeconds=0),
    ],
    "audit": [
        IndexModel(["domain", _LAST_ID_FIRST], name=NEWEST),
        IndexModel(["domain", "profile_ids", _LAST_ID_FIRST], name=OF_PROFILE),
        IndexModel(["domain", "agent_id", _LAST_ID_FIRST], name=OF_AGENT),
        # Each event has its own expiry time, so AUDIT_RETENTION_DAYS can change without a new index.
        IndexModel(["expires_at"], name="expired", expireAfterSeconds=0),
    ],
    # The path of an alias has all profiles into which its profile was merged, one after the other.
    "merged_profiles": [IndexModel(["domain", "path"], name=ALIASES_OF_PROFILE)],
    "merges": [
        IndexModel(
            ["domain", "profile_id", ("merged_at", DESCENDING), _LAST_ID_FIRST], name=MERGES_OF_PROFILE
        )
    ],
    "merge_snapshots": [
        IndexModel(["domain", "snapshot.target_id"], name=SNAPSHOTS_OF_PROFILE),
        # For reindexing, as for profiles.
        IndexModel(["rules", "_id"], name=RULES),
        IndexModel(["definitions", "_id"], name=DEFINITIONS, **_partial("definitions")),
    ],
    "batches": [IndexModel(["expires_at"], name="expired", expireAfterSeconds=0)],
    "sensitive_value_counts": [IndexModel(["expires_at"], name="expired", expireAfterSeconds=0)],
}


def full_name(collection: str, model: IndexModel) -> str:
    """Return the name ``collection.index``."""
    return f"{collection}.{model.document['name']}"


UNIQUE_INDEXES = frozenset(
    full_name(collection, model)
    for collection, models in INDEXES.items()
    for model in models
    if model.document.get("unique")
)
