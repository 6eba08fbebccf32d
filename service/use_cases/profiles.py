"""Create, read and correct profiles."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.matching import phone
from service.matching.phone import stored_numbers
from service.matching.profiles import Index, index, wrap_sensitive
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.profiles.collection import Created
from service.store.stores import Stores
from service.use_cases import sensitive_values
from service.use_cases.clock import now
from service.use_cases.merge_patch import EMPTY, check_sizes, patched
from service.use_cases.sensitive_limits import Budget, given_in_profile, limit_guesses
from service.use_cases.undo import undo_change

IfMatch = frozenset[int] | None
"""The versions that the caller accepts to change; None accepts any."""

_TRIES = 64
"""So many racing changes of one profile succeed before a caller is told to come back later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """The result of a change."""

    profile: Profile
    changed: bool
    """False if nothing was written, since the profile was like that already."""
    hits: Collection[str] = ()
    """The sensitive keys for which the request has a value that the profile held before."""


def create_profile(
    stores: Stores, domain: str, fields: Mapping[str, Any], budget: Budget | None = None
) -> Profile:
    """Create a profile.

    Raises ``InvalidRequest``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    return insert_profile(stores, domain, fields, budget)[0]


def insert_profile(
    stores: Stores,
    domain: str,
    fields: Mapping[str, Any],
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
    for _ in range(_TRIES):
        profile, entries = new_profile(stores, domain, fields, profile_id or uuid4().hex, budget)
        created = stores.profiles.insert(domain, profile, entries, fingerprint=fingerprint)
        if created is not None or _are_current(stores, domain, entries):
            return profile, created
        # Not removed if a repeated request has returned it; the next attempt finds it.
        take_back(stores, domain, profile["profile_id"])
    raise DatastoreUnavailable


def _are_current(stores: Stores, domain: str, written: Index, held: Collection[str] = ()) -> bool:
    """Return whether the search keys of a written profile are still defined as they were for the write.

    A removal marks the key, then looks for holders; a write checks the mark afterwards. So one of the two
    sees the other. Keys in ``held`` are skipped: a held key cannot be removed.
    """
    used = {name: key for name, key in written.definitions.items() if key is not None and name not in held}
    return stores.domains.still_defines(domain, used)


def take_back(stores: Stores, domain: str, profile_id: str) -> bool:
    """Remove a profile that was just added, unless a repeated request has returned it."""
    taken_back = stores.profiles.undo_insert(domain, profile_id)
    if taken_back:
        stores.associations.forget_profile(domain, profile_id)
    return taken_back


def new_profile(
    stores: Stores, domain: str, fields: Mapping[str, Any], profile_id: str, budget: Budget | None = None
) -> tuple[Profile, Index]:
    """Return a new profile to insert, and its index.

    Raises ``InvalidRequest`` and ``TooManySensitiveValues``.
    """
    time = now()
    blank: Profile = {
        "profile_id": profile_id,
        **EMPTY,
        "version": 1,
        "created_at": time,
        "updated_at": time,
    }
    known = _domain_for(stores, domain, fields.get("keys"), _typed(fields)).writable()
    limit_guesses(given_in_profile(fields.get("keys"), known), budget)
    profile = patched(blank, fields, known)
    check_sizes(profile)
    return profile, index(profile, known.custom_keys, known.default_region)


def read_profile(stores: Stores, domain: str, profile_id: str) -> Profile:
    """Return the profile; raises ``ProfileNotFound``."""
    profile = stores.profiles.get(domain, profile_id)
    if profile is None:
        raise ProfileNotFound
    return profile


def update_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    patch: Mapping[str, Any],
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> ProfileChange:
    """Apply an RFC 7396 merge patch.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    keys, hits = patch.get("keys"), set[str]()

    def change(old: Profile, known: Domain) -> Profile:
        limit_guesses(given_in_profile(keys, known), budget)
        hits.update(sensitive_values.keys_already_held(keys, old, known))
        return patched(old, patch, known)

    done = change_profile(stores, domain, profile_id, if_match, change, keys=keys, numbers=_typed(patch))
    return replace(done, hits=hits)


def change_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    if_match: IfMatch,
    change: Callable[[Profile, Domain], Profile],
    *,
    keys: Collection[str] | None = None,
    numbers: Iterable[str] = (),
) -> ProfileChange:
    """Replace the profile by the result of ``change``; try again if another request changed it meanwhile.

    A change that changes nothing writes nothing, so a retry is harmless. ``keys`` and ``numbers`` are the
    custom keys and phone numbers that the change may add. If the keys are redefined meanwhile, the change is
    undone and made again. Other changes since then stay; with ``if_match`` they are a conflict. Raises
    ``ProfileNotFound``, ``VersionConflict``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and what ``change``
    raises.
    """
    for _ in range(_TRIES):
        old = read_profile(stores, domain, profile_id)
        _check_version(old, if_match)
        lookup = old.pop("lookup")
        known = _domain_for(stores, domain, keys or old["keys"], numbers).writable(old["keys"])
        old = wrap_sensitive(old, known.custom_keys)
        # By the rules of this release a number is found that the change leaves alone, too.
        current = old | {"phone_numbers": read_again(old, known)}
        new = change(current, known)
        if new == current:
            return ProfileChange(profile=old, changed=False)
        check_sizes(new)
        new = new | {"version": old["version"] + 1, "updated_at": now()}
        before = current | {"lookup": lookup}
        entries = index(new, known.custom_keys, known.default_region, before)
        if not stores.profiles.replace(domain, new, entries, old=old):
            continue
        if _are_current(stores, domain, entries, held=old["keys"]):
            return ProfileChange(profile=new, changed=True)
        if_match = _undo(stores, domain, before, new, if_match)
    raise DatastoreUnavailable


def _undo(stores: Stores, domain: str, before: Profile, new: Profile, if_match: IfMatch) -> IfMatch:
    """Undo the change; return the versions that the caller accepts now.

    Raises ``VersionConflict`` if the caller accepts certain versions only and the profile is not as before.
    """
    version, whole = undo_change(stores, domain, before, new)
    if if_match is None:
        return None
    if not whole:
        raise VersionConflict
    return frozenset({version})


def read_again(profile: Profile, domain: Domain) -> list[dict[str, Any]]:
    """Return the phone numbers of a stored profile as the rules of this release read them."""
    return [stored_numbers.read_again(number, domain.default_region) for number in profile["phone_numbers"]]


def _check_version(profile: Profile, if_match: IfMatch) -> None:
    if if_match is not None and profile["version"] not in if_match:
        raise VersionConflict


def _domain_for(stores: Stores, domain: str, keys: Collection[str] | None, numbers: Iterable[str]) -> Domain:
    """Return what is needed to index a profile, as it is now where custom keys or national numbers come in.

    What was remembered could say nothing of a uniqueness, or of a region, that another worker has set; and
    what is stored by it stays.
    """
    if keys or not all(map(phone.is_international, numbers)):
        return stores.domains.read(domain)
    return stores.domains.get(domain)


def _typed(fields: Mapping[str, Any]) -> list[str]:
    return [number["value"] for number in fields.get("phone_numbers") or ()]
