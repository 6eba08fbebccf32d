"""Write profiles as NDJSON or CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from service.transfer.formulas import escape_formula
from service.transfer.json_types import JsonMapping

Cells = Mapping[str, str]
"""The texts of a record by their columns."""

# Excel needs the mark to recognise UTF-8.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NdjsonWriter:
    """Writes each record on a line of its own."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    def add(self, records: Iterable[JsonMapping]) -> None:
        """Write records. Raises OSError."""
        self._output.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in records)

    def finish(self, _check: Callable[[], None]) -> None:
        """Do nothing: all records are written."""


class CsvWriter:
    """Writes CSV.

    The columns are known only after the last record. Until then, the cells are stored in ``spool``.
    ``cells`` returns the cells of a record. ``position`` returns the sort key of a column.
    """

    def __init__(
        self,
        output: IO[bytes],
        spool: IO[bytes],
        *,
        cells: Callable[[JsonMapping], Cells],
        position: Callable[[str], Any],
    ) -> None:
        self._output = output
        self._spool = spool
        self._cells = cells
        self._position = position
        self._columns: set[str] = set()

    def add(self, records: Iterable[JsonMapping]) -> None:
        """Store the cells of records until ``finish``. Raises OSError."""
        for record in records:
            cells = self._cells(record)
            self._columns.update(cells)
            self._spool.write(orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self, check: Callable[[], None]) -> None:
        """Write the header and all rows. Raises OSError.

        Cells that a spreadsheet could run as formulas get an apostrophe. ``check`` is called before each row,
        and can raise.
        """
        columns = sorted(self._columns, key=self._position)
        text = io.TextIOWrapper(self._output, "utf-8", newline="", write_through=True)
        self._output.write(_BYTE_ORDER_MARK)
        writer = csv.writer(text)
        writer.writerow(map(escape_formula, columns))
        self._spool.seek(0)
        for line in self._spool:
            check()
            cells = orjson.loads(line)
            writer.writerow([escape_formula(cells.get(column, "")) for column in columns])
        text.detach()


def open_spool() -> IO[bytes]:
    """Return a temporary file without a name, so that no other process can open it."""
    return TemporaryFile()
