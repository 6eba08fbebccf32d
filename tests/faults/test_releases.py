"""Two releases with one database, as during a rolling update."""

from collections.abc import Callable
from typing import Any

import pymongo
import pytest
from pymongo.database import Database

from tests.faults.client import Client, Request
from tests.faults.conftest import Serve
from tests.faults.replica_set import ReplicaSet
from tests.faults.serving import Service

_NEXT_RELEASE = "tests.faults.next_release:create_next_app()"
_ONE_WORKER = ("--workers", "1")
_NEW = {"of_the_next_release": {"kept": True}}

Ask = Callable[..., Any]


def _make_ask(service: Service) -> Ask:
    client = Client(service.port, keep_alive=False)

    def ask(method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        response = client.ask(Request(method, path, body))
        assert response.status == status, (response, service.log.read_text())
        return response.body

    return ask


def _search(ask: Ask, key: str, value: str) -> list[str]:
    page = ask("POST", "/v1/profiles/search", {"criteria": [{"key": key, "values": [value]}]})
    return [item["profile"]["profile_id"] for item in page["items"]]


@pytest.mark.timeout(400)
def test_two_releases_share_a_database(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Each release reads the data of the other release. The current release keeps unknown fields."""
    current = _make_ask(serve(one_member.uri, new_name, options=_ONE_WORKER))
    next_release = _make_ask(serve(one_member.uri, new_name, application=_NEXT_RELEASE, options=_ONE_WORKER))
    current("PUT", "/v1/search-keys/badge", {"label": "Badge", "type": "text", "unique": True}, status=201)
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        for writer, reader, name in ((current, next_release, "Ada"), (next_release, current, "Grace")):
            _exchange(writer, reader, name)
        for release in (current, next_release):
            # Profiles with index terms of the other release are stale, but searches find them.
            assert release("GET", "/readyz")["status"] == "ok"
        _assert_unknown_fields_are_kept(client[new_name], current)
        client.drop_database(new_name)


def _exchange(writer: Ask, reader: Ask, name: str) -> None:
    """Write with one release. Read, search, change and clear with the other release."""
    body = {"first_name": name, "account_number": name, "keys": {"badge": [name]}}
    profile_id = writer("POST", "/v1/profiles", body, status=201)["profile_id"]
    assert _search(reader, "account", name) == _search(reader, "badge", name) == [profile_id]
    changed = reader("PATCH", f"/v1/profiles/{profile_id}", {"last_name": "Changed"})
    assert changed["version"] == 2
    assert writer("GET", f"/v1/profiles/{profile_id}") == changed
    problem = reader("POST", "/v1/profiles", {"first_name": "Other", "keys": {"badge": [name]}}, status=409)
    assert (problem["code"], problem["profile_id"]) == ("unique_key_taken", profile_id)
    contact = f"/v1/contacts/call-{name}"
    writer("PUT", f"{contact}/association", {"profile_id": profile_id}, status=201)
    reader("POST", f"{contact}/clear")
    assert writer("GET", contact)["association"]["profile_id"] == profile_id


def _assert_unknown_fields_are_kept(data: Database[dict[str, Any]], current: Ask) -> None:
    """Add a field of the next release to every document. Assert that the current release keeps it."""
    current("PATCH", "/v1/settings", {"shared_above": 30})
    for collection in ("profiles", "associations", "search_keys", "settings"):
        data[collection].update_many({}, {"$set": _NEW})
    profile_id = _search(current, "account", "Ada")[0]
    current("PATCH", f"/v1/profiles/{profile_id}", {"middle_name": "Once more"})
    current("PUT", "/v1/search-keys/badge", {"label": "Badges", "type": "text", "unique": True})
    current("PATCH", "/v1/settings", {"shared_above": 40})
    assert [key["name"] for key in current("GET", "/v1/search-keys")["items"]][-1] == "badge"
    assert current("GET", "/v1/contacts/call-Ada")["association"]["profile_id"] == profile_id
    for collection in ("profiles", "associations", "search_keys", "settings"):
        documents = list(data[collection].find())
        assert documents
        assert all(document.items() >= _NEW.items() for document in documents), collection
