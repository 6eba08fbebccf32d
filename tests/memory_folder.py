"""An in-memory folder for the data of mongod, so that commits do not wait for a disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp adds a unique name
_PREFIX = "profile-lookup-tests-"
_MIN_FREE_BYTES = 4 << 30


@contextmanager
def memory_folder(fallback: Path) -> Iterator[Path]:
    """Yield an empty in-memory folder, or the fallback if memory is short. Remove it afterwards.

    One mongod needs 300 MB for its journal.
    """
    has_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MIN_FREE_BYTES
    folder = fallback
    if has_memory:
        _remove_leftovers()
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _remove_leftovers() -> None:
    """Remove folders that killed test processes left behind."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
