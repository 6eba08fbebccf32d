"""Entries of a profile's lookup array: ``key:value``, of bounded length."""

from hashlib import blake2b

# A value of 255 characters may fold to twice as many, of four bytes each.
_LONGEST = 900


def entry(family: str, value: str) -> str:
    """Return the entry for a normalised value.

    Beyond 900 bytes of UTF-8 a digest of the whole stands for the rest: still equal for equal values only,
    and still found by its beginning.
    """
    kept = _kept(value)
    if kept == value:
        return f"{family}:{value}"
    return f"{family}:{kept}#{blake2b(_bytes(value), digest_size=16).hexdigest()}"


def beginning(family: str, value: str) -> str:
    """Return the beginning of all entries whose value begins so."""
    return f"{family}:{_kept(value)}"


def parts(family: str) -> str:
    """Return the family in which single parts of a name stand, so that none is taken for a whole one."""
    return f"{family}.part"


def alike(family: str) -> str:
    """Return the family in which names stand whose likeness is not an equal spelling."""
    return f"{family}.like"


def held(key: str) -> str:
    """Return the entry of every profile that holds a value of a custom search key, whatever the value.

    The name of a search key has no dot, so no search for a value asks for this entry.
    """
    return entry(".held", key)


def _kept(value: str) -> str:
    encoded = _bytes(value)
    if len(encoded) <= _LONGEST:
        return value
    end = _LONGEST
    while encoded[end] & 0xC0 == 0x80:  # noqa: PLR2004  (the mark of a UTF-8 byte inside a character, RFC 3629)
        end -= 1
    return encoded[:end].decode(errors="surrogatepass")


def _bytes(value: str) -> bytes:
    # A lone surrogate cannot be stored, and is refused elsewhere: here it must only not raise.
    return value.encode(errors="surrogatepass")
