"""The blind index: what a sensitive value is found by, without saying what it is."""

import hmac
from base64 import urlsafe_b64encode

_KEPT_BYTES = 16


def blinded(key: bytes, entry: str) -> str:
    """Return what stands in the place of a lookup entry, ``family:value``: the same family, and a keyed hash.

    HMAC-SHA-256 of the whole entry (RFC 2104), so that equal values of two search keys differ. Its first 128
    bits are kept, the least that section 5 of the RFC allows: that any two of a billion values agree by
    chance has a probability of about 10^-21.
    """
    family = entry.partition(":")[0]
    digest = hmac.digest(key, entry.encode(errors="surrogatepass"), "sha256")[:_KEPT_BYTES]
    return f"{family}:{urlsafe_b64encode(digest).decode().rstrip('=')}"
