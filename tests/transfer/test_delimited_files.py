"""Read CSV and similar files, valid and damaged."""

from pathlib import Path

import pytest

from service.transfer.errors import UnreadableFile
from service.transfer.files.delimited import MAX_CELL_LENGTH
from service.transfer.files.lines import MAX_LINE_LENGTH
from tests.transfer.opening import profile_of, reasons, rows_of, source_of, write

_HEADER = "first_name,last_name,city\n"
_UNENDED = "A cell begins with a quotation mark and has no second one at its end."


@pytest.mark.parametrize(
    ("separator", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_the_separator_is_detected(separator: str, name: str, tmp_path: Path) -> None:
    """By the header: cells can contain the other ones."""
    path = write(tmp_path, f'first_name{separator}last_name\nJane{separator}"Doe,;|\t"\n')
    assert source_of(path).description.endswith(f"in UTF-8, separated by {name}")
    assert next(iter(source_of(path))).profile == {"first_name": "Jane", "last_name": "Doe,;|"}


def test_a_line_that_names_the_separator_is_no_header(tmp_path: Path) -> None:
    """Excel writes it."""
    (row,) = rows_of(tmp_path, "sep=;\r\nfirst_name;city\r\nJane;London\r\n")
    assert (row.number, row.profile["first_name"]) == (2, "Jane")


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    """Blank rows and rows with line breaks count once."""
    content = f'\n{_HEADER}Jane,Doe,London\n\n,,\n"A","B","New\nYork"\nC,D,E\n'
    rows = rows_of(tmp_path, content, columns={"city": "additional_information"})
    assert [row.number for row in rows] == [3, 6, 7]
    assert rows[1].profile["additional_information"] == "New\nYork"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(line_break: str, tmp_path: Path) -> None:
    """Excel for Mac wrote carriage returns alone."""
    assert profile_of(tmp_path, f"first_name,city{line_break}Jane,Paris{line_break}")["first_name"] == "Jane"


def test_a_row_with_another_number_of_cells_is_rejected(tmp_path: Path) -> None:
    """Its cells may be in the wrong columns. Blank cells at the end do no harm."""
    rows = rows_of(tmp_path, f"{_HEADER}A,B\nA,B,C,D\nA,B,C,,\n{','.join('x' * 300)}\n")
    assert reasons(rows) == {
        2: "The row has fewer cells than the header.",
        3: "The row has more cells than the header.",
        5: "The row has more cells than the header.",
    }


@pytest.mark.parametrize("length", [10, 2 * MAX_CELL_LENGTH])
def test_a_quoted_cell_without_an_end_rejects_one_row_only(length: int, tmp_path: Path) -> None:
    """The rows after it are read, although the cell would contain them."""
    rows = rows_of(
        tmp_path, f'{_HEADER}A,"B,C\n{"D,E,F" + chr(10)}{"x" * (length // 2)},E,{"y" * 9}\nG,H,I\n'
    )
    assert reasons(rows)[2] == _UNENDED
    assert [row.number for row in rows] == [2, 3, 4, 5]
    assert rows[-1].profile["first_name"] == "G"


def test_text_after_a_quoted_cell_rejects_the_row(tmp_path: Path) -> None:
    """It may be another cell whose separator is missing."""
    rows = rows_of(tmp_path, f'{_HEADER}"A"B,C,D\nE,F,G\n')
    assert "text after the second one" in reasons(rows)[2]
    assert rows[1].profile["first_name"] == "E"


def test_a_long_line_rejects_its_row_only(tmp_path: Path) -> None:
    """It is skipped without being kept in memory."""
    rows = rows_of(tmp_path, f"{_HEADER}{'x' * (3 * MAX_LINE_LENGTH)},B,C\nD,E,F\n")
    assert reasons(rows) == {2: "The line is longer than 1,048,576 characters."}
    assert rows[1].profile["first_name"] == "D"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file is empty"),
        ("\ufeff", "The file is empty"),
        ("\n\n", "The file is empty"),
        ("\0" * 5000, "only zero bytes"),
        (",,\n1,2,3\n", "no names of columns"),
        ("a,b,a\n1,2,3\n", 'has the column "a" twice'),
        ("a\0,b\n1,2\n", "contains zero bytes"),
        ('a,"b"c\n1,2\n', "header cannot be read"),
        ("x" * (2 * MAX_LINE_LENGTH), "too long for a header"),
        (",".join(f"c{number}" for number in range(20_000)), "The header has 20,000 columns"),
    ],
)
def test_a_file_without_a_valid_header_is_unreadable(content: str, message: str, tmp_path: Path) -> None:
    """A clear message before anything is imported."""
    with pytest.raises(UnreadableFile, match=message):
        source_of(write(tmp_path, content))


def test_a_file_with_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    """It is a valid export of no customers."""
    assert rows_of(tmp_path, _HEADER) == []


def test_a_file_with_300_columns_is_read(tmp_path: Path) -> None:
    """Those that are not understood are listed, also one without a name."""
    header = ",".join(["first_name", "", *(f"c{number}" for number in range(298))])
    path = write(tmp_path, f"{header}\nJane{',x' * 299}\n")
    assert source_of(path).unknown[:2] == ("(column 2)", "c0")
    assert len(source_of(path).unknown) == 299


@pytest.mark.parametrize("text", ["=1+1", "+49 711 123456", "-2", "@x", "'=1", "''+49"])
def test_the_apostrophe_before_a_formula_is_removed(text: str, tmp_path: Path) -> None:
    """Our own export adds it, and so do others."""
    path = write(tmp_path, f"first_name\n'{text}\n")
    assert next(iter(source_of(path))).profile == {"first_name": text}


def test_an_apostrophe_before_other_text_is_kept(tmp_path: Path) -> None:
    """Such as that of a Dutch name."""
    assert profile_of(tmp_path, "last_name\n'Hooft\n") == {"last_name": "'Hooft"}
