"""Choose the format of a file by its name and its content, and open it."""

from pathlib import PurePath
from typing import BinaryIO

from service.transfer.errors import UnreadableFile
from service.transfer.files import encodings
from service.transfer.files.delimited import Delimited
from service.transfer.files.excel import Excel
from service.transfer.files.ndjson import NdJson
from service.transfer.files.records import Records
from service.transfer.files.vcard import VCard

FORMATS = ("csv", "tsv", "ndjson", "xlsx", "vcard")
_SUFFIXES = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".vcf": "vcard", ".vcard": "vcard",
}  # fmt: skip
_START_BYTES = 1024

_VCARD = b"BEGIN:VCARD"
_MARKS_AND_BLANKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_ZIP = b"PK\x03\x04"
# The beginnings of files that are often mistaken for one of these formats.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or an encrypted one; save it as .xlsx"),
    (b"PK\x05\x06", "an empty archive; export it again"),
    (b"%PDF", "a PDF; export it as CSV"),
    (b"\x1f\x8b", "compressed; unpack it first"),
)


def open_records(content: BinaryIO, name: str, file_format: str | None, encoding: str | None) -> Records:
    """Open the records of a file. ``name`` is its name.

    The format and the encoding are detected if they are None.

    Raises:
        UnreadableFile: If the file cannot be read in a known format.

    """
    start = content.read(_START_BYTES)
    content.seek(0)
    if not start:
        raise UnreadableFile("The file is empty; export it again.")
    for beginning, hint in _OTHERS:
        if start.startswith(beginning):
            raise UnreadableFile(f"The file is {hint}.")
    file_format = file_format or _detect(name, start)
    if file_format == "xlsx":
        return Excel(content)
    if start.startswith(_ZIP):
        raise UnreadableFile("The file is an archive; unpack it, or use --format xlsx for an Excel file.")
    return _open_text(content, start, file_format, encoding)


def _open_text(content: BinaryIO, start: bytes, file_format: str, encoding: str | None) -> Records:
    if encoding is None:
        encoding = encodings.detect(content)
    else:
        encoding = encodings.lookup(encoding, start)
        encodings.check(content, encoding)
    match file_format:
        case "csv":
            return Delimited(content, encoding)
        case "tsv":
            return Delimited(content, encoding, separator="\t")
        case "ndjson":
            return NdJson(content, encoding)
        case "vcard":
            return VCard(content, encoding)
    raise UnreadableFile(f"The format is unknown; use one of {', '.join(FORMATS)}.")


def _detect(name: str, start: bytes) -> str:
    if start.startswith(_ZIP):
        return "xlsx"
    by_name = _SUFFIXES.get(PurePath(name).suffix.lower())
    if by_name not in {None, "xlsx"}:
        return str(by_name)
    # In UTF-16, each ASCII character has a zero byte.
    text = start.replace(b"\0", b"").lstrip(_MARKS_AND_BLANKS)
    if text[: len(_VCARD)].upper() == _VCARD:
        return "vcard"
    if text.startswith(b"["):
        raise UnreadableFile("The file is a JSON array; write each of its objects in its own line (NDJSON).")
    return "ndjson" if text.startswith(b"{") else "csv"
