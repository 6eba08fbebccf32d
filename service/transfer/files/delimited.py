"""Read CSV and similar tables of text."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from service.transfer.errors import UnreadableFile
from service.transfer.files import encodings
from service.transfer.files.headers import check_header, names_of
from service.transfer.files.lines import Lines, LongLine
from service.transfer.files.records import Cell, Record
from service.transfer.formulas import unescape_formula

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# Excel reads the separator from this line before the header. The line is not a row.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)

MAX_CELL_LENGTH = 1 << 17
"""Characters. A longer cell is usually the rest of a file after a quotation mark without a second one."""

# A report of Salesforce ends with its title, one of these lines, and other lines with one cell.
_FOOTER = ("Confidential Information - Do Not Distribute", "Copyright (c) 2000-", "Copyright \u00a9 2000-")
_MAX_FOOTER_LINES = 8

_UNENDED = "A cell begins with a quotation mark and has no second one at its end."


class Delimited:
    """The rows of a CSV or TSV file.

    Raises:
        UnreadableFile: If the file has no valid header.

    """

    complete = True
    unit = "rows"
    in_lines = True

    def __init__(self, content: BinaryIO, encoding: str, separator: str | None = None) -> None:
        self._encoding = encoding
        self._lines = Lines(content, encoding)
        csv.field_size_limit(MAX_CELL_LENGTH)
        self._header_number = 0
        first = self._first_line()
        if declared := _SEPARATOR_LINE.fullmatch(first):
            separator, self._header_number = declared[1], 0
            first = self._first_line()
        self._separator = separator or _detect_separator(first)
        self._lines.rewind(first)
        self._reader = self._new_reader()
        try:
            header = next(self._reader)
        except (csv.Error, LongLine) as error:
            raise UnreadableFile(f"The header cannot be read: {_explain(error)}") from error
        self._header = names_of(check_header(header))

    @property
    def description(self) -> str:
        """The format, the encoding and the separator."""
        separator = _SEPARATORS.get(self._separator, f"'{self._separator}'")
        name = "TSV" if self._separator == "\t" else "CSV"
        return f"{name} in {encodings.describe(self._encoding)}, separated by {separator}"

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The header."""
        return [(name, name) for name in self._header]

    def __iter__(self) -> Iterator[Record]:
        # The last rows with one cell are held back: they are no rows if they are the footer of a report.
        held: deque[tuple[int, list[str]]] = deque()
        for number, row in self._rows():
            if isinstance(row, list) and len(row) == 1 < len(self._header):
                held.append((number, row))
                if len(held) > _MAX_FOOTER_LINES:
                    yield self._record(*held.popleft())
                continue
            yield from (self._record(*each) for each in held)
            held.clear()
            yield self._record(number, row)
        if not any(row[0].startswith(_FOOTER) for _, row in held):
            yield from (self._record(*each) for each in held)

    def _rows(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield the number of each row that is not blank, and its cells or why it cannot be read."""
        number = self._header_number
        while True:
            number += 1
            self._lines.begin_record()
            try:
                texts = next(self._reader)
            except StopIteration:
                return
            except LongLine as error:
                self._lines.rewind_after_first()
                self._reader = self._new_reader()
                yield number, str(error)
            except csv.Error as error:
                self._lines.rewind_after_first()
                self._reader = self._new_reader()
                yield number, _explain(error)
            else:
                if any(texts):
                    yield number, texts

    def _record(self, number: int, texts: list[str] | str) -> Record:
        if isinstance(texts, str):
            return Record(number, problem=texts)
        header = self._header
        if len(texts) != len(header):
            more = "more" if len(texts) > len(header) else "fewer"
            if more == "fewer" or any(texts[len(header) :]):
                return Record(number, problem=f"The row has {more} cells than the header.")
        pairs = zip(header, texts, strict=False)
        return Record(number, [Cell(name, name, unescape_formula(text)) for name, text in pairs if text])

    def _new_reader(self) -> "Iterator[list[str]]":
        return csv.reader(self._lines, delimiter=self._separator, strict=True)

    def _first_line(self) -> str:
        try:
            for line in self._lines:
                self._lines.begin_record()
                self._header_number += 1
                if line.strip():
                    return line
        except LongLine as error:
            raise UnreadableFile("The first line is too long for a header; name a table of text.") from error
        raise UnreadableFile("The file is empty; export it again.")


def _detect_separator(line: str) -> str:
    """Return the separator that divides a header into the most columns."""

    def count(separator: str) -> int:
        try:
            return len(next(csv.reader([line], delimiter=separator)))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=count)


def _explain(error: Exception) -> str:
    if isinstance(error, LongLine):
        return str(error)
    text = str(error)
    if "field larger" in text or "unexpected end" in text:
        return _UNENDED
    if "expected after" in text:
        return (
            "A cell in quotation marks has text after the second one; write each quotation mark in a cell "
            "twice."
        )
    return "The row is not valid CSV."
