"""Open a file, or standard input, as a stream of bytes that can be read again from the start."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from service.transfer.errors import UnreadableFile

STANDARD_INPUT = "standard input"


def open_content(path: Path | None) -> BinaryIO:
    """Open a file, or copy standard input to a temporary file without a name.

    Raises:
        UnreadableFile: If the file cannot be read.

    """
    if path is None:
        return _copy_of_standard_input()
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path} is a directory; name a file.")
        if not path.is_file() and path.exists():
            raise UnreadableFile(f"{path} is not a regular file; send its content to {STANDARD_INPUT}.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} does not exist; check the name.") from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} cannot be opened ({reason_of(error)}).") from error


def reason_of(error: Exception) -> str:
    """Return what the operating system says about an error, without the name of a file."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _copy_of_standard_input() -> BinaryIO:
    try:
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the reader closes it
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
    except OSError as error:
        raise UnreadableFile(f"{STANDARD_INPUT} cannot be copied ({reason_of(error)}).") from error
    return cast("BinaryIO", copy)
