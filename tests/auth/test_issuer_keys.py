"""The keys of an issuer: which one, how long, and how often they are read."""

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
from tests.auth.issuer import private_key, published
from tests.clock import Clock


@dataclass
class Site:
    """Takes the place of the issuer's web site, and counts how often it is read."""

    keys: list[Any] = field(default_factory=list)
    reads: int = 0
    away: bool = False

    def __call__(self) -> bytes:
        """Return the set of keys."""
        self.reads += 1
        if self.away:
            raise OSError("nobody there")
        return orjson.dumps({"keys": self.keys})


class Client(JWKSClient):
    """A client that downloads from a site of a test."""

    def __init__(self, respond: Callable[[], bytes], algorithms: Sequence[str] = ("RS256", "ES256")) -> None:
        super().__init__("https://id.example.com/keys", algorithms)
        self.respond = respond

    def download(self) -> bytes:
        """Return the set of keys."""
        return self.respond()


@pytest.fixture
def site() -> Site:
    """Return a site with one key."""
    return Site([published(private_key("ES256"), "ES256", "key-1")])


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


def _patient(download: Callable[[], bytes], clock: Clock | None = None) -> IssuerKeys:
    """Return keys that are waited for on a slow machine too."""
    return IssuerKeys(Client(download), clock or Clock(), wait_seconds=30)


@pytest.fixture
def keys(site: Site, clock: Clock) -> IssuerKeys:
    """Return the keys of the site."""
    return _patient(site, clock)


def _raises(error: type[Exception], find: Callable[[], Any]) -> bool:
    try:
        find()
    except error:
        return True
    return False


