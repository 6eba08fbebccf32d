"""Show the plain values of a sensitive key."""

from dataclasses import dataclass

from service.crypto.sealed_values import master_id_of
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import ValueSealed, undefined_search_key
from service.matching.profiles import wrap_sensitive
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases.profiles import read_profile


@dataclass(frozen=True)
class Revealed:
    """The values of a key as they were typed; not shown where this is printed."""

    key: str
    values: list[str]

    def __repr__(self) -> str:
        """Return the key, and how many values there are."""
        return f"Revealed({self.key}: {len(self.values)})"


def reveal_key_values(stores: Stores, domain: str, profile_id: str, key: str) -> Revealed:
    """Return the plain values that a profile holds of a sensitive key.

    Raises ``InvalidRequest``, ``ProfileNotFound``, and ``ValueSealed`` where one of them does not open.
    """
    known = stores.domains.get(domain, keys=[key])
    defined = known.key(key)
    if defined is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if not defined.sensitive:
        raise InvalidRequest([FieldError("/key", "This key is not sensitive: its values are never hidden.")])
    profile = wrap_sensitive(read_profile(stores, domain, profile_id), known.custom_keys)
    return Revealed(key, [_opened(value) for value in profile["keys"].get(key, ())])


def _opened(value: SensitiveValue) -> str:
    plain = value.plain()
    if plain is None:
        raise ValueSealed(master_id_of(value.sealed or ""))
    return plain
