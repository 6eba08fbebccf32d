"""What a worker remembers of whether it can serve."""

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
    """Return an empty database of the real MongoDB: mongomock's indexes are not what the table says."""
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


def test_mongodb_is_asked_once_a_second(readiness: Readiness, database: Any, clock: Clock) -> None:
    """Nobody needs a credential to ask: a flood of questions is to be none of commands."""
    assert readiness.check() == _OK
    database["profiles"].drop_index("lookup")
    clock.seconds += 0.9 * _SECOND
    assert readiness.check() == _OK
    clock.seconds += 0.1 * _SECOND
    with pytest.raises(NotReady) as raised:
        readiness.check()
    assert raised.value.checks["indexes"] == "missing: profiles.lookup"


def test_what_failed_is_remembered_too(readiness: Readiness, database: Any, clock: Clock) -> None:
    """That is when MongoDB needs a flood least; each caller is told the same."""
    readiness.check()
    database["profiles"].drop_index("lookup")
    clock.seconds += _SECOND
    told = []
    for _ in range(2):
        with pytest.raises(NotReady) as raised:
            readiness.check()
        told.append(raised.value)
        database["profiles"].create_indexes(INDEXES["profiles"])
    assert told[0].checks == told[1].checks
    assert told[0] is not told[1]
    clock.seconds += _SECOND
    assert readiness.check() == _OK


def test_the_log_is_told_of_a_change_and_not_of_each_question(
    readiness: Readiness, database: Any, clock: Clock
) -> None:
    """One line with what fails, another where something else does, and one when nothing does any more."""
    missing = ["missing: profiles.lookup", "missing: profiles.lookup, profiles.rules_and_id"]
    with capture_logs() as logs:
        _ask_for_a_while(readiness, clock)
        for name in ("lookup", "rules_and_id"):
            database["profiles"].drop_index(name)
            _ask_for_a_while(readiness, clock)
        database["profiles"].create_indexes(INDEXES["profiles"])
        _ask_for_a_while(readiness, clock)
    told = [(line["log_level"], line["event"], line.get("checks", {}).get("indexes")) for line in logs]
    assert told == [
        ("error", "not_ready", missing[0]),
        ("error", "not_ready", missing[1]),
        ("info", "ready", None),
    ]


def _ask_for_a_while(readiness: Readiness, clock: Clock) -> None:
    for _ in range(4):
        with suppress(NotReady):
            readiness.check()
        clock.seconds += 0.5 * _SECOND


class _Counting(Availability):
    """Counts the checks: each begins by asking whether there is a primary."""

    times = 0

    def check(self) -> None:
        self.times += 1


def test_those_who_ask_at_once_share_an_answer(database: Any, clock: Clock, times: ReadinessTimes) -> None:
    """One of them asks MongoDB, and the others wait for what it hears."""
    counting = _Counting()
    readiness = Readiness(Stores.over(database, _SETTINGS, counting), times, clock=clock)
    together = Barrier(8)

    def ask(_: int) -> dict[str, str]:
        together.wait()
        return readiness.check()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [_OK] * 8
    assert counting.times == 1


class _Broken(Availability):
    """Fails in a way that nobody has foreseen."""

    def check(self) -> None:
        raise KeyError


def test_what_could_not_be_found_out_is_no_yes(database: Any, clock: Clock, times: ReadinessTimes) -> None:
    """Neither to who asked nor to who asks right after."""
    readiness = Readiness(Stores.over(database, _SETTINGS, _Broken()), times, clock=clock)
    for _ in range(2):
        with pytest.raises(KeyError):
            readiness.check()


def _search_keys(database: Any, count: int) -> None:
    """Store so many definitions, a hundred in each domain."""
    keys = ({"domain": f"d{number // 100}", "name": f"k{number % 100}"} for number in range(count))
    database["search_keys"].insert_many(
        {"_id": f"{key['domain']}/{key['name']}", **key, "type": "text", "unique": False} for key in keys
    )


def _outdated_profile(database: Any) -> None:
    database["profiles"].insert_one(
        {"_id": "p", "domain": "d0", "rules": sealed_keys.current_rules(())[0], "definitions": ["old"]}
    )


@pytest.fixture
def commands() -> Commands:
    """Return the commands that the worker sends."""
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
    """In between, the number of search keys does not matter: one key of an index is read."""
    worker.check()
    _search_keys(database, 3000)
    _outdated_profile(database)
    clock.seconds += _MINUTE
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
    database["profiles"].delete_many({})
    # The minute begins when they were compared.
    for _ in range(59):
        commands.sent.clear()
        clock.seconds += _SECOND
        assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
        finds = [command for command in commands.sent if "find" in command]
        assert [(command["find"], command["limit"], command["hint"]) for command in finds] == [
            ("profiles", 1, "rules_and_id")
        ]
        assert max(len(bson.encode(command)) for command in commands.sent) < _KILOBYTE
    clock.seconds += _SECOND
    assert worker.check() == _OK


def test_a_comparison_that_takes_too_long_is_no_failure(
    worker: Readiness, database: Any, clock: Clock, commands: Commands, times: ReadinessTimes
) -> None:
    """The state is unknown for a minute, then it is tried again. The log has one warning."""
    times.definitions_timeout = 1e-9
    with capture_logs() as logs:
        for _ in range(3):
            assert worker.check() == _OK | {"lookup_entries": "unknown"}
            commands.sent.clear()
            clock.seconds += _MINUTE - _SECOND
            assert worker.check() == _OK | {"lookup_entries": "unknown"}
            assert [command["find"] for command in commands.sent if "find" in command] == ["profiles"]
            clock.seconds += _SECOND
    assert [line["log_level"] for line in logs if line["event"] == "definitions_not_compared"] == ["warning"]
    times.definitions_timeout = 60
    _outdated_profile(database)
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"


def test_other_rules_are_named_though_the_definitions_are_not_compared(
    worker: Readiness, database: Any, clock: Clock, times: ReadinessTimes
) -> None:
    """The rules are compared each time, with one key of an index."""
    times.definitions_timeout = 1e-9
    worker.check()
    database["profiles"].insert_one({"_id": "p", "domain": "d0", "rules": 1})
    clock.seconds += _SECOND
    assert worker.check()["lookup_entries"] == "stale: run profile-lookup reindex"
