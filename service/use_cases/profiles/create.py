"""Create profiles."""

from collections.abc import Collection
from typing import cast
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.matching.profiles import Index, index
from service.model.profile import EMPTY_PROFILE, Profile, ProfilePatch
from service.store.profiles.collection import Created
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.profiles.merge_patch import apply_patch, check_sizes
from service.use_cases.profiles.read import domain_for, numbers_in
from service.use_cases.sensitive_values import Budget, given_in_profile, limit_guesses

MAX_ATTEMPTS = 64
"""Maximum number of attempts while other requests change the same profile or its search keys."""


def create_profile(
    stores: Stores, domain: str, fields: ProfilePatch, budget: Budget | None = None
) -> Profile:
    """Create a profile.

    Raises ``InvalidRequest``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    return insert_profile(stores, domain, fields, budget)[0]


def insert_profile(
    stores: Stores,
    domain: str,
    fields: ProfilePatch,
    budget: Budget | None,
    *,
    profile_id: str | None = None,
    fingerprint: str | None = None,
) -> tuple[Profile, Created | None]:
    """Insert a profile under the current definitions of its search keys.

    ``profile_id`` and ``fingerprint`` are those of an Idempotency-Key. If a request with the same
    Idempotency-Key has created a profile before, nothing is inserted, and the second value returned is that
    profile. Raises what ``create_profile`` does.
    """
    for _ in range(MAX_ATTEMPTS):
        profile, profile_index = new_profile(stores, domain, fields, profile_id or uuid4().hex, budget)
        created = stores.profiles.insert(domain, profile, profile_index, fingerprint=fingerprint)
        if created is not None or are_current(stores, domain, profile_index):
            return profile, created
        # Not removed if a repeated request has returned it; the next attempt finds it.
        withdraw_profile(stores, domain, profile["profile_id"])
    raise DatastoreUnavailable


def are_current(stores: Stores, domain: str, written: Index, held: Collection[str] = ()) -> bool:
    """Return whether the search keys of a written profile are still defined as they were for the write.

    A removal marks the key, then looks for holders; a write checks the mark afterwards. So one of the two
    sees the other. Keys in ``held`` are skipped: a held key cannot be removed.
    """
    used = {name: key for name, key in written.definitions.items() if key is not None and name not in held}
    return stores.domains.still_defines(domain, used)


def withdraw_profile(stores: Stores, domain: str, profile_id: str) -> None:
    """Remove a profile that was just added, unless a repeated request has returned it."""
    if stores.profiles.undo_insert(domain, profile_id):
        stores.associations.forget_profile(domain, profile_id)


def new_profile(
    stores: Stores, domain: str, fields: ProfilePatch, profile_id: str, budget: Budget | None = None
) -> tuple[Profile, Index]:
    """Return a new profile to insert, and its index.

    Raises ``InvalidRequest`` and ``TooManySensitiveValues``.
    """
    time = now()
    stamps = {"version": 1, "created_at": time, "updated_at": time}
    blank = cast("Profile", {"profile_id": profile_id, **EMPTY_PROFILE, **stamps})
    known = domain_for(stores, domain, fields.get("keys"), numbers_in(fields)).writable()
    limit_guesses(given_in_profile(fields.get("keys"), known), budget)
    profile = apply_patch(blank, fields, known)
    check_sizes(profile)
    return profile, index(profile, known.custom_keys, known.default_region)
