"""The role in deploy/mongodb/role.json is enough for the service, and cannot change the audit."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure, PyMongoError

from service.app import create_app
from service.auth.access_keys import create_access_key
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.crypto.master_keyring import parse
from service.local.child_process import spawn
from service.local.mongod import mongod_executable
from service.model.audit import AuditAction, AuditEvent
from service.model.principal import Scope
from service.store.client.connection import connect
from service.store.keys import KeyStore
from service.store.stores import Stores
from service.use_cases.clock import now
from tests.api.caller import Caller
from tests.master_keys import ONE

_ROLE = Path(__file__).parents[2] / "deploy" / "mongodb" / "role.json"
_START_SECONDS = 60
_POLL_SECONDS = 0.05
_UNAUTHORIZED = 13
_PASSWORD = "password of a short-lived mongod".replace(" ", "")


def _role(database: str) -> dict[str, Any]:
    """Return the role of the service, for a database with another name."""
    role: dict[str, Any] = json.loads(_ROLE.read_text(encoding="utf-8").replace("profile_lookup", database))
    return role


@pytest.fixture(scope="module")
def auth_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a mongod with authentication and without users."""
    folder = tmp_path_factory.mktemp("auth")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = spawn(
        [
            *(str(mongod_executable()), "--auth", "--bind_ip", "127.0.0.1", "--port", str(port)),
            *("--dbpath", str(folder), "--nounixsocket", "--networkMessageCompressors", "disabled"),
            *("--wiredTigerCacheSizeGB", "0.25", "--setParameter", "ttlMonitorSleepSecs=1"),
        ],
        death_signal=signal.SIGKILL,
    )
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(_START_SECONDS)


@pytest.fixture(scope="module")
def caller(auth_uri: str) -> Iterator[Caller]:
    """Return a client of a service whose MongoDB user has only this role."""
    with pymongo.MongoClient[dict[str, Any]](f"mongodb://{auth_uri}") as unauthenticated:
        _wait_for(unauthenticated)
        unauthenticated.admin.command("createUser", "root", pwd=_PASSWORD, roles=["root"])
    with pymongo.MongoClient[dict[str, Any]](f"mongodb://root:{_PASSWORD}@{auth_uri}") as root:
        role = _role("customers")
        root["customers"].command("createRole", role.pop("role"), **role)
        root["customers"].command("createUser", "service", pwd=_PASSWORD, roles=["profileLookup"])
    settings = Settings(
        mongodb_uri=f"mongodb://service:{_PASSWORD}@{auth_uri}/customers",
        mongodb_database="customers",
        mongodb_require_replica_set=False,
        auth=False,
    )
    database = connect(settings)
    yield Caller(create_app(settings, database=database).test_client(), database)
    database.client.close()


