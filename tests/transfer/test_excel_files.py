"""Read Excel files, and refuse those that need too much memory."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from service.transfer.errors import UnreadableFile
from service.transfer.row_types import Kind
from tests.transfer.opening import notes, profile_of, reasons, rows_of, source_of, write

_NAME = "customers.xlsx"
_SHEET = "xl/worksheets/sheet1.xml"
_START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_END = b"</sheetData></worksheet>"
_MIB = 1 << 20
_NAMES = ("since", "vip", "at")
_TIME = datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - Excel has no zones


def _book(*rows: Iterable[Any], title: str = "Customers") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return book


def _bytes(book: openpyxl.Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _with_parts(parts: Mapping[str, Iterable[bytes]]) -> bytes:
    """Return a file with some parts replaced."""
    content = BytesIO()
    with (
        ZipFile(BytesIO(_bytes(_book(["first_name"])))) as source,
        ZipFile(content, "w", ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, chunks in parts.items():
            with target.open(name, "w", force_zip64=True) as member:
                member.writelines(chunks)
    return content.getvalue()


def test_values_become_the_texts_that_the_cells_show(tmp_path: Path) -> None:
    """Numbers have no decimals that are zero, and dates are in ISO 8601."""
    book = _book(
        ["first_name", "account_number", "phone", "birth_date", *(f"attributes.{name}" for name in _NAMES)],
        ["Jane", 1001.0, 447700900123, date(1980, 1, 2), _TIME, True, time(9, 30)],
    )  # fmt: skip
    assert profile_of(tmp_path, _bytes(book), _NAME) == {
        "first_name": "Jane",
        "account_number": "1001",
        "birth_date": "1980-01-02",
        "phone_numbers": [{"value": "447700900123"}],
        "attributes": {"since": "2026-01-02 03:04:00", "vip": "true", "at": "09:30:00"},
    }


def test_a_number_with_more_digits_than_excel_keeps_is_left_out(tmp_path: Path) -> None:
    """Excel keeps fifteen and replaces the others with zeros."""
    book = _book(["first_name", "account_number"], ["Jane", 1234567890123456000])
    (row,) = rows_of(tmp_path, _bytes(book), _NAME)
    assert row.profile == {"first_name": "Jane"}
    assert notes(row) == [("account_number", Kind.LEFT_OUT)]


def test_rows_have_the_numbers_of_the_worksheet(tmp_path: Path) -> None:
    """Blank rows before and behind the header count. Cells with errors are left out."""
    book = _book([], ["first_name", "last_name", None], [None], ["Jane", "#N/A"], ["A", "B", "C"])
    rows = rows_of(tmp_path, _bytes(book), _NAME)
    assert [(row.number, row.profile) for row in rows[:1]] == [(4, {"first_name": "Jane"})]
    assert notes(rows[0]) == [("last_name", Kind.LEFT_OUT)]
    assert reasons(rows) == {5: "The row has more cells than the header."}


def test_formulas_without_a_result_are_noted(tmp_path: Path) -> None:
    """Programs that do not calculate write them. So are errors, also in a row without other values."""
    book = _book(["first_name", "last_name"], ["Jane", "=1+1"], ["#REF!", None], ["Joe", "Doe"])
    rows = rows_of(tmp_path, _bytes(book), _NAME)
    assert [row.profile for row in rows] == [
        {"first_name": "Jane"},
        {},
        {"first_name": "Joe", "last_name": "Doe"},
    ]
    assert [notes(row) for row in rows] == [
        [("last_name", Kind.LEFT_OUT)],
        [("first_name", Kind.LEFT_OUT)],
        [],
    ]


def test_a_formula_whose_result_is_an_empty_text_is_blank(tmp_path: Path) -> None:
    """Excel writes it with an empty result."""
    name = b'<c t="inlineStr"><is><t>%b</t></is></c>'
    sheet = [_START, b"<row>", name % b"first_name", name % b"last_name", b"</row><row>", name % b"Jane"]
    sheet += [b'<c t="str"><f>IF(A1="","x","")</f><v></v></c></row>', _END]
    (row,) = rows_of(tmp_path, _with_parts({_SHEET: sheet}), _NAME)
    assert (row.profile, notes(row)) == ({"first_name": "Jane"}, [])


def test_the_first_visible_worksheet_with_content_is_read(tmp_path: Path) -> None:
    """The description names it."""
    book = _book(["first_name"], ["Hidden"], title="Old")
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("People")
    for text in ("first_name", "Jane"):
        book["People"].append([text])
    book.active = 2
    source = source_of(write(tmp_path, _bytes(book), "book"))
    assert source.description == 'Excel (.xlsx), worksheet "People"'
    assert [row.profile for row in source] == [{"first_name": "Jane"}]


def test_cells_are_not_changed_as_those_of_csv(tmp_path: Path) -> None:
    """An apostrophe in the text of a cell is a part of it."""
    assert profile_of(tmp_path, _bytes(_book(["first_name"], ["'=x"])), _NAME) == {"first_name": "'=x"}


def test_a_file_without_content_is_unreadable(tmp_path: Path) -> None:
    """It has no header."""
    with pytest.raises(UnreadableFile, match="no visible worksheet with a header"):
        source_of(write(tmp_path, _bytes(_book()), _NAME))


@pytest.mark.parametrize(
    "chunks",
    [
        [_START, b'<row r="1"><c t="inlineStr"><is><t>', *[b"a" * _MIB] * 3],
        [_START, b'<row r="1">', *[b"<c/>" * (_MIB // 4)] * 3],
        [_START, _END, *[b"<x/>" * (_MIB // 4)] * 9],
        [b"<sst><si><t>x</t></si><row/>"],
    ],
    ids=["a long text", "many cells", "much behind the rows", "shared texts"],
)
def test_a_worksheet_that_unpacks_to_a_large_part_is_refused(chunks: list[bytes], tmp_path: Path) -> None:
    """A parser would keep it in memory."""
    with pytest.raises(UnreadableFile, match="unpacks to more than is allowed"):
        source_of(write(tmp_path, _with_parts({_SHEET: chunks}), _NAME))


@pytest.mark.parametrize(
    ("name", "size"), [("xl/styles.xml", 17), ("xl/media/sheet.xml", 17), ("xl/sharedStrings.xml", 49)]
)
def test_a_large_member_of_the_archive_is_refused(name: str, size: int, tmp_path: Path) -> None:
    """Sizes are in MiB. openpyxl reads these whole."""
    with pytest.raises(UnreadableFile, match="unpacks to more than is allowed"):
        source_of(write(tmp_path, _with_parts({name: [bytes(_MIB)] * size}), _NAME))


def test_a_zip_bomb_is_refused_by_the_size_that_it_declares(tmp_path: Path) -> None:
    """It is not unpacked."""
    content = bytearray(_with_parts({_SHEET: [_START, bytes(_MIB)]}))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(_SHEET.encode()))
    content[at + 24 : at + 28] = (2 << 30).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="unpacks to more than is allowed"):
        source_of(write(tmp_path, bytes(content), _NAME))


def test_rows_beyond_the_last_one_of_excel_are_not_read(tmp_path: Path) -> None:
    """A row number says how many blank rows are before it."""
    cell = b'<c t="inlineStr"><is><t>first_name</t></is></c>'
    sheet = [_START, b'<row r="1">', cell, b'</row><row r="999999999">', cell, b"</row>", _END]
    assert rows_of(tmp_path, _with_parts({_SHEET: sheet}), _NAME) == []


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    """The parser stops at them."""
    entities = [b'<!ENTITY a0 "' + b"a" * 1000 + b'">']
    entities += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9)]
    start = [b'<?xml version="1.0"?><!DOCTYPE x [', *entities, b"]>", _START]
    cell = [b'<row r="1"><c t="inlineStr"><is><t>&a8;</t></is></c></row>', _END]
    with pytest.raises(UnreadableFile, match="The Excel file is damaged"):
        source_of(write(tmp_path, _with_parts({_SHEET: start + cell}), _NAME))


def test_a_damaged_file_is_unreadable(tmp_path: Path) -> None:
    """An archive that is cut off."""
    content = _bytes(_book(["first_name"], ["Jane"]))
    for damaged in (content[:-100], content[: len(content) // 2]):
        with pytest.raises(UnreadableFile, match="The Excel file is damaged"):
            source_of(write(tmp_path, damaged, _NAME))


def test_an_archive_of_other_files_is_no_excel_file(tmp_path: Path) -> None:
    """It has no workbook."""
    other = BytesIO()
    with ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(UnreadableFile, match="is not an Excel file"):
        source_of(write(tmp_path, other.getvalue(), _NAME))


def test_a_worksheet_that_is_damaged_further_on_is_unreadable_then(tmp_path: Path) -> None:
    """Rows before it have been read."""
    rows = b"".join(
        b'<row r="%d"><c t="inlineStr"><is><t>first_name</t></is></c></row>' % number
        for number in range(1, 5000)
    )
    # With the size of the worksheet, its rows are not read when the file is opened.
    start = _START.replace(b"<sheetData>", b'<dimension ref="A1:A9"/><sheetData>')
    source = source_of(write(tmp_path, _with_parts({_SHEET: [start, rows, b"<row <"]}), _NAME))
    with pytest.raises(UnreadableFile, match="The Excel file is damaged"):
        list(source)
