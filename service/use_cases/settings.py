"""A domain's settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import phone
from service.store.domains.domain import Domain
from service.store.stores import Stores

_IN_PLAIN = "The values of a sensitive key are never stored in plain, and settings are."


def read_settings(stores: Stores, domain: str) -> Domain:
    """Return the settings as they are now, the defaults filled in."""
    return stores.domains.read(domain)


def change_settings(stores: Stores, domain: str, patch: Mapping[str, Any]) -> Domain:
    """Apply an RFC 7396 merge patch, in which null brings the default back; raises ``InvalidRequest``."""
    errors = list(_faults(stores.domains.read(domain), patch))
    if errors:
        raise InvalidRequest(errors)
    if changes := _flat(patch):
        stores.domains.settings.change(domain, changes)
    changed = stores.domains.read(domain)
    if faults := list(_in_plain(changed, patch)):
        # A key has become sensitive since the check above: remove its values, as its definition does.
        names = (fault.pointer.rpartition("/")[2] for fault in faults)
        stores.domains.settings.change(domain, {f"ignored_values.{name}": None for name in names})
    return changed


def _flat(patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to set, a member of an object by its path; what is None is to be unset."""
    changes: dict[str, Any] = {}
    for name, value in patch.items():
        if isinstance(value, Mapping):
            changes |= {f"{name}.{member}": part for member, part in value.items()}
        else:
            changes[name] = value
    return changes


def _faults(domain: Domain, patch: Mapping[str, Any]) -> Iterator[FieldError]:
    region = patch.get("default_region")
    if region is not None and not phone.is_region(region):
        yield FieldError("/default_region", "Not a region with a numbering plan.")
    for channel, keys in (patch.get("match_keys") or {}).items():
        for position, key in enumerate(keys or ()):
            if domain.key(key) is None:
                yield undefined_search_key(f"/match_keys/{channel}/{position}")
    for key, values in (patch.get("ignored_values") or {}).items():
        if values is not None and domain.key(key) is None:
            yield undefined_search_key(f"/ignored_values/{key}")
    yield from _in_plain(domain, patch)


def _in_plain(domain: Domain, patch: Mapping[str, Any]) -> Iterator[FieldError]:
    """Yield an error for each sensitive key with values to ignore: they would be stored in plain."""
    for key, values in (patch.get("ignored_values") or {}).items():
        if values is not None and (defined := domain.key(key)) and defined.sensitive:
            yield FieldError(f"/ignored_values/{key}", _IN_PLAIN)