def test_keys_are_read_once_in_five_minutes(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """However many tokens come."""
    assert site.reads == 0
    for _ in range(10):
        keys.find("key-1", "ES256")
    clock.seconds = CACHE_TTL - 1
    keys.find("key-1", "ES256")
    assert site.reads == 1
    clock.seconds = CACHE_TTL
    keys.find("key-1", "ES256")
    assert site.reads == 2


def test_a_key_that_the_issuer_withdrew_is_refused(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """Once the keys are read again; a set without keys is an answer too."""
    keys.find("key-1", "ES256")
    site.keys.clear()
    clock.seconds = CACHE_TTL
    assert _raises(Unauthenticated, lambda: keys.find("key-1", "ES256"))


def test_a_new_key_is_there_for_the_first_token_that_names_it(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """The issuer need not be waited for."""
    keys.find("key-1", "ES256")
    site.keys.append(published(private_key("ES256", "second"), "ES256", "key-2"))
    clock.seconds = RETRY_INTERVAL
    keys.find("key-2", "ES256")
    assert site.reads == 2


def test_inventing_key_ids_does_not_make_us_ask_the_issuer_each_time(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """Whoever sends a thousand tokens of keys that are not there has it asked once in five seconds."""
    keys.find("key-1", "ES256")
    for tenths in range(1000):
        clock.seconds = tenths / 100
        assert _raises(Unauthenticated, lambda n=tenths: keys.find(f"made-up-{n}", "ES256"))  # type: ignore[misc] # n is bound at once
    assert site.reads == 2


def test_while_the_issuer_is_away_its_keys_are_used_for_an_hour(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """An outage of the issuer's is not at once one of ours; it is asked every five seconds meanwhile."""
    keys.find("key-1", "ES256")
    site.away = True
    for seconds in (CACHE_TTL, CACHE_TTL + 1, MAX_AGE - 1):
        clock.seconds = seconds
        keys.find("key-1", "ES256")
    assert site.reads == 3
    clock.seconds = MAX_AGE
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    site.away = False
    clock.seconds += RETRY_INTERVAL
    keys.find("key-1", "ES256")


def test_before_the_issuer_has_answered_nothing_can_be_told(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """Neither is a token taken then nor refused, and nobody waits for the next attempt."""
    site.away = True
    for _ in range(3):
        assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    assert site.reads == 1
    site.away = False
    clock.seconds = RETRY_INTERVAL
    keys.find("key-1", "ES256")


def test_an_unknown_key_while_the_issuer_is_away_cannot_be_told_either(
    keys: IssuerKeys, site: Site, clock: Clock
) -> None:
    """It may be a new one."""
    keys.find("key-1", "ES256")
    site.away = True
    clock.seconds = RETRY_INTERVAL
    assert _raises(IssuerUnavailable, lambda: keys.find("key-2", "ES256"))


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b"{}", b'{"keys": 1}', b'{"keys": {}}', b'{"keys": "RSA"}', b"\xff"]
)
def test_what_is_no_set_of_keys_is_no_answer(document: bytes) -> None:
    """A gateway's error page, say."""
    keys = _patient(lambda: document)
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
        published(private_key("ES256", "other"), "ES256", "key-1", use="enc"),
        published(private_key("ES256", "other"), "ES256", "key-1", alg="ES384"),
        published(private_key("ES256", "other"), "ES256", "key-2"),
        published(private_key("ES384", "other"), "ES384", "key-1", alg=None),
        published(private_key("RS256", "other"), "RS256", "key-1", alg=None),
    ],
)
def test_a_key_of_another_kind_is_passed_over(site: Site, keys: IssuerKeys, other: Any) -> None:
    """One for encrypting, of another curve, a secret: none of them stands in the way of the right one."""
    right = keys.find("key-1", "ES256")
    site.keys.insert(0, other)
    again = _patient(site).find("key-1", "ES256")
    assert again.key.public_numbers() == right.key.public_numbers()


def test_a_token_that_names_no_key_is_of_the_only_one(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """Where there are two it is not tried out which one it is."""
    keys.find(None, "ES256")
    assert _raises(Unauthenticated, lambda: keys.find(None, "RS256"))
    site.keys.append(published(private_key("ES256", "second"), "ES256", "key-2"))
    clock.seconds = CACHE_TTL
    assert _raises(Unauthenticated, lambda: keys.find(None, "ES256"))


def test_two_keys_of_one_id_are_none(site: Site) -> None:
    """Which of them signed is not tried out."""
    site.keys.append(published(private_key("ES256", "second"), "ES256", "key-1"))
    assert _raises(Unauthenticated, lambda: _patient(site).find("key-1", "ES256"))


@dataclass
class SlowSite:
    """A site that responds when the test says so."""

    site: Site
    has_begun: Event = field(default_factory=Event)
    may_respond: Event = field(default_factory=Event)

    def __call__(self) -> bytes:
        """Return the set of keys."""
        self.has_begun.set()
        assert self.may_respond.wait(timeout=30)
        return self.site()


def _join_downloads() -> None:
    """Wait until no download runs."""
    for thread in enumerate_threads():
        if thread.name == "issuer-keys":
            thread.join(timeout=30)
            assert not thread.is_alive()


def test_while_the_keys_are_read_again_others_use_those_of_before(site: Site, clock: Clock) -> None:
    """Only the request that starts the download waits for it."""
    slow = SlowSite(site)
    slow.may_respond.set()
    keys = _patient(slow, clock)
    keys.find("key-1", "ES256")
    slow.has_begun.clear()
    slow.may_respond.clear()
    clock.seconds = CACHE_TTL
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.has_begun.wait(timeout=30)
        keys.find("key-1", "ES256")
        assert not first.done()
        slow.may_respond.set()
        first.result(timeout=30)
    assert site.reads == 2


def test_without_keys_no_request_waits_for_the_download_of_another(site: Site, clock: Clock) -> None:
    """It is unknown whether its token is valid, and that is said at once."""
    slow = SlowSite(site)
    keys = _patient(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.has_begun.wait(timeout=30)
        for _ in range(3):
            assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
        assert not first.done()
        slow.may_respond.set()
        assert first.result(timeout=30)
    assert site.reads == 1


def test_an_unknown_key_while_the_keys_are_read_is_not_refused(site: Site, clock: Clock) -> None:
    """The issuer may have started to use it."""
    slow = SlowSite(site)
    slow.may_respond.set()
    keys = _patient(slow, clock)
    keys.find("key-1", "ES256")
    slow.has_begun.clear()
    slow.may_respond.clear()
    clock.seconds = CACHE_TTL
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.has_begun.wait(timeout=30)
        assert _raises(IssuerUnavailable, lambda: keys.find("key-2", "ES256"))
        slow.may_respond.set()
        first.result(timeout=30)


def _hanging(site: SlowSite, clock: Clock) -> IssuerKeys:
    """Return keys that are not waited for."""
    return IssuerKeys(Client(site), clock, wait_seconds=0)


def test_the_wait_for_an_issuer_that_hangs_is_bounded(site: Site, clock: Clock) -> None:
    """The request that started the download gives up, and the download goes on."""
    slow = SlowSite(site)
    keys = _hanging(slow, clock)
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    slow.may_respond.set()
    _join_downloads()
    assert keys.find("key-1", "ES256")
    assert site.reads == 1


def test_an_issuer_that_was_slow_is_not_waited_for_again(site: Site, clock: Clock) -> None:
    """The next request starts a download, and uses the keys of before."""
    slow = SlowSite(site)
    keys = _patient(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.find, "key-1", "ES256")
        assert slow.has_begun.wait(timeout=30)
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


def test_a_worker_that_starts_waits_for_the_keys(site: Site, clock: Clock) -> None:
    """The first token finds them without a further download."""
    slow = SlowSite(site)
    keys = _patient(slow, clock)
    with ThreadPoolExecutor(1) as pool:
        prefetch = pool.submit(keys.refresh)
        assert slow.has_begun.wait(timeout=30)
        assert not prefetch.done()
        slow.may_respond.set()
        prefetch.result(timeout=30)
    slow.may_respond.clear()
    keys.find("key-1", "ES256")
    assert site.reads == 1


def test_a_worker_does_not_wait_for_an_issuer_that_hangs(site: Site, clock: Clock) -> None:
    """It serves API keys meanwhile."""
    slow = SlowSite(site)
    keys = _hanging(slow, clock)
    keys.refresh()
    assert _raises(IssuerUnavailable, lambda: keys.find("key-1", "ES256"))
    slow.may_respond.set()
    _join_downloads()
    assert keys.find("key-1", "ES256")


def test_a_worker_starts_while_the_issuer_is_away(keys: IssuerKeys, site: Site, clock: Clock) -> None:
    """The first token after five seconds tries again."""
    site.away = True
    keys.refresh()
    site.away = False
    clock.seconds = RETRY_INTERVAL
    assert keys.find("key-1", "ES256")


def test_the_thread_ends_after_each_download(keys: IssuerKeys) -> None:
    """A process does not wait for it at its end."""
    keys.find("key-1", "ES256")
    _join_downloads()
