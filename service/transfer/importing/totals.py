"""Count what happened to the rows of an import."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.transfer.rows import Kind


@dataclass(slots=True)
class Totals:
    """The numbers of an import.

    ``outcomes`` counts rows by outcome, such as "created". ``notes`` counts notes by ``Kind``. ``kept``
    counts, by field, the profiles that keep values which the row does not have. ``duplicates`` is the number
    of new profiles that may be of people who have another profile.
    """

    rows: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0

    @property
    def rejected(self) -> int:
        """The number of rejected rows."""
        return self.notes.get(Kind.REJECTED, 0)

    def add(self, rows: int, outcomes: Counter[str], notes: Counter[str], kept: Counter[str]) -> None:
        """Add the counts of a batch."""
        self.rows += rows
        for totals, counts in ((self.outcomes, outcomes), (self.notes, notes), (self.kept, kept)):
            _add(totals, counts)


def _add(totals: dict[str, int], counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        totals[name] = totals.get(name, 0) + count
