"""The blind index: sensitive values can be searched for without storing them in readable form."""

import hmac
from base64 import urlsafe_b64encode

_DIGEST_BYTES = 16


def blind_term(key: bytes, term: str) -> str:
    """Return the index term ``field:value`` with a keyed hash for its value.

    HMAC-SHA-256 of the whole term (RFC 2104), so that equal values of two search keys have different hashes.
    It is truncated to 128 bits, the minimum of section 5 of the RFC. With a billion values the probability of
    a collision is about 10^-21.
    """
    field = term.partition(":")[0]
    digest = hmac.digest(key, term.encode(errors="surrogatepass"), "sha256")[:_DIGEST_BYTES]
    return f"{field}:{urlsafe_b64encode(digest).decode().rstrip('=')}"
