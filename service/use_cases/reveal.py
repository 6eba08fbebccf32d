"""Show the plain values of a sensitive key."""

from dataclasses import dataclass, field

from service.crypto.sealed_values import master_id_of
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import ValueSealed, undefined_search_key
from service.matching.profiles import wrap_sensitive
from service.model.audit import AuditAction
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases.audit import Audited
from service.use_cases.profiles.read import read_profile


@dataclass(frozen=True, slots=True)
class Revealed:
    """The plain values of a search key."""

    key: str
    values: list[str] = field(repr=False)


def reveal_key_values(stores: Stores, domain: str, profile_id: str, key: str) -> Audited[Revealed]:
    """Return the plain values that a profile holds of a sensitive key.

    Raises ``InvalidRequest``, ``ProfileNotFound``, and ``ValueSealed`` if a value cannot be opened.
    """
    known = stores.domains.get(domain, keys=[key])
    defined = known.key(key)
    if defined is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if not defined.sensitive:
        raise InvalidRequest([FieldError("/key", "This key is not sensitive: its values are never masked.")])
    profile = wrap_sensitive(read_profile(stores, domain, profile_id), known.custom_keys)
    revealed = Revealed(key, [_opened(value) for value in profile["keys"].get(key, ())])
    return Audited.of(revealed, AuditAction.REVEALED, [profile_id], keys=[key])


def _opened(value: str | SensitiveValue) -> str:
    if isinstance(value, str):
        return value
    plain = value.plain()
    if plain is None:
        raise ValueSealed(master_id_of(value.sealed or ""))
    return plain
