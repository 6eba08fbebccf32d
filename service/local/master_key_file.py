"""Generate a master key for the bundled MongoDB."""

import os
import secrets
from base64 import b64encode
from pathlib import Path

from service.crypto.master_keyring import KEY_BYTES


def generate_master_key(path: Path) -> None:
    """Write a new master key into a file that only its owner can read; does nothing if the file exists.

    The file appears atomically, since a lost master key loses all sensitive values. The ID is random too: it
    distinguishes values of an older master key whose file was deleted.
    """
    if path.exists():
        return
    key = b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"local-{secrets.token_hex(4)}:{key}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
