"""Open a file as a stream of bytes that can be read again from the start."""

from pathlib import Path
from typing import BinaryIO

from service.transfer.errors import UnreadableFile


def open_content(path: Path) -> BinaryIO:
    """Open a regular file.

    Raises:
        UnreadableFile: If the file cannot be read.

    """
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path} is a directory; name a file.")
        if not path.is_file() and path.exists():
            raise UnreadableFile(f"{path} is not a regular file; send its content to standard input.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} does not exist; check the name.") from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} cannot be opened ({reason_of(error)}).") from error


def reason_of(error: Exception) -> str:
    """Return the message of the operating system, without the name of a file, or the kind of error."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
