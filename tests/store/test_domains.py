"""Each worker caches domains."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from service.model.domain_settings import DEFAULT_MATCH_KEYS
from service.model.search_key import KeyType, SearchKey
from service.store.domains.domains import DomainStore
from tests.clock import Clock


@dataclass
class FakeStore:
    """Replaces the stores of settings and search keys, and counts reads."""

    settings: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, SearchKey] = field(default_factory=dict)
    reads: int = 0

    def get(self, _domain: str) -> dict[str, Any]:
        """Return the settings."""
        self.reads += 1
        return dict(self.settings)

    def all(self, _domain: str) -> dict[str, SearchKey]:
        """Return the search keys."""
        return dict(self.keys)


SSN = SearchKey(name="ssn", label="SSN", type=KeyType.DIGITS)


@pytest.fixture
def store() -> FakeStore:
    """Return the store."""
    return FakeStore()


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


@pytest.fixture
def domains(store: FakeStore, clock: Clock) -> DomainStore:
    """Return domains that are cached for five seconds."""
    both = cast("Any", store)
    return DomainStore(both, both, default_region="US", seconds=5, clock=clock)


def test_a_domain_is_cached_for_five_seconds(domains: DomainStore, store: FakeStore, clock: Clock) -> None:
    """After five seconds the next request reads the domain again."""
    domains.get("d")
    store.settings["default_region"] = "JP"
    clock.seconds += 4.9
    assert domains.get("d").default_region == "US"
    clock.seconds += 0.2
    assert domains.get("d").default_region == "JP"
    assert store.reads == 2


def test_an_unknown_search_key_causes_a_read(domains: DomainStore, store: FakeStore) -> None:
    """Another worker may have defined the search key a moment ago."""
    domains.get("d")
    store.keys["ssn"] = SSN
    assert domains.get("d").key("ssn") is None
    assert domains.get("d", keys=["phone"]).key("ssn") is None
    assert domains.get("d", keys=["ssn"]).key("ssn") == SSN
    assert domains.get("d", keys=["ssn"]).key("ssn") == SSN
    assert store.reads == 2


def test_an_unknown_search_key_of_an_uncached_domain_causes_only_one_read(
    domains: DomainStore, store: FakeStore
) -> None:
    """The first read is current, so a second read is not needed."""
    assert domains.get("d", keys=["ssn"]).key("ssn") is None
    assert store.reads == 1


def test_each_domain_has_its_own_cache_entry(domains: DomainStore, store: FakeStore) -> None:
    """A domain never gets the settings of another domain."""
    domains.get("d")
    store.settings["default_region"] = "JP"
    assert domains.get("e").default_region == "JP"
    assert domains.get("d").default_region == "US"


@pytest.mark.parametrize(
    ("changed", "is_cached"),
    [
        ({}, True),
        ({"unique_by_name": True}, False),
        ({"default_region": "JP"}, False),
        ({"ignored_values": {"phone": ["1234"]}}, False),
    ],
)
def test_ignored_terms_are_computed_again_only_after_a_change(
    domains: DomainStore, store: FakeStore, clock: Clock, changed: dict[str, Any], *, is_cached: bool
) -> None:
    """Terms of a thousand names take half a second to compute. The domain is read every five seconds."""
    store.settings["ignored_values"] = {"phone": ["212 555 0100"]}
    before = domains.get("d").ignored_terms
    store.settings |= changed
    clock.seconds += 10
    after = domains.get("d").ignored_terms
    assert (after is before) == is_cached
    assert ("phone:1234" in after) == ("ignored_values" in changed)


def test_another_type_of_a_search_key_changes_the_ignored_terms(
    domains: DomainStore, store: FakeStore, clock: Clock
) -> None:
    """The values are the same, but their terms differ."""
    store.settings["ignored_values"] = {"ssn": ["No. 7"]}
    store.keys["ssn"] = SSN
    assert domains.get("d").ignored_terms == {"ssn:7"}
    store.keys["ssn"] = SearchKey(name="ssn", label="SSN", type=KeyType.TEXT)
    clock.seconds += 10
    assert domains.get("d").ignored_terms == {"ssn:no7"}


def test_zero_seconds_disable_the_cache(store: FakeStore, clock: Clock) -> None:
    """Every request reads the domain."""
    both = cast("Any", store)
    domains = DomainStore(both, both, default_region="US", seconds=0, clock=clock)
    domains.get("d")
    domains.get("d")
    assert store.reads == 2


def test_a_clock_at_zero_does_not_hide_the_first_read(domains: DomainStore, clock: Clock) -> None:
    """On some systems the clock is zero when the machine starts."""
    clock.seconds = 0.0
    assert domains.get("d").name == "d"


def test_settings_have_defaults(domains: DomainStore, store: FakeStore) -> None:
    """An empty list replaces the default. Removed search keys are ignored."""
    store.settings["match_keys"] = {"voice": ["account", "gone", "phone"], "chat": []}
    domain = domains.get("d")
    assert domain.match_keys == {**DEFAULT_MATCH_KEYS, "voice": ("account", "phone"), "chat": ()}
    assert domain.default_region == "US"


def test_a_slow_read_does_not_replace_a_later_read(
    domains: DomainStore, store: FakeStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later read starts and ends during the slow read, and finds a new search key."""
    old_keys = store.all("d")

    def read_slowly(_domain: str) -> dict[str, SearchKey]:
        monkeypatch.setattr(store, "all", all_keys)
        store.keys["ssn"] = SSN
        clock.seconds += 1
        domains.read("d")
        return old_keys

    all_keys = store.all
    monkeypatch.setattr(store, "all", read_slowly)
    assert domains.read("d").key("ssn") is None
    assert domains.get("d").key("ssn") == SSN
