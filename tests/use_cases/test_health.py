"""The cache of a worker's readiness."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import bson
import pymongo
import pytest
from structlog.testing import capture_logs

from service.config import Settings
from service.errors.datastore import NotReady
from service.store.client.connection import connect
from service.store.health import Availability
from service.store.indexes.definitions import INDEXES
from service.store.profiles import sealed_keys
from service.store.stores import Stores
from service.use_cases.health import Readiness, ReadinessTimes
from tests.clock import Clock
from tests.commands import Commands
from tests.readiness import uncached

_SECOND = 1.0
_MINUTE = 60.0
_KILOBYTE = 1024
_SETTINGS = Settings(mongodb_require_replica_set=False)
_OK = {"mongodb": "ok", "indexes": "ok", "lookup_entries": "ok"}


@pytest.fixture
def database(mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str) -> Any:
    """Return an empty database of a real MongoDB. mongomock stores different index definitions."""
    return mongodb_client[database_name]


@pytest.fixture
def clock() -> Clock:
    """Return a clock that the test advances."""
    return Clock()


@pytest.fixture
def times() -> ReadinessTimes:
    """Return the times of a worker, with a timeout for a slow machine."""
    return ReadinessTimes(cache_ttl=_SECOND, definitions_ttl=_MINUTE, definitions_timeout=60)


@pytest.fixture
def readiness(database: Any, clock: Clock) -> Readiness:
    """Return the readiness of a worker that compares definitions each time."""
    times = uncached()
    times.cache_ttl = _SECOND
    return Readiness(Stores.over(database, _SETTINGS), times, clock=clock)


def test_mongodb_is_checked_once_a_second(readiness: Readiness, database: Any, clock: Clock) -> None:
    """The check needs no credential, so a flood of requests must not cause a flood of commands."""
    assert readiness.check() == _OK
    database["profiles"].drop_index("lookup")
    clock.seconds += 0.9 * _SECOND
    assert readiness.check() == _OK
    clock.seconds += 0.1 * _SECOND
    with pytest.raises(NotReady) as raised:
        readiness.check()
    assert raised.value.checks["indexes"] == "missing: profiles.lookup"


def test_a_failure_is_cached_too(readiness: Readiness, database: Any, clock: Clock) -> None:
    """All callers get the same result, each in its own exception."""
    readiness.check()
    database["profiles"].drop_index("lookup")
    clock.seconds += _SECOND
    errors = []
    for _ in range(2):
        with pytest.raises(NotReady) as raised:
            readiness.check()
        errors.append(raised.value)
        database["profiles"].create_indexes(INDEXES["profiles"])
    assert errors[0].checks == errors[1].checks
    assert errors[0] is not errors[1]
    clock.seconds += _SECOND
    assert readiness.check() == _OK


def test_only_changes_of_the_readiness_are_logged(readiness: Readiness, database: Any, clock: Clock) -> None:
    """Each new reason for a failure has a line, and so has the end of the failure."""
    missing = ["missing: profiles.lookup", "missing: profiles.lookup, profiles.rules_and_id"]
    with capture_logs() as logs:
        _check_for_two_seconds(readiness, clock)
        for name in ("lookup", "rules_and_id"):
            database["profiles"].drop_index(name)
            _check_for_two_seconds(readiness, clock)
        database["profiles"].create_indexes(INDEXES["profiles"])
        _check_for_two_seconds(readiness, clock)
    events = [(line["log_level"], line["event"], line.get("checks", {}).get("indexes")) for line in logs]
    assert events == [
        ("error", "not_ready", missing[0]),
        ("error", "not_ready", missing[1]),
        ("info", "ready", None),
    ]


def _check_for_two_seconds(readiness: Readiness, clock: Clock) -> None:
    for _ in range(4):
        with suppress(NotReady):
            readiness.check()
        clock.seconds += 0.5 * _SECOND


class _CountingAvailability(Availability):
    """Counts the checks of the primary. Each readiness check starts with one."""

    times = 0

    def check(self) -> None:
        self.times += 1


def test_concurrent_checks_share_one_result(database: Any, clock: Clock, times: ReadinessTimes) -> None:
    """One caller queries MongoDB. The other callers wait for its result."""
    availability = _CountingAvailability()
    readiness = Readiness(Stores.over(database, _SETTINGS, availability), times, clock=clock)
    barrier = Barrier(8)

    def check(_: int) -> dict[str, str]:
        barrier.wait()
        return readiness.check()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(check, range(8))) == [_OK] * 8
    assert availability.times == 1


class _BrokenAvailability(Availability):
    """Raises an unexpected error."""

    def check(self) -> None:
        raise KeyError


def test_an_unexpected_error_does_not_mean_ready(database: Any, clock: Clock, times: ReadinessTimes) -> None:
    """The next caller gets the error too."""
    readiness = Readiness(Stores.over(database, _SETTINGS, _BrokenAvailability()), times, clock=clock)
    for _ in range(2):
        with pytest.raises(KeyError):
            readiness.check()


def _store_search_keys(database: Any, count: int) -> None:
    """Store ``count`` definitions, a hundred in each domain."""
    keys = ({"domain": f"d{number // 100}", "name": f"k{number % 100}"} for number in range(count))
    database["search_keys"].insert_many(
        {"_id": f"{key['domain']}/{key['name']}", **key, "type": "text", "unique": False} for key in keys
    )


def _store_outdated_profile(database: Any) -> None:
    database["profiles"].insert_one(
        {"_id": "p", "domain": "d0", "rules": sealed_keys.current_rules(())[0], "definitions": ["old"]}
    )


@pytest.fixture
def commands() -> Commands:
    """Return a recorder of the commands that the worker sends."""
    return Commands()


@pytest.fixture
def worker(
    mongodb_uri: str, database_name: str, commands: Commands, clock: Clock, times: ReadinessTimes
) -> Iterator[Readiness]:
    """Return the readiness of a worker that compares definitions once a minute."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=database_name, mongodb_require_replica_set=False
    )
    connected = connect(settings, listeners=[commands])
    yield Readiness(Stores.over(connected, settings), times, clock=clock)
    connected.client.close()


