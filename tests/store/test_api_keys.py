"""API keys in MongoDB."""

from typing import Any

from pymongo.database import Database

from service.config import Settings
from service.store.client.connection import connect
from service.store.keys import ApiKeyStore
from tests.commands import Commands

Document = dict[str, Any]


def test_one_command_reads_the_ids_of_all_api_keys_from_the_index(
    database: Database[Document], settings: Settings
) -> None:
    """MongoDB examines no document."""
    expected = {f"plk_{number:016x}" for number in range(2000)}
    database["api_keys"].insert_many({"_id": key_id, "label": "a"} for key_id in expected)
    commands = Commands()
    recorded_database = connect(settings, listeners=[commands])
    assert ApiKeyStore(recorded_database["api_keys"]).ids() == expected
    assert commands.names == ["find"]
    recorded_database.client.close()
    names = {"find", "filter", "projection", "sort", "batchSize"}
    find = {name: value for name, value in commands.sent[0].items() if name in names}
    stats = database.command({"explain": find, "verbosity": "executionStats"})["executionStats"]
    assert stats["totalDocsExamined"] == 0
