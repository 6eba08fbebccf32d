"""A worker's cache of API keys: how long it stores them, and how many."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.auth.api_keys import create_api_key
from service.auth.authenticator import Authenticator
from service.auth.key_cache import IDS_CACHE_TTL, MAX_MISSES_PER_MINUTE
from service.errors.access import Unauthenticated
from service.errors.datastore import DatastoreUnavailable
from service.model.principal import Scope
from tests.auth.key_store import FakeStore
from tests.clock import Clock

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store() -> FakeStore:
    """Return an empty store."""
    return FakeStore()


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


@pytest.fixture
def new_authenticator(store: FakeStore, clock: Clock) -> Callable[..., Authenticator]:
    """Return a function that creates the authenticator of a worker.

    All authenticators share the store and the clock.
    """
    stores: Any = SimpleNamespace(api_keys=store, availability=store)
    return partial(
        Authenticator, stores, None, clock=clock, time=lambda: BEGIN + timedelta(seconds=clock.seconds)
    )


@pytest.fixture
def key(store: FakeStore) -> str:
    """Return a valid API key."""
    return _create_key(store)


def _create_key(store: FakeStore) -> str:
    return create_api_key(
        cast("Any", store),
        label="a",
        domain="acme",
        scopes={Scope.VIEW},
        agent_id="agent-7",
        lifetime=None,
        now=BEGIN,
    )[1]


def _is_rejected(authenticator: Authenticator, credential: str) -> bool:
    try:
        authenticator.authenticate(credential)
    except Unauthenticated:
        return True
    return False


def test_an_api_key_identifies_its_principal(
    new_authenticator: Callable[[], Authenticator], key: str
) -> None:
    """The principal has the ID, the domain, the scopes and the agent of the key."""
    principal = new_authenticator().authenticate(key)
    assert principal.credential_id == key[:20]
    assert (principal.domain, principal.agent_id) == ("acme", "agent-7")
    assert principal.scopes == {Scope.VIEW}


def test_an_api_key_is_read_at_most_once_in_four_seconds(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock, key: str
) -> None:
    """Further requests cause no read, whether their secret is right or wrong."""
    authenticator = new_authenticator()
    for _ in range(10):
        authenticator.authenticate(key)
        assert _is_rejected(authenticator, f"{key[:20]}_{'0' * 64}")
    assert store.reads == 1
    clock.seconds = 3.9
    authenticator.authenticate(key)
    assert store.reads == 1
    clock.seconds = 4.0
    authenticator.authenticate(key)
    assert store.reads == 2


def test_every_worker_rejects_a_revoked_key_within_five_seconds(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock, key: str
) -> None:
    """The workers read the key just before its revocation and use it all the time."""
    authenticators = [new_authenticator() for _ in range(3)]
    for authenticator in authenticators:
        authenticator.authenticate(key)
    store.keys[key[:20]] = replace(store.keys[key[:20]], revoked_at=BEGIN)
    for tenths in range(1, 51):
        clock.seconds = tenths / 10
        rejections = [_is_rejected(authenticator, key) for authenticator in authenticators]
    assert rejections == [True, True, True]


def test_an_expired_key_is_rejected_at_once(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock, key: str
) -> None:
    """The expiry of a cached key is checked at each request."""
    store.keys[key[:20]] = replace(store.keys[key[:20]], expires_at=BEGIN + timedelta(seconds=2))
    authenticator = new_authenticator()
    clock.seconds = 1.9
    authenticator.authenticate(key)
    clock.seconds = 2.0
    assert _is_rejected(authenticator, key)
    assert store.reads == 1


def test_an_unknown_id_is_cached_too(
    new_authenticator: Callable[[], Authenticator], store: FakeStore
) -> None:
    """A client with a deleted key causes one query in four seconds."""
    authenticator = new_authenticator()
    absent = "plk_" + "0" * 16 + "_" + "0" * 64
    for _ in range(10):
        assert _is_rejected(authenticator, absent)
    assert store.reads == 1


def test_an_unknown_id_and_a_wrong_secret_cause_the_same_comparison(
    new_authenticator: Callable[[], Authenticator], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both cause one constant-time comparison, so the comparison does not reveal whether the ID exists."""
    lengths: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def record_lengths(first: str, second: str) -> bool:
        lengths.append((len(first), len(second)))
        return compare(first, second)

    monkeypatch.setattr(hmac, "compare_digest", record_lengths)
    for credential in (f"{key[:20]}_{'0' * 64}", f"plk_{'0' * 16}_{'0' * 64}"):
        assert _is_rejected(new_authenticator(), credential)
    assert lengths == [(64, 64), (64, 64)]


