"""The file that an export writes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def check_output(path: Path | None) -> None:
    """Check, before the work, that a file can be created in the folder of the path. Raises OSError."""
    if path is not None:
        _temporary_file(path, delete=True).close()


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[bytes]]:
    """Yield a new file, or standard output if there is no path.

    Only the owner can read the file, because it can contain personal data. It replaces the file at the path
    when the block ends, and is removed if the block raises. Raises OSError.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _temporary_file(path, delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _temporary_file(path: Path, *, delete: bool) -> IO[bytes]:
    """Open a temporary file in the folder of the path. Only its owner can read it."""
    try:
        return NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=delete)
    except OSError as error:
        # Show the path of the output, not that of the temporary file.
        raise OSError(error.errno, error.strerror, str(path)) from error
