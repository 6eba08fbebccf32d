"""Create profiles. All requests with the same Idempotency-Key together create one profile.

The Idempotency-Key determines the profile's ID. So a repeated insert finds the first profile by its ``_id``,
even if the requests race or a response was lost (draft-ietf-httpapi-idempotency-key-header-07).
"""

import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast
from uuid import uuid4

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.datastore import DatastoreUnavailable
from service.errors.records import PossibleDuplicates
from service.errors.requests import FieldError, IdempotencyKeyReused, InvalidRequest
from service.matching import phone
from service.matching.profiles import Index, index
from service.model.audit import AuditAction
from service.model.possible_duplicates import OnDuplicate
from service.model.profile import EMPTY_PROFILE, CreatedProfile, Profile, ProfilePatch
from service.store.domains.domain import Domain
from service.store.profiles.collection import Created
from service.store.stores import Stores
from service.use_cases.aliases import find_profile
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.profiles.duplicate_checks import DuplicateCheck
from service.use_cases.profiles.merge_patch import apply_patch, check_sizes, named_keys, numbers_in
from service.use_cases.profiles.withdrawal import withdraw_profile
from service.use_cases.sensitive_values import GuessLimit, guesses_in_profile, limit_guesses

MAX_ATTEMPTS = 64
"""Maximum number of attempts if other requests change the same profile or its search keys meanwhile."""

_ID_DIGITS = 32
_TOO_DEEP = "The body is nested too deeply; send objects as the documentation describes them."


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The ID of what a request creates, such as a profile or a merge, and the request's fingerprints."""

    resource_id: str
    fingerprints: tuple[str, ...]
    """The first is stored.

    The same request may have stored one of the others when another master key was the first, or none was set.
    """

    @property
    def fingerprint(self) -> str:
        """The fingerprint to store."""
        return self.fingerprints[0]


def idempotency_record(
    domain: str, operation: str, key: str, payload: Mapping[str, object], keyring: MasterKeyring = ()
) -> IdempotencyRecord:
    """Return the record of an Idempotency-Key (``key``), which is valid for one operation in one domain.

    The payload is JSON; the order of its members does not matter. Its fingerprint depends on the
    Idempotency-Key, which is not stored, and on the master keys if there are any. With master keys, a stolen
    database does not allow guessing a short payload, even if the Idempotency-Key is easy to guess.

    Raises ``InvalidRequest`` if the payload is not validated yet and is nested too deeply.
    """
    scope = json.dumps([domain, operation, key]).encode()
    try:
        canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    except RecursionError as error:
        raise InvalidRequest([FieldError("", _TOO_DEEP)]) from error
    plain = hmac.new(scope, canonical.encode(), sha256).hexdigest()
    blinded = Vault(domain, keyring).blind(f"fingerprint:{plain}") if keyring else ()
    return IdempotencyRecord(sha256(scope).hexdigest()[:_ID_DIGITS], (*blinded, plain))


def create_profile_once(
    stores: Stores,
    domain: str,
    fields: ProfilePatch,
    key: str | None,
    guess_limit: GuessLimit | None = None,
    on_duplicate: OnDuplicate | None = None,
) -> tuple[Audited[CreatedProfile], bool]:
    """Create a profile, or return the profile that an earlier request with the same Idempotency-Key created.

    Also returns whether an earlier request created it. Without an Idempotency-Key (``key``), each request
    creates a profile. If ``on_duplicate`` is None, this does not look for possible duplicates. Raises the
    errors of ``insert_profile``.
    """
    record = None if key is None else idempotency_record(domain, "profiles", key, fields, stores.keyring)
    check = DuplicateCheck(stores, domain, on_duplicate)
    profile, replayed = insert_profile(stores, domain, fields, record, guess_limit, check)
    # The response to a repeated request also shows later changes.
    actions = [AuditAction.CREATED, AuditAction.READ] if replayed else [AuditAction.CREATED]
    access = Access(actions, [profile["profile_id"]], keys=named_keys(fields), at=profile["created_at"])
    return check.with_warning(profile, access, replayed=replayed)


def insert_profile(
    stores: Stores,
    domain: str,
    fields: ProfilePatch,
    record: IdempotencyRecord | None = None,
    guess_limit: GuessLimit | None = None,
    check: DuplicateCheck | None = None,
) -> tuple[Profile, bool]:
    """Insert a profile, or return the profile that an earlier request with the same Idempotency-Key created.

    A new profile is inserted under the current definitions of its search keys, and only if the ``check``
    does not reject it. Also returns whether an earlier request created the profile. Raises
    ``PossibleDuplicates``, ``InvalidRequest``, ``UniqueKeyTaken``, ``MasterKeyMissing``,
    ``IdempotencyKeyReused``, ``TooManySensitiveValues`` and ``DatastoreUnavailable``.
    """
    check = check or DuplicateCheck(stores, domain, None)
    for _ in range(MAX_ATTEMPTS):
        if record is not None and (merged := _find_merged(stores, domain, record)):
            return merged, True
        try:
            profile, profile_index = new_profile(
                stores, domain, fields, None if record is None else record.resource_id, guess_limit
            )
            check.before_insert(profile)
        except (InvalidRequest, PossibleDuplicates):
            # In the first request, the fields may have been valid, because a search key was removed since, or
            # there may have been no possible duplicates. ``UniqueKeyTaken`` needs no such check: before
            # ``insert`` raises it, ``insert`` looks for the profile of the earlier request.
            if record is not None and (earlier := find_earlier(stores, domain, record)):
                return earlier, True
            raise
        fingerprint = None if record is None else record.fingerprint
        created = stores.profiles.insert(
            domain, profile, profile_index, fingerprint=fingerprint, is_tentative=check.rejects
        )
        if created is not None and record is not None:
            return _checked(created, record), True
        if _keep(stores, domain, profile, profile_index, check, has_key=record is not None):
            return profile, False
    raise DatastoreUnavailable


