"""Sealed values: AES-256-GCM (NIST SP 800-38D), bound to the place where they stand.

A sealed value is ``v1.<master ID>.<base64url of nonce, ciphertext and tag>``. The version, the ID and the
place are associated data, so that a value moved to another profile, key or domain does not open. Nonces are
random: with the 2^32 values that section 8.3 allows under one key, two are alike with a chance of 2^-32, and
each domain has a key of its own.
"""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = "v1"
_NONCE_BYTES = 12
_SEALED = re.compile(rf"{_VERSION}\.([A-Za-z0-9_-]{{1,32}})\.([A-Za-z0-9_-]+)")


def seal(key: bytes, master_id: str, place: Sequence[str], plain: str) -> str:
    """Return the value sealed; ``place`` are the names of where it stands, such as profile and search key."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, _bytes(plain), _associated(master_id, place))
    return f"{_VERSION}.{master_id}.{urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"


def unseal(key: bytes, place: Sequence[str], sealed: str) -> str | None:
    """Return the plain value, or None where it was sealed with another key, for another place, or changed."""
    parts = _SEALED.fullmatch(sealed)
    if parts is None:
        return None
    master_id, encoded = parts.groups()
    try:
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        plain = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _associated(master_id, place))
    except (InvalidTag, ValueError):
        return None
    return plain.decode(errors="surrogatepass")


def master_id_of(sealed: str) -> str:
    """Return the ID of the master that a value was sealed with; ``?`` where it says none."""
    parts = _SEALED.fullmatch(sealed)
    return parts[1] if parts else "?"


def _associated(master_id: str, place: Sequence[str]) -> bytes:
    """Return the associated data, each part with its length in front: no two lists read alike."""
    parts = [_bytes(part) for part in (_VERSION, master_id, *place)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
