"""Reject .xlsx files that need too much memory or time.

They are ZIP archives. A small archive can unpack to a size a thousand times its own (a "zip bomb").
``zipfile`` never unpacks more of a member than the size that the archive declares.
"""

import re
from typing import BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from service.transfer.errors import UnreadableFile

MAX_UNPACKED_BYTES = 1 << 30
"""Of all members together. A worksheet with a million rows and ten columns has about half of it."""
MAX_SHARED_STRINGS_BYTES = 48 << 20
"""Of the member with the texts of all cells, which are kept in memory."""
MAX_OTHER_BYTES = 16 << 20
"""Of every other member, except worksheets and media: openpyxl reads some of them whole."""
MAX_ROW_BYTES = 1 << 20
"""Of a row of a worksheet, because openpyxl parses one at a time, and of a shared text."""
MAX_REST_BYTES = 8 << 20
"""Of what follows the rows of a worksheet, such as 65,530 links."""

_SHARED_STRINGS = "xl/sharedstrings.xml"
_WORKBOOK = "xl/workbook.xml"
_WORKSHEETS = "xl/worksheets/"
_MEDIA = ("xl/media/", "xl/drawings/", "xl/embeddings/", "customxml/")
_CHUNK_BYTES = 1 << 16
# With or without a namespace prefix.
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_SHARED_STRING = re.compile(rb"<(?:\w+:)?si[\s>/]")
_ENDS = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_OVERLAP_BYTES = 64
_TOO_LARGE = "The Excel file unpacks to more than is allowed; save it as CSV."


def check_archive(content: BinaryIO) -> None:
    """Raise ``UnreadableFile`` if an .xlsx file is damaged, or needs too much memory."""
    content.seek(0)
    try:
        with ZipFile(content) as archive:
            members = archive.infolist()
            if not any(member.filename.lower() == _WORKBOOK for member in members):
                raise UnreadableFile(
                    "The file is not an Excel file; if it is an archive of other files, unpack it."
                )
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise UnreadableFile(_TOO_LARGE)
            for member in members:
                _check_member(archive, member)
    except (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile("The Excel file is damaged or encrypted; save it again.") from error
    finally:
        content.seek(0)


def _check_member(archive: ZipFile, member: ZipInfo) -> None:
    name = member.filename.lower()
    if name.startswith(_WORKSHEETS) and name.endswith(".xml"):
        _check_elements(archive, member, _ROW)
    elif name == _SHARED_STRINGS:
        if member.file_size > MAX_SHARED_STRINGS_BYTES:
            raise UnreadableFile(_TOO_LARGE)
        _check_elements(archive, member, _SHARED_STRING)
    elif member.file_size > MAX_OTHER_BYTES and (name.endswith(".xml") or not name.startswith(_MEDIA)):
        raise UnreadableFile(_TOO_LARGE)


def _check_elements(archive: ZipFile, member: ZipInfo, begins: re.Pattern[bytes]) -> None:
    """Check, without a parser, that no row or shared text is too long. ``begins`` matches its start."""
    length, limit, rest = 0, MAX_ROW_BYTES, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            window = rest + chunk
            last = max((match.end() for match in begins.finditer(window)), default=0)
            length = len(window) - last if last else length + len(chunk)
            # A file can declare that its shared texts are in a member with the name of a worksheet.
            is_other = begins is _ROW and _SHARED_STRING.search(window) is not None
            if _ENDS.search(window):
                limit = MAX_REST_BYTES
            if length > limit or is_other:
                raise UnreadableFile(_TOO_LARGE)
            rest = window[-_OVERLAP_BYTES:]
