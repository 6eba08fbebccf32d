"""The figures in docs/sensitive-keys.md and docs/importing.md match the code."""

import re
from pathlib import Path

from service.config import Settings
from service.model.sensitive import HIDDEN, masked
from service.store.profiles.search import MAX_HOLDERS

_DOCS = Path(__file__).parents[2] / "docs"
_PAGE = (_DOCS / "sensitive-keys.md").read_text(encoding="utf-8")
_HIDDEN_VALUES = 10 ** masked("078051120").count(HIDDEN)


def test_guessing_times_follow_from_the_limit() -> None:
    """Each row gives the days to try every hidden value of a mask. One row is the default limit."""
    rows = re.findall(r"^\| (\d+)( \(default\))? \| .* \| (\d+) days \|$", _PAGE, re.MULTILINE)
    assert len(rows) == 3
    for limit, _, days in rows:
        assert int(days) == round(_HIDDEN_VALUES / int(limit) / 24)
    assert [int(limit) for limit, default, _ in rows if default] == [Settings().sensitive_values_per_hour]
    assert f"{_HIDDEN_VALUES:,} values remain" in _PAGE


def test_the_page_states_the_limit_of_audited_holders() -> None:
    """Above the limit, a hit is audited for some of the profiles only."""
    assert f"than {MAX_HOLDERS:,} profiles hold a value, the first {MAX_HOLDERS:,} by ID" in _PAGE


def test_the_pages_state_the_default_limit() -> None:
    """Both pages mention the limit in their text."""
    limit = Settings().sensitive_values_per_hour
    assert f"in an hour**, {limit} by default" in _PAGE
    importing = (_DOCS / "importing.md").read_text(encoding="utf-8")
    assert f"may send {limit} of them an hour" in importing
