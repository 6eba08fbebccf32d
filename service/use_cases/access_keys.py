"""Encrypt the secrets of access keys with the current master key."""

from dataclasses import dataclass

from service.crypto.access_key_secrets import seal_secret, unseal_secret
from service.crypto.sealed_values import master_id_of
from service.crypto.vault import is_current
from service.store.stores import Stores
from service.use_cases.clock import now


@dataclass(frozen=True, slots=True)
class LockedAccessKey:
    """A valid access key whose secret cannot be decrypted: its master key is not set or has changed."""

    key_id: str
    master_id: str


def reseal_access_keys(stores: Stores) -> list[LockedAccessKey]:
    """Encrypt all secrets with the first master key. Return the valid access keys for which this failed.

    It fails if the secret cannot be decrypted. Without master keys, no secret can. Raises
    ``DatastoreUnavailable``.
    """
    locked = []
    time = now()
    for key in stores.access_keys.all(None):
        if is_current(stores.keyring, key.sealed_secret):
            continue
        secret = unseal_secret(stores.keyring, key.key_id, key.domain, key.sealed_secret)
        if secret is not None:
            sealed = seal_secret(stores.keyring, key.key_id, key.domain, secret)
            stores.access_keys.replace_secret(key, sealed)
        elif not key.has_ended(time):
            locked.append(LockedAccessKey(key.key_id, master_id_of(key.sealed_secret)))
    return locked
