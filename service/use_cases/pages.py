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


def page(
    found: Sequence[T], limit: int, cursor_of: Callable[[T], str], broken_off: str | None = None
) -> Page[T]:
    """Cut what was found, at most one more than ``limit``, to a page.

    ``broken_off`` is the cursor at which the scan stopped early, if it did.
    """
    if len(found) <= limit:
        return Page(found, broken_off)
    return Page(found[:limit], cursor_of(found[limit - 1]))
