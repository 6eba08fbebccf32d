"""Values of an erased profile that remain in MongoDB's files, as docs/personal-data.md describes.

MongoDB writes the files without compression, so that the test can search them. It keeps no old snapshots.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pymongo
import pytest

from service.app import create_app
from service.config import Settings
from service.local.mongod import BundledMongoDB
from service.store.client.connection import connect
from tests.acceptance.database_files import contents

_OPTIONS = [
    *("--wiredTigerCollectionBlockCompressor", "none"),
    *("--wiredTigerJournalCompressor", "none"),
    *("--wiredTigerIndexPrefixCompression", "false"),
    *("--setParameter", "minSnapshotHistoryWindowInSeconds=0"),
]
_ROUNDS = 60


@pytest.fixture
def mongodb(tmp_path: Path) -> Iterator[BundledMongoDB]:
    """Return a separate mongod whose files can be searched."""
    data_dir = tmp_path / "data"
    with BundledMongoDB(data_dir, extra_options=_OPTIONS) as mongodb:
        yield mongodb
    shutil.rmtree(data_dir)


def _files_with(folder: Path, value: str) -> set[str]:
    return {name for name, content in contents(folder) if value.encode() in content}


def _file_of(client: pymongo.MongoClient[dict[str, Any]], database: str, collection: str) -> str:
    uri: str = client[database].command("collStats", collection)["wiredTiger"]["uri"]
    return f"{uri.rpartition(':')[2]}.wt"


def test_only_the_journal_and_the_oplog_keep_erased_values(mongodb: BundledMongoDB) -> None:
    """Checkpoints and new data overwrite the values in all other files."""
    folder = mongodb.log_path.parent
    value = f"q{secrets.token_hex(8)}"
    settings = Settings(mongodb_uri=mongodb.uri, mongodb_database="erasure", auth=False)
    database = connect(settings)
    with closing(database.client), pymongo.MongoClient[dict[str, Any]](mongodb.uri) as client:
        api = create_app(settings, database=database).test_client()
        person = {"first_name": value, "additional_information": value}
        created = api.post("/v1/profiles", json=person)
        client.admin.command("fsync")
        profiles, oplog = _file_of(client, "erasure", "profiles"), _file_of(client, "local", "oplog.rs")
        assert {profiles, oplog} < _files_with(folder, value)
        assert api.delete(created.headers["Location"]).status_code == 204
        for number in range(_ROUNDS):
            api.post("/v1/profiles", json={"first_name": f"Other {number}", "last_name": "Person"})
            client.admin.command("fsync")
            remaining = {name for name in _files_with(folder, value) if not name.startswith("WiredTigerLog")}
            if remaining == {oplog}:
                break
        assert remaining == {oplog}
        assert any(name.startswith("WiredTigerLog") for name in _files_with(folder, value))
