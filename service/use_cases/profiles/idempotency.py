"""Create a profile only once per Idempotency-Key, which determines the profile's ID.

A second insert meets the first one under its ``_id``, even if the requests race or a response was lost
(draft-ietf-httpapi-idempotency-key-header-07).
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.requests import IdempotencyKeyReused, InvalidRequest
from service.model.audit import AuditAction
from service.model.profile import Profile, ProfilePatch
from service.store.profiles.collection import Created
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.profiles.create import create_profile, insert_profile
from service.use_cases.profiles.read import named_keys
from service.use_cases.sensitive_values import Budget

_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """The ID of the profile that a request creates, and the request's fingerprints."""

    profile_id: str
    fingerprints: tuple[str, ...]
    """The one to store, and those that may be stored: under other master keys, or without any."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint to store."""
        return self.fingerprints[0]


def claim(
    domain: str, operation: str, key: str, payload: Mapping[str, object], masters: MasterKeyring = ()
) -> Claim:
    """Return what an Idempotency-Key claims in a domain and an operation.

    The payload is JSON; the order of its members does not matter. Its fingerprint depends on the
    Idempotency-Key, which is not stored, and on the master keys if there are any. So a short payload cannot
    be guessed from a stolen database, even with an Idempotency-Key that is easy to guess.
    """
    scope = json.dumps([domain, operation, key]).encode()
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    plain = hmac.new(scope, canonical.encode(), sha256).hexdigest()
    blinded = Vault(domain, masters).blind(f"fingerprint:{plain}") if masters else ()
    return Claim(sha256(scope).hexdigest()[:_ID_DIGITS], (*blinded, plain))


def create_profile_once(
    stores: Stores, domain: str, fields: ProfilePatch, key: str | None, budget: Budget | None = None
) -> tuple[Audited[Profile], bool]:
    """Create a profile, or return the current state of the one that the same request has created before.

    Also returns whether the profile existed. Without an Idempotency-Key each request creates a profile.
    Raises ``InvalidRequest``, ``UniqueKeyTaken``, ``IdempotencyKeyReused`` and ``TooManySensitiveValues``.
    """
    if key is None:
        profile, replayed = create_profile(stores, domain, fields, budget), False
    else:
        claimed = claim(domain, "profiles", key, fields, stores.keyring)
        profile, replayed = create_claimed(stores, domain, fields, claimed, budget)
    access = creation(profile, fields, [AuditAction.CREATED], replayed=replayed)
    return Audited(profile, [access]), replayed


def creation(
    profile: Profile,
    fields: ProfilePatch,
    actions: list[AuditAction],
    *,
    replayed: bool,
    contact_id: str | None = None,
    agent_id: str | None = None,
) -> Access:
    """Return what to audit of a creation. A repeated request also shows what others have changed since."""
    return Access(
        actions=[*actions, AuditAction.READ] if replayed else actions,
        profile_ids=[profile["profile_id"]],
        contact_id=contact_id,
        keys=named_keys(fields),
        agent_id=agent_id,
        at=profile["created_at"],
    )


def create_claimed(
    stores: Stores, domain: str, fields: ProfilePatch, claimed: Claim, budget: Budget | None = None
) -> tuple[Profile, bool]:
    """Create the claimed profile or return it; raises what ``create_profile_once`` does."""
    try:
        profile, created = insert_profile(
            stores, domain, fields, budget, profile_id=claimed.profile_id, fingerprint=claimed.fingerprint
        )
    except InvalidRequest:
        # The fields may have been valid the first time: a search key may have been removed since. A unique
        # value with a new owner is no problem: the insert meets its own ID first.
        earlier = find_claimed(stores, domain, claimed)
        if earlier is None:
            raise
        return earlier, True
    return (profile, False) if created is None else (_checked(created, claimed), True)


def find_claimed(stores: Stores, domain: str, claimed: Claim) -> Profile | None:
    """Return the claimed profile, or None; raises ``IdempotencyKeyReused``."""
    created = stores.profiles.created(domain, claimed.profile_id)
    return None if created is None else _checked(created, claimed)


def _checked(created: Created, claimed: Claim) -> Profile:
    """Return the profile; raises ``IdempotencyKeyReused`` if a different request has created it."""
    if not any(hmac.compare_digest(created.fingerprint, own) for own in claimed.fingerprints):
        raise IdempotencyKeyReused
    return created.profile
