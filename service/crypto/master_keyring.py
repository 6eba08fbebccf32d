"""The master keys, from which all others are derived."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field

KEY_BYTES = 32

_SEPARATOR = re.compile(r"[,\n]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class MasterKeyringError(Exception):
    """The master keys cannot be used; the message is one line, says what to do, and holds no key."""


@dataclass(frozen=True, slots=True)
class Master:
    """A master key of 256 bits and its ID, which stands in front of what is sealed with it."""

    id: str
    key: bytes = field(repr=False)


MasterKeyring = tuple[Master, ...]
"""The accepted ones; the first seals what is written from now on."""


def parse(source: str, text: str) -> MasterKeyring:
    """Return the masters of a text of ``id:base64``, separated by commas or line breaks; none of a blank one.

    ``source`` is the setting that the text comes from. Raises ``MasterKeyringError``.
    """
    items = [item.strip() for item in _SEPARATOR.split(text) if item.strip()]
    masters = tuple(_master(source, position, item) for position, item in enumerate(items, start=1))
    for what, values in (("ID", [m.id for m in masters]), ("key", [m.key for m in masters])):
        if len(set(values)) < len(values):
            raise MasterKeyringError(f"{source}: two masters have the same {what}; each has its own.")
    return masters


def _master(source: str, position: int, part: str) -> Master:
    identifier, _, encoded = part.partition(":")
    if not _ID.fullmatch(identifier):
        raise MasterKeyringError(
            f"{source}: master {position} is not id:key, with an ID of 1 to 32 of A-Z a-z 0-9 _ and -."
        )
    try:
        key = b64decode(encoded.strip(), validate=True)
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # Without the cause: its text could hold a piece of the key.
        raise MasterKeyringError(
            f"{source}: the key of master {position} is not {KEY_BYTES} bytes in base64; "
            "`openssl rand -base64 32` makes one."
        ) from None
    return Master(identifier, key)
