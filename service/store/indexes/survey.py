"""Compare the indexes in MongoDB with their definitions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pymongo.database import Database
from pymongo.errors import OperationFailure

from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.indexes.definitions import INDEXES, PARTIAL_FILTER, UNIQUE_INDEXES, full_name

# MongoDB allows one index with the same keys and these options, whatever its name and other options.
_IDENTITY = ("unique", PARTIAL_FILTER, "sparse", "collation")
_OPTIONS = (*_IDENTITY, "expireAfterSeconds", "hidden")

# Error code of the server.
_NAMESPACE_NOT_FOUND = 26


@dataclass(frozen=True, slots=True)
class IndexSurvey:
    """Indexes that are missing or differ from their definition, as ``collection.index``.

    Indexes without a definition, of another release or of an operator, are ignored.
    """

    missing: list[str]
    differing: list[str]
    not_unique: list[str]
    """Differing indexes that do not reject all duplicates that the definition rejects."""


@translate_errors
def survey_indexes(database: Database[Document]) -> IndexSurvey:
    """Compare all indexes, including those that are being built, with their definitions."""
    result = IndexSurvey([], [], [])
    for collection, models in INDEXES.items():
        existing = database[collection].index_information()
        for model in models:
            name = full_name(collection, model)
            index = existing.get(model.document["name"])
            if index is None:
                has_twin = any(_equal(model.document, other, _IDENTITY) for other in existing.values())
                (result.differing if has_twin else result.missing).append(name)
            elif not _equal(model.document, index, _OPTIONS):
                result.differing.append(name)
                if name in UNIQUE_INDEXES and not _rejects_duplicates(model.document, index):
                    result.not_unique.append(name)
    return result


@translate_errors
def building_indexes(database: Database[Document]) -> list[str]:
    """Return all indexes that MongoDB is building, for any client."""
    return [f"{collection}.{name}" for collection in INDEXES for name in _building(database, collection)]


def _building(database: Database[Document], collection: str) -> list[str]:
    # Without ``includeBuildUUIDs`` the server lists an index as if its build were finished.
    command = {"listIndexes": collection, "includeBuildUUIDs": True}
    try:
        indexes = database.command(command)["cursor"]["firstBatch"]
    except OperationFailure as error:
        if error.code != _NAMESPACE_NOT_FOUND:
            raise
        return []
    return [index["spec"]["name"] for index in indexes if "buildUUID" in index]


def _equal(model: Document, index: Mapping[str, object], options: Iterable[str]) -> bool:
    same_keys = index["key"] == list(model["key"].items())
    return same_keys and all((model.get(name) or None) == (index.get(name) or None) for name in options)


def _rejects_duplicates(model: Document, index: Mapping[str, object]) -> bool:
    """Return whether an index rejects all duplicates that the definition rejects, and maybe more."""
    return _equal(model, index, ["unique", "sparse", "collation"]) and PARTIAL_FILTER not in index
