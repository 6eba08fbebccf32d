"""The cache of an issuer's keys: which key is used, how long, and how often keys are downloaded."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import orjson
import pytest

from service.auth.issuer_keys import CACHE_TTL, MAX_AGE, RETRY_INTERVAL, IssuerKeys, JWKSClient
from service.errors.access import IssuerUnavailable, Unauthenticated
from tests.auth.issuer import private_key, to_jwk
from tests.clock import Clock


@dataclass
class Site:
    """Replaces the issuer's web site and counts the downloads."""

    keys: list[Any] = field(default_factory=list)
    reads: int = 0
    is_down: bool = False

    def __call__(self) -> bytes:
        """Return the JWK set."""
        self.reads += 1
        if self.is_down:
            raise OSError("connection refused")
        return orjson.dumps({"keys": self.keys})


class Client(JWKSClient):
    """Calls a function of the test instead of downloading."""

    def __init__(self, respond: Callable[[], bytes], algorithms: Sequence[str] = ("RS256", "ES256")) -> None:
        super().__init__("https://id.example.com/keys", algorithms)
        self.respond = respond

    def download(self) -> bytes:
        """Return the JWK set."""
        return self.respond()


@pytest.fixture
def site() -> Site:
    """Return a site with one key."""
    return Site([to_jwk(private_key("ES256"), "ES256", "key-1")])


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


def _keys_with_long_wait(download: Callable[[], bytes], clock: Clock | None = None) -> IssuerKeys:
    """Return issuer keys that wait long enough for a download on a slow machine."""
    return IssuerKeys(Client(download), clock or Clock(), wait_seconds=30)


@pytest.fixture
def keys(site: Site, clock: Clock) -> IssuerKeys:
    """Return the keys of the site."""
    return _keys_with_long_wait(site, clock)


def _raises(error: type[Exception], find: Callable[[], Any]) -> bool:
    try:
        find()
    except error:
        return True
    return False


