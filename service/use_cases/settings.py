"""Read and change a domain's settings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import phone
from service.store.domains.domain import Domain
from service.store.stores import Stores

_SENSITIVE = "Settings are stored in plain text, so they cannot contain values of a sensitive key."


class SettingsPatch(TypedDict, total=False):
    """A merge patch of settings; None restores the default of a setting."""

    default_region: str | None
    match_keys: Mapping[str, Sequence[str] | None] | None
    match_modes: Mapping[str, str | None] | None
    search_value_falls_back: bool | None
    unique_by_name: bool | None
    shared_above: int | None
    warn_of_duplicates: bool | None
    ignored_values: Mapping[str, Sequence[str] | None] | None


def read_settings(stores: Stores, domain: str) -> Domain:
    """Return the current settings. Settings that were never changed have their defaults."""
    return stores.domains.read(domain)


def change_settings(stores: Stores, domain: str, patch: SettingsPatch) -> Domain:
    """Apply an RFC 7396 merge patch, and return the new settings; raises ``InvalidRequest``."""
    errors = list(_errors(stores.domains.read(domain), patch))
    if errors:
        raise InvalidRequest(errors)
    if changes := _by_path(patch):
        stores.domains.settings.change(domain, changes)
    changed = stores.domains.read(domain)
    if sensitive := _ignored_sensitive_keys(changed, patch):
        # A key has become sensitive since the check above. Remove its ignored values: see
        # ``define_search_key``.
        stores.domains.settings.change(domain, {f"ignored_values.{name}": None for name in sensitive})
    return changed


def _by_path(patch: SettingsPatch) -> dict[str, object]:
    """Return the values to set, by path, such as ``match_keys.voice``; None restores a default."""
    nested = {name: value for name, value in patch.items() if isinstance(value, Mapping)}
    members = {f"{name}.{member}": part for name, value in nested.items() for member, part in value.items()}
    return {name: value for name, value in patch.items() if name not in nested} | members


def _errors(domain: Domain, patch: SettingsPatch) -> Iterator[FieldError]:
    region = patch.get("default_region")
    if region is not None and not phone.is_region(region):
        yield FieldError(
            "/default_region", "Not a region with a numbering plan; send an ISO 3166-1 code such as JP."
        )
    for channel, keys in (patch.get("match_keys") or {}).items():
        for position, key in enumerate(keys or ()):
            if domain.key(key) is None:
                yield undefined_search_key(f"/match_keys/{channel}/{position}")
    for key, values in (patch.get("ignored_values") or {}).items():
        if values is not None and domain.key(key) is None:
            yield undefined_search_key(f"/ignored_values/{key}")
    for key in _ignored_sensitive_keys(domain, patch):
        yield FieldError(f"/ignored_values/{key}", _SENSITIVE)


def _ignored_sensitive_keys(domain: Domain, patch: SettingsPatch) -> list[str]:
    return [
        name
        for name, values in (patch.get("ignored_values") or {}).items()
        if values is not None and (key := domain.key(name)) and key.sensitive
    ]
