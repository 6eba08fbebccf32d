"""The audit of an erasure: first an intent, then the outcome, which is correct and recorded once.

Tests put another request or a failure between any two commands of a `DELETE`.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import time_ns
from typing import Any, NoReturn

import pytest
from pymongo.errors import AutoReconnect

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from service.use_cases import clock
from tests.api.caller import Caller
from tests.api.hooked_database import HookedDatabase
from tests.master_keys import ONE

RACERS = 8
DELETE = ("profiles", "delete_one")
EVENT = ("audit", "insert_many")


@pytest.fixture
def hooked(api: Caller) -> HookedDatabase:
    """Return the real database with hooks for other requests and failures between two commands."""
    return HookedDatabase(api.database)


@pytest.fixture
def slow(hooked: HookedDatabase) -> Caller:
    """Return a caller of a service on that database. ``api`` calls another service."""
    app = create_app(Settings(auth=False, master_keys=ONE), database=hooked)
    return Caller(app.test_client(), hooked)


def _lose_connection() -> NoReturn:
    raise AutoReconnect


def _actions(*callers: Caller) -> list[str]:
    """Return the actions of all events, after each service has written its queued events."""
    return [event["action"] for event in [caller.audit() for caller in callers][-1]]


def test_a_deletion_that_loses_to_a_change_leaves_no_erased_event(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """It gets a 412. A restore from backup must not delete the profile."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE] = lambda: api.patch(path, {"last_name": "Lee"})
    slow.call("DELETE", path, status=412, headers={"If-Match": '"1"'})
    assert sorted(_actions(slow, api)) == ["changed", "created", "erasing", "not_erased"]
    assert api.get(path)["last_name"] == "Lee"


