"""docs/amazon-connect.md has all operations of the API model, with the scopes that they need."""

import re
from pathlib import Path

import pytest

from service.aws.routes import ROUTES
from service.aws.views import OFFERED

_PAGE = (Path(__file__).parents[2] / "docs" / "amazon-connect.md").read_text(encoding="utf-8")
_SCOPE = re.compile(r"`([a-z]+:[a-z]+)`")


def _rows(header: str) -> list[list[str]]:
    """Return the cells of a table's rows."""
    table = _PAGE.partition(f"\n{header}\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [line.strip("| ").split(" | ") for line in table]


_OFFERED = _rows("| Operation | Scope | What we do |")
_OTHERS = _rows("| Operations | Use instead |")


def test_the_page_has_every_operation() -> None:
    """Exactly once: an operation is either offered or not."""
    names = [name for cells in _OFFERED for name in cells[0].split(", ")]
    assert sorted(names) == sorted(OFFERED)
    others = [name for cells in _OTHERS for name in cells[0].split(", ")]
    assert sorted([*others, *OFFERED]) == sorted(ROUTES)


@pytest.mark.parametrize("operation", OFFERED)
def test_each_operation_has_its_scopes(operation: str) -> None:
    """A row that refers to another operation has none of its own."""
    for name, scopes, *_texts in _OFFERED:
        if operation in name.split(", ") and not scopes.startswith("as "):
            assert {scope.value for scope in OFFERED[operation].scopes} <= {*_SCOPE.findall(scopes)}
