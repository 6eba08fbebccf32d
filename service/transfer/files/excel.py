"""Read a worksheet of an Excel file (.xlsx)."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice, repeat
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from service.transfer.errors import UnreadableFile
from service.transfer.files.excel_formulas import has_formulas_without_result
from service.transfer.files.headers import check_header, names_of
from service.transfer.files.records import Cell, Record, UnreadableCell
from service.transfer.files.zip_bombs import check_archive

_MAX_ROWS = 1_048_576
_MAX_BLANK_ROWS = 1000

# Excel keeps 15 digits of a number; further digits are lost.
_MAX_DIGITS = 15
_ERROR = "The cell shows an error of Excel, so it was left out; correct the formula or the value."
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})

# openpyxl raises these for damaged files.
_DAMAGED = (
    InvalidFileException, BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    OverflowError, EOFError, OSError,
)  # fmt: skip
_NO_RESULT = (
    "The formula has no result in the file, so it was left out; open the file in Excel and save it again."
)
_HINT = "The Excel file is damaged; save it again, or save it as CSV."


class Excel:
    """The rows of the first visible worksheet that is not blank. Its first row with a value is the header.

    Raises:
        UnreadableFile: If the file is damaged, unpacks to too much, or has no valid header.

    """

    complete = True
    unit = "rows"
    in_lines = False

    def __init__(self, content: BinaryIO) -> None:
        check_archive(content)
        try:
            self._open(content)
        except _DAMAGED as error:
            raise UnreadableFile(_HINT) from error

    @property
    def description(self) -> str:
        """The format and the worksheet."""
        return f'Excel (.xlsx), worksheet "{self._title}"'

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The header."""
        return [(name, name) for name in self._header]

    def __iter__(self) -> Iterator[Record]:
        try:
            for number, (values, formulas) in enumerate(self._rows, self._header_number + 1):
                texts = list(map(_text, values))
                unreadable = list(self._unreadable_cells(values, formulas))
                if any(texts) or unreadable:
                    yield self._record(number, texts, unreadable)
        except _DAMAGED as error:
            raise UnreadableFile(_HINT) from error

    def _unreadable_cells(self, values: Sequence[Any], formulas: Iterable[Any]) -> Iterator[UnreadableCell]:
        for name, value, formula in zip(self._header, values, formulas, strict=False):
            if value is None and formula is not None:
                yield UnreadableCell(name, _NO_RESULT)
            elif isinstance(value, str) and value in _ERRORS:
                yield UnreadableCell(name, _ERROR)

    def _record(self, number: int, texts: Sequence[str], unreadable: Sequence[UnreadableCell]) -> Record:
        if any(texts[len(self._header) :]):
            return Record(number, problem="The row has more cells than the header.")
        pairs = zip(self._header, texts, strict=False)
        return Record(number, [Cell(name, name, text) for name, text in pairs if text], unreadable)

    def _open(self, content: BinaryIO) -> None:
        with warnings.catch_warnings():
            # openpyxl warns about parts that it does not read, such as styles and validations.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
            formulas = (
                openpyxl.load_workbook(content, read_only=True, keep_links=False)
                if has_formulas_without_result(content)
                else book
            )
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            self._title = sheet.title
            self._rows = _rows(sheet, formulas[sheet.title])
            for number, (values, _) in enumerate(islice(self._rows, _MAX_BLANK_ROWS), 1):
                texts = list(map(_text, values))
                if any(texts):
                    self._header_number = number
                    self._header = names_of(check_header(_without_blank_end(texts)))
                    return
        raise UnreadableFile("The Excel file has no visible worksheet with a header; export it again.")


def _rows(sheet: Any, formulas: Any) -> Iterator[tuple[Sequence[Any], Iterable[Any]]]:
    """Return the values and the formulas of each row. Formulas are None if ``formulas`` is ``sheet``."""
    if formulas is sheet:
        return ((values, repeat(None)) for values in _values(sheet))
    return zip(_values(sheet), _values(formulas), strict=True)


def _values(sheet: Any) -> Iterator[Sequence[Any]]:
    # Some programs write a wrong size of the sheet.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(max_row=_MAX_ROWS, values_only=True))


def _without_blank_end(texts: Sequence[str]) -> Sequence[str]:
    length = len(texts)
    while not texts[length - 1].strip():
        length -= 1
    return texts[:length]


def _text(value: object) -> str:
    """Return a cell as text: dates in ISO 8601, whole numbers without decimals, nothing for an error."""
    if value is None or (isinstance(value, str) and value in _ERRORS):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return _digits(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _digits(number: int) -> str:
    """Return the digits, or scientific notation if some are lost, so that ``repairs`` reports the loss."""
    digits = str(number)
    return digits if len(digits.lstrip("-")) <= _MAX_DIGITS else f"{number:.{_MAX_DIGITS - 1}E}"
