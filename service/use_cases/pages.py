"""Pages of lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of a page, and the cursor of the next page or None."""

    items: Sequence[T]
    next_cursor: str | None = None


def page(
    items: Sequence[T], limit: int, cursor_of: Callable[[T], str], scan_cursor: str | None = None
) -> Page[T]:
    """Return a page of ``limit`` items; ``items`` has one more if there is a next page.

    ``scan_cursor`` is the cursor at which the scan stopped early, if it did.
    """
    if len(items) <= limit:
        return Page(items, scan_cursor)
    return Page(items[:limit], cursor_of(items[limit - 1]))
