"""The contents of MongoDB's files."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

_ZEROS = bytes(1 << 20)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file, without blocks of zeros.

    The journal consists of 300 MB of zeros at first.
    """
    for path in filter(Path.is_file, folder.rglob("*")):
        with path.open("rb") as file:
            blocks = iter(partial(file.read, len(_ZEROS)), b"")
            yield path.name, b"".join(block for block in blocks if block != _ZEROS)
