"""The audit of an erasure: first an `erasing` event, then exactly one event with the outcome.

The tests run another request, or cause a failure, between two database commands of a `DELETE`.
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

CLIENTS = 8
DELETE_PROFILE = ("profiles", "delete_one")
WRITE_EVENT = ("audit", "insert_many")


@pytest.fixture
def hooked(api: Caller) -> HookedDatabase:
    """Return the real database with hooks before and after its methods."""
    return HookedDatabase(api.database)


@pytest.fixture
def hooked_api(hooked: HookedDatabase) -> Caller:
    """Return a caller of a service that uses the database with hooks. ``api`` calls another service."""
    app = create_app(Settings(auth=False, master_keys=ONE), database=hooked)
    return Caller(app.test_client(), hooked)


def _lose_connection() -> NoReturn:
    raise AutoReconnect


def _actions(*callers: Caller) -> list[str]:
    """Write the queued events of each service. Return the actions of all events."""
    return [event["action"] for event in [caller.audit() for caller in callers][-1]]


def test_a_deletion_that_fails_because_of_a_concurrent_change_has_no_erased_event(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """The request gets a 412. With an `erased` event, a restore from a backup would delete the profile."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE_PROFILE] = lambda: api.patch(path, {"last_name": "Lee"})
    hooked_api.call("DELETE", path, status=412, headers={"If-Match": '"1"'})
    assert sorted(_actions(hooked_api, api)) == ["changed", "created", "erasing", "not_erased"]
    assert api.get(path)["last_name"] == "Lee"


