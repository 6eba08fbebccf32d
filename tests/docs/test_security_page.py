"""docs/security.md covers every OWASP risk and names existing tests."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_OWASP = [f"API{number}" for number in range(1, 11)]


@pytest.mark.parametrize("risk", _OWASP)
def test_every_owasp_risk_has_a_row(risk: str) -> None:
    """The row names the threat, the measures and the tests."""
    (row,) = re.findall(rf"^\| {risk} .*\|$", _PAGE, re.MULTILINE)
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    assert len(cells) == 4
    assert all(cells)


def test_every_test_named_on_the_page_exists() -> None:
    """Check the files and the test functions."""
    references = re.findall(r"`(tests/[\w/]+\.py)`(?: \(`(test_\w+)`\))?", _PAGE)
    assert len(references) > 15
    for file, test in references:
        text = (_ROOT / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, (file, test)
