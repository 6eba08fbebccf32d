"""The master keys. All other encryption keys are derived from them."""

from base64 import b64decode
from dataclasses import dataclass, field

from service.model.identifiers import MASTER_KEY_ID
from service.model.lists import split_list

KEY_BYTES = 32


class MasterKeyringError(Exception):
    """The master keys are invalid. The message is one line, explains what to do, and contains no key."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key of 256 bits and its ID. Each encrypted value contains the ID of its master key."""

    id: str
    key: bytes = field(repr=False)


MasterKeyring = tuple[MasterKey, ...]
"""The accepted master keys. The first encrypts new values."""


def parse(source: str, text: str) -> MasterKeyring:
    """Parse a list of ``id:base64``, separated by commas or line breaks.

    ``source`` is the name of the setting, for messages. Raises ``MasterKeyringError``.
    """
    items = enumerate(split_list(text), start=1)
    keyring = tuple(_master_key(source, position, item) for position, item in items)
    ids, keys = {master.id for master in keyring}, {master.key for master in keyring}
    for name, values in (("ID", ids), ("key", keys)):
        if len(values) < len(keyring):
            raise MasterKeyringError(f"{source}: two master keys have the same {name}; give each its own.")
    return keyring


def _master_key(source: str, position: int, item: str) -> MasterKey:
    identifier, _, encoded = item.partition(":")
    if not MASTER_KEY_ID.fullmatch(identifier):
        raise MasterKeyringError(
            f"{source}: master key {position} is not id:key; use an ID of 1 to 32 of A-Z a-z 0-9 _ and -."
        )
    try:
        key = b64decode(encoded.strip(), validate=True)
    except ValueError:
        key = b""
    # Not raised in the ``except`` clause, because the text of the cause could contain a part of the key.
    if len(key) != KEY_BYTES:
        raise MasterKeyringError(
            f"{source}: master key {position} is not {KEY_BYTES} bytes in base64; generate one with "
            "`openssl rand -base64 32`."
        )
    return MasterKey(identifier, key)
