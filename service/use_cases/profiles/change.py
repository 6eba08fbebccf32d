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
    keys, matched_keys = patch.get("keys"), set[str]()

    def edit(old: Profile, settings: Domain) -> Profile:
        given = list(given_in_profile(keys, settings))
        limit_guesses(given, budget)
        matched_keys.update(keys_already_held(given, old, settings.default_region))
        return apply_patch(old, patch, settings)

    result = change_profile(stores, domain, profile_id, if_match, edit, keys=keys, numbers=numbers_in(patch))
    return audit_change(*result, named_keys(patch, removable=True), matched_keys)


def audit_change(
    profile: Profile, action: AuditAction, keys: Collection[str], matched_keys: Collection[str]
) -> Audited[Profile]:
    """Return the result of ``change_profile`` with the accesses to audit.

    ``keys`` are the search keys that the request names. ``matched_keys`` are the sensitive keys for which the
    profile already held a value of the request. The response shows this, so it is audited like a search.
    """
    profile_ids = [profile["profile_id"]]
    search_accesses = [Access([AuditAction.SEARCHED], profile_ids, keys=matched_keys)] if matched_keys else []
    return Audited(profile, [*search_accesses, Access([action], profile_ids, keys=keys)])


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
    """Replace the profile by the result of ``change``. Retries if another request changes it meanwhile.

    If ``change`` has no effect, nothing is written and the action is ``READ``: the response has the whole
    profile. ``keys`` and ``numbers`` are the custom keys and phone numbers that the change may add. If the
    search keys are redefined meanwhile, the change is undone and repeated. Changes by other requests remain,
    but with ``if_match`` they are a conflict. Raises ``ProfileNotFound``, ``VersionConflict``,
    ``UniqueKeyTaken``, ``MasterKeyMissing`` and the errors of ``change``.
    """
    for _ in range(MAX_ATTEMPTS):
        old = read_profile(stores, domain, profile_id)
        if if_match is not None and old["version"] not in if_match:
            raise VersionConflict
        lookup = old.pop("lookup")
        settings = domain_for(stores, domain, keys or old["keys"], numbers).writable(old["keys"])
        old = wrap_sensitive(old, settings.custom_keys)
        # Phone numbers that do not change are also parsed by the rules of this release.
        current: Profile = {**old, "phone_numbers": reread_numbers(old, settings)}
        new = change(current, settings)
        if new == current:
            return old, AuditAction.READ
        check_sizes(new)
        new = {**new, "version": old["version"] + 1, "updated_at": now()}
        before: Profile = {**current, "lookup": lookup}
        profile_index = index(new, settings.custom_keys, settings.default_region, before)
        if not stores.profiles.replace(domain, new, profile_index, old=old):
            continue
        if are_current(stores, domain, profile_index, held=old["keys"]):
            return new, AuditAction.CHANGED
        if_match = _undo(stores, domain, before, new, if_match)
    raise DatastoreUnavailable


def _undo(stores: Stores, domain: str, before: Profile, new: Profile, if_match: IfMatch) -> IfMatch:
    """Undo a change whose search keys were redefined meanwhile; return the versions to accept now.

    Later changes by other requests remain. A unique value that the undone change removed is not restored if
    another profile has it now. In both cases the profile differs from its state before the change, so raises
    ``VersionConflict`` if the caller accepts only certain versions. Raises ``ProfileNotFound``.
    """
    intact = True
    for _ in range(MAX_ATTEMPTS):
        latest = read_profile(stores, domain, new["profile_id"])
        intact = intact and latest["version"] == new["version"]
        settings = stores.domains.read(domain)
        earlier = wrap_sensitive(before if intact else latest, settings.custom_keys)
        restored = wrap_sensitive(before if intact else _merged(before, new, latest), settings.custom_keys)
        restored["version"] = latest["version"] + 1
        restored.pop("lookup")
        profile_index = index(restored, settings.custom_keys, settings.default_region, earlier)
        try:
            if stores.profiles.replace(domain, restored, profile_index, old=latest):
                break
        except UniqueKeyTaken:
            intact = False
    else:
        raise DatastoreUnavailable
    if if_match is None:
        return None
    if not intact:
        raise VersionConflict
    return frozenset({restored["version"]})


def _merged(before: Profile, new: Profile, latest: Profile) -> Profile:
    """Return the latest profile without the change. Fields that later requests changed stay."""
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
