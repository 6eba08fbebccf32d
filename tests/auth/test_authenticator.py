"""What a worker remembers of API keys, for how long, and how much of it."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.auth.api_keys import create_api_key
from service.auth.authenticator import MAX_MISSES_PER_MINUTE, RECACHE_TTL, Authenticator
from service.errors.access import Unauthenticated
from service.errors.datastore import DatastoreUnavailable
from service.model.principal import ApiKey, Scope
from tests.clock import Clock

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Shelf:
    """Takes the place of MongoDB, and counts how often it is read."""

    keys: dict[str, ApiKey] = field(default_factory=dict)
    reads: int = 0
    reads_of_ids: int = 0
    away: bool = False

    def insert(self, key: ApiKey) -> None:
        """Add a key."""
        self.keys[key.key_id] = key

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key."""
        self.reads += 1
        return self.keys.get(key_id)

    def ids(self) -> frozenset[str]:
        """Return the IDs of all keys."""
        self.reads_of_ids += 1
        return frozenset(self.keys)

    def check(self) -> None:
        """Return whether there is a primary, as the driver's monitor would."""
        if self.away:
            raise DatastoreUnavailable


@pytest.fixture
def shelf() -> Shelf:
    """Return what stands in MongoDB."""
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


@pytest.fixture
def worker(shelf: Shelf, clock: Clock) -> Callable[..., Authenticator]:
    """Return what starts a worker; all of them share the database and the clock."""
    stores: Any = SimpleNamespace(api_keys=shelf, availability=shelf)
    return partial(
        Authenticator, stores, None, clock=clock, time=lambda: BEGIN + timedelta(seconds=clock.seconds)
    )


@pytest.fixture
def key(shelf: Shelf) -> str:
    """Return a valid key."""
    return _made(shelf)


def _made(shelf: Shelf) -> str:
    return create_api_key(
        cast("Any", shelf),
        label="a",
        domain="acme",
        scopes={Scope.VIEW},
        agent_id="agent-7",
        lifetime=None,
        now=BEGIN,
    )[1]


def _refused(worker: Authenticator, credential: str) -> bool:
    try:
        worker.authenticate(credential)
    except Unauthenticated:
        return True
    return False


def test_a_key_says_whose_request_it_is(worker: Callable[[], Authenticator], key: str) -> None:
    """Its ID, its domain, its scopes and its agent."""
    principal = worker().authenticate(key)
    assert principal.credential_id == key[:20]
    assert (principal.domain, principal.agent_id) == ("acme", "agent-7")
    assert principal.scopes == {Scope.VIEW}


def test_a_key_is_read_once_in_four_seconds(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock, key: str
) -> None:
    """However many requests it comes with, right or wrong."""
    one = worker()
    for _ in range(10):
        one.authenticate(key)
        assert _refused(one, f"{key[:20]}_{'0' * 64}")
    assert shelf.reads == 1
    clock.seconds = 3.9
    one.authenticate(key)
    assert shelf.reads == 1
    clock.seconds = 4.0
    one.authenticate(key)
    assert shelf.reads == 2


def test_a_revocation_holds_in_every_worker_within_five_seconds(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock, key: str
) -> None:
    """Also where the key was read just before it was revoked, and is used all the time."""
    workers = [worker() for _ in range(3)]
    for each in workers:
        each.authenticate(key)
    shelf.keys[key[:20]] = replace(shelf.keys[key[:20]], revoked_at=BEGIN)
    for tenths in range(1, 51):
        clock.seconds = tenths / 10
        refused = [_refused(each, key) for each in workers]
    assert refused == [True, True, True]


def test_a_key_that_expires_is_refused_at_once(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock, key: str
) -> None:
    """No memory outlives it: it is held against the time at each request."""
    shelf.keys[key[:20]] = replace(shelf.keys[key[:20]], expires_at=BEGIN + timedelta(seconds=2))
    one = worker()
    clock.seconds = 1.9
    one.authenticate(key)
    clock.seconds = 2.0
    assert _refused(one, key)
    assert shelf.reads == 1


