"""Read vCards: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350)."""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, BinaryIO

import vobject
from vobject.base import ParseError, VObjectError

from service.transfer.errors import UnreadableFile
from service.transfer.files.encodings import describe
from service.transfer.files.lines import Lines, LongLine
from service.transfer.files.records import Record
from service.transfer.files.vcard_properties import cells_of

MAX_CARD_LENGTH = 8 << 20
"""Characters. A card can contain a picture."""
_SAMPLE_CARDS = 1000

_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END = re.compile(r"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
# Pictures, sounds and keys are long and not imported. But SOUND with X-IRMC-N is the reading of a name, as
# Japanese mobile phones write it.
_BINARY = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND(?!;X-IRMC-N)|KEY)[;:]", re.IGNORECASE)

# vobject raises these for invalid cards, such as one in an unknown encoding.
_INVALID = (VObjectError, ParseError, ValueError, LookupError, TypeError, AttributeError)


class VCard:
    """The cards of a .vcf file. The columns are the names of their properties.

    Raises:
        UnreadableFile: If the file has no card.

    """

    complete = False
    unit = "cards"
    in_lines = False

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._content, self._encoding = content, encoding
        self._columns = self._sample()

    @property
    def description(self) -> str:
        """The format and the encoding."""
        return f"vCard in {describe(self._encoding)}"

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The properties of the first cards."""
        return self._columns

    def __iter__(self) -> Generator[Record]:
        lines = Lines(self._content, self._encoding)
        try:
            for number, card in enumerate(_cards(lines), 1):
                yield _read(number, card)
        finally:
            lines.detach()

    def _sample(self) -> Sequence[tuple[str, str]]:
        columns: dict[tuple[str, str], None] = {}
        count = 0
        with closing(iter(self)) as records:
            for count, record in enumerate(records, 1):
                columns.update(dict.fromkeys((cell.column, cell.path) for cell in record.cells))
                if count >= _SAMPLE_CARDS:
                    break
        if not count:
            raise UnreadableFile("The file contains no vCard; export it again.")
        return list(columns)


def _cards(lines: Lines) -> Iterator[str | None]:
    """Yield the text of each card without pictures, or None if it is too long or has no end."""
    card: list[str] | None = None
    length, in_binary = 0, False
    while True:
        lines.begin_record()
        try:
            line = next(lines)
        except StopIteration:
            break
        except LongLine:
            length = MAX_CARD_LENGTH + 1
            continue
        if _BEGIN.fullmatch(line):
            if card is not None:
                yield None
            card, length, in_binary = [], 0, False
        if card is None:
            continue
        is_folded = line[:1] in {" ", "\t"} or not line.strip()
        in_binary = in_binary if is_folded else _BINARY.match(line) is not None
        length += len(line)
        if not in_binary and length <= MAX_CARD_LENGTH:
            card.append(line)
        if _END.fullmatch(line):
            yield "".join(card) if length <= MAX_CARD_LENGTH else None
            card = None
    if card is not None:
        yield None


def _read(number: int, card: str | None) -> Record:
    if card is None:
        return Record(number, problem="The card is too long, or has no end.")
    try:
        parsed: Any = vobject.readOne(card, transform=False, allowQP=True)
        return Record(number, list(cells_of(parsed.lines())))
    except _INVALID:
        return Record(number, problem="The card is not valid.")
