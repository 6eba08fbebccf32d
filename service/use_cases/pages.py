"""One page of a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items, and the cursor of the next page or None."""

    items: Sequence[T]
    next_cursor: str | None = None


def page(found: Sequence[T], limit: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """Cut what was found, at most one more than ``limit``, to a page."""
    if len(found) <= limit:
        return Page(found)
    return Page(found[:limit], cursor_of(found[limit - 1]))
