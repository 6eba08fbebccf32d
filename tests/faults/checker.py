"""What was answered, held against what is stored: the judge of every test in this folder.

A write has a name of its own and an effect: what it stores, as a text. The name of one that was answered
with 2xx must be stored with that effect, once; the name of one that nobody answered may be stored, once;
nothing else may be there.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Stored = tuple[str, str]
"""The name of a write, and its effect."""


@dataclass
class Ledger:
    """What became of each write, as its caller knows it.

    Threads may share one: each name is written by one of them, and it is read when they have ended.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)

    def begin(self, name: str) -> None:
        """Note that the write is on its way: until it is answered it may be stored or not."""
        self.uncertain.add(name)

    def acknowledge(self, name: str, effect: str) -> None:
        """Note that it was answered with 2xx, and with what effect."""
        self.acknowledged[name] = effect
        self.uncertain.discard(name)

    def refuse(self, name: str) -> None:
        """Note that it must not be stored."""
        self.uncertain.discard(name)


@dataclass(frozen=True)
class Verdict:
    """What is wrong; nothing, if all three are empty."""

    lost: list[Stored]
    repeated: list[str]
    unexplained: list[Stored]


FAULTLESS = Verdict([], [], [])


def judge(ledger: Ledger, stored: Iterable[Stored]) -> Verdict:
    """Return what is stored otherwise than it was answered."""
    found = list(stored)
    times = Counter(name for name, _ in found)
    return Verdict(
        lost=sorted(ledger.acknowledged.items() - set(found)),
        repeated=sorted(name for name, count in times.items() if count > 1),
        unexplained=sorted(
            (name, effect)
            for name, effect in set(found)
            if ledger.acknowledged.get(name) != effect and name not in ledger.uncertain
        ),
    )
