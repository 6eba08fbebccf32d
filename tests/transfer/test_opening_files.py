"""Open files by their names and contents, and refuse what cannot be read."""

import os
import sys
from pathlib import Path

import pytest

from service.transfer.errors import UnreadableFile
from tests.transfer.opening import profile_of, source_of, write

_VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Jane\nEND:VCARD\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "first_name\nJane\n"),
        ("a.txt", "first_name\nJane\n"),
        ("a", "first_name\tlast_name\nJane\t\n"),
        ("a.TSV", "first_name\tlast_name\nJane\t\n"),
        ("a.ndjson", '{"first_name": "Jane"}\n'),
        ("a", '\n {"first_name": "Jane"}\n'),
        ("a.vcf", _VCARD),
        ("a.txt", _VCARD.lower()),
    ],
)
def test_the_format_is_that_of_the_name_or_the_content(name: str, content: str, tmp_path: Path) -> None:
    """A name that says nothing leaves the decision to the content."""
    assert profile_of(tmp_path, content, name)["first_name"].lower() == "jane"


def test_a_format_can_be_given(tmp_path: Path) -> None:
    """It is not detected then."""
    assert profile_of(tmp_path, '{"first_name": "Jane"}\n', "a.csv", format="ndjson") == {
        "first_name": "Jane"
    }


def test_an_unknown_format_is_an_error(tmp_path: Path) -> None:
    """The message lists the formats."""
    with pytest.raises(UnreadableFile, match="use one of csv, tsv, ndjson, xlsx, vcard"):
        source_of(write(tmp_path, "a\n"), format="xml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'[{"first_name": "Jane"}]', "JSON array"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"PK\x05\x06", "an empty archive"),
    ],
)
def test_files_in_other_formats_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """The message says what to do."""
    with pytest.raises(UnreadableFile, match=message):
        source_of(write(tmp_path, content, "customers"))


def test_an_archive_is_no_csv(tmp_path: Path) -> None:
    """Also if the format is given."""
    with pytest.raises(UnreadableFile, match="unpack it"):
        source_of(write(tmp_path, b"PK\x03\x04"), format="csv")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    """Nor is a device."""
    with pytest.raises(UnreadableFile, match="is a directory"):
        source_of(tmp_path)
    with pytest.raises(UnreadableFile, match="not a regular file"):
        source_of(Path(os.devnull))


@pytest.mark.parametrize("name", ["nothing.csv", "a\0b"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    """Also if no file can have the name."""
    with pytest.raises(UnreadableFile, match=r"does not exist|cannot be opened"):
        source_of(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can open any file")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    """With the reason of the operating system."""
    path = write(tmp_path, "a\n")
    path.chmod(0)
    with pytest.raises(UnreadableFile, match="Permission denied"):
        source_of(path)


@pytest.mark.skipif(sys.platform != "linux", reason="no such file")
def test_a_file_that_fails_while_it_is_read_is_unreadable() -> None:
    """Nothing is at the start of this one."""
    with pytest.raises(UnreadableFile, match=r"cannot be read \(Input/output error\)"):
        source_of(Path("/proc/self/mem"))
