"""What a worker remembers of a domain, and for how long."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from service.model.domain_settings import DEFAULT_MATCH_KEYS
from service.model.search_key import KeyType, SearchKey
from service.store.domains.domains import DomainStore
from tests.clock import Clock


@dataclass
class Shelf:
    """Takes the place of both stores, and counts how often it is read."""

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
def shelf() -> Shelf:
    """Return what stands in MongoDB."""
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    """Return the clock."""
    return Clock()


@pytest.fixture
def domains(shelf: Shelf, clock: Clock) -> DomainStore:
    """Return domains that are remembered for five seconds."""
    both = cast("Any", shelf)
    return DomainStore(both, both, default_region="US", seconds=5, clock=clock)


def test_a_domain_is_remembered_for_its_seconds(domains: DomainStore, shelf: Shelf, clock: Clock) -> None:
    """It is read once in five seconds, and what has changed is seen then."""
    domains.get("d")
    shelf.settings["default_region"] = "JP"
    clock.seconds += 4.9
    assert domains.get("d").default_region == "US"
    clock.seconds += 0.2
    assert domains.get("d").default_region == "JP"
    assert shelf.reads == 2


def test_a_key_that_is_not_remembered_is_looked_for_at_once(domains: DomainStore, shelf: Shelf) -> None:
    """A key that another worker defined a moment ago is there for the request that names it."""
    domains.get("d")
    shelf.keys["ssn"] = SSN
    assert domains.get("d").key("ssn") is None
    assert domains.get("d", keys=["phone"]).key("ssn") is None
    assert domains.get("d", keys=["ssn"]).key("ssn") == SSN
    assert domains.get("d", keys=["ssn"]).key("ssn") == SSN
    assert shelf.reads == 2


def test_each_domain_is_remembered_by_itself(domains: DomainStore, shelf: Shelf) -> None:
    """One domain's settings never serve another."""
    domains.get("d")
    shelf.settings["default_region"] = "JP"
    assert domains.get("e").default_region == "JP"
    assert domains.get("d").default_region == "US"


@pytest.mark.parametrize(
    ("changed", "ignored"),
    [
        ({}, True),
        ({"unique_by_name": True}, False),
        ({"default_region": "JP"}, False),
        ({"ignored_values": {"phone": ["1234"]}}, False),
    ],
)
def test_what_is_ignored_is_worked_out_once_until_something_changes(
    domains: DomainStore, shelf: Shelf, clock: Clock, changed: dict[str, Any], *, ignored: bool
) -> None:
    """A thousand names in all their spellings take half a second, and the domain is read every five."""
    shelf.settings["ignored_values"] = {"phone": ["212 555 0100"]}
    before = domains.get("d").ignored_entries
    shelf.settings |= changed
    clock.seconds += 10
    after = domains.get("d").ignored_entries
    assert (after is before) == ignored
    assert ("phone:1234" in after) == ("ignored_values" in changed)


def test_a_key_of_another_kind_changes_what_is_ignored(
    domains: DomainStore, shelf: Shelf, clock: Clock
) -> None:
    """The values are the same and their entries are not."""
    shelf.settings["ignored_values"] = {"ssn": ["No. 7"]}
    shelf.keys["ssn"] = SSN
    assert domains.get("d").ignored_entries == {"ssn:7"}
    shelf.keys["ssn"] = SearchKey(name="ssn", label="SSN", type=KeyType.TEXT)
    clock.seconds += 10
    assert domains.get("d").ignored_entries == {"ssn:no7"}


def test_zero_seconds_remember_nothing(shelf: Shelf, clock: Clock) -> None:
    """Every request reads then."""
    both = cast("Any", shelf)
    domains = DomainStore(both, both, default_region="US", seconds=0, clock=clock)
    domains.get("d")
    domains.get("d")
    assert shelf.reads == 2


def test_a_clock_that_begins_at_zero_remembers_nothing_yet(domains: DomainStore, clock: Clock) -> None:
    """What was never read is read, however young the machine."""
    clock.seconds = 0.0
    assert domains.get("d").name == "d"


def test_what_is_not_set_has_its_default(domains: DomainStore, shelf: Shelf) -> None:
    """Channels not set keep their match keys; an empty list is a setting; a key that is gone is none."""
    shelf.settings["match_keys"] = {"voice": ["account", "gone", "phone"], "chat": []}
    domain = domains.get("d")
    assert domain.match_keys == {**DEFAULT_MATCH_KEYS, "voice": ("account", "phone"), "chat": ()}
    assert domain.default_region == "US"


def test_a_read_that_takes_long_does_not_replace_a_later_one(
    domains: DomainStore, shelf: Shelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread began to read later, was done earlier, and knows of a key that is defined by then."""
    keys_of_before = shelf.all("d")

    def slowly(_domain: str) -> dict[str, SearchKey]:
        monkeypatch.setattr(shelf, "all", all_keys)
        shelf.keys["ssn"] = SSN
        clock.seconds += 1
        domains.read("d")
        return keys_of_before

    all_keys = shelf.all
    monkeypatch.setattr(shelf, "all", slowly)
    assert domains.read("d").key("ssn") is None
    assert domains.get("d").key("ssn") == SSN
