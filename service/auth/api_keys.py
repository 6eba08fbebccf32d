"""Create, list, rotate and revoke API keys.

An API key is ``<ID>_<secret>``: the ID is ``plk_`` and 16 hexadecimal digits, the secret 64 such digits.
Only the SHA-256 of the API key is stored: a random secret of 256 bits needs no slower hash.
"""

import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from service.errors.access import ApiKeyEnded, ApiKeyNotFound, ApiKeyRotated
from service.errors.requests import FieldError, InvalidRequest
from service.model.identifiers import API_KEY_PREFIX, is_agent_id, is_domain
from service.model.limits import MAX_API_KEY_LABEL_LENGTH, MAX_VALUE_LENGTH
from service.model.principal import ApiKey, Scope
from service.store.api_keys import ApiKeyStore

_ID_BYTES = 8
_SECRET_BYTES = 32
KEY = re.compile(rf"({API_KEY_PREFIX}[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * _SECRET_BYTES}}}")
"""Matches a complete API key. The group is the ID."""

_REFERENCE = re.compile(rf"(?:{API_KEY_PREFIX})?([0-9a-f]{{{2 * _ID_BYTES}}})(?:_[0-9a-f]*)?")
"""Matches a reference to an API key. The group is the ID without the prefix."""


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
    """Create an API key. Return it and its text, which is not stored. Raises ``InvalidRequest``."""
    if errors := list(_errors(label, domain, scopes, agent_id)):
        raise InvalidRequest(errors)
    return _insert(
        api_keys,
        ApiKey(
            key_id="",
            sha256="",
            label=label,
            domain=domain,
            scopes=frozenset(scopes),
            agent_id=agent_id,
            created_at=now,
            expires_at=now + lifetime if lifetime is not None else None,
        ),
    )


def rotate_api_key(
    api_keys: ApiKeyStore, key_id: str, *, grace: timedelta, now: datetime
) -> tuple[ApiKey, str]:
    """Create an API key with the rights and the lifetime of an old one. Return it and its text.

    The old one stays valid for ``grace``. Raises ``ApiKeyNotFound``, ``ApiKeyEnded`` if the old one is not
    valid, and ``ApiKeyRotated`` if it was already rotated: then its lifetime is no longer known.
    """
    old = get_api_key(api_keys, key_id)
    _check_in_use(old, now)
    expires_at = now + (old.expires_at - old.created_at) if old.expires_at else None
    new, text = _insert(api_keys, replace(old, created_at=now, expires_at=expires_at, last_used_day=None))
    grace_end = now + grace
    is_first = api_keys.set_successor(
        key_id,
        new.key_id,
        expires_at=min(grace_end, old.expires_at or grace_end) if grace else old.expires_at,
        revoked_at=None if grace else now,
    )
    if not is_first:
        # A concurrent rotation was faster. Revoke the new API key, which no caller has received.
        api_keys.revoke(new.key_id, now)
        _check_in_use(get_api_key(api_keys, key_id), now)
    return new, text


def _check_in_use(key: ApiKey, now: datetime) -> None:
    if key.successor is not None:
        raise ApiKeyRotated(key.key_id, key.successor)
    if key.has_ended(now):
        raise ApiKeyEnded


def revoke_api_key(api_keys: ApiKeyStore, key_id: str, *, now: datetime) -> ApiKey:
    """Revoke the API key and return it. Revoking twice has no effect. Raises ``ApiKeyNotFound``."""
    api_keys.revoke(key_id, now)
    return get_api_key(api_keys, key_id)


def get_api_key(api_keys: ApiKeyStore, key_id: str) -> ApiKey:
    """Return the API key; raises ``ApiKeyNotFound``."""
    key = api_keys.get(key_id)
    if key is None:
        raise ApiKeyNotFound
    return key


def list_api_keys(api_keys: ApiKeyStore, *, domain: str | None) -> list[ApiKey]:
    """Return the API keys of a domain, or of all domains, oldest first."""
    return api_keys.all(domain)


def id_in(text: str) -> str:
    """Return the ID in a reference to an API key. Return any other text unchanged.

    A reference is the ID with or without its prefix, or the complete or truncated API key.
    """
    reference = _REFERENCE.fullmatch(text.strip())
    return API_KEY_PREFIX + reference[1] if reference else text


def hash_of(key: str) -> str:
    """Return the hash of an API key to store."""
    return sha256(key.encode()).hexdigest()


def _insert(api_keys: ApiKeyStore, template: ApiKey) -> tuple[ApiKey, str]:
    key_id = API_KEY_PREFIX + secrets.token_hex(_ID_BYTES)
    text = f"{key_id}_{secrets.token_hex(_SECRET_BYTES)}"
    key = replace(template, key_id=key_id, sha256=hash_of(text))
    api_keys.insert(key)
    return key, text


def _errors(label: str, domain: str, scopes: Collection[Scope], agent_id: str | None) -> Iterator[FieldError]:
    if not (label.isprintable() and 0 < len(label.strip()) <= MAX_API_KEY_LABEL_LENGTH):
        yield FieldError("/label", f"Must be 1 to {MAX_API_KEY_LABEL_LENGTH} characters in a line.")
    if not is_domain(domain):
        yield FieldError(
            "/domain", "Must be 1 to 64 of A-Z, a-z, 0-9, _, . and -, and begin with a letter or digit."
        )
    if not scopes:
        yield FieldError("/scope", "Must be given.")
    if agent_id is not None and not is_agent_id(agent_id):
        yield FieldError("/agent_id", f"Must be 1 to {MAX_VALUE_LENGTH} characters in a line.")
