"""Detect the encodings of files."""

from io import BytesIO
from pathlib import Path

import pytest

from service.transfer.errors import UnreadableFile
from service.transfer.files.encodings import detect
from tests.transfer.opening import profile_of, reasons, rows_of, source_of, write

_JAPANESE = (
    "姓,名\n山田,太郎\n",
    "name\n鈴木\n",
    "name\n髙橋\n",
    "name\n齋藤\n",
    "name\n渡邊彌生\n",
    "フリガナ\nﾔﾏﾀﾞ ﾀﾛｳ\n",
    "name,kana\nSato,ｻﾄｳ\n",
    "name,city\nTanaka,東京\n",
    "備考\nﾃｽﾄです\n",
)
_WESTERN = (
    "name,city\nMüller,Köln\n",
    "name\nHélène\n",
    "name\nJosé\n",
    "name\nWeiß\n",
    "Größe\nx\n",
    "name\nJørgen Åse\n",
    "name\nLuís Gonçalves\n",
    "name\nÉlodie\n",
    "name\nPIÑA\n",
    "name,price\nAnn,€ 5\n",
    "name\n“Bob” O’Neill\n",  # noqa: RUF001 - signs that are not in ISO 8859-1
)


@pytest.mark.parametrize("text", _JAPANESE)
def test_a_short_japanese_file_is_read_in_shift_jis(text: str) -> None:
    """Some of these are valid Windows-1252 too."""
    assert detect(BytesIO(text.encode("cp932"))) == "cp932"


@pytest.mark.parametrize("text", _WESTERN)
def test_a_short_western_file_is_read_in_windows_1252(text: str) -> None:
    """Some of these are valid Shift_JIS too."""
    assert detect(BytesIO(text.encode("cp1252"))) == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
@pytest.mark.parametrize("text", ["姓,名\n山田,太郎\n", "姓,名\r\n山田,太郎\r\n"])
def test_a_file_is_read_in_the_encodings_of_excel(text: str, encoding: str, tmp_path: Path) -> None:
    """UTF-16 with and without a byte order mark."""
    assert profile_of(tmp_path, text.encode(encoding)) == {"last_name": "山田", "first_name": "太郎"}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8-sig", "CSV in UTF-8 with BOM, separated by commas"),
        ("utf-16", "CSV in UTF-16 with BOM, separated by commas"),
        ("cp932", "CSV in Shift_JIS (CP932), separated by commas"),
    ],
)
def test_the_description_names_format_and_encoding(encoding: str, name: str, tmp_path: Path) -> None:
    """The command prints it."""
    assert source_of(write(tmp_path, "姓,名\n山田,太郎\n".encode(encoding))).description == name


def test_an_encoding_can_be_given(tmp_path: Path) -> None:
    """It is not detected then."""
    content = "名\n太郎\n".encode("euc-jp")
    assert profile_of(tmp_path, content, encoding="euc-jp") == {"first_name": "太郎"}


def test_a_file_in_another_encoding_than_the_given_one_is_unreadable(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(UnreadableFile, match="The file is not in UTF-8; name its encoding"):
        source_of(write(tmp_path, "名\n太郎\n".encode("cp932")), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "base64", "a\0b"])
def test_an_unknown_encoding_is_an_error(encoding: str, tmp_path: Path) -> None:
    """Python has codecs that are no encodings of texts."""
    with pytest.raises(UnreadableFile, match="The encoding is unknown"):
        source_of(write(tmp_path, "name\nx\n"), encoding=encoding)


def test_a_file_in_utf_8_with_a_wrong_byte_is_no_other_text(tmp_path: Path) -> None:
    """Read in Windows-1252, all its other names would be wrong."""
    content = ("name,city\n" + "Jörg,Köln\n" * 9).encode() + b"M\xfcller,x\n"
    with pytest.raises(UnreadableFile, match="UTF-8, except for some bytes"):
        source_of(write(tmp_path, content))


def test_a_wrong_byte_at_the_end_of_a_large_file_is_found(tmp_path: Path) -> None:
    """The whole file is checked before the first row is imported."""
    content = b"first_name,city\n" + b"Jane,London\n" * 100_000 + "Zoë,Köln\n".encode("cp1252")
    assert source_of(write(tmp_path, content)).description.startswith("CSV in Windows-1252")


def test_bytes_in_no_encoding_are_unreadable(tmp_path: Path) -> None:
    """For example a picture."""
    with pytest.raises(UnreadableFile, match="encoding of the file is not recognised"):
        source_of(write(tmp_path, b"\x89PNG\r\n\x1a\n\x81\x8d\xff\x90"))


def test_a_zero_byte_in_a_cell_rejects_its_row(tmp_path: Path) -> None:
    """The API accepts no control characters."""
    rows = rows_of(tmp_path, b"first_name\nA\0B\nJane\n")
    assert reasons(rows) == {2: "The value has control characters, such as line breaks."}
    assert rows[1].profile == {"first_name": "Jane"}