def _keep(
    stores: Stores,
    domain: str,
    profile: Profile,
    profile_index: Index,
    check: DuplicateCheck,
    *,
    has_key: bool,
) -> bool:
    """Return whether an inserted profile stays. If not, withdraw it.

    If a repeated request has returned the profile, it is not withdrawn, and the next attempt finds it.
    """
    is_current = are_current(stores, domain, profile_index)
    if is_current and check.after_insert(profile, has_key=has_key):
        return True
    profile_id = profile["profile_id"]
    withdraw_profile(stores, domain, profile_id, is_tentative=check.rejects, only_unchanged=is_current)
    return False


def find_earlier(stores: Stores, domain: str, record: IdempotencyRecord) -> Profile | None:
    """Return the profile that an earlier request with the same Idempotency-Key created, or None.

    If the profile was merged, returns the profile in which it lives on. Raises ``IdempotencyKeyReused``, and
    ``DatastoreUnavailable`` if the earlier request may still undo the creation.
    """
    created = stores.profiles.repeat_creation(domain, record.resource_id)
    return _find_merged(stores, domain, record) if created is None else _checked(created, record)


def is_same_request(fingerprint: str, record: IdempotencyRecord) -> bool:
    """Return whether the stored fingerprint is one of the fingerprints of the request."""
    return any(hmac.compare_digest(fingerprint, own) for own in record.fingerprints)


def _find_merged(stores: Stores, domain: str, record: IdempotencyRecord) -> Profile | None:
    """Return the profile in which the profile of an earlier request lives on, or None if it was not merged.

    Raises ``IdempotencyKeyReused``.
    """
    alias = stores.aliases.get(domain, record.resource_id)
    if alias is None:
        return None
    if alias.fingerprint is None or not is_same_request(alias.fingerprint, record):
        raise IdempotencyKeyReused
    return find_profile(stores, domain, record.resource_id, stores.profiles.get)


def _checked(created: Created, record: IdempotencyRecord) -> Profile:
    if not is_same_request(created.fingerprint, record):
        raise IdempotencyKeyReused
    return created.profile


def domain_for(stores: Stores, domain: str, keys: Collection[str] | None, numbers: Iterable[str]) -> Domain:
    """Return the domain for the index of a profile that gets these custom search keys and phone numbers.

    If there are such keys or national numbers, bypasses the cache: another worker may just have defined a
    search key again, now as unique, or changed the default region.
    """
    if keys or not all(map(phone.is_international, numbers)):
        return stores.domains.read(domain)
    return stores.domains.get(domain)


def are_current(stores: Stores, domain: str, profile_index: Index, old_keys: Collection[str] = ()) -> bool:
    """Return whether the search keys of a written profile are still defined as they were for the write.

    The removal of a search key first marks the key as being removed, then looks for profiles that have it. A
    write first stores the profile, then looks for the mark. So at least one of the two detects the other.
    Ignores the keys that the profile had before the write (``old_keys``): they cannot be removed meanwhile.
    """
    used = {
        name: key
        for name, key in profile_index.definitions.items()
        if key is not None and name not in old_keys
    }
    return stores.domains.still_defines(domain, used)


def new_profile(
    stores: Stores,
    domain: str,
    fields: ProfilePatch,
    profile_id: str | None,
    guess_limit: GuessLimit | None = None,
) -> tuple[Profile, Index]:
    """Return a new profile to insert, and its index. If ``profile_id`` is None, its ID is random.

    Raises ``InvalidRequest``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    settings = domain_for(stores, domain, fields.get("keys"), numbers_in(fields)).writable()
    limit_guesses(guesses_in_profile(fields.get("keys"), settings), settings.default_region, guess_limit)
    return build_profile(fields, settings, profile_id or uuid4().hex, now())


def build_profile(
    fields: ProfilePatch, domain: Domain, profile_id: str, time: datetime
) -> tuple[Profile, Index]:
    """Return a new profile and its index. ``time`` is the time of its creation.

    Raises ``InvalidRequest`` and ``MasterKeyMissing``.
    """
    stamps = {"version": 1, "created_at": time, "updated_at": time}
    blank = cast("Profile", {"profile_id": profile_id, **EMPTY_PROFILE, **stamps})
    profile = apply_patch(blank, fields, domain)
    check_sizes(profile)
    return profile, index(profile, domain.custom_keys, domain.default_region)
