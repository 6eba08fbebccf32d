"""Detect the encoding of a text file.

These are tried in this order: the encoding of a byte order mark, UTF-16 without a mark, UTF-8, then Shift_JIS
or Windows-1252. The whole file must be valid in the encoding. Almost any bytes are valid Windows-1252, and
short texts in Windows-1252 are often valid Shift_JIS too, so the characters decide between these two.
"""

import codecs
import re
from typing import BinaryIO

from service.transfer.errors import UnreadableFile

_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16": "UTF-16 with BOM",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "cp932": "Shift_JIS (CP932)",
    "cp1252": "Windows-1252",
}
# Files in these encodings are usually from Windows, whose code pages have more characters.
_SAME = {"shift_jis": "cp932", "iso8859-1": "cp1252"}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK_BYTES = 1 << 20
_START_BYTES = 4096
_MAX_EVIDENCE_BYTES = 1 << 18
_HINT = "name its encoding with --encoding, or save it again in UTF-8"

# In UTF-16, one byte of each ASCII character is zero.
_MIN_SHARE_OF_ZEROS = 0.8

_ASCII = bytes(range(0x80))
_NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Kana, punctuation and the kanji of level 1 (JIS X 0208); three or more half-width katakana in a row.
_COMMON_JAPANESE = re.compile(rb"[\x81-\x97][\x40-\x7e\x80-\xfc]|\x98[\x40-\x72]|[\xa6-\xdf]{3,}")
# Other kanji. In Windows-1252, a letter with an accent and the letter after it look like one of them. The
# bytes between 0x9f and 0xe0 are half-width katakana.
_OTHER_JAPANESE = re.compile(rb"[\x98-\x9f\xe0-\xef\xfa-\xfc][\x40-\x7e\x80-\xfc]")
# A letter or two with accents, in a word of ASCII letters.
_WESTERN = re.compile(
    rb"[A-Za-z][\xc0-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\xc0-\xff][a-z]{2}|[a-z][\xc0-\xff]{2}[a-z]"
)


def describe(encoding: str) -> str:
    """Return the usual name of an encoding, or Python's name of a less common one."""
    return _NAMES.get(encoding, encoding)


def lookup(name: str, start: bytes) -> str:
    """Return Python's name of the encoding in which to read a file. ``start`` are its first bytes.

    UTF-8 becomes UTF-8 with a byte order mark if the file has one. Shift_JIS and Latin-1 become the code
    pages of Windows.

    Raises:
        UnreadableFile: If it is no encoding of texts.

    """
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError) as error:
        raise UnreadableFile("The encoding is unknown; use one such as utf-8, cp932 or cp1252.") from error
    if codec.name == "utf-8" and start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return _SAME.get(codec.name, codec.name)


def detect(content: BinaryIO) -> str:
    """Return the encoding of a file, read from its start.

    Raises:
        UnreadableFile: If no encoding fits, or the file is no text.

    """
    content.seek(0)
    start = content.read(_START_BYTES)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return _checked(content, encoding)
    if not start.strip(b"\0") and start:
        raise UnreadableFile("The file contains only zero bytes; copy it again from its source.")
    utf16 = _utf16_without_mark(start)
    if utf16:
        return _checked(content, utf16)
    if _is_valid(content, "utf-8"):
        return "utf-8"
    evidence = _non_ascii_lines(content)
    if len(_UTF8_CHARACTER.findall(evidence)) > len(
        _UTF8_CHARACTER.sub(b"", evidence).translate(None, _ASCII)
    ):
        raise UnreadableFile(f"The file is UTF-8, except for some bytes; correct it, or {_HINT}.")
    candidates = ("cp932", "cp1252") if _looks_japanese(evidence) else ("cp1252",)
    for encoding in candidates:
        if _is_valid(content, encoding):
            return encoding
    raise UnreadableFile(f"The encoding of the file is not recognised; {_HINT}.")


def check(content: BinaryIO, encoding: str) -> None:
    """Raise ``UnreadableFile`` if a file is not in an encoding."""
    if not _is_valid(content, encoding):
        raise UnreadableFile(f"The file is not in {describe(encoding)}; {_HINT}.")


def _checked(content: BinaryIO, encoding: str) -> str:
    check(content, encoding)
    return encoding


def _is_valid(content: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    try:
        while chunk := content.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except ValueError:
        return False
    return True


def _utf16_without_mark(start: bytes) -> str | None:
    first, second = start[::2], start[1::2]
    share = {
        "utf-16-be": first.count(0) / (len(first) or 1),
        "utf-16-le": second.count(0) / (len(second) or 1),
    }
    # A line break or a separator is enough: Japanese headers have no other ASCII character.
    breaks = {"utf-16-be": b"\0\n", "utf-16-le": b"\n\0"}
    for encoding, zeros in share.items():
        other = share["utf-16-le" if encoding == "utf-16-be" else "utf-16-be"]
        if zeros > _MIN_SHARE_OF_ZEROS and other == 0:
            return encoding
        if zeros > 0 and other == 0 and breaks[encoding] in start:
            return encoding
    return None


def _non_ascii_lines(content: BinaryIO) -> bytes:
    content.seek(0)
    lines: list[bytes] = []
    length = 0
    while length < _MAX_EVIDENCE_BYTES and (chunk := content.read(_CHUNK_BYTES)):
        lines += _NON_ASCII_LINE.findall(chunk)
        length = sum(map(len, lines))
    return b"\n".join(lines)[:_MAX_EVIDENCE_BYTES]


def _looks_japanese(evidence: bytes) -> bool:
    common = len(_COMMON_JAPANESE.findall(evidence))
    other = len(_OTHER_JAPANESE.findall(_COMMON_JAPANESE.sub(b"\n", evidence)))
    western = len(_WESTERN.findall(evidence))
    return common > western or (western == 0 and other > 0)
