"""What a domain seals with, opens with and blinds with."""

from dataclasses import dataclass

from service.crypto import sealed_values as values
from service.crypto.blind_index import blinded
from service.crypto.derived_keys import INDEX, VALUE, derived
from service.crypto.master_keyring import Master, MasterKeyring
from service.errors.search_keys import MasterKeyMissing


@dataclass(frozen=True, slots=True)
class Vault:
    """One domain's use of the masters; without any it opens nothing, and nothing can be put in."""

    domain: str
    masters: MasterKeyring

    def blind(self, entry: str) -> tuple[str, ...]:
        """Return what stands in the place of a lookup entry: one under each master, the writing one first.

        All of them are stored and asked for, so that a value is found, and has one owner, while the masters
        are changed. Raises ``MasterKeyMissing``.
        """
        self._writing()
        return tuple(blinded(derived(master, INDEX, self.domain), entry) for master in self.masters)

    def seal(self, profile_id: str, key: str, plain: str) -> str:
        """Return the value of a profile's search key sealed; raises ``MasterKeyMissing``."""
        master = self._writing()
        place = (self.domain, profile_id, key)
        return values.seal(derived(master, VALUE, self.domain), master.id, place, plain)

    def unseal(self, profile_id: str, key: str, sealed: str) -> str | None:
        """Return the plain value; None where its master is not accepted, or it was tampered with."""
        wanted = values.master_id_of(sealed)
        master = next((master for master in self.masters if master.id == wanted), None)
        if master is None:
            return None
        return values.unseal(derived(master, VALUE, self.domain), (self.domain, profile_id, key), sealed)

    def is_current(self, sealed: str) -> bool:
        """Return whether a value is sealed with the master that writes."""
        return bool(self.masters) and values.master_id_of(sealed) == self.masters[0].id

    def _writing(self) -> Master:
        if not self.masters:
            raise MasterKeyMissing
        return self.masters[0]
