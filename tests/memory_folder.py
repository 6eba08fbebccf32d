"""A folder in memory for the data of a test's mongod, so that its commits wait for no disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder gets a name of its own in there
_NEEDED_BYTES = 4 << 30


@contextmanager
def memory_folder(otherwise: Path) -> Iterator[Path]:
    """Yield an empty folder in memory, or the other one if there is too little space. Remove it afterwards.

    The journal of one mongod takes 300 MB.
    """
    has_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES
    folder = Path(tempfile.mkdtemp(prefix="profile-lookup-", dir=_MEMORY)) if has_memory else otherwise
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
