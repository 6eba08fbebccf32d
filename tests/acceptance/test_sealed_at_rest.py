"""Sensitive values never appear in plain text in MongoDB's files, logs, metrics or responses.

MongoDB writes its files without compression, so that the test can search them. The control, a value of a
search key that is not sensitive, proves that this works.
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
from tests.acceptance.database_files import contents
from tests.master_keys import ONE_THEN_TWO, TWO_THEN_ONE

_UNCOMPRESSED = [
    *("--wiredTigerCollectionBlockCompressor", "none"),
    *("--wiredTigerJournalCompressor", "none"),
    *("--wiredTigerIndexPrefixCompression", "false"),
]


@pytest.fixture
def mongodb(tmp_path: Path) -> Iterator[BundledMongoDB]:
    """Return a separate mongod with uncompressed files."""
    data_dir = tmp_path / "data"
    with BundledMongoDB(data_dir, extra_options=_UNCOMPRESSED) as mongodb:
        yield mongodb
    # Delete the files now, because the journal takes 300 MB.
    shutil.rmtree(data_dir)


def _random_ssn() -> str:
    """Return random digits, formatted as a social security number."""
    number = f"{secrets.randbelow(9 * 10**8) + 10**8}"
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def _random_name() -> str:
    return f"Q{secrets.token_hex(5)} X{secrets.token_hex(5)}"


def _encodings(typed: str) -> set[bytes]:
    """Return byte strings that reveal the value: as typed, normalised, each long word, and in base64."""
    words = [word for word in typed.lower().split() if len(word) > 8]
    plain = {typed, *(typed.replace("-", other) for other in ("", " ")), typed.replace(" ", ""), *words}
    return {text.lower().encode() for text in plain} | {b64encode(typed.encode()).lower().rstrip(b"=")[:-1]}


def _contains(lower_case: bytes, typed: str) -> bool:
    return any(encoding in lower_case for encoding in _encodings(typed))


class _RecordingClient:
    """Sends requests and records the responses."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.texts: list[bytes] = []

    def request_unrecorded(self, method: str, path: str, body: Any) -> Any:
        """Send a request. Return the body of the response without recording the response."""
        return self._client.request(method, path, json=body).json()

    def request(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        response = self._client.request(method, path, json=body)
        assert response.status_code == expect, response.text
        self.texts += [response.content, repr(response.headers).encode()]
        return response.json() if response.headers["Content-Type"].endswith("json") else None


def _send_all_requests(client: _RecordingClient, ssn: str, name: str, control: str) -> None:
    """Send the values in all requests that can contain them. Read all responses that could contain them."""
    for key, kind, sensitive in (("ssn", "digits", True), ("maiden", "name", True), ("open", "text", False)):
        definition = {"label": key, "type": kind, "unique": key == "ssn", "sensitive": sensitive}
        client.request("PUT", f"/v1/search-keys/{key}", definition, expect=201)
    keys = {"ssn": [ssn], "maiden": [name], "open": [control]}
    ann = client.request("POST", "/v1/profiles", {"first_name": "Ann", "keys": keys}, expect=201)
    path = f"/v1/profiles/{ann['profile_id']}"
    bob = client.request(
        "POST", "/v1/profiles", {"first_name": "Bob", "keys": {"maiden": [name]}}, expect=201
    )
    other = f"/v1/profiles/{bob['profile_id']}"
    client.request("GET", path)
    client.request("PATCH", path, {"last_name": "Lee", "keys": {"ssn": [ssn.replace("-", " ")]}})
    for value in (name.upper(), f"Mrs. {name}"):
        client.request("POST", f"{path}/keys", {"key": "maiden", "values": [value]})
    for key, value in (("ssn", ssn), ("maiden", name)):
        criteria = [{"key": key, "values": [value]}]
        assert client.request("POST", "/v1/profiles/search", {"criteria": criteria})["items"]
        client.request("POST", "/v1/profiles/search", {"criteria": criteria, "mode": "prefix"}, expect=422)
        attributes = {"profileSearchKey": key, "profileSearchValue": value}
        match = {"channel": "chat", "attributes": attributes, "criteria": criteria}
        assert client.request("POST", "/v1/contacts/c-1/match", match)["candidates"]
        client.request("PATCH", "/v1/settings", {"ignored_values": {key: [value]}}, expect=422)
        client.request("POST", f"{other}/reveal", {"key": value}, expect=422)
    client.request("POST", f"{other}/keys", {"key": "ssn", "values": [ssn]}, expect=409)
    client.request("PATCH", other, {"keys": {"ssn": [ssn]}}, expect=409)
    client.request("POST", "/v1/profiles", {"first_name": "Cyd", "keys": {"ssn": [ssn]}}, expect=409)
    client.request(
        "POST", "/v1/profiles", {"first_name": "Cyd", "keys": {"no_such": [ssn, name]}}, expect=422
    )
    client.request("POST", f"{other}/keys/release", {"key": "maiden", "values": [name]})
    # Only this response may contain the value.
    assert client.request_unrecorded("POST", f"{path}/reveal", {"key": "ssn"})["values"] == [
        ssn.replace("-", " ")
    ]
    client.request("GET", "/readyz")
    client.request("GET", "/metrics")


def _files_containing(folder: Path, *values: str) -> dict[str, list[str]]:
    """Return the names of the files that contain each value."""
    files: dict[str, list[str]] = {typed: [] for typed in values}
    for name, content in contents(folder):
        lower_case = content.lower()
        for typed in values:
            if _contains(lower_case, typed):
                files[typed].append(name)
    return files


def test_a_sensitive_value_is_never_in_plain_text(
    mongodb: BundledMongoDB,
    serve: Callable[..., str],
    connect: Callable[[str], httpx.Client],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The test creates, changes, searches, matches, rejects, releases, reveals and re-encrypts values."""
    ssn, name, control = _random_ssn(), _random_name(), _random_name()
    data = mongodb.log_path.parent
    url = serve("sealed", MONGODB_URI=mongodb.uri, MASTER_KEYS=TWO_THEN_ONE, AUTH="off", WORKERS="1")
    client = _RecordingClient(connect(url))
    _send_all_requests(client, ssn, name, control)
    environment = {"MONGODB_URI": mongodb.uri, "MONGODB_DATABASE": "sealed", "MASTER_KEYS": ONE_THEN_TWO}
    reindexed = CliRunner().invoke(main, ["reindex"], env=environment)
    assert reindexed.stdout == "Profiles brought up to date: 1, still stale: 0.\n"
    with pymongo.MongoClient[dict[str, Any]](mongodb.uri) as database_client:
        database_client.admin.command("fsync")
    # The journal exists only while MongoDB runs. Other files are complete only after it stops.
    running = _files_containing(data, ssn, name, control)
    assert [file for file in running[control] if file.startswith("WiredTigerLog")]
    assert [file for file in running[control] if file.startswith("collection")]
    assert [file for file in running[control] if file.startswith("index")]
    mongodb.stop()
    stopped = _files_containing(data, ssn, name, control)
    assert [file for file in stopped[control] if file.startswith("collection")]
    logs = [path.read_bytes() for path in tmp_path_factory.getbasetemp().glob("gunicorn*/log")]
    assert any(b'"route":"/v1/profiles/search"' in log for log in logs)
    assert any(_contains(text.lower(), control) for text in client.texts)
    for typed in (ssn, name):
        assert running[typed] == stopped[typed] == []
        outputs = [*client.texts, *logs, reindexed.output.encode()]
        assert not [text for text in outputs if _contains(text.lower(), typed)]
