"""The file to import: its digest, and a copy of standard input."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Protocol

from service.transfer.errors import UnreadableFile

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that can be read more than once.

    ``name`` is for messages. ``digest`` is the SHA-256 in hexadecimal digits. ``lines`` counts line feeds.
    """

    path: Path
    name: str
    digest: str
    lines: int


class _Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


@contextmanager
def open_input(path: Path | None) -> Iterator[InputFile]:
    """Yield the file, or a copy of standard input if there is no path. The copy is deleted afterwards.

    The digest must be known before the first row is sent: it shows whether a run continues an interrupted
    import. So standard input is first copied to the disk. Only its owner can read the copy.

    Raises:
        UnreadableFile: The file is missing, is a directory, or cannot be read.

    """
    if path is not None:
        with _translated_errors(path), path.open("rb") as file:
            digest, lines = _digest(file, None)
        yield InputFile(path, str(path), digest, lines)
        return
    with NamedTemporaryFile(prefix="profile-lookup-") as copy:
        digest, lines = _digest(sys.stdin.buffer, copy)
        copy.flush()
        yield InputFile(Path(copy.name), "standard input", digest, lines)


def check_exists(path: Path) -> None:
    """Raise ``UnreadableFile`` if there is no such file, or its folder cannot be read."""
    with _translated_errors(path):
        path.stat()


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}); check its name.") from error


def _digest(file: BinaryIO, copy: _Writable | None) -> tuple[str, int]:
    digest, lines = sha256(), 0
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        lines += chunk.count(b"\n")
        if copy is not None:
            copy.write(chunk)
    return digest.hexdigest(), lines
