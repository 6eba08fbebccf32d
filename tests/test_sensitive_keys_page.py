"""The figures of docs/sensitive-keys.md and docs/importing.md are those of the code."""

import re
from pathlib import Path

from service.config import Settings
from service.model.sensitive import HIDDEN, masked
from service.store.profiles.search import MAX_HOLDERS

_DOCS = Path(__file__).parents[1] / "docs"
_PAGE = (_DOCS / "sensitive-keys.md").read_text(encoding="utf-8")
_HIDDEN_VALUES = 10 ** masked("078051120").count(HIDDEN)


def test_how_long_guessing_takes_is_computed_from_the_limit() -> None:
    """For each limit of the table, one of which is the default: for all hidden values of a mask."""
    rows = re.findall(r"^\| (\d+)( \(default\))? \| .* \| (\d+) days \|$", _PAGE, re.MULTILINE)
    assert len(rows) == 3
    for limit, _, days in rows:
        assert int(days) == round(_HIDDEN_VALUES / int(limit) / 24)
    assert [int(limit) for limit, default, _ in rows if default] == [Settings().sensitive_values_per_hour]
    assert f"{_HIDDEN_VALUES:,} values remain" in _PAGE


def test_the_page_names_the_limit_of_holders() -> None:
    """Beyond it, a hit is not audited on every profile."""
    assert f"than {MAX_HOLDERS:,} profiles hold a value, the first {MAX_HOLDERS:,} by ID" in _PAGE


def test_the_default_limit_is_that_of_the_pages() -> None:
    """In their sentences too."""
    limit = Settings().sensitive_values_per_hour
    assert f"in an hour**, {limit} by default" in _PAGE
    importing = (_DOCS / "importing.md").read_text(encoding="utf-8")
    assert f"may send {limit} of them an hour" in importing
