"""A domain's settings."""

from collections.abc import Mapping
from typing import Any

from service.errors import FieldError, InvalidRequest
from service.matching import phone
from service.store.domains import CHANNELS, Domain
from service.store.stores import Stores


def read_settings(stores: Stores, domain: str) -> Domain:
    """Return the settings as they are now, the defaults filled in."""
    return stores.domains.read(domain)


def change_settings(stores: Stores, domain: str, patch: Mapping[str, Any]) -> Domain:
    """Apply an RFC 7396 merge patch, in which null brings the default back; raises ``InvalidRequest``."""
    changes = {name: patch[name] for name in ("default_region",) if name in patch}
    if (region := patch.get("default_region")) is not None and not phone.is_region(region):
        raise InvalidRequest([FieldError("/default_region", "Not a region with a numbering plan.")])
    if "match_keys" in patch:
        match_keys: Mapping[str, Any] = patch["match_keys"] or dict.fromkeys(CHANNELS)
        _check_match_keys(stores.domains.read(domain), match_keys)
        changes |= {f"match_keys.{channel}": keys for channel, keys in match_keys.items()}
    if changes:
        stores.domains.settings.change(domain, changes)
    return stores.domains.read(domain)


def _check_match_keys(domain: Domain, match_keys: Mapping[str, Any]) -> None:
    errors = [
        FieldError(
            f"/match_keys/{channel}/{position}",
            "No search key has this name; GET /v1/search-keys lists them.",
        )
        for channel, keys in match_keys.items()
        for position, key in enumerate(keys or ())
        if domain.key(key) is None
    ]
    if errors:
        raise InvalidRequest(errors)
