"""Read and change profiles."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import UniqueKeyTaken, VersionConflict
from service.matching.profiles import Index, index, wrap_sensitive
from service.model.audit import AuditAction
from service.model.profile import Profile, ProfilePatch
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.aliases import find_profile, find_with_aliases, note_aliases
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
from service.use_cases.profiles.revert import revert_change
from service.use_cases.sensitive_values import (
    GuessLimit,
    guesses_in_profile,
    keys_of_held_values,
    limit_guesses,
)

IfMatch = frozenset[int] | None
"""The versions that the request may change; None means any."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a stored profile that is not written yet."""

    old: Profile
    """The stored profile, without its index terms."""
    before: Profile
    """The stored profile, with its index terms and with phone numbers parsed by the rules of this release."""
    changed: Profile
    """The profile to store."""
    index: Index
    """The index of ``changed``."""


def prepare_change(
    stored: Profile, domain: Domain, change: Callable[[Profile, Domain], Profile], time: datetime
) -> Change | Profile:
    """Return the change of a stored profile, or if ``change`` has no effect, the profile without index terms.

    ``change`` gets the profile and the domain, and returns the changed profile. ``time`` is the time of the
    change. Raises ``MasterKeyMissing``, ``InvalidRequest`` and the errors of ``change``.
    """
    lookup = stored.get("lookup", ())
    # The write stores index terms for all values, so the definitions of all their keys must be current.
    settings = domain.writable(stored["keys"])
    old = wrap_sensitive(stored, settings.custom_keys)
    old.pop("lookup", None)
    # Parse all stored numbers with the rules of this release, because their index terms are stored again.
    before: Profile = {**old, "phone_numbers": reread_numbers(old, settings)}
    changed = change(before, settings)
    if changed == before:
        return old
    check_sizes(changed)
    changed = {**changed, "version": old["version"] + 1, "updated_at": time}
    before = {**before, "lookup": lookup}
    return Change(old, before, changed, index(changed, settings.custom_keys, settings.default_region, before))


def read_profile(stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None) -> Profile:
    """Return the profile, or the profile in which it lives on after a merge.

    Raises ``ProfileNotFound`` and ``VersionConflict``.
    """
    profile = find_profile(stores, domain, profile_id, stores.profiles.get)
    if if_match is not None and profile["version"] not in if_match:
        raise VersionConflict
    return profile


def view_profile(stores: Stores, domain: str, profile_id: str) -> Audited[Profile]:
    """Return the profile and the access to audit; raises ``ProfileNotFound``."""
    profile = read_profile(stores, domain, profile_id)
    return Audited(profile, [Access([AuditAction.READ], [profile["profile_id"]])])


def view_profiles(stores: Stores, domain: str, profile_ids: Sequence[str]) -> Audited[dict[str, Profile]]:
    """Return the profiles by the IDs of the request. IDs without a profile are omitted.

    The ID of a merged profile maps to the profile in which it lives on. Sends one command if all profiles
    exist and none of them was merged.
    """
    found, aliases = find_with_aliases(stores, domain, set(profile_ids), ())
    note_aliases(aliases.values())
    by_id = {each.profile["profile_id"]: each.profile for each in found}
    profiles = {id_: by_id[living] for id_ in profile_ids if (living := aliases.get(id_, id_)) in by_id}
    shown = [profile["profile_id"] for profile in profiles.values()]
    return Audited(profiles, [Access([AuditAction.READ] if profiles else [], shown)])


def update_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    patch: ProfilePatch,
    if_match: IfMatch = None,
    guess_limit: GuessLimit | None = None,
) -> Audited[Profile]:
    """Apply an RFC 7396 merge patch.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken``,
    ``MasterKeyMissing``, ``TooManySensitiveValues`` and ``DatastoreUnavailable``.
    """
    keys, matched_keys = patch.get("keys"), set[str]()

    def edit(profile: Profile, settings: Domain) -> Profile:
        guesses = list(guesses_in_profile(keys, settings))
        limit_guesses(guesses, settings.default_region, guess_limit)
        matched_keys.update(keys_of_held_values(guesses, profile, settings.default_region))
        return apply_patch(profile, patch, settings)

    result = change_profile(stores, domain, profile_id, if_match, edit, keys=keys, numbers=numbers_in(patch))
    return audit_change(*result, named_keys(patch, removable=True), matched_keys)


