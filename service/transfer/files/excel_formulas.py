"""Find formulas without a stored result in .xlsx files."""

import re
from typing import BinaryIO
from zipfile import ZipFile

_WORKSHEETS = "xl/worksheets/"
_CHUNK_BYTES = 1 << 20
# The length of a formula is at most 8,192 characters.
_OVERLAP_BYTES = 1 << 16
# A cell (c) has a formula (f) and its result (v), with or without a namespace prefix. Only a result that is a
# text (t="str") can be empty.
_WITHOUT_RESULT = re.compile(
    rb'<(?:\w+:)?c(?![^<>]*\st="str")[^<>]*>\s*'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def has_formulas_without_result(content: BinaryIO) -> bool:
    """Return whether a worksheet has a formula without a result: its program does not calculate."""
    with ZipFile(content) as archive:
        return any(
            _has_match(archive, name)
            for name in archive.namelist()
            if name.lower().startswith(_WORKSHEETS) and name.lower().endswith(".xml")
        )


def _has_match(archive: ZipFile, name: str) -> bool:
    rest = b""
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            window = rest + chunk
            if _WITHOUT_RESULT.search(window):
                return True
            rest = window[-_OVERLAP_BYTES:]
    return False
