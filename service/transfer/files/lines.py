"""Read the lines of a text file, without keeping a long one in memory."""

import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from service.transfer.errors import UnreadableFile
from service.transfer.files.content import reason_of

MAX_LINE_LENGTH = 1 << 20


class LongLine(Exception):
    """A line is too long. It is skipped."""

    def __init__(self) -> None:
        super().__init__(f"The line is longer than {MAX_LINE_LENGTH:,} characters.")


class Lines(Iterator[str]):
    """The lines of a file, with their line breaks.

    A reader that fails in the middle of a record can return its other lines with ``rewind_after_first``.
    """

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        content.seek(0)
        # The incremental decoder of UTF-16 needs the mark, that of UTF-8 must not return it.
        self._text = io.TextIOWrapper(content, encoding, newline="")
        self._pending: deque[str] = deque()
        self._record: list[str] = []

    def detach(self) -> None:
        """Leave the file open when the lines are no longer used."""
        self._text.detach()

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self._record.clear()

    def rewind(self, line: str) -> None:
        """Return a line to the file."""
        self._pending.appendleft(line)

    def rewind_after_first(self) -> None:
        """Return all lines of the record but the first to the file."""
        self._pending.extendleft(reversed(self._record[1:]))
        self._record.clear()

    def __next__(self) -> str:
        line = self._pending.popleft() if self._pending else self._read()
        self._record.append(line)
        return line

    def _read(self) -> str:
        try:
            line = self._text.readline(MAX_LINE_LENGTH)
        except (OSError, ValueError) as error:
            # The file was checked when it was opened. It has changed since, or its disk has failed.
            raise UnreadableFile(f"The file cannot be read any further ({reason_of(error)}).") from error
        if not line:
            raise StopIteration
        if len(line) == MAX_LINE_LENGTH and line[-1] not in "\r\n":
            self._skip_line()
            raise LongLine
        return line

    def _skip_line(self) -> None:
        while (rest := self._text.readline(MAX_LINE_LENGTH)) and rest[-1] not in "\r\n":
            pass
