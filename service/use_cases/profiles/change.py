"""Read and change profiles."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar, cast

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, UniqueKeyTaken, VersionConflict
from service.matching.profiles import index, wrap_sensitive
from service.model.audit import AuditAction
from service.model.profile import KeyValues, Profile, ProfilePatch
from service.model.sensitive import plain_of
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.profiles.create import MAX_ATTEMPTS, are_current, domain_for
from service.use_cases.profiles.merge_patch import (
    apply_patch,
    check_sizes,
    named_keys,
    numbers_in,
    reread_numbers,
)
from service.use_cases.sensitive_values import Budget, given_in_profile, keys_already_held, limit_guesses

Value = TypeVar("Value")

_NOT_FIELDS = frozenset({"keys", "lookup", "updated_at", "version"})

IfMatch = frozenset[int] | None
"""The versions that the caller accepts to change; None accepts any."""


def read_profile(stores: Stores, domain: str, profile_id: str) -> Profile:
    """Return the profile; raises ``ProfileNotFound``."""
    profile = stores.profiles.get(domain, profile_id)
    if profile is None:
        raise ProfileNotFound
    return profile


def view_profile(stores: Stores, domain: str, profile_id: str) -> Audited[Profile]:
    """Return the profile for a response; raises ``ProfileNotFound``."""
    profile = read_profile(stores, domain, profile_id)
    return Audited(profile, [Access([AuditAction.READ], [profile_id])])


def update_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    patch: ProfilePatch,
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> Audited[Profile]:
    """Apply an RFC 7396 merge patch.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    keys, hits = patch.get("keys"), set[str]()

    def change(old: Profile, known: Domain) -> Profile:
        given = list(given_in_profile(keys, known))
        limit_guesses(given, budget)
        hits.update(keys_already_held(given, old, known.default_region))
        return apply_patch(old, patch, known)

    done = change_profile(stores, domain, profile_id, if_match, change, keys=keys, numbers=numbers_in(patch))
    return audit_change(*done, named_keys(patch, removable=True), hits)


def audit_change(
    profile: Profile, action: AuditAction, keys: Collection[str], hits: Collection[str]
) -> Audited[Profile]:
    """Return the result of ``change_profile`` with what to audit.

    ``keys`` are the search keys that the request names. ``hits`` are the sensitive ones for which it has a
    value that the profile held before: the response shows that, as a search would.
    """
    profile_ids = [profile["profile_id"]]
    searches = [Access([AuditAction.SEARCHED], profile_ids, keys=hits)] if hits else []
    return Audited(profile, [*searches, Access([action], profile_ids, keys=keys)])


def change_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    if_match: IfMatch,
    change: Callable[[Profile, Domain], Profile],
    *,
    keys: Collection[str] | None = None,
    numbers: Iterable[str] = (),
) -> tuple[Profile, AuditAction]:
    """Replace the profile by the result of ``change``; try again if another request changed it meanwhile.

    A change without effect writes nothing, so a retry is harmless; its action is ``READ``, since the response
    has the whole profile. ``keys`` and ``numbers`` are the custom keys and phone numbers that the change may
    add. If the keys are redefined meanwhile, the change is undone and made again. Other changes since then
    stay; with ``if_match`` they are a conflict. Raises ``ProfileNotFound``, ``VersionConflict``,
    ``UniqueKeyTaken``, ``MasterKeyMissing`` and what ``change`` raises.
    """
    for _ in range(MAX_ATTEMPTS):
        old = read_profile(stores, domain, profile_id)
        if if_match is not None and old["version"] not in if_match:
            raise VersionConflict
        lookup = old.pop("lookup")
        known = domain_for(stores, domain, keys or old["keys"], numbers).writable(old["keys"])
        old = wrap_sensitive(old, known.custom_keys)
        # Numbers that the change does not touch are indexed by the rules of this release too.
        current: Profile = {**old, "phone_numbers": reread_numbers(old, known)}
        new = change(current, known)
        if new == current:
            return old, AuditAction.READ
        check_sizes(new)
        new = {**new, "version": old["version"] + 1, "updated_at": now()}
        before: Profile = {**current, "lookup": lookup}
        profile_index = index(new, known.custom_keys, known.default_region, before)
        if not stores.profiles.replace(domain, new, profile_index, old=old):
            continue
        if are_current(stores, domain, profile_index, held=old["keys"]):
            return new, AuditAction.CHANGED
        if_match = _undo(stores, domain, before, new, if_match)
    raise DatastoreUnavailable


def _undo(stores: Stores, domain: str, before: Profile, new: Profile, if_match: IfMatch) -> IfMatch:
    """Undo a change whose search keys were redefined meanwhile; return the versions to accept now.

    If another request has changed the profile since, the fields and values which that request changed stay;
    and so does a unique value that the change gave up and that has another owner. Then the profile is not as
    before: raises ``VersionConflict`` if the caller accepts certain versions only. Raises
    ``ProfileNotFound``.
    """
    whole = True
    for _ in range(MAX_ATTEMPTS):
        latest = read_profile(stores, domain, new["profile_id"])
        whole = whole and latest["version"] == new["version"]
        known = stores.domains.read(domain)
        earlier = wrap_sensitive(before if whole else latest, known.custom_keys)
        restored = wrap_sensitive(before if whole else _merged(before, new, latest), known.custom_keys)
        restored["version"] = latest["version"] + 1
        restored.pop("lookup")
        profile_index = index(restored, known.custom_keys, known.default_region, earlier)
        try:
            if stores.profiles.replace(domain, restored, profile_index, old=latest):
                break
        except UniqueKeyTaken:
            whole = False
    else:
        raise DatastoreUnavailable
    if if_match is None:
        return None
    if not whole:
        raise VersionConflict
    return frozenset({restored["version"]})


def _merged(before: Profile, new: Profile, latest: Profile) -> Profile:
    """Return the latest profile without the change: fields that no later request changed are as before."""
    fields, changed, current = (
        {name: value for name, value in profile.items() if name not in _NOT_FIELDS}
        for profile in (before, new, latest)
    )
    restored = _without_change(fields, changed, current)
    attributes = _without_change(before["attributes"], new["attributes"], latest["attributes"])
    keys = _without_new_values(latest["keys"], before["keys"], new["keys"])
    return cast("Profile", {**latest, **restored, "attributes": attributes, "keys": keys})


def _without_change(
    before: Mapping[str, Value], new: Mapping[str, Value], latest: Mapping[str, Value]
) -> dict[str, Value]:
    restored = dict(latest)
    for name in before.keys() | new.keys():
        if latest.get(name) == new.get(name):
            restored.pop(name, None)
            if name in before:
                restored[name] = before[name]
    return restored


def _without_new_values(keys: KeyValues, before: KeyValues, new: KeyValues) -> KeyValues:
    """Return ``keys`` without the values that the change added under new keys."""
    restored = dict(keys)
    for name in new.keys() - before.keys():
        added = set(map(plain_of, new[name]))
        restored[name] = [value for value in keys.get(name, ()) if plain_of(value) not in added]
    return {name: values for name, values in restored.items() if values}
