"""A sensitive value is nowhere in plain: not in MongoDB's files, nor in a log, a figure or an answer.

The journal and the collections are written without compression here, so that what stands in them can be
found. That it can is proven by a value of a key that is not sensitive, which goes the same way.
"""

import secrets
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest
from click.testing import CliRunner

from service.cli import main
from service.local.mongod import BundledMongoDB
from tests.master_keys import ONE_THEN_TWO, TWO_THEN_ONE

_UNCOMPRESSED = [
    *("--wiredTigerCollectionBlockCompressor", "none"),
    *("--wiredTigerJournalCompressor", "none"),
    *("--wiredTigerIndexPrefixCompression", "false"),
]


@pytest.fixture
def mongodb(tmp_path: Path) -> Iterator[BundledMongoDB]:
    """Return a mongod of its own whose files can be searched."""
    data_dir = tmp_path / "data"
    with BundledMongoDB(data_dir, extra_options=_UNCOMPRESSED) as mongodb:
        yield mongodb
    # 300 MB of journal.
    shutil.rmtree(data_dir)


def _digits() -> str:
    """Return nine digits in the notation of a social security number; some name no other thing by chance."""
    number = f"{secrets.randbelow(9 * 10**8) + 10**8}"
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def _name() -> str:
    return f"Q{secrets.token_hex(5)} X{secrets.token_hex(5)}"


def _spellings(typed: str) -> set[bytes]:
    """Return what could tell the value: as typed, normalised, each of its words, and in base64."""
    words = [word for word in typed.lower().split() if len(word) > 8]
    plain = {typed, *(typed.replace("-", other) for other in ("", " ")), typed.replace(" ", ""), *words}
    return {text.lower().encode() for text in plain} | {b64encode(typed.encode()).lower().rstrip(b"=")[:-1]}


def _found_in(content: bytes, typed: str) -> bool:
    folded = content.lower()
    return any(spelling in folded for spelling in _spellings(typed))


class _Caller:
    """A caller who keeps all that it is told."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.texts: list[bytes] = []

    def aside(self, method: str, path: str, body: Any) -> Any:
        """Return the body of an answer that is not kept."""
        return self._client.request(method, path, json=body).json()

    def __call__(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        answer = self._client.request(method, path, json=body)
        assert answer.status_code == expect, answer.text
        self.texts += [answer.content, repr(answer.headers).encode()]
        return answer.json() if answer.headers["Content-Type"].endswith("json") else None


def _use(ask: _Caller, ssn: str, name: str, control: str) -> None:
    """Have the values in every request that takes one, and every answer that could have one."""
    for key, kind, sensitive in (("ssn", "digits", True), ("maiden", "name", True), ("open", "text", False)):
        definition = {"label": key, "type": kind, "unique": key == "ssn", "sensitive": sensitive}
        ask("PUT", f"/v1/search-keys/{key}", definition, expect=201)
    held = {"ssn": [ssn], "maiden": [name], "open": [control]}
    ann = ask("POST", "/v1/profiles", {"first_name": "Ann", "keys": held}, expect=201)
    path = f"/v1/profiles/{ann['profile_id']}"
    bob = ask("POST", "/v1/profiles", {"first_name": "Bob", "keys": {"maiden": [name]}}, expect=201)
    other = f"/v1/profiles/{bob['profile_id']}"
    ask("GET", path)
    ask("PATCH", path, {"last_name": "Lee", "keys": {"ssn": [ssn.replace("-", " ")]}})
    for value in (name.upper(), f"Mrs. {name}"):
        ask("POST", f"{path}/keys", {"key": "maiden", "values": [value]})
    for key, value in (("ssn", ssn), ("maiden", name)):
        criteria = [{"key": key, "values": [value]}]
        assert ask("POST", "/v1/profiles/search", {"criteria": criteria})["items"]
        ask("POST", "/v1/profiles/search", {"criteria": criteria, "mode": "prefix"}, expect=422)
        attributes = {"profileSearchKey": key, "profileSearchValue": value}
        match = {"channel": "chat", "attributes": attributes, "criteria": criteria}
        assert ask("POST", "/v1/contacts/c-1/match", match)["candidates"]
        ask("PATCH", "/v1/settings", {"ignored_values": {key: [value]}}, expect=422)
        ask("POST", f"{other}/reveal", {"key": value}, expect=422)
    ask("POST", f"{other}/keys", {"key": "ssn", "values": [ssn]}, expect=409)
    ask("PATCH", other, {"keys": {"ssn": [ssn]}}, expect=409)
    ask("POST", "/v1/profiles", {"first_name": "Cyd", "keys": {"ssn": [ssn]}}, expect=409)
    ask("POST", "/v1/profiles", {"first_name": "Cyd", "keys": {"no_such": [ssn, name]}}, expect=422)
    ask("POST", f"{other}/keys/release", {"key": "maiden", "values": [name]})
    # The one answer that has it, which is therefore not kept.
    assert ask.aside("POST", f"{path}/reveal", {"key": "ssn"})["values"] == [ssn.replace("-", " ")]
    ask("GET", "/readyz")
    ask("GET", "/metrics")


def _files_with(folder: Path, typed: str) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if _found_in(path.read_bytes(), typed))


def test_a_sensitive_value_is_nowhere_in_plain(
    mongodb: BundledMongoDB,
    serve: Callable[..., str],
    connect: Callable[[str], httpx.Client],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Created, patched, added, searched, matched, refused, released, revealed, and renewed."""
    ssn, name, control = _digits(), _name(), _name()
    data = mongodb.log_path.parent
    url = serve("sealed", MONGODB_URI=mongodb.uri, MASTER_KEYS=TWO_THEN_ONE, AUTH="off")
    ask = _Caller(connect(url))
    _use(ask, ssn, name, control)
    environment = {"MONGODB_URI": mongodb.uri, "MONGODB_DATABASE": "sealed", "MASTER_KEYS": ONE_THEN_TWO}
    renewed = CliRunner().invoke(main, ["reindex"], env=environment)
    assert renewed.stdout == "Profiles brought up to date: 1, still stale: 0.\n"
    with pymongo.MongoClient[dict[str, Any]](mongodb.uri) as client:
        client.admin.command("fsync")
    # The journal is there as long as it runs; some of the rest is written when it stops.
    running = {typed: _files_with(data, typed) for typed in (ssn, name, control)}
    assert [file for file in running[control] if file.startswith("WiredTigerLog")]
    assert [file for file in running[control] if file.startswith("collection")]
    assert [file for file in running[control] if file.startswith("index")]
    mongodb.stop()
    assert [file for file in _files_with(data, control) if file.startswith("collection")]
    logs = [path.read_bytes() for path in tmp_path_factory.getbasetemp().glob("gunicorn*/log")]
    assert any(b'"route":"/v1/profiles/search"' in log for log in logs)
    assert any(_found_in(text, control) for text in ask.texts)
    for typed in (ssn, name):
        assert running[typed] == _files_with(data, typed) == []
        told = [*ask.texts, *logs, renewed.output.encode()]
        assert not [text for text in told if _found_in(text, typed)]
