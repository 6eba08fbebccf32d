"""The MongoDB that commands use if MONGODB_URI is not set."""

import time
from pathlib import Path
from typing import Any

import pymongo
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.config import Settings

_CREATE = ("api-keys", "create", "--label", "Frontend", "--scope", "profiles:view")
_COMMANDS = [_CREATE, ("api-keys", "list"), ("reindex",), ("indexes", "--check"), ("repair",)]
_NO_SERVER = "mongodb://127.0.0.1:1"


@pytest.fixture
def bundled(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Path:
    """Return the data folder of the tests' bundled mongod."""
    options = mongodb_client.admin.command("getCmdLineOpts")["parsed"]
    return Path(options["storage"]["dbPath"]).parent


@pytest.fixture(autouse=True)
def _no_server_at_the_default_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "mongodb_uri", _NO_SERVER)


def _run(command: tuple[str, ...], data_dir: Path, database: str = "unused", **settings: str) -> Result:
    environment = {"MONGODB_URI": None, "DATA_DIR": str(data_dir), "MONGODB_DATABASE": database, **settings}
    return CliRunner().invoke(main, command, env=environment)


def test_the_bundled_mongodb_of_the_data_folder_is_used(
    bundled: Path, mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str
) -> None:
    """Standard error names the folder. The API key is the only standard output."""
    result = _run(_CREATE, bundled, database_name)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert result.stderr.startswith(f"MONGODB_URI is not set: using the bundled MongoDB of {bundled}.\n")
    assert mongodb_client[database_name]["api_keys"].count_documents({"label": "Frontend"}) == 1


@pytest.mark.parametrize("command", _COMMANDS)
@pytest.mark.parametrize("port_file", [None, "x", "1\n", "2000\n"])
def test_without_a_mongodb_the_command_fails_at_once(
    tmp_path: Path, command: tuple[str, ...], port_file: str | None
) -> None:
    """The error names the data folder and the address that were tried, and what to do."""
    if port_file is not None:
        (tmp_path / "mongod.port").write_text(port_file)
    started_at = time.monotonic()
    result = _run(command, tmp_path)
    # The driver would try until MONGODB_TIMEOUT_MS.
    assert time.monotonic() - started_at < Settings.mongodb_timeout_ms / 1000
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: MONGODB_URI is not set, no bundled MongoDB runs in DATA_DIR {tmp_path}, and nothing listens "
        f"at {_NO_SERVER}: start the service with make run, or set MONGODB_URI.\n"
    )


def test_a_mongodb_at_the_default_address_is_used(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is printed. The service uses the same default address."""
    monkeypatch.setattr(Settings, "mongodb_uri", mongodb_uri)
    result = _run(_CREATE, tmp_path, database_name)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"MONGODB_URI is not set: using {mongodb_uri}.\n")


def test_the_bundled_mongodb_never_replaces_a_configured_uri(bundled: Path) -> None:
    """The error names the address of the URI, but not its password."""
    settings = {"MONGODB_URI": "mongodb://ada:se%23cret@127.0.0.1:1/", "MONGODB_TIMEOUT_MS": "100"}
    result = _run(_CREATE, bundled, **settings)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: MongoDB did not answer in time, or refused (")
    assert ") at 127.0.0.1:1: check MONGODB_URI" in result.stderr
    assert "cret" not in result.stderr
