"""Index terms, which are the entries of a profile's ``lookup``, and query terms.

An index term is ``field:value``. The field is the name of a search key, perhaps with a suffix.
"""

from dataclasses import dataclass
from hashlib import blake2b

from service.model.match import Tier

SIMILAR = ".like"
"""Suffix of the field for simplified spellings of names, and for combinations of their words."""
PART = ".part"
"""Suffix of the field for single parts of a name, so that a part does not match as a whole name."""
INITIALS = ".initials"
"""Suffix of the field for names with initials, which only queries with initials ask for."""
COMPANY = ".company"
"""Suffix of the field for names of companies, so that a company's name without legal form finds no person."""
ROMAJI = ".romaji"
"""Suffix of the field for names in kana, written in Latin letters."""

# Keeps index entries small. Typical values are much shorter, but a folded value can be much longer.
_MAX_VALUE_BYTES = 900


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """An index term to search for, and what to show as the reason for a match.

    ``lookup`` is the index term. ``key`` is the name of the search key. ``value`` is the value to show, or a
    mask if the key is sensitive. ``tier`` is the strength of the match. A ``loose`` match leaves out words of
    the typed name, so the profile may have other words there.
    """

    key: str
    value: str
    tier: Tier
    lookup: str
    loose: bool = False

    @property
    def rank(self) -> int:
        """Return the rank among query terms, 0 for the best: by tier, loose matches last."""
        return rank(self.tier, loose=self.loose)


def rank(tier: Tier, *, loose: bool = False) -> int:
    """Return the rank of a match, 0 for the best. On the same tier, loose matches come last."""
    return 2 * tier.rank + loose


def term(field: str, value: str) -> str:
    """Return the index term for a normalised value.

    A value of more than 900 bytes in UTF-8 is cut and gets a digest of the whole value. So terms of different
    values stay different, and prefixes still match.
    """
    start = _shorten(value)
    if start == value:
        return f"{field}:{value}"
    return f"{field}:{start}#{blake2b(_encode(value), digest_size=16).hexdigest()}"


def term_prefix(field: str, value: str) -> str:
    """Return the prefix of all index terms whose value begins with ``value``."""
    return f"{field}:{_shorten(value)}"


def presence_term(key: str) -> str:
    """Return the index term of all profiles that have a value of this custom search key."""
    # No search key's name starts with a dot, so no value's term starts with ``.held:``.
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
    # Lone surrogates are rejected elsewhere. They must not raise an error here.
    return value.encode(errors="surrogatepass")