def edit_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    patch_of: Callable[[Profile], ProfilePatch],
    numbers: Iterable[str] = (),
) -> Audited[Profile]:
    """Apply the merge patch that ``patch_of`` returns for the stored profile.

    The patch may remove all names, but has no custom search keys. ``numbers`` are the phone numbers that it
    may add. Raises the errors of ``change_profile`` and of ``patch_of``.
    """
    keys = set[str]()

    def edit(profile: Profile, settings: Domain) -> Profile:
        patch = patch_of(profile)
        keys.update(named_keys(patch, removable=True))
        return apply_patch(profile, patch, settings, requires_name=False)

    return audit_change(*change_profile(stores, domain, profile_id, None, edit, numbers=numbers), keys, ())


def audit_change(
    profile: Profile, action: AuditAction, keys: Collection[str], matched_keys: Collection[str]
) -> Audited[Profile]:
    """Return the profile with the accesses to audit. ``profile`` and ``action`` come from ``change_profile``.

    ``keys`` are the search keys that the request names. ``matched_keys`` are the sensitive keys for which the
    profile already had a value of the request. The response shows this, so it is audited like a search.
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
    """Replace the profile with the result of ``change``. Retry if another request changes it meanwhile.

    ``change`` gets the profile and the domain, and returns the changed profile. ``keys`` and ``numbers`` are
    the custom search keys and phone numbers that it may add. Returns the profile and the action to audit:
    ``CHANGED``, or ``READ`` if ``change`` has no effect. In the second case nothing is written, but the
    response still contains the whole profile.

    If the search keys are redefined meanwhile, the change is undone and repeated. Raises ``UniqueKeyTaken``,
    ``MasterKeyMissing``, ``InvalidRequest``, and the errors of ``undo_change`` and of ``change``.
    """
    for _ in range(MAX_ATTEMPTS):
        stored = read_profile(stores, domain, profile_id, if_match)
        settings = domain_for(stores, domain, keys or stored["keys"], numbers)
        prepared = prepare_change(stored, settings, change, now())
        if not isinstance(prepared, Change):
            return prepared, AuditAction.READ
        if not stores.profiles.replace(domain, prepared.changed, prepared.index, old=prepared.old):
            continue
        if are_current(stores, domain, prepared.index, old_keys=prepared.old["keys"]):
            return prepared.changed, AuditAction.CHANGED
        if_match = undo_change(stores, domain, prepared.before, prepared.changed, if_match)
    raise DatastoreUnavailable


def undo_change(
    stores: Stores, domain: str, before: Profile, changed: Profile, if_match: IfMatch = None
) -> IfMatch:
    """Undo a change whose search keys were redefined meanwhile. Return the next attempt's ``if_match``.

    Later changes by other requests are kept. A unique value that the change removed is not restored if
    another profile has it now. In both cases the profile is not as before, so with ``if_match`` this raises
    ``VersionConflict``. Also raises ``ProfileNotFound`` and ``DatastoreUnavailable``.
    """
    restores_all, taken = True, set[str]()
    for _ in range(MAX_ATTEMPTS):
        latest = read_profile(stores, domain, changed["profile_id"])
        restores_all = restores_all and latest["version"] == changed["version"]
        settings = stores.domains.read(domain)
        restored = before if restores_all else revert_change(before, changed, latest, settings, taken)
        restored = {**wrap_sensitive(restored, settings.custom_keys), "version": latest["version"] + 1}
        restored.pop("lookup")
        both = with_values_of_both(before, latest)
        profile_index = index(restored, settings.custom_keys, settings.default_region, both)
        try:
            if stores.profiles.replace(domain, restored, profile_index, old=latest):
                break
        except UniqueKeyTaken as error:
            restores_all = False
            taken |= error.terms
    else:
        raise DatastoreUnavailable
    if if_match is None:
        return None
    if not restores_all:
        raise VersionConflict
    return frozenset({restored["version"]})


def with_values_of_both(before: Profile, latest: Profile) -> Profile:
    """Return ``latest`` with the index terms and the search key values of both profiles.

    It is for ``index``: a restored value that cannot be decrypted keeps its index terms, which perhaps only
    ``before`` has.
    """
    names = before["keys"].keys() | latest["keys"].keys()
    keys = {name: [*before["keys"].get(name, ()), *latest["keys"].get(name, ())] for name in names}
    return {**latest, "lookup": [*before["lookup"], *latest["lookup"]], "keys": keys}
