"""The keys that are derived from a master: one for each domain and each purpose, so that none serves two."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.crypto.master_keyring import KEY_BYTES, Master

INDEX = "index"
VALUE = "value"

_CONTEXT = "profile-lookup/v1"


@lru_cache(maxsize=4096)
def derived(master: Master, purpose: str, domain: str) -> bytes:
    """Return the key of 256 bits for a purpose in a domain: HKDF with SHA-256 (RFC 5869).

    No salt is needed, since a master is as random as a key can be (section 3.1); purpose and domain are the
    context information that binds the key to its use (section 3.2). No purpose has a slash in it, so two
    contexts never read alike.
    """
    info = f"{_CONTEXT}/{purpose}/{domain}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master.key)
