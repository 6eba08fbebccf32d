"""Pages."""

import pytest

from service.use_cases.pages import page


@pytest.mark.parametrize(
    ("found", "limit", "items", "cursor"),
    [
        ([], 2, [], None),
        (["a"], 2, ["a"], None),
        (["a", "b"], 2, ["a", "b"], None),
        (["a", "b", "c"], 2, ["a", "b"], "after b"),
        (["a", "b"], 1, ["a"], "after a"),
    ],
)
def test_a_page_ends_at_its_limit(found: list[str], limit: int, items: list[str], cursor: str | None) -> None:
    """The one item beyond it only tells that there is a next page, which begins after the last one shown."""
    cut = page(found, limit, lambda item: f"after {item}")
    assert (cut.items, cut.next_cursor) == (items, cursor)