def test_invented_ids_neither_fill_memory_nor_evict_known_keys(
    new_authenticator: Callable[..., Authenticator], store: FakeStore, key: str
) -> None:
    """The cache of unknown IDs has a maximum size, and is separate from the cache of known keys."""
    authenticator = new_authenticator(max_unknown_ids=20)
    authenticator.authenticate(key)
    _guess(authenticator, 40)
    _guess(authenticator, 20, first=20)
    assert store.reads == 1 + 40
    _guess(authenticator, 1)
    assert store.reads == 1 + 41
    _guess(authenticator, 100, first=100)
    assert store.reads == 1 + MAX_MISSES_PER_MINUTE
    authenticator.authenticate(key)
    assert store.reads == 1 + MAX_MISSES_PER_MINUTE


def _guess(authenticator: Authenticator, times: int, *, first: int = 0) -> None:
    for guess in range(first, first + times):
        assert _is_rejected(authenticator, f"plk_{guess:016x}_{'0' * 64}")


def test_a_minute_of_invented_ids_causes_at_most_120_commands(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock
) -> None:
    """At 100 requests a second there are 60 look-ups in a minute, and one read of all IDs a second."""
    authenticator = new_authenticator()
    for minute in (1, 2):
        for tenth in range(600):
            clock.seconds = 60.0 * (minute - 1) + tenth / 10
            _guess(authenticator, 10, first=10 * (600 * (minute - 1) + tenth))
        assert store.reads == 60 * minute
        assert store.reads_of_ids <= 60 * minute


def test_a_valid_key_is_accepted_despite_many_invented_ids(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock
) -> None:
    """An existing key is accepted at once, and a new key within a second of its creation."""
    keys = [_create_key(store) for _ in range(8)]
    authenticator = new_authenticator()
    _guess(authenticator, 1000)
    assert [authenticator.authenticate(key).domain for key in keys] == ["acme"] * 8
    new = _create_key(store)
    clock.seconds = IDS_CACHE_TTL
    _guess(authenticator, 1, first=1000)
    assert authenticator.authenticate(new).domain == "acme"


def test_a_key_that_was_accepted_before_is_looked_up_despite_invented_ids(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock, key: str
) -> None:
    """The worker knows that the key exists, so it does not read all IDs."""
    authenticator = new_authenticator()
    authenticator.authenticate(key)
    _guess(authenticator, 60)
    clock.seconds = 4.0
    authenticator.authenticate(key)
    assert store.reads_of_ids == 0


def test_no_key_is_rejected_while_mongodb_is_down(
    new_authenticator: Callable[[], Authenticator], store: FakeStore, clock: Clock, key: str
) -> None:
    """A cached key is accepted. When the cache expires, requests get ``DatastoreUnavailable``."""
    authenticator = new_authenticator()
    authenticator.authenticate(key)
    store.is_down = True
    authenticator.authenticate(key)
    clock.seconds = 4.0
    with pytest.raises(DatastoreUnavailable):
        authenticator.authenticate(key)


def test_only_the_first_use_of_a_key_in_a_day_is_marked(
    new_authenticator: Callable[[], Authenticator], key: str
) -> None:
    """Credentials that are not API keys are never marked."""
    authenticator = new_authenticator()
    authenticator.authenticate(key)
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    results = [authenticator.keys.mark_used(key[:20], day) for day in (first, first, second, second)]
    assert results == [True, False, True, False]
    assert not authenticator.keys.mark_used("oidc_0123456789abcdef", first)
