"""Files with the results of an import. Their rows are appended while the import runs."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from service.transfer.formulas import escape_formula

_OWNER_ONLY = 0o600


class ResultFile:
    """A CSV file that is created when the first row is added. Only its owner can read it."""

    def __init__(self, path: Path, header: Sequence[str], *, size: int) -> None:
        """Keep the first ``size`` bytes of an existing file and remove the rest. With 0, remove the file.

        Raises OSError.
        """
        self.path = path
        self.size = min(size, path.stat().st_size) if path.exists() else 0
        self._header = header
        self._descriptor: int | None = None
        if self.size:
            os.truncate(path, self.size)
        else:
            path.unlink(missing_ok=True)

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Append the rows; create the file, if it does not exist, with the header. Raises OSError."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows([escape_formula(str(cell)) for cell in row] for row in rows)
        if not text.tell():
            return
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._descriptor = os.open(self.path, flags, _OWNER_ONLY)
        self.size += os.write(self._descriptor, (self._start() + text.getvalue()).encode())

    def _start(self) -> str:
        """Return what precedes the next rows: the header, or a line break if the file ends without one."""
        if not self.size:
            return ",".join(self._header) + "\r\n"
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return "" if file.read() == b"\n" else "\r\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
