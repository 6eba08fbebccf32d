"""Compares the responses to writes with the stored data.

Each write has a unique name, and an effect: a text for the data that it stores. A write with a 2xx must be
stored once, with its effect. A write without a response may be stored once. Other data must not exist.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Stored = tuple[str, str]
"""The name of a write, and its effect."""


@dataclass
class Ledger:
    """The result of each write, as its client knows it.

    Threads may share a ledger if each name is used by one thread, and the ledger is read after they end.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)

    def begin(self, name: str) -> None:
        """Record that the write was sent. The service may store it or not."""
        self.uncertain.add(name)

    def acknowledge(self, name: str, effect: str) -> None:
        """Record that the write got a 2xx, and its effect."""
        self.acknowledged[name] = effect
        self.uncertain.discard(name)

    def reject(self, name: str) -> None:
        """Record that the write must not be stored."""
        self.uncertain.discard(name)


@dataclass(frozen=True)
class Verdict:
    """The errors found. There are none if all lists are empty."""

    lost: list[Stored]
    repeated: list[str]
    unexplained: list[Stored]


FAULTLESS = Verdict([], [], [])


def judge(ledger: Ledger, stored: Iterable[Stored]) -> Verdict:
    """Return the differences between the ledger and the stored writes."""
    writes = list(stored)
    times = Counter(name for name, _ in writes)
    return Verdict(
        lost=sorted(ledger.acknowledged.items() - set(writes)),
        repeated=sorted(name for name, count in times.items() if count > 1),
        unexplained=sorted(
            (name, effect)
            for name, effect in set(writes)
            if ledger.acknowledged.get(name) != effect and name not in ledger.uncertain
        ),
    )
