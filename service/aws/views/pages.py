"""Pages of lists."""

from collections.abc import Sequence
from typing import Any


def page_body(items: Sequence[Any], next_cursor: str | None) -> dict[str, Any]:
    """Return the body of a page. The last page has no ``NextToken``."""
    return {"Items": items, **({"NextToken": next_cursor} if next_cursor else {})}
