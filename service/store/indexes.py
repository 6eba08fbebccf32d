"""The indexes, as a table, and how they come to stand."""

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from service.store.client import Document, translated

LOOKUP = "lookup"
UNIQUE = "unique"
RULES = "rules_and_id"
NEWEST = "newest"
OF_CHANNEL = "newest_of_channel"
OF_PROFILE = "newest_of_profile"
OF_AGENT = "newest_of_agent"
LAST_OF_PROFILE = "last_of_profile"

_BUILD_SECONDS = 24 * 3600

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def _contacts_by(name: str, *fields: str) -> IndexModel:
    """Return the index that lists the contacts with the same ``fields``, newest first."""
    return IndexModel([("domain", ASCENDING), *[(f, ASCENDING) for f in fields], *_NEWEST_FIRST], name=name)


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
        # For taking a deleted profile out of every history.
        IndexModel(
            [("domain", ASCENDING), ("associations.profile_id", ASCENDING)], name="history_of_profile"
        ),
    ],
    "search_keys": [IndexModel([("domain", ASCENDING), ("name", ASCENDING)], name="domain", unique=True)],
}


@translated
def apply(database: Database[Document]) -> None:
    """Create the indexes that do not stand yet; racing callers agree, and none is ever dropped here."""
    for collection, models in INDEXES.items():
        database[collection].create_indexes(models)


@translated
def missing(database: Database[Document]) -> list[str]:
    """Return ``collection.index`` of every index of the table that does not stand."""
    standing = {collection: database[collection].index_information() for collection in INDEXES}
    return [
        f"{collection}.{model.document['name']}"
        for collection, models in INDEXES.items()
        for model in models
        if model.document["name"] not in standing[collection]
    ]


class Indexes:
    """The indexes of one database; lets a process through once they stand, so it can start before MongoDB."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the database whose indexes are to stand."""
        self._database = database
        self._stand = False

    def ensure(self) -> None:
        """Create the indexes on the first call that reaches MongoDB; raises ``DatastoreUnavailable``.

        Without a lock: racing callers agree, and while MongoDB is away none waits for the others to give up.
        """
        if not self._stand:
            apply(self._database)
            self._stand = True

    def build(self) -> None:
        """Create the indexes however long that takes; raises ``DatastoreUnavailable``.

        On millions of documents it takes longer than ``ensure`` has, and MongoDB undoes what is not finished.
        """
        with pymongo.timeout(_BUILD_SECONDS):
            apply(self._database)
        self._stand = True

    def missing(self) -> list[str]:
        """Return ``collection.index`` of every index that does not stand; raises ``DatastoreUnavailable``."""
        return missing(self._database)
