"""Encrypt values with AES-256-GCM (NIST SP 800-38D) and bind each to the place where it is stored.

A sealed value is ``v1.<master key ID>.<base64url of nonce, ciphertext and tag>``. Version, ID and place are
associated data, so a value that was copied to another profile, search key or domain cannot be decrypted.
Nonces are random: with 2^32 values for a domain's key, the limit in section 8.3, the probability of two
equal nonces is less than 2^-32.
"""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.model.identifiers import MASTER_KEY_ID

_VERSION = "v1"
_NONCE_BYTES = 12
_SEALED = re.compile(rf"{_VERSION}\.({MASTER_KEY_ID.pattern})\.([A-Za-z0-9_-]+)")


def seal(key: bytes, master_id: str, place: Sequence[str], plain: str) -> str:
    """Return the encrypted value. ``place`` is where it is stored: a domain, and IDs or names within it."""
    nonce = os.urandom(_NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, _encode(plain), _associated_data(master_id, place))
    return f"{_VERSION}.{master_id}.{urlsafe_b64encode(nonce + ciphertext).decode().rstrip('=')}"


def unseal(key: bytes, place: Sequence[str], sealed: str) -> str | None:
    """Return the plain value, or None if the key or the place is wrong or the sealed value is malformed."""
    parts = _SEALED.fullmatch(sealed)
    if parts is None:
        return None
    master_id, encoded = parts.groups()
    try:
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        nonce, ciphertext = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        plain = AESGCM(key).decrypt(nonce, ciphertext, _associated_data(master_id, place))
    except (InvalidTag, ValueError):
        return None
    return plain.decode(errors="surrogatepass")


def master_id_of(sealed: str) -> str:
    """Return the ID of the master key that encrypted a value, or ``?`` if the sealed value is malformed."""
    parts = _SEALED.fullmatch(sealed)
    return parts[1] if parts else "?"


def _associated_data(master_id: str, place: Sequence[str]) -> bytes:
    """Prefix each part with its length, so that different lists of parts never give the same bytes."""
    parts = [_encode(part) for part in (_VERSION, master_id, *place)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _encode(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
