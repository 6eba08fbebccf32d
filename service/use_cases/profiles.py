"""Create, read, correct and delete profiles."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.matching import phone, stored_numbers
from service.matching.profiles import Index, index
from service.store.domains import Domain
from service.store.profile_documents import Profile
from service.store.stores import Stores
from service.use_cases import sensitive_values
from service.use_cases.clock import now
from service.use_cases.merge_patch import EMPTY, check_sizes, patched
from service.use_cases.sensitive_limits import Budget, given_in_profile, limit_guesses

IfMatch = frozenset[int] | None
"""The versions that the caller accepts to change; None accepts any."""

_TRIES = 64
"""So many racing changes of one profile succeed before a caller is told to come back later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What a request has made of a profile."""

    profile: Profile
    changed: bool
    """False if the profile is as it was before, at the same version."""
    hits: Collection[str] = ()
    """The sensitive keys of which the request brought a value that the profile held already."""


def create_profile(
    stores: Stores, domain: str, fields: Mapping[str, Any], budget: Budget | None = None
) -> Profile:
    """Create a profile.

    Raises ``InvalidRequest``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    profile, entries = new_profile(stores, domain, fields, uuid4().hex, budget)
    stores.profiles.insert(domain, profile, entries)
    return profile


def new_profile(
    stores: Stores, domain: str, fields: Mapping[str, Any], profile_id: str, budget: Budget | None = None
) -> tuple[Profile, Index]:
    """Return a profile that is yet to be stored, and what it is found by.

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
    known = _domain_for(stores, domain, fields.get("keys"), _typed(fields))
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


def delete_profile(
    stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None, *, record: Callable[[], None]
) -> None:
    """Erase the profile and take it out of every contact.

    What ``record`` writes stands before the profile goes, so that nobody is erased without it. The contacts
    are seen to even where the profile is gone, so that a retry completes what a lost connection has left
    half done. Raises ``ProfileNotFound``, ``VersionConflict`` and what ``record`` raises.
    """
    version, deleted = stores.profiles.version(domain, profile_id), False
    if version is not None:
        if if_match is not None and version not in if_match:
            raise VersionConflict
        record()
        deleted = stores.profiles.delete(domain, profile_id, if_match)
        if not deleted and stores.profiles.exists(domain, profile_id):
            raise VersionConflict
    stores.associations.forget_profile(domain, profile_id)
    if not deleted:
        # Perhaps by another request, since the version was read.
        raise ProfileNotFound


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
    """Put what ``change`` makes of the profile in its place, unless someone else was faster; then again.

    A change that changes nothing writes nothing, so that a retry is harmless. ``keys`` and ``numbers``
    are the custom keys and the phone numbers that the change may bring in. Raises ``ProfileNotFound``,
    ``VersionConflict``, ``UniqueKeyTaken``, ``MasterKeyMissing`` and what ``change`` raises.
    """
    for _ in range(_TRIES):
        old = read_profile(stores, domain, profile_id)
        _check_version(old, if_match)
        lookup = old.pop("lookup")
        known = _domain_for(stores, domain, keys or old["keys"], numbers)
        old = sensitive_values.guarded(old, known)
        # By the rules of this release a number is found that the change leaves alone, too.
        current = old | {"phone_numbers": read_again(old, known)}
        new = change(current, known)
        if new == current:
            return ProfileChange(profile=old, changed=False)
        check_sizes(new)
        new = new | {"version": old["version"] + 1, "updated_at": now()}
        before = old | {"lookup": lookup}
        entries = index(new, known.custom_keys, known.default_region, before)
        if stores.profiles.replace(domain, new, entries, old=old):
            return ProfileChange(profile=new, changed=True)
    raise DatastoreUnavailable


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