def _wait_for(client: pymongo.MongoClient[dict[str, Any]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            client.admin.command("ping")
        except PyMongoError:
            assert time.monotonic() < deadline
        else:
            return


def test_the_documented_role_is_enough_and_cannot_change_the_audit(caller: Caller) -> None:
    """All operations work, but the same user can neither change nor delete an audit event."""
    caller.define("vip")
    stores: Stores = caller.client.application.extensions["profile_lookup"]
    assert stores.sensitive_value_counts.add("default", "k", now(), 1)
    assert stores.sensitive_value_counts.add("default", "k", now(), 1)
    ann = caller.create("Ann", keys={"vip": ["gold"]})["profile_id"]
    caller.patch(f"/v1/profiles/{ann}", {"last_name": "Lee"})
    batch = {"items": [{"operation": "create", "profile": {"first_name": "Bo"}}]}
    caller.post("/v1/profiles/batch", batch, headers={"Idempotency-Key": "k"})
    caller.match(phone_number="+14155550100")
    caller.associate("c-1", ann)
    caller.patch("/v1/settings", {"default_region": "JP"})
    caller.get(f"/v1/profiles/{ann}/export")
    caller.delete(f"/v1/profiles/{ann}")
    caller.delete("/v1/search-keys/vip")
    rights: Any = {"label": "k", "domain": "default", "agent_id": None, "lifetime": None}
    rights |= {"scopes": {Scope.VIEW}, "now": now()}
    key, _ = create_api_key(stores.api_keys, **rights)
    access_key, _ = create_access_key(stores.access_keys, parse("MASTER_KEYS", ONE), **rights)
    assert stores.access_keys.replace_secret(access_key, "another")
    both: list[tuple[KeyStore[Any], str]] = [
        (stores.api_keys, key.key_id),
        (stores.access_keys, access_key.key_id),
    ]
    for keys, key_id in both:
        keys.record_usage(key_id, now().date())
        assert keys.revoke(key_id, now())
        assert keys.get(key_id) in keys.all("default")
        assert keys.ids() == {key_id}
    assert caller.get("/readyz")["status"] == "ok"
    actions = [event["action"] for event in caller.audit()]
    assert actions == [
        "created",
        "changed",
        "created",
        "matched",
        "associated",
        "exported",
        "erasing",
        "erased",
    ]
    events = caller.database["audit"]
    for attempt in (
        lambda: events.update_one({}, {"$set": {"agent_id": "x"}}),
        lambda: events.replace_one({}, {}),
        lambda: events.delete_one({}),
        events.drop,
    ):
        with pytest.raises(OperationFailure) as error:
            attempt()
        assert error.value.code == _UNAUTHORIZED
    assert [event["action"] for event in caller.audit()] == actions


def test_the_role_is_enough_for_the_lists_on_a_standalone_mongodb(caller: Caller) -> None:
    """A standalone MongoDB has no logical clock, so the changes use its usual one."""

    def listed() -> list[str]:
        return [item["profile_id"] for item in caller.get("/v1/profiles")["items"]]

    # Other tests create profiles too.
    ids = [*listed(), *(caller.create(name)["profile_id"] for name in "ab")]
    assert listed() == ids
    assert caller.get("/v1/profiles/count") == {"count": len(ids), "estimated": False}
    age = datetime.now(UTC) - datetime.fromisoformat(caller.get("/v1/profiles/changes")["as_of"])
    assert age < timedelta(minutes=1)


def test_a_merge_on_a_standalone_mongodb_is_rejected(caller: Caller) -> None:
    """It has no transactions. Nothing changes."""
    target, source = (caller.create(name)["profile_id"] for name in "ab")
    before = caller.database["profiles"].count_documents({})
    body = {"profile_ids": [source]}
    problem = caller.post(f"/v1/profiles/{target}/merge", body, status=501)
    assert problem["code"] == "replica_set_required"
    assert caller.database["profiles"].count_documents({}) == before
    assert not caller.database["merged_profiles"].count_documents({})
    assert caller.get(f"/v1/profiles/{target}/merges") == {"items": [], "next_cursor": None}


def test_mongodb_removes_expired_events_although_the_service_cannot(caller: Caller) -> None:
    """An event that expires an hour later is not removed."""
    expired = AuditEvent(
        event_id="0" * 32,
        domain="default",
        at=datetime.now(UTC) - timedelta(days=Settings().audit_retention_days),
        action=AuditAction.READ,
        profile_ids=[],
        contact_id=None,
        keys=[],
        credential_id="k",
        agent_id=None,
        request_id="r",
    )
    later = replace(expired, event_id="1" * 32, at=expired.at + timedelta(hours=1))
    caller.client.application.extensions["profile_lookup"].audit.store.insert([expired, later], durably=True)
    deadline = time.monotonic() + _START_SECONDS
    while "0" * 32 in (event_ids := {event["_id"] for event in caller.audit()}):
        assert time.monotonic() < deadline, "MongoDB did not remove the expired event in time"
        time.sleep(_POLL_SECONDS)
    assert "1" * 32 in event_ids