def test_keys_are_downloaded_once_in_five_minutes(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """The number of tokens makes no difference."""
    assert site.reads == 0
    for _ in range(10):
        keys.find("key-1", "ES256")
    clock.seconds = CACHE_TTL - 1
    keys.find("key-1", "ES256")
    assert site.reads == 1
    clock.seconds = CACHE_TTL
    keys.find("key-1", "ES256")
    assert site.reads == 2


def test_a_key_that_the_issuer_removed_is_rejected(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """The next download removes the key, even if the new JWK set is empty."""
    keys.find("key-1", "ES256")
    site.keys.clear()
    clock.seconds = CACHE_TTL
    assert _raises(Unauthenticated, lambda: keys.find("key-1", "ES256"))


def test_a_new_key_is_found_for_the_first_token_that_names_it(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """An unknown key ID causes a download although the cache has not expired."""
    keys.find("key-1", "ES256")
    site.keys.append(to_jwk(private_key("ES256", "second"), "ES256", "key-2"))
    clock.seconds = RETRY_INTERVAL
    keys.find("key-2", "ES256")
    assert site.reads == 2


def test_invented_key_ids_cause_at_most_one_download_in_five_seconds(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """A thousand tokens with unknown key IDs arrive within ten seconds."""
    keys.find("key-1", "ES256")
    for tenths in range(1000):
        clock.seconds = tenths / 100
        assert _raises(Unauthenticated, lambda n=tenths: keys.find(f"invented-{n}", "ES256"))  # type: ignore[misc] # n is bound at once
    assert site.reads == 2


def test_while_the_issuer_is_down_its_keys_are_used_for_an_hour(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """A failed download is repeated, but not within five seconds."""
    keys.find("key-1", "ES256")
    site.is_down = True
    for seconds in (CACHE_TTL, CACHE_TTL + 1, MAX_AGE - 1):
        clock.seconds = seconds
        keys.find("key-1", "ES256")
    assert site.reads == 3
    clock.seconds = MAX_AGE
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    site.is_down = False
    clock.seconds += RETRY_INTERVAL
    keys.find("key-1", "ES256")


def test_before_the_first_download_succeeds_the_issuer_is_unavailable(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """Tokens are neither accepted nor rejected, and requests do not wait for the next download."""
    site.is_down = True
    for _ in range(3):
        assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    assert site.reads == 1
    site.is_down = False
    clock.seconds = RETRY_INTERVAL
    keys.find("key-1", "ES256")


def test_while_the_issuer_is_down_an_unknown_key_is_not_rejected(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """The issuer may have added the key after the last download."""
    keys.find("key-1", "ES256")
    site.is_down = True
    clock.seconds = RETRY_INTERVAL
    assert _raises(IssuerUnavailable, lambda: keys.find("key-2", "ES256"))


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b"{}", b'{"keys": 1}', b'{"keys": {}}', b'{"keys": "RSA"}', b"\xff"]
)
def test_a_document_that_is_not_a_jwk_set_is_a_failed_download(document: bytes) -> None:
    """One example is the error page of a gateway."""
    keys = _keys_with_long_wait(lambda: document)
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))


@pytest.mark.parametrize(
    "other",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "key-1", "alg": "HS256"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"},
        {"kty": "unheard-of", "kid": "key-1"},
        {"kty": "EC", "kid": "key-1"},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2, "kid": "key-1"},
        {"kty": "RSA", "n": "AQAB", "e": "", "kid": "key-1"},
        {"kid": "key-1"},
        {"kty": 1, "kid": "key-1"},
        "EC",
        None,
        to_jwk(private_key("ES256", "other"), "ES256", "key-1", use="enc"),
        to_jwk(private_key("ES256", "other"), "ES256", "key-1", alg="ES384"),
        to_jwk(private_key("ES256", "other"), "ES256", "key-2"),
        to_jwk(private_key("ES384", "other"), "ES384", "key-1", alg=None),
        to_jwk(private_key("RS256", "other"), "RS256", "key-1", alg=None),
    ],
)
def test_unsuitable_keys_are_ignored(site: Site, keys: IssuerKeys, other: Any) -> None:
    """The right key is found beside encryption keys, keys of other curves, secrets and malformed keys."""
    right = keys.find("key-1", "ES256")
    site.keys.insert(0, other)
    again = _keys_with_long_wait(site).find("key-1", "ES256")
    assert again.key.public_numbers() == right.key.public_numbers()


def test_a_token_without_a_key_id_uses_the_only_key(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """If the issuer has two keys, the token is rejected. The keys are not tried one by one."""
    keys.find(None, "ES256")
    assert _raises(Unauthenticated, lambda: keys.find(None, "RS256"))
    site.keys.append(to_jwk(private_key("ES256", "second"), "ES256", "key-2"))
    clock.seconds = CACHE_TTL
    assert _raises(Unauthenticated, lambda: keys.find(None, "ES256"))


def test_a_key_id_of_two_keys_is_rejected(site: Site) -> None:
    """The keys are not tried one by one."""
    site.keys.append(to_jwk(private_key("ES256", "second"), "ES256", "key-1"))
    assert _raises(Unauthenticated, lambda: _keys_with_long_wait(site).find("key-1", "ES256"))


@dataclass
class SlowSite:
    """A site that responds when the test sets ``may_respond``."""

    site: Site
    was_called: Event = field(default_factory=Event)
    may_respond: Event = field(default_factory=Event)

    def __call__(self) -> bytes:
        """Return the JWK set."""
        self.was_called.set()
        assert self.may_respond.wait(timeout=30)
        return self.site()


def _join_downloads() -> None:
    """Wait until no download runs."""
    for thread in enumerate_threads():
        if thread.name == "issuer-keys":
            thread.join(timeout=30)
            assert not thread.is_alive()


def test_during_a_download_other_requests_use_the_old_keys(site: Site, clock: Clock) -> None:
    """Only the request that starts the download waits for the new keys."""
    slow = SlowSite(site)
    slow.may_respond.set()
    keys = _keys_with_long_wait(slow, clock)
    keys.find("key-1", "ES256")
    slow.was_called.clear()
    slow.may_respond.clear()
    clock.seconds = CACHE_TTL
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.was_called.wait(timeout=30)
        keys.find("key-1", "ES256")
        assert not first.done()
        slow.may_respond.set()
        first.result(timeout=30)
    assert site.reads == 2


def test_without_keys_no_request_waits_for_the_download_of_another_request(site: Site, clock: Clock) -> None:
    """The other requests get ``IssuerUnavailable`` at once."""
    slow = SlowSite(site)
    keys = _keys_with_long_wait(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.was_called.wait(timeout=30)
        for _ in range(3):
            assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
        assert not first.done()
        slow.may_respond.set()
        assert first.result(timeout=30)
    assert site.reads == 1


def test_during_a_download_an_unknown_key_is_not_rejected(site: Site, clock: Clock) -> None:
    """The download may contain the key."""
    slow = SlowSite(site)
    slow.may_respond.set()
    keys = _keys_with_long_wait(slow, clock)
    keys.find("key-1", "ES256")
    slow.was_called.clear()
    slow.may_respond.clear()
    clock.seconds = CACHE_TTL
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.was_called.wait(timeout=30)
        assert _raises(IssuerUnavailable, lambda: keys.find("key-2", "ES256"))
        slow.may_respond.set()
        first.result(timeout=30)


def _keys_without_wait(site: SlowSite, clock: Clock) -> IssuerKeys:
    """Return issuer keys that do not wait for a download."""
    return IssuerKeys(Client(site), clock, wait_seconds=0)


def test_the_wait_for_an_issuer_that_hangs_is_limited(site: Site, clock: Clock) -> None:
    """The request that started the download fails, and the download continues."""
    slow = SlowSite(site)
    keys = _keys_without_wait(slow, clock)
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    slow.may_respond.set()
    _join_downloads()
    assert keys.find("key-1", "ES256")
    assert site.reads == 1


def test_requests_do_not_wait_again_for_an_issuer_that_was_slow(site: Site, clock: Clock) -> None:
    """The next request starts a download, but uses the old keys."""
    slow = SlowSite(site)
    keys = _keys_with_long_wait(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.was_called.wait(timeout=30)
        clock.seconds = 30
        slow.may_respond.set()
        first.result(timeout=30)
    slow.may_respond.clear()
    clock.seconds = CACHE_TTL + RETRY_INTERVAL
    assert keys.find("key-1", "ES256")
    assert not slow.may_respond.is_set()
    slow.may_respond.set()
    _join_downloads()
    assert site.reads == 2


def test_a_starting_worker_waits_for_the_keys(site: Site, clock: Clock) -> None:
    """The first token causes no further download."""
    slow = SlowSite(site)
    keys = _keys_with_long_wait(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        prefetch = pool.submit(keys.refresh)
        assert slow.was_called.wait(timeout=30)
        assert not prefetch.done()
        slow.may_respond.set()
        prefetch.result(timeout=30)
    slow.may_respond.clear()
    keys.find("key-1", "ES256")
    assert site.reads == 1


def test_a_starting_worker_does_not_wait_for_an_issuer_that_hangs(site: Site, clock: Clock) -> None:
    """During the download, the worker can serve requests with API keys."""
    slow = SlowSite(site)
    keys = _keys_without_wait(slow, clock)
    keys.refresh()
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    slow.may_respond.set()
    _join_downloads()
    assert keys.find("key-1", "ES256")


def test_a_worker_starts_while_the_issuer_is_down(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """The first token after five seconds causes another download."""
    site.is_down = True
    keys.refresh()
    site.is_down = False
    clock.seconds = RETRY_INTERVAL
    assert keys.find("key-1", "ES256")


def test_the_thread_ends_after_each_download(keys: IssuerKeys) -> None:
    """No download thread stays alive."""
    keys.find("key-1", "ES256")
    _join_downloads()
