"""Keys derived from a master key, one for each purpose and domain."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.crypto.master_keyring import KEY_BYTES, MasterKey

INDEX = "index"
VALUE = "value"

_CONTEXT = "profile-lookup/v1"


@lru_cache(maxsize=4096)
def derive_key(master: MasterKey, purpose: str, domain: str) -> bytes:
    """Return the key of 256 bits for a purpose in a domain: HKDF with SHA-256 (RFC 5869).

    No salt is needed, since master keys are random (section 3.1). The context information binds the key to
    its purpose and domain (section 3.2). Purposes contain no slash, so contexts are distinct.
    """
    info = f"{_CONTEXT}/{purpose}/{domain}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master.key)
