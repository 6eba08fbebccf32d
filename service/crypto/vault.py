"""Encryption and a blind index for one domain. The encryption keys are derived from the master keys.

The blind index stores keyed hashes of index terms. So sensitive values can be found, although they are not
stored in plain text.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.crypto import sealed_values
from service.crypto.master_keyring import KEY_BYTES, MasterKey, MasterKeyring
from service.errors.search_keys import MasterKeyMissing

INDEX = "index"
VALUE = "value"
AGENT_TOKEN = "agent-token"  # noqa: S105 - a purpose
ACCESS_KEY = "access-key"
_CONTEXT = "profile-lookup/v1"
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Vault:
    """Encrypts, decrypts and hashes sensitive values of a domain, but only if it has master keys."""

    domain: str
    keyring: MasterKeyring

    def blind(self, term: str) -> tuple[str, ...]:
        """Return the hashed index terms for an index term: one for each master key, in the same order.

        Profiles store all these terms and queries ask for all of them. So, while master keys change, values
        are still found and unique values still have one owner. Raises ``MasterKeyMissing``.
        """
        if not self.keyring:
            raise MasterKeyMissing
        return tuple(_blind_term(derive_key(master, INDEX, self.domain), term) for master in self.keyring)

    def seal(self, profile_id: str, key: str, plain: str) -> str:
        """Encrypt a value of a profile's search key. Raises ``MasterKeyMissing``."""
        if not self.keyring:
            raise MasterKeyMissing
        master = self.keyring[0]
        value_key = derive_key(master, VALUE, self.domain)
        return sealed_values.seal(value_key, master.id, (self.domain, profile_id, key), plain)

    def unseal(self, profile_id: str, key: str, sealed: str) -> str | None:
        """Return the plain value, or None if it cannot be decrypted.

        Then its master key is not configured, or the sealed value was changed, or copied from another place.
        """
        master = find_master(self.keyring, sealed)
        if master is None:
            return None
        value_key = derive_key(master, VALUE, self.domain)
        return sealed_values.unseal(value_key, (self.domain, profile_id, key), sealed)

    def is_current(self, sealed: str) -> bool:
        """Return whether the value is encrypted with the first master key, which encrypts new values."""
        return is_current(self.keyring, sealed)


def find_master(keyring: MasterKeyring, sealed: str) -> MasterKey | None:
    """Return the master key that encrypted a value, or None if it is not configured."""
    master_id = sealed_values.master_id_of(sealed)
    return next((master for master in keyring if master.id == master_id), None)


def is_current(keyring: MasterKeyring, sealed: str) -> bool:
    """Return whether a value is encrypted with the first master key, which encrypts new values."""
    return bool(keyring) and sealed_values.master_id_of(sealed) == keyring[0].id


@lru_cache(maxsize=4096)
def derive_key(master: MasterKey, purpose: str, domain: str = "") -> bytes:
    """Derive the key of 256 bits for a purpose in a domain, by HKDF with SHA-256 (RFC 5869).

    Without a domain, the key is for the purpose in all domains.

    No salt is needed, because master keys are random (section 3.1). The context binds the key to its purpose
    and domain (section 3.2). Purposes contain no slash, so two purposes never give the same context.
    """
    info = f"{_CONTEXT}/{purpose}/{domain}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master.key)


def _blind_term(key: bytes, term: str) -> str:
    """Return the index term ``field:value`` with a keyed hash instead of its value.

    The hash is the HMAC-SHA-256 (RFC 2104) of the whole term, so equal values of two search keys have
    different hashes. The hash is truncated to 128 bits, the minimum in section 5 of the RFC. With a billion
    values, the probability of a collision is about 10^-21.
    """
    field = term.partition(":")[0]
    digest = hmac.digest(key, term.encode(errors="surrogatepass"), "sha256")[:_DIGEST_BYTES]
    return f"{field}:{urlsafe_b64encode(digest).decode().rstrip('=')}"
