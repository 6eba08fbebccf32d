"""Creations that a retry does not repeat: the Idempotency-Key decides the profile's ID.

So one insert is all that it takes: the second one meets the first under its ``_id``, however they race and
whatever became of the answer (draft-ietf-httpapi-idempotency-key-header-07).
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.requests import IdempotencyKeyReused, InvalidRequest
from service.model.profile import Profile
from service.store.profiles.collection import Created
from service.store.stores import Stores
from service.use_cases.profiles import create_profile, insert_profile
from service.use_cases.sensitive_limits import Budget

_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """Which profile a request creates, and the fingerprint that tells it from another with the same key."""

    profile_id: str
    fingerprints: tuple[str, ...]
    """The one that is stored, and those that may have been: under other masters, or without any."""

    @property
    def fingerprint(self) -> str:
        """Return the one that is stored."""
        return self.fingerprints[0]


def claim(
    domain: str, operation: str, key: str, payload: Mapping[str, Any], masters: MasterKeyring = ()
) -> Claim:
    """Return what an Idempotency-Key stands for in a domain and an operation.

    The payload is one of JSON; neither the order of its members nor white space matters. Its fingerprint is
    keyed by the Idempotency-Key, which is not stored, and by the master keys where there are any: from a
    stolen database nobody guesses a short payload, even where the key was easily guessed.
    """
    named = _framed(domain, operation, key)
    said = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    plain = hmac.new(named, said.encode(), sha256).hexdigest()
    blinded = Vault(domain, masters).blind(f"fingerprint:{plain}") if masters else ()
    return Claim(sha256(named).hexdigest()[:_ID_DIGITS], (*blinded, plain))


def _framed(*parts: str) -> bytes:
    """Return the parts as one, from which no other parts make the same."""
    return json.dumps(parts).encode()


def create_profile_once(
    stores: Stores, domain: str, fields: Mapping[str, Any], key: str | None, budget: Budget | None = None
) -> tuple[Profile, bool]:
    """Create a profile, or return the one that the same request has created before, as it is now.

    Returns it, and whether it was there. Without a key every request creates one. Raises ``InvalidRequest``,
    ``UniqueKeyTaken``, ``IdempotencyKeyReused`` and ``TooManySensitiveValues``.
    """
    if key is None:
        return create_profile(stores, domain, fields, budget), False
    claimed = claim(domain, "profiles", key, fields, stores.keyring)
    return create_claimed(stores, domain, fields, claimed, budget)


def create_claimed(
    stores: Stores, domain: str, fields: Mapping[str, Any], claimed: Claim, budget: Budget | None = None
) -> tuple[Profile, bool]:
    """Create the profile that was claimed, or return it; raises what ``create_profile_once`` does."""
    try:
        profile, created = insert_profile(
            stores, domain, fields, budget, profile_id=claimed.profile_id, fingerprint=claimed.fingerprint
        )
    except InvalidRequest:
        # What was right the first time need not be so now: a search key may have been removed since. Of a
        # unique value that has another owner by now the insert takes care: it meets its own ID first.
        earlier = find_claimed(stores, domain, claimed)
        if earlier is None:
            raise
        return earlier, True
    return (profile, False) if created is None else (_same(created, claimed), True)


def find_claimed(stores: Stores, domain: str, claimed: Claim) -> Profile | None:
    """Return the profile that was claimed, where it is there; raises ``IdempotencyKeyReused``."""
    created = stores.profiles.created(domain, claimed.profile_id)
    return None if created is None else _same(created, claimed)


def _same(created: Created, claimed: Claim) -> Profile:
    """Return the profile; raises ``IdempotencyKeyReused`` where another request created it."""
    if not any(hmac.compare_digest(created.fingerprint, own) for own in claimed.fingerprints):
        raise IdempotencyKeyReused
    return created.profile
