"""Index terms, the entries of a profile's ``lookup``: ``field:value``, of bounded length; and query terms.

A field is the name of a search key, or that name with a suffix.
"""

from dataclasses import dataclass
from hashlib import blake2b

from service.model.match import Tier

SIMILAR = ".like"
"""Suffix of the field for variants that are not equal spellings of a name."""
PART = ".part"
"""Suffix of the field for single parts of a name, so that no part matches as a whole name."""

# 255 characters may fold to twice as many, of four bytes each.
_MAX_VALUE_BYTES = 900


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """An index term to look for (``lookup``), and the reason to show if a profile has it.

    ``key`` is the name of the search key, ``value`` the normalised value, ``tier`` the reason's strength.
    """

    key: str
    value: str
    tier: Tier
    lookup: str


def term(field: str, value: str) -> str:
    """Return the index term for a normalised value.

    Beyond 900 bytes of UTF-8, a digest of the value replaces the rest: terms of different values stay
    different, and prefixes still match.
    """
    start = _shorten(value)
    if start == value:
        return f"{field}:{value}"
    return f"{field}:{start}#{blake2b(_encode(value), digest_size=16).hexdigest()}"


def term_prefix(field: str, value: str) -> str:
    """Return the prefix of all index terms whose value begins with this one."""
    return f"{field}:{_shorten(value)}"


def presence_term(key: str) -> str:
    """Return the index term of every profile that has any value of a custom search key."""
    # The name of a search key has no dot, so no search for a value asks for this term.
    return term(".held", key)


def _shorten(value: str) -> str:
    encoded = _encode(value)
    if len(encoded) <= _MAX_VALUE_BYTES:
        return value
    end = _MAX_VALUE_BYTES
    while encoded[end] & 0xC0 == 0x80:  # noqa: PLR2004 - a byte inside a UTF-8 character (RFC 3629)
        end -= 1
    return encoded[:end].decode(errors="surrogatepass")


def _encode(value: str) -> bytes:
    # Lone surrogates are rejected elsewhere; here they must not raise.
    return value.encode(errors="surrogatepass")
