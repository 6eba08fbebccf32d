"""A folder in memory for the data of a test's mongod, so that its commits wait for no disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder gets a name of its own in there
_PREFIX = "profile-lookup-tests-"
_NEEDED_BYTES = 4 << 30


@contextmanager
def memory_folder(otherwise: Path) -> Iterator[Path]:
    """Yield an empty folder in memory, or the other one if there is too little space. Remove it afterwards.

    The journal of one mongod takes 300 MB.
    """
    has_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES
    folder = otherwise
    if has_memory:
        _remove_leftovers()
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _remove_leftovers() -> None:
    """Remove the folders of test processes that were killed."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
