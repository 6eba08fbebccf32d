"""Open files as rows, as the command does."""

from pathlib import Path
from typing import Any

from service.transfer.row_types import Kind, Row, RowSource
from service.transfer.rows import open_rows


def source_of(path: Path, **options: Any) -> RowSource:
    """Open a file with some options."""
    defaults: dict[str, Any] = {
        "format": None,
        "encoding": None,
        "columns": {},
        "region": None,
        "match_on": None,
    }
    return open_rows(path, **({"columns": {}} | defaults | options))


def write(folder: Path, content: str | bytes, name: str = "customers.csv") -> Path:
    """Write a file in UTF-8."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(folder: Path, content: str | bytes, name: str = "customers.csv", **options: Any) -> list[Row]:
    """Return the rows of a file."""
    return list(source_of(write(folder, content, name), **options))


def profile_of(folder: Path, content: str | bytes, name: str = "customers.csv", **options: Any) -> Any:
    """Return the profile of the only row of a file."""
    (row,) = rows_of(folder, content, name, **options)
    assert row.rejected is None
    return row.profile


def reasons(rows: list[Row]) -> dict[int, str]:
    """Return the reasons of rejected rows by their numbers."""
    return {row.number: row.rejected.reason for row in rows if row.rejected}


def notes(row: Row) -> list[tuple[str | None, Kind]]:
    """Return the columns and the kinds of a row's notes."""
    return [(note.column, note.kind) for note in row.notes]
