"""Read the master keys from the environment or a file. They are never stored in the database."""

import stat
from pathlib import Path

from service.config import Settings
from service.crypto.master_keyring import MasterKeyring, MasterKeyringError, parse


def read_master_keys(settings: Settings) -> MasterKeyring:
    """Return the master keys of the settings; empty if none are set. Raises ``MasterKeyringError``."""
    if not settings.master_keys_file:
        return parse("MASTER_KEYS", settings.master_keys)
    if settings.master_keys:
        raise MasterKeyringError("MASTER_KEYS and MASTER_KEYS_FILE are both set: unset one of them.")
    try:
        text = Path(settings.master_keys_file).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not ASCII"
        raise MasterKeyringError(f"MASTER_KEYS_FILE cannot be read ({reason}).") from None
    keyring = parse("MASTER_KEYS_FILE", text)
    if not keyring:
        raise MasterKeyringError("MASTER_KEYS_FILE has no master key in it; write each as a line id:key.")
    return keyring


def is_world_readable(settings: Settings) -> bool:
    """Return whether MASTER_KEYS_FILE is set and every user of the machine can read the file."""
    file = settings.master_keys_file
    return bool(file) and bool(Path(file).stat().st_mode & stat.S_IROTH)
