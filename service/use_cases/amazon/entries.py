"""Find the entries of a profile's lists that members of Amazon's API show: see ``PLACES``."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from service.model.amazon import ADDRESS_LINES, Place

Entry = Mapping[str, Any]
"""A phone number, an e-mail address or a postal address."""


def position_of(entries: Collection[Entry], place: Place) -> int | None:
    """Return the position of the entry that a member shows, or None.

    It is the first entry with the type that fits the member best.
    """
    ranks = [rank_of(entry, place) for entry in entries]
    best = min((rank for rank in ranks if rank is not None), default=None)
    return None if best is None else ranks.index(best)


def rank_of(entry: Entry, place: Place) -> int | None:
    """Return how well the type of an entry fits a member; 0 is best. Return None if the type does not fit.

    An address without lines does not fit.
    """
    if "value" not in entry and not lines_of(entry):
        return None
    label = entry.get("type")
    type_ = None if label is None else str(label).strip().casefold()
    return place.types.index(type_) if type_ in place.types else None


def lines_of(entry: Entry) -> dict[str, str]:
    """Return the lines of an address that have a text, by Amazon's names."""
    return {name: line for name, own in ADDRESS_LINES.items() if (line := entry.get(own))}


def shown_entry(entries: Sequence[Entry], place: Place) -> Entry | None:
    """Return the entry that a member shows, or None."""
    position = position_of(entries, place)
    return None if position is None else entries[position]
