"""Open a file of customers as rows."""

import weakref
from collections.abc import Mapping
from pathlib import Path

from service.transfer.errors import UnreadableFile
from service.transfer.files.content import open_content, reason_of
from service.transfer.files.formats import open_records
from service.transfer.mapping.mapper import MappedRows
from service.transfer.row_types import Kind, Row, RowNote, RowSource

__all__ = ["Kind", "Row", "RowNote", "RowSource", "open_rows"]


def open_rows(
    path: Path,
    *,
    format: str | None,  # noqa: A002 - named as the option of the command
    encoding: str | None,
    columns: Mapping[str, str],
    region: str | None,
    match_on: str | None,
) -> RowSource:
    """Open a file.

    ``columns`` maps columns to fields; the other columns are recognised by their headers. The format, such as
    "csv", and the encoding are detected if they are None. ``region`` (ISO 3166-1) is the country of phone
    numbers without a country code; None if it is not known. ``match_on`` is the search key whose value
    identifies a row, "profile_id", or None.

    Raises:
        UnreadableFile: If the file cannot be read.
        UnknownTarget: If a column of ``columns`` is not in the file, or its field does not exist.

    """
    content = open_content(path)
    try:
        records = open_records(content, path.name, format, encoding)
        rows = MappedRows(records, columns, region, match_on)
    except OSError as error:
        content.close()
        raise UnreadableFile(f"The file cannot be read ({reason_of(error)}).") from error
    except BaseException:
        content.close()
        raise
    weakref.finalize(rows, content.close)
    return rows
