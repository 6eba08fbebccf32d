"""docs/import-files.md is true for the headers, fields and names that it lists."""

import re
from pathlib import Path

import pytest

from service.transfer.files.formats import FORMATS
from service.transfer.mapping.mapper import describe
from service.transfer.mapping.names import divide
from service.transfer.mapping.recognition import recognise
from service.transfer.mapping.targets import TEXT_FIELDS, parse_target

_PAGE = (Path(__file__).parents[2] / "docs" / "import-files.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`]+)`")


def _rows(header: str) -> list[list[str]]:
    """Return the cells of a table's rows."""
    table = _PAGE.partition(f"\n{header}\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [line.strip("|").split(" | ") for line in table]


@pytest.mark.parametrize("headers, field", _rows("| Header | Field |"))  # noqa: PT006 - a list of pairs
def test_each_header_has_its_field(headers: str, field: str) -> None:
    """Without other columns beside it."""
    for header in _CODE.findall(headers):
        target = recognise(header, [])
        assert target is not None
        assert f"`{describe(target)}`" == field.strip()


@pytest.mark.parametrize("names, fields", _rows("| Name | Fields |"))  # noqa: PT006 - a list of pairs
def test_each_name_is_divided_as_described(names: str, fields: str) -> None:
    """The fields are named in the second column."""
    for name in _CODE.findall(names):
        assert list(divide(name)) == _CODE.findall(fields)


def test_each_field_exists() -> None:
    """All text fields are listed."""
    fields = _CODE.findall("".join(cells[0] for cells in _rows("| `FIELD` | Meaning |")))
    for field in fields:
        parse_target(field.replace("TYPE", "home").replace("PART", "city").replace(".NAME", ".name"))
    assert set(TEXT_FIELDS) <= set(fields)


def test_each_format_is_listed() -> None:
    """In the order of the error message."""
    assert [_CODE.findall(cells[0])[0] for cells in _rows("| `--format` | Files | Rows |")] == list(FORMATS)