def test_an_id_that_no_key_has_is_remembered_too(worker: Callable[[], Authenticator], shelf: Shelf) -> None:
    """A client whose key is gone costs a command in four seconds, and no more."""
    one = worker()
    absent = "plk_" + "0" * 16 + "_" + "0" * 64
    for _ in range(10):
        assert _refused(one, absent)
    assert shelf.reads == 1


def test_an_unknown_id_and_a_wrong_secret_are_compared_alike(
    worker: Callable[[], Authenticator], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, and in a time that does not depend on what differs."""
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def counting(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    for credential in (f"{key[:20]}_{'0' * 64}", f"plk_{'0' * 16}_{'0' * 64}"):
        assert _refused(worker(), credential)
    assert compared == [(64, 64), (64, 64)]


def test_guessing_fills_no_memory_and_pushes_no_key_out(
    worker: Callable[..., Authenticator], shelf: Shelf, key: str
) -> None:
    """Of the unknown IDs the last are remembered, and keys that are there have a place of their own."""
    one = worker(max_unknown_ids=20)
    one.authenticate(key)
    _guess(one, 40)
    _guess(one, 20, first=20)
    assert shelf.reads == 1 + 40
    _guess(one, 1)
    assert shelf.reads == 1 + 41
    _guess(one, 100, first=100)
    assert shelf.reads == 1 + MAX_MISSES_PER_MINUTE
    one.authenticate(key)
    assert shelf.reads == 1 + MAX_MISSES_PER_MINUTE


def _guess(worker: Authenticator, times: int, *, first: int = 0) -> None:
    for guess in range(first, first + times):
        assert _refused(worker, f"plk_{guess:016x}_{'0' * 64}")


def test_a_minute_of_made_up_ids_costs_at_most_120_commands(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock
) -> None:
    """Sixty look-ups, then one read of all IDs a second, at 100 requests a second; the same next minute."""
    one = worker()
    for minute in (1, 2):
        for tenth in range(600):
            clock.seconds = 60.0 * (minute - 1) + tenth / 10
            _guess(one, 10, first=int(100 * clock.seconds))
        assert shelf.reads == 60 * minute
        assert shelf.reads_of_ids <= 60 * minute


def test_a_valid_key_that_the_worker_has_not_seen_is_accepted_among_made_up_ids(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock
) -> None:
    """At once; a key that was created while they come is accepted within a second."""
    keys = [_made(shelf) for _ in range(8)]
    one = worker()
    _guess(one, 1000)
    assert [one.authenticate(key).domain for key in keys] == ["acme"] * 8
    new = _made(shelf)
    clock.seconds = RECACHE_TTL
    _guess(one, 1, first=1000)
    assert one.authenticate(new).domain == "acme"


def test_a_key_that_was_accepted_is_looked_up_whatever_else_is_made_up(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock, key: str
) -> None:
    """A worker knows that it exists."""
    one = worker()
    one.authenticate(key)
    _guess(one, 60)
    clock.seconds = 4.0
    one.authenticate(key)
    assert shelf.reads_of_ids == 0


def test_where_mongodb_is_away_no_key_is_refused(
    worker: Callable[[], Authenticator], shelf: Shelf, clock: Clock, key: str
) -> None:
    """What is remembered still counts; then it is told that it cannot be told."""
    one = worker()
    one.authenticate(key)
    shelf.away = True
    one.authenticate(key)
    clock.seconds = 4.0
    with pytest.raises(DatastoreUnavailable):
        one.authenticate(key)


def test_the_first_use_of_a_day_is_told_once(worker: Callable[[], Authenticator], key: str) -> None:
    """And no use of a credential that is not an API key."""
    one = worker()
    one.authenticate(key)
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    marked = [one.mark_used(key[:20], day) for day in (first, first, second, second)]
    assert marked == [True, False, True, False]
    assert not one.mark_used("oidc_0123456789abcdef", first)
