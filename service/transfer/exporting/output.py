"""The file that an export writes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[bytes]]:
    """Yield a file, or standard output if there is no path.

    Only the owner can read the file, because it has personal data. It gets its name when it is complete, and
    is removed if the block raises. Raises OSError.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        # Temporary files can be read by their owner only.
        file = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 - below
    except OSError as error:
        # The error has the name of the temporary file.
        raise OSError(error.errno, error.strerror, str(path)) from error
    with file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
