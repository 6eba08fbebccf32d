"""docs/reliability.md names tests that exist."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_every_promise_names_tests_that_exist() -> None:
    """Each row of the first table names files with tests in them."""
    rows = re.findall(r"^\| (.+?) \| (`tests/.+`) \|$", _PAGE, re.MULTILINE)
    assert len(rows) > 10
    for promise, shown_by in rows:
        for path in re.findall(r"`(tests/[^`]+)`", shown_by):
            assert "\ndef test_" in (_ROOT / path).read_text(encoding="utf-8"), promise
