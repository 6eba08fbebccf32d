"""Where the master keys come from: the environment or a file, and never the database."""

import os
import secrets
import stat
from base64 import b64encode
from pathlib import Path

from service.config import Settings
from service.crypto.master_keyring import KEY_BYTES, MasterKeyring, MasterKeyringError, parse


def read(settings: Settings) -> MasterKeyring:
    """Return the masters that the settings name, none where they name none; raises ``MasterKeyringError``."""
    if not settings.master_keys_file:
        return parse("MASTER_KEYS", settings.master_keys)
    if settings.master_keys:
        raise MasterKeyringError("MASTER_KEYS and MASTER_KEYS_FILE are both set: unset one of them.")
    try:
        text = Path(settings.master_keys_file).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not ASCII"
        raise MasterKeyringError(f"MASTER_KEYS_FILE cannot be read ({reason}).") from None
    masters = parse("MASTER_KEYS_FILE", text)
    if not masters:
        raise MasterKeyringError("MASTER_KEYS_FILE has no master in it; a line of it is id:key.")
    return masters


def is_open_to_all(settings: Settings) -> bool:
    """Return whether every user of the machine may read the file of the masters."""
    file = settings.master_keys_file
    return bool(file) and bool(Path(file).stat().st_mode & stat.S_IROTH)


def make(path: Path) -> None:
    """Write a new master into a file that its owner alone can read, unless the file is there.

    It is there whole or not at all, since a master that is lost takes all values with it. The ID is a new one
    as well: it tells values of another master, should the file be deleted.
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