def test_a_deletion_of_any_version_wins_over_a_racing_change(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """The change succeeds, and then the profile is erased."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE] = lambda: api.patch(path, {"last_name": "Lee"})
    slow.delete(path)
    assert sorted(_actions(slow, api)) == ["changed", "created", "erased", "erasing"]


def test_a_deletion_that_finds_the_profile_gone_writes_no_second_event(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """Another request deleted it in the meantime and wrote the event."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE] = lambda: api.delete(path)
    slow.call("DELETE", path, status=404)
    assert _actions(slow, api) == ["created", "erasing", "erased"]


@pytest.mark.parametrize("number", range(5))
def test_concurrent_deletions_leave_one_event(mongodb_uri: str, database_name: str, number: int) -> None:
    """One gets a 204 and the others a 404. There is one intent and one outcome."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, threads=RACERS, auth=False)
    database = connect(settings)
    app = create_app(settings, database=database)
    api = Caller(app.test_client(), database)
    path = f"/v1/profiles/{api.create(f'Ann {number}')['profile_id']}"
    barrier = Barrier(RACERS)

    def delete(_: int) -> int:
        barrier.wait(timeout=30)
        return app.test_client().delete(path).status_code

    with ThreadPoolExecutor(RACERS) as pool:
        statuses = sorted(pool.map(delete, range(RACERS)))
    assert statuses == [204] + [404] * (RACERS - 1)
    assert _actions(api) == ["created", "erasing", "erased"]
    database.client.close()


@pytest.mark.parametrize(
    ("when", "method", "retried"),
    [
        ("before", ("profiles", "update_one"), 204),
        ("after", ("profiles", "update_one"), 204),
        ("before", EVENT, 204),
        ("after", EVENT, 204),
        ("before", DELETE, 204),
        ("after", DELETE, 404),
        ("before", ("associations", "update_many"), 404),
        ("after", ("associations", "update_many"), 404),
    ],
    ids=str,
)
def test_a_retry_of_an_interrupted_deletion_completes_the_audit(
    api: Caller, slow: Caller, hooked: HookedDatabase, when: str, method: tuple[str, str], retried: int
) -> None:
    """The connection is lost at any command. The retry leaves one intent and one outcome."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    getattr(hooked, when)[method] = _lose_connection
    slow.call("DELETE", path, status=503)
    for status in (retried, 404, 404):
        api.call("DELETE", path, status=status)
    assert _actions(slow, api) == ["created", "erasing", "erased"]


def test_an_outcome_that_cannot_be_written_at_once_is_written_later(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """No retry is needed. After a retry there is still one event."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.after[DELETE] = lambda: hooked.before.update({EVENT: _lose_connection})
    slow.call("DELETE", path, status=503)
    assert [event["action"] for event in api.database["audit"].find().sort("_id")] == ["created", "erasing"]
    assert _actions(slow, api) == ["created", "erasing", "erased"]
    api.call("DELETE", path, status=404)
    assert _actions(api) == ["created", "erasing", "erased"]


def test_a_retry_while_the_outcome_waits_to_be_written_writes_the_same_event(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """The event that the first service writes later exists already."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.after[DELETE] = lambda: hooked.before.update({EVENT: _lose_connection})
    slow.call("DELETE", path, status=503, headers={"X-Request-Id": "first"})
    api.call("DELETE", path, status=404, headers={"X-Request-Id": "second"})
    assert _actions(api) == ["created", "erasing", "erased"]
    assert _actions(slow, api) == ["created", "erasing", "erased"]
    assert api.audit()[-1]["request_id"] == "first"


def test_an_erasure_that_was_interrupted_long_ago_is_not_continued(api: Caller) -> None:
    """The next request starts a new erasure, whose events have their own time."""
    profile_id = api.create("Ann")["profile_id"]
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    api.database["profiles"].update_one({"_id": profile_id}, {"$set": {"erasing_at": long_ago}})
    began = datetime.now(UTC) - timedelta(milliseconds=1)
    api.delete(f"/v1/profiles/{profile_id}")
    _, intent, outcome = api.audit()
    assert (intent["action"], outcome["action"]) == ("erasing", "erased")
    assert began <= intent["at"] == outcome["at"]


def _age(api: Caller, path: str, age: timedelta) -> datetime:
    """Set the start of a profile's erasure to the given age, and return that time."""
    began = (datetime.now(UTC) - age).replace(microsecond=0)
    api.database["profiles"].update_one({"_id": path.rpartition("/")[2]}, {"$set": {"erasing_at": began}})
    return began


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["any version", "version 1"])
def test_a_deletion_whose_erasure_another_request_has_replaced_joins_the_new_one(
    api: Caller, slow: Caller, hooked: HookedDatabase, headers: dict[str, str]
) -> None:
    """It gets a 204 and writes no `not_erased`, because no version conflicted."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    interrupted = HookedDatabase(api.database)
    interrupted.before[DELETE] = _lose_connection
    other = Caller(create_app(Settings(auth=False), database=interrupted).test_client(), interrupted)

    def replace() -> None:
        _age(api, path, timedelta(minutes=1))
        other.call("DELETE", path, status=503)

    hooked.before[DELETE] = replace
    slow.call("DELETE", path, status=204, headers=headers)
    assert _actions(slow, api) == ["created", "erasing", "erasing", "erased"]
    _, _, intent, outcome = api.audit()
    assert intent["at"] == outcome["at"]


def test_a_deletion_of_any_version_is_never_a_conflict(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """Not even if the profile is erased and recreated between its commands. Then it erases the new one."""
    key = {"Idempotency-Key": "k-1"}
    ann = api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=key).get_json()
    path = f"/v1/profiles/{ann['profile_id']}"

    def erase_and_create_again() -> None:
        api.delete(path)
        api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=key)

    hooked.before[DELETE] = erase_and_create_again
    slow.delete(path)
    api.call("GET", path, status=404)
    assert sorted(_actions(slow, api)) == ["created", "created", "erased", "erased", "erasing", "erasing"]


def test_a_deletion_that_lost_to_a_change_can_share_its_intent_with_a_later_one(
    api: Caller, slow: Caller, hooked: HookedDatabase
) -> None:
    """The one intent has both outcomes: `not_erased` of the first request, `erased` of the second."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE] = lambda: api.patch(path, {"last_name": "Lee"})
    slow.call("DELETE", path, status=412, headers={"If-Match": '"1"'})
    api.delete(path)
    assert sorted(_actions(slow, api)) == ["changed", "created", "erased", "erasing", "not_erased"]


@pytest.mark.parametrize(
    ("timeout_ms", "age", "shared"),
    [(60_000, 45, True), (60_000, 75, False), (1000, 3, False)],
)
def test_an_erasure_can_be_joined_for_as_long_as_a_request_may_take(
    api: Caller, *, timeout_ms: int, age: int, shared: bool
) -> None:
    """The limit is MONGODB_TIMEOUT_MS. An older erasure was interrupted."""
    settings = Settings(auth=False, mongodb_timeout_ms=timeout_ms)
    caller = Caller(create_app(settings, database=api.database).test_client(), api.database)
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    began = _age(api, path, timedelta(seconds=age))
    caller.delete(path)
    assert sorted(_actions(caller, api)) == ["created", "erased", "erasing"]
    intent = next(event for event in api.audit() if event["action"] == "erasing")
    assert (intent["at"] == began) == shared


def test_the_clock_of_the_service_does_not_matter_for_an_erasure(
    api: Caller, slow: Caller, hooked: HookedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host whose clock is an hour ahead joins an erasure that another host has just started."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE] = _lose_connection
    slow.call("DELETE", path, status=503)
    ahead = time_ns() + 3_600_000_000_000
    monkeypatch.setattr(clock, "time_ns", lambda: ahead)
    api.delete(path)
    assert _actions(slow, api) == ["created", "erasing", "erased"]


def test_a_profile_that_never_existed_has_no_event(api: Caller) -> None:
    """Neither has a profile of another domain."""
    api.reject("DELETE", f"/v1/profiles/{'0' * 32}", status=404, code="profile_not_found")
    assert api.audit() == []


def test_a_recreated_profile_is_erased_again(api: Caller) -> None:
    """A repeated creation gives it the same ID. Each erasure has its own event."""
    headers = {"Idempotency-Key": "k-1"}
    for _ in range(2):
        ann = api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=headers).get_json()
        api.delete(f"/v1/profiles/{ann['profile_id']}")
        api.call("DELETE", f"/v1/profiles/{ann['profile_id']}", status=404)
    assert sorted(_actions(api)) == ["created", "created", "erased", "erased", "erasing", "erasing"]


def test_a_pending_erasure_is_not_shown(api: Caller, slow: Caller, hooked: HookedDatabase) -> None:
    """An interrupted erasure leaves a field in the document that is not part of the profile."""
    ann = api.create("Ann")
    path = f"/v1/profiles/{ann['profile_id']}"
    hooked.before[DELETE] = _lose_connection
    slow.call("DELETE", path, status=503)
    assert "erasing_at" in api.database["profiles"].find_one({"_id": ann["profile_id"]})
    assert api.get(path) == ann
    assert "erasing_at" not in str(api.get(f"{path}/export"))


REJECTED: list[tuple[str, str, Any, int]] = [
    ("POST", "/v1/profiles/{unknown}/reveal", {"key": "secret"}, 404),
    ("POST", "/v1/profiles/{ann}/reveal", {"key": "open"}, 422),
    ("POST", "/v1/profiles/{ann}/reveal", {"key": "no_such"}, 422),
    ("POST", "/v1/profiles/{ann}/reveal", {"key": "secret"}, 409),
    ("GET", "/v1/profiles/{unknown}/export", None, 404),
    ("GET", "/v1/profiles/{ann}/export?x=1", None, 422),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REJECTED)
def test_a_rejected_disclosure_has_no_event(
    api: Caller, method: str, path: str, body: Any, status: int
) -> None:
    """Nothing was revealed or exported."""
    api.define("secret", sensitive=True)
    api.define("open")
    ann = api.create("Ann", keys={"secret": ["s-1"]})["profile_id"]
    # It is encrypted with a master key that is not configured.
    api.database["profiles"].update_one({"_id": ann}, {"$set": {"keys.0.sealed.0": f"v1.lost.{'A' * 60}"}})
    api.call(method, path.format(ann=ann, unknown="0" * 32), body, status=status)
    assert _actions(api) == ["created"]
