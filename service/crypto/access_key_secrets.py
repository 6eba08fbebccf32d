"""Encrypt the secrets of access keys, which are needed in plain text to verify signatures.

A secret is bound to the ID and the domain of its access key. So a secret that was copied to another access
key cannot be decrypted.
"""

from service.crypto import sealed_values
from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import ACCESS_KEY, derive_key, find_master
from service.errors.search_keys import MasterKeyMissing


def seal_secret(keyring: MasterKeyring, key_id: str, domain: str, secret: str) -> str:
    """Encrypt the secret of an access key with the first master key. Raises ``MasterKeyMissing``."""
    if not keyring:
        raise MasterKeyMissing
    master = keyring[0]
    key = derive_key(master, ACCESS_KEY, domain)
    return sealed_values.seal(key, master.id, (domain, key_id), secret)


def unseal_secret(keyring: MasterKeyring, key_id: str, domain: str, sealed: str) -> str | None:
    """Return the secret, or None if it cannot be decrypted.

    Then its master key is not configured, or the sealed secret was changed or is that of another access key.
    """
    master = find_master(keyring, sealed)
    if master is None:
        return None
    return sealed_values.unseal(derive_key(master, ACCESS_KEY, domain), (domain, key_id), sealed)
