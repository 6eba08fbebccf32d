"""Databases that tests reuse, because building all indexes takes longer than most tests."""

from typing import Any
from uuid import uuid4

import pymongo

from service.store.indexes.definitions import INDEXES

_COLLECTIONS = {*INDEXES, "access_keys", "api_keys", "settings"}


class DatabasePool:
    """A pool of empty databases. A database is new or has all indexes."""

    def __init__(self, client: pymongo.MongoClient[dict[str, Any]]) -> None:
        self._client = client
        self._indexed: list[str] = []

    def take(self) -> str:
        """Return the name of an empty database that no other test uses. It may have the service's indexes."""
        return self._indexed.pop() if self._indexed else f"test_{uuid4().hex}"

    def give_back(self, name: str) -> None:
        """Empty a database for another test, or drop it if it has other collections or indexes."""
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
