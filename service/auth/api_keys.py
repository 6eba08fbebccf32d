"""Create and rotate API keys.

The text of an API key is ``<ID>_<secret>``: the ID is ``plk_`` and 16 hexadecimal digits, the secret is 64 of
these digits. Clients send the text. The service stores a record of each API key (``ApiKey``), which contains
only the SHA-256 of the text. A random secret of 256 bits needs no slower hash.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from service.auth.keys import KeyFields, insert_key, rotate_key
from service.model.identifiers import API_KEY_PREFIX
from service.model.principal import ApiKey, Scope
from service.store.keys import ApiKeyStore

_ID_BYTES = 8
_SECRET_BYTES = 32
KEY = re.compile(rf"({API_KEY_PREFIX}[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * _SECRET_BYTES}}}")
"""Matches the complete text of an API key. The group is the ID."""

_REFERENCE = re.compile(rf"(?:{API_KEY_PREFIX})?([0-9a-f]{{{2 * _ID_BYTES}}})(?:_[0-9a-f]*)?")
"""Matches a reference to an API key: see ``parse_key_reference``. The group is the ID without the prefix."""


def create_api_key(
    api_keys: ApiKeyStore,
    *,
    label: str,
    domain: str,
    scopes: Collection[Scope],
    agent_id: str | None,
    lifetime: timedelta | None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Create an API key. Return the stored record and the text. Raises ``InvalidRequest``."""
    fields = KeyFields(label=label, domain=domain, scopes=scopes, agent_id=agent_id, lifetime=lifetime)
    return insert_key(api_keys, ApiKey(**fields.record(now), sha256=""), _issue)


def rotate_api_key(
    api_keys: ApiKeyStore, key_id: str, *, grace: timedelta, now: datetime
) -> tuple[ApiKey, str]:
    """Replace an API key: see ``rotate_key``."""
    return rotate_key(api_keys, key_id, _issue, grace=grace, now=now)


def parse_key_reference(text: str) -> str:
    """Return the ID in a reference to an API key. Return any other text unchanged.

    A reference is the ID with or without ``plk_``, or the complete or truncated text of the API key.
    """
    reference = _REFERENCE.fullmatch(text.strip())
    return API_KEY_PREFIX + reference[1] if reference else text


def hash_of(text: str) -> str:
    """Return the hash of the text of an API key. Only this hash is stored."""
    return sha256(text.encode()).hexdigest()


def _issue(template: ApiKey) -> tuple[ApiKey, str]:
    key_id = API_KEY_PREFIX + secrets.token_hex(_ID_BYTES)
    text = f"{key_id}_{secrets.token_hex(_SECRET_BYTES)}"
    return replace(template, key_id=key_id, sha256=hash_of(text)), text
