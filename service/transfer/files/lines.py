"""Read the lines of a text file, without keeping long lines in memory."""

import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from service.transfer.errors import UnreadableFile
from service.transfer.files.content import reason_of

MAX_LINE_LENGTH = 1 << 20
"""Characters. Longer lines are skipped."""


class LongLine(Exception):
    """A line is too long. It was skipped: the next line can be read."""

    def __init__(self) -> None:
        super().__init__(f"The line is longer than {MAX_LINE_LENGTH:,} characters.")


class Lines(Iterator[str]):
    """The lines of a file, with their line breaks. Iterating also raises ``LongLine``.

    A reader calls ``begin_record`` before each record. If it fails in the middle of a record, it can return
    the lines after the first one with ``rewind_after_first``.
    """

    def __init__(self, content: BinaryIO, encoding: str) -> None:
        content.seek(0)
        # The decoders read the byte order mark: that of utf-16 needs it, that of utf-8-sig removes it.
        self._text = io.TextIOWrapper(content, encoding, newline="")
        self._pending: deque[str] = deque()
        self._record: list[str] = []

    def detach(self) -> None:
        """End the use of the lines, and leave the file open."""
        self._text.detach()

    def begin_record(self) -> None:
        """Forget the lines of the previous record."""
        self._record.clear()

    def rewind(self, line: str) -> None:
        """Read this line again before the next one."""
        self._pending.appendleft(line)

    def rewind_after_first(self) -> None:
        """Read the lines of the current record again, except the first one."""
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
            # The encoding was checked before, so the file has changed since, or its disk has failed.
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
