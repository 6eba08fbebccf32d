"""Databases that tests share one after another: to build all indexes takes longer than most tests."""

from typing import Any
from uuid import uuid4

import pymongo

from service.store.indexes.definitions import INDEXES

_COLLECTIONS = {*INDEXES, "api_keys", "settings"}


class DatabasePool:
    """Empty databases, with all indexes or new."""

    def __init__(self, client: pymongo.MongoClient[dict[str, Any]]) -> None:
        """Start without databases."""
        self._client = client
        self._indexed: list[str] = []

    def take(self) -> str:
        """Return the name of an empty database that no test uses. It may have the service's indexes."""
        return self._indexed.pop() if self._indexed else f"test_{uuid4().hex}"

    def give_back(self, name: str) -> None:
        """Empty a database for another test, or drop it if it has other collections, options or indexes."""
        database = self._client[name]
        collections = {info["name"]: info["options"] for info in database.list_collections()}
        reusable = collections.keys() <= _COLLECTIONS and not any(collections.values())
        if reusable and all(self._has_all_indexes(name, each) for each in INDEXES):
            for each in collections:
                database[each].delete_many({})
                database.command("planCacheClear", each)
            self._indexed.append(name)
        else:
            self._client.drop_database(name)

    def drop(self) -> None:
        """Drop all databases."""
        while self._indexed:
            self._client.drop_database(self._indexed.pop())

    def _has_all_indexes(self, name: str, collection: str) -> bool:
        names = {"_id_", *(model.document["name"] for model in INDEXES[collection])}
        return self._client[name][collection].index_information().keys() == names
