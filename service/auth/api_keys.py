"""API keys as those who run the service make, list, rotate and revoke them.

A key is ``plk_`` with 16 hexadecimal digits, which are its ID, then an underscore and 64 more, which are
256 random bits. What is at rest is the SHA-256 of the whole: for a random secret of that length no slower
hash is needed.
"""

import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from service.errors.access import ApiKeyEnded, ApiKeyNotFound, ApiKeyRotated
from service.errors.requests import FieldError, InvalidRequest
from service.model.api_key import ApiKey
from service.model.identifiers import is_agent_id, is_domain
from service.model.principal import Scope
from service.store.api_keys import ApiKeyStore

PREFIX = "plk_"

_ID_BYTES = 8
_SECRET_BYTES = 32
KEY = re.compile(rf"({PREFIX}[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * _SECRET_BYTES}}}")
"""The text of a whole key; its first group is the ID."""

_NAMED = re.compile(rf"(?:{PREFIX})?([0-9a-f]{{{2 * _ID_BYTES}}})(?:_[0-9a-f]*)?")
"""What names a key to an operator; its group is the ID without the prefix."""

_LONGEST_LABEL = 100


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
    """Return a new key and its text, which is stored nowhere; raises ``InvalidRequest``."""
    if faults := list(_faults(label, domain, scopes, agent_id)):
        raise InvalidRequest(faults)
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
    """Return a new key with the rights and the lifetime of this one, and its text.

    The old one is valid for the time of ``grace`` still. Raises ``ApiKeyNotFound``, ``ApiKeyEnded`` where it
    is valid no longer, and ``ApiKeyRotated`` where another key takes its place already: its end says no more
    how long it was to live.
    """
    old = get_api_key(api_keys, key_id)
    _check_in_use(old, now)
    expires_at = now + (old.expires_at - old.created_at) if old.expires_at else None
    made, text = _insert(api_keys, replace(old, created_at=now, expires_at=expires_at, last_used_day=None))
    ends = now + grace
    is_first = api_keys.set_successor(
        key_id,
        made.key_id,
        expires_at=min(ends, old.expires_at or ends) if grace else old.expires_at,
        revoked_at=None if grace else now,
    )
    if not is_first:
        # Somebody else was faster, and the key that was just made is nobody's.
        api_keys.revoke(made.key_id, now)
        _check_in_use(get_api_key(api_keys, key_id), now)
    return made, text


def _check_in_use(key: ApiKey, now: datetime) -> None:
    """Raise ``ApiKeyRotated`` or ``ApiKeyEnded`` where the key is not to be rotated any more."""
    if key.successor is not None:
        raise ApiKeyRotated(key.key_id, key.successor)
    if key.has_ended(now):
        raise ApiKeyEnded


def revoke_api_key(api_keys: ApiKeyStore, key_id: str, *, now: datetime) -> ApiKey:
    """End the key, and return it; once more changes nothing. Raises ``ApiKeyNotFound``."""
    api_keys.revoke(key_id, now)
    return get_api_key(api_keys, key_id)


def get_api_key(api_keys: ApiKeyStore, key_id: str) -> ApiKey:
    """Return the key; raises ``ApiKeyNotFound``."""
    key = api_keys.get(key_id)
    if key is None:
        raise ApiKeyNotFound
    return key


def list_api_keys(api_keys: ApiKeyStore, *, domain: str | None) -> list[ApiKey]:
    """Return the keys of a domain, or of all, the oldest first."""
    return api_keys.all(domain)


def id_in(text: str) -> str:
    """Return the ID in a text that names a key; any other text as it is.

    A key is named by its ID, with or without its prefix, or by its own text, whole or cut off.
    """
    named = _NAMED.fullmatch(text.strip())
    return PREFIX + named[1] if named else text


def hash_of(key: str) -> str:
    """Return what is stored of a key."""
    return sha256(key.encode()).hexdigest()


def _insert(api_keys: ApiKeyStore, like: ApiKey) -> tuple[ApiKey, str]:
    key_id = PREFIX + secrets.token_hex(_ID_BYTES)
    text = f"{key_id}_{secrets.token_hex(_SECRET_BYTES)}"
    key = replace(like, key_id=key_id, sha256=hash_of(text))
    api_keys.insert(key)
    return key, text


def _faults(label: str, domain: str, scopes: Collection[Scope], agent_id: str | None) -> Iterator[FieldError]:
    if not (label.isprintable() and 0 < len(label.strip()) <= _LONGEST_LABEL):
        yield FieldError("/label", f"Must be 1 to {_LONGEST_LABEL} characters in a line.")
    if not is_domain(domain):
        yield FieldError(
            "/domain", "Must be 1 to 64 of A-Z, a-z, 0-9, _, . and -, and begin with a letter or digit."
        )
    if not scopes:
        yield FieldError("/scope", "Must be given.")
    if agent_id is not None and not is_agent_id(agent_id):
        yield FieldError("/agent_id", "Must be 1 to 255 characters in a line.")
