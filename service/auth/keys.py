"""Create, rotate, revoke and get API keys and access keys.

A key of either kind is stored as a record (``StoredKey``). The kinds differ only in how a secret is made and
stored. The functions that create a key get this difference as ``issue``.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from service.errors.access import KeyEnded, KeyNotFound, KeyRotated
from service.errors.requests import FieldError, InvalidRequest
from service.model.identifiers import is_agent_id, is_domain
from service.model.limits import MAX_API_KEY_LABEL_LENGTH, MAX_VALUE_LENGTH
from service.model.principal import Scope, StoredKey
from service.store.keys import KeyStore

K = TypeVar("K", bound=StoredKey)

Issue = Callable[[K], tuple[K, str]]
"""Gets a record. Returns it with a new ID and a new secret, and also returns the text to show once.

The text is the complete API key, or the secret of the access key.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFields:
    """What the creator of a key chooses. A key without a ``lifetime`` does not expire."""

    label: str
    domain: str
    scopes: Collection[Scope]
    agent_id: str | None
    lifetime: timedelta | None

    def record(self, now: datetime) -> dict[str, Any]:
        """Return the fields of the record, with an empty ID and no secret. Raises ``InvalidRequest``."""
        if errors := list(self._errors()):
            raise InvalidRequest(errors)
        return {
            "key_id": "",
            "label": self.label,
            "domain": self.domain,
            "scopes": frozenset(self.scopes),
            "agent_id": self.agent_id,
            "created_at": now,
            "expires_at": now + self.lifetime if self.lifetime is not None else None,
        }

    def _errors(self) -> Iterator[FieldError]:
        if not (self.label.isprintable() and 0 < len(self.label.strip()) <= MAX_API_KEY_LABEL_LENGTH):
            yield FieldError(
                "/label", f"Must be 1 to {MAX_API_KEY_LABEL_LENGTH} printable characters on one line."
            )
        if not is_domain(self.domain):
            yield FieldError(
                "/domain",
                "Must be 1 to 64 characters from A-Z, a-z, 0-9, _, . and -, and begin with a letter or "
                "digit.",
            )
        if not self.scopes:
            yield FieldError("/scope", "Give at least one scope.")
        if self.agent_id is not None and not is_agent_id(self.agent_id):
            yield FieldError(
                "/agent_id", f"Must be 1 to {MAX_VALUE_LENGTH} characters, not only spaces, on one line."
            )


def insert_key(keys: KeyStore[K], template: K, issue: Issue[K]) -> tuple[K, str]:
    """Store a new key. Return what ``issue`` returns."""
    key, text = issue(template)
    keys.insert(key)
    return key, text


def rotate_key(
    keys: KeyStore[K], key_id: str, issue: Issue[K], *, grace: timedelta, now: datetime
) -> tuple[K, str]:
    """Create a key with the rights and the lifetime of an old one. Return what ``issue`` returns.

    The old key stays valid for ``grace``, but not longer than before. It is revoked if ``grace`` is zero. A
    key can be rotated only once: its lifetime is computed from its stored expiry, and the grace changes that.

    Raises:
        KeyNotFound: there is no such key.
        KeyEnded: the old key is expired or revoked.
        KeyRotated: the old key was already rotated.

    """
    old = get_key(keys, key_id)
    _check_can_rotate(old, now)
    expires_at = now + (old.expires_at - old.created_at) if old.expires_at else None
    template = replace(old, created_at=now, expires_at=expires_at, last_used_day=None)
    new, text = insert_key(keys, template, issue)
    grace_end = now + grace
    is_first = keys.set_successor(
        key_id,
        new.key_id,
        expires_at=min(grace_end, old.expires_at or grace_end) if grace else old.expires_at,
        revoked_at=None if grace else now,
    )
    if not is_first:
        # A concurrent request has rotated or revoked the old key. No client has the new one yet.
        keys.revoke(new.key_id, now)
        _check_can_rotate(get_key(keys, key_id), now)
    return new, text


def _check_can_rotate(key: StoredKey, now: datetime) -> None:
    if key.successor is not None:
        raise KeyRotated(key.key_id, key.successor)
    if key.has_ended(now):
        raise KeyEnded


def revoke_key(keys: KeyStore[K], key_id: str, *, now: datetime) -> K:
    """Revoke the key and return it. Revoking twice has no effect. Raises ``KeyNotFound``."""
    keys.revoke(key_id, now)
    return get_key(keys, key_id)


def get_key(keys: KeyStore[K], key_id: str) -> K:
    """Return the key; raises ``KeyNotFound``."""
    key = keys.get(key_id)
    if key is None:
        raise KeyNotFound
    return key
