"""Encryption and blind index of one domain."""

from dataclasses import dataclass

from service.crypto import sealed_values
from service.crypto.blind_index import blind_term
from service.crypto.derived_keys import INDEX, VALUE, derive_key
from service.crypto.master_keyring import MasterKey, MasterKeyring
from service.errors.search_keys import MasterKeyMissing


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals, unseals and blinds the sensitive values of a domain. Without master keys it unseals nothing."""

    domain: str
    keyring: MasterKeyring

    def blind(self, term: str) -> tuple[str, ...]:
        """Return the blinded index terms for an index term, one for each master key, in their order.

        All are stored and asked for. So values are found, and have one owner, during a change of master keys.
        Raises ``MasterKeyMissing``.
        """
        if not self.keyring:
            raise MasterKeyMissing
        return tuple(blind_term(derive_key(master, INDEX, self.domain), term) for master in self.keyring)

    def seal(self, profile_id: str, key: str, plain: str) -> str:
        """Return the encrypted value of a profile's search key; raises ``MasterKeyMissing``."""
        if not self.keyring:
            raise MasterKeyMissing
        master = self.keyring[0]
        return sealed_values.seal(self._value_key(master), master.id, (self.domain, profile_id, key), plain)

    def unseal(self, profile_id: str, key: str, sealed: str) -> str | None:
        """Return the plain value; None if its master key is not accepted or the value was changed."""
        master_id = sealed_values.master_id_of(sealed)
        master = next((master for master in self.keyring if master.id == master_id), None)
        if master is None:
            return None
        return sealed_values.unseal(self._value_key(master), (self.domain, profile_id, key), sealed)

    def is_current(self, sealed: str) -> bool:
        """Return whether a value is encrypted with the first master key."""
        return bool(self.keyring) and sealed_values.master_id_of(sealed) == self.keyring[0].id

    def _value_key(self, master: MasterKey) -> bytes:
        return derive_key(master, VALUE, self.domain)