def test_definitions_are_compared_once_a_minute(
    worker: Readiness, database: Any, clock: Clock, commands: Commands
) -> None:
    """Other checks read one key of an index, however many search keys there are."""
    worker.check()
    _store_search_keys(database, 300)
    _store_outdated_profile(database)
    clock.seconds += _MINUTE
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
    database["profiles"].delete_many({})
    # The minute starts with the comparison.
    for _ in range(59):
        commands.sent.clear()
        clock.seconds += _SECOND
        assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
        finds = [command for command in commands.sent if "find" in command]
        assert [(command["find"], command["limit"], command["hint"]) for command in finds] == [
            ("profiles", 1, "rules_and_id"),
            ("profile_objects", 1, "master_keys_and_id"),
            ("merge_snapshots", 1, "rules_and_id"),
        ]
        assert max(len(bson.encode(command)) for command in commands.sent) < _KILOBYTE
    clock.seconds += _SECOND
    assert worker.check() == _OK


def test_a_comparison_that_takes_too_long_does_not_fail_the_check(
    worker: Readiness, database: Any, clock: Clock, commands: Commands, times: ReadinessTimes
) -> None:
    """The state is unknown for a minute. Then the comparison is repeated. The log has one warning."""
    times.definitions_timeout = 1e-9
    with capture_logs() as logs:
        for _ in range(3):
            assert worker.check() == _OK | {"lookup_entries": "unknown"}
            commands.sent.clear()
            clock.seconds += _MINUTE - _SECOND
            assert worker.check() == _OK | {"lookup_entries": "unknown"}
            finds = [command["find"] for command in commands.sent if "find" in command]
            assert finds == ["profiles", "profile_objects", "merge_snapshots"]
            clock.seconds += _SECOND
    assert [line["log_level"] for line in logs if line["event"] == "definitions_not_compared"] == ["warning"]
    times.definitions_timeout = 60
    _store_outdated_profile(database)
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"


def test_outdated_rules_are_reported_without_a_comparison_of_definitions(
    worker: Readiness, database: Any, clock: Clock, times: ReadinessTimes
) -> None:
    """Each check compares the rules, and reads one key of an index."""
    times.definitions_timeout = 1e-9
    worker.check()
    database["profiles"].insert_one({"_id": "p", "domain": "d0", "rules": 1})
    clock.seconds += _SECOND
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