def test_a_deletion_without_if_match_succeeds_after_a_concurrent_change(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """The other request changes the profile first. The deletion then erases it."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE_PROFILE] = lambda: api.patch(path, {"last_name": "Lee"})
    hooked_api.delete(path)
    assert sorted(_actions(hooked_api, api)) == ["changed", "created", "erased", "erasing"]


def test_a_deletion_of_a_profile_that_was_just_deleted_writes_no_second_event(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """The request that deleted the profile has written the event."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE_PROFILE] = lambda: api.delete(path)
    hooked_api.call("DELETE", path, status=404)
    assert _actions(hooked_api, api) == ["created", "erasing", "erased"]


@pytest.mark.parametrize("number", range(5))
def test_concurrent_deletions_write_one_erased_event(
    mongodb_uri: str, database_name: str, number: int
) -> None:
    """One request gets a 204, the others get a 404. The audit has one `erasing` and one `erased` event."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, threads=CLIENTS, auth=False)
    database = connect(settings)
    app = create_app(settings, database=database)
    api = Caller(app.test_client(), database)
    path = f"/v1/profiles/{api.create(f'Ann {number}')['profile_id']}"
    barrier = Barrier(CLIENTS)

    def delete(_: int) -> int:
        barrier.wait(timeout=30)
        return app.test_client().delete(path).status_code

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = sorted(pool.map(delete, range(CLIENTS)))
    assert statuses == [204] + [404] * (CLIENTS - 1)
    assert _actions(api) == ["created", "erasing", "erased"]
    database.client.close()


@pytest.mark.parametrize(
    ("when", "method", "retry_status"),
    [
        ("before", ("profiles", "update_one"), 204),
        ("after", ("profiles", "update_one"), 204),
        ("before", WRITE_EVENT, 204),
        ("after", WRITE_EVENT, 204),
        ("before", DELETE_PROFILE, 204),
        ("after", DELETE_PROFILE, 404),
        ("before", ("associations", "update_many"), 404),
        ("after", ("associations", "update_many"), 404),
    ],
    ids=str,
)
def test_a_retry_of_an_interrupted_deletion_completes_the_audit(
    api: Caller,
    hooked_api: Caller,
    hooked: HookedDatabase,
    when: str,
    method: tuple[str, str],
    retry_status: int,
) -> None:
    """The connection is lost at any command. After the retry there is one event of each kind."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    getattr(hooked, when)[method] = _lose_connection
    hooked_api.call("DELETE", path, status=503)
    for status in (retry_status, 404, 404):
        api.call("DELETE", path, status=status)
    assert _actions(hooked_api, api) == ["created", "erasing", "erased"]


def test_an_outcome_event_that_cannot_be_written_is_written_later(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """No retry of the request is needed. A retry adds no second event."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.after[DELETE_PROFILE] = lambda: hooked.before.update({WRITE_EVENT: _lose_connection})
    hooked_api.call("DELETE", path, status=503)
    assert [event["action"] for event in api.database["audit"].find().sort("_id")] == ["created", "erasing"]
    assert _actions(hooked_api, api) == ["created", "erasing", "erased"]
    api.call("DELETE", path, status=404)
    assert _actions(api) == ["created", "erasing", "erased"]


def test_a_retry_writes_the_outcome_event_that_another_service_has_queued(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """Both services write the event of the first request, but the audit contains it once."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.after[DELETE_PROFILE] = lambda: hooked.before.update({WRITE_EVENT: _lose_connection})
    hooked_api.call("DELETE", path, status=503, headers={"X-Request-Id": "first"})
    api.call("DELETE", path, status=404, headers={"X-Request-Id": "second"})
    assert _actions(api) == ["created", "erasing", "erased"]
    assert _actions(hooked_api, api) == ["created", "erasing", "erased"]
    assert api.audit()[-1]["request_id"] == "first"


def test_an_old_interrupted_erasure_is_not_continued(api: Caller) -> None:
    """The next request starts a new erasure. Its events have the time of the new request."""
    profile_id = api.create("Ann")["profile_id"]
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    api.database["profiles"].update_one({"_id": profile_id}, {"$set": {"erasing_at": long_ago}})
    started = datetime.now(UTC) - timedelta(milliseconds=1)
    api.delete(f"/v1/profiles/{profile_id}")
    _, intent, outcome = api.audit()
    assert (intent["action"], outcome["action"]) == ("erasing", "erased")
    assert started <= intent["at"] == outcome["at"]


def _set_age(api: Caller, path: str, age: timedelta) -> datetime:
    """Set the age of a profile's erasure, and return its start."""
    started = (datetime.now(UTC) - age).replace(microsecond=0)
    api.database["profiles"].update_one({"_id": path.rpartition("/")[2]}, {"$set": {"erasing_at": started}})
    return started


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["any version", "version 1"])
def test_a_deletion_completes_the_erasure_of_another_request_that_replaced_its_own(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase, headers: dict[str, str]
) -> None:
    """The request gets a 204. It writes no `not_erased` event, because the version did not change."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    interrupted = HookedDatabase(api.database)
    interrupted.before[DELETE_PROFILE] = _lose_connection
    other = Caller(create_app(Settings(auth=False), database=interrupted).test_client(), interrupted)

    def replace() -> None:
        _set_age(api, path, timedelta(minutes=1))
        other.call("DELETE", path, status=503)

    hooked.before[DELETE_PROFILE] = replace
    hooked_api.call("DELETE", path, status=204, headers=headers)
    assert _actions(hooked_api, api) == ["created", "erasing", "erasing", "erased"]
    _, _, intent, outcome = api.audit()
    assert intent["at"] == outcome["at"]


def test_a_deletion_without_if_match_never_gets_a_412(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """The profile is erased and recreated between two commands. The request erases the new profile."""
    key = {"Idempotency-Key": "k-1"}
    ann = api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=key).get_json()
    path = f"/v1/profiles/{ann['profile_id']}"

    def erase_and_create_again() -> None:
        api.delete(path)
        api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=key)

    hooked.before[DELETE_PROFILE] = erase_and_create_again
    hooked_api.delete(path)
    api.call("GET", path, status=404)
    assert sorted(_actions(hooked_api, api)) == [
        "created",
        "created",
        "erased",
        "erased",
        "erasing",
        "erasing",
    ]


def test_a_failed_and_a_later_deletion_can_share_one_erasing_event(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """The first request writes `not_erased`, and the second one writes `erased`."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE_PROFILE] = lambda: api.patch(path, {"last_name": "Lee"})
    hooked_api.call("DELETE", path, status=412, headers={"If-Match": '"1"'})
    api.delete(path)
    assert sorted(_actions(hooked_api, api)) == ["changed", "created", "erased", "erasing", "not_erased"]


@pytest.mark.parametrize(
    ("timeout_ms", "age", "continued"),
    [(60_000, 45, True), (60_000, 75, False), (1000, 3, False)],
)
def test_an_erasure_is_continued_within_the_maximum_duration_of_a_request(
    api: Caller, *, timeout_ms: int, age: int, continued: bool
) -> None:
    """The maximum depends on MONGODB_TIMEOUT_MS. An older erasure was interrupted."""
    settings = Settings(auth=False, mongodb_timeout_ms=timeout_ms)
    caller = Caller(create_app(settings, database=api.database).test_client(), api.database)
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    started = _set_age(api, path, timedelta(seconds=age))
    caller.delete(path)
    assert sorted(_actions(caller, api)) == ["created", "erased", "erasing"]
    intent = next(event for event in api.audit() if event["action"] == "erasing")
    assert (intent["at"] == started) == continued


def test_an_erasure_is_continued_by_a_host_with_a_wrong_clock(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the second host is one hour ahead."""
    path = f"/v1/profiles/{api.create('Ann')['profile_id']}"
    hooked.before[DELETE_PROFILE] = _lose_connection
    hooked_api.call("DELETE", path, status=503)
    ahead = time_ns() + 3_600_000_000_000
    monkeypatch.setattr(clock, "time_ns", lambda: ahead)
    api.delete(path)
    assert _actions(hooked_api, api) == ["created", "erasing", "erased"]


def test_a_deletion_of_an_unknown_profile_has_no_event(api: Caller) -> None:
    """The request gets a 404."""
    api.reject("DELETE", f"/v1/profiles/{'0' * 32}", status=404, code="profile_not_found")
    assert api.audit() == []


def test_each_erasure_of_a_recreated_profile_has_its_own_events(api: Caller) -> None:
    """The same Idempotency-Key gives the recreated profile the same ID."""
    headers = {"Idempotency-Key": "k-1"}
    for _ in range(2):
        ann = api.call("POST", "/v1/profiles", {"first_name": "Ann"}, status=201, headers=headers).get_json()
        api.delete(f"/v1/profiles/{ann['profile_id']}")
        api.call("DELETE", f"/v1/profiles/{ann['profile_id']}", status=404)
    assert sorted(_actions(api)) == ["created", "created", "erased", "erased", "erasing", "erasing"]


def test_a_pending_erasure_is_not_visible_to_clients(
    api: Caller, hooked_api: Caller, hooked: HookedDatabase
) -> None:
    """An interrupted erasure leaves an internal field in the document."""
    ann = api.create("Ann")
    path = f"/v1/profiles/{ann['profile_id']}"
    hooked.before[DELETE_PROFILE] = _lose_connection
    hooked_api.call("DELETE", path, status=503)
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
    """A request that reveals or exports nothing is not audited."""
    api.define("secret", sensitive=True)
    api.define("open")
    ann = api.create("Ann", keys={"secret": ["s-1"]})["profile_id"]
    # The value is now encrypted with a master key that is not configured.
    api.database["profiles"].update_one({"_id": ann}, {"$set": {"keys.0.sealed.0": f"v1.lost.{'A' * 60}"}})
    api.call(method, path.format(ann=ann, unknown="0" * 32), body, status=status)
    assert _actions(api) == ["created"]
