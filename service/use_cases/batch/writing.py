"""Write the profiles of a round: insert, replace and erase them with a few commands."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from service.errors.records import ProfileNotFound
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.store.profiles.bulk import NewProfile, Replacement
from service.store.stores import Stores
from service.use_cases.audit import Access
from service.use_cases.batch.targets import Target
from service.use_cases.erasure import erase_profiles
from service.use_cases.profiles.change import undo_change
from service.use_cases.profiles.create import are_current
from service.use_cases.profiles.duplicate_checks import DuplicateGuard
from service.use_cases.profiles.withdrawal import withdraw_profile

_MAX_OLD_MARKS = 20
"""Number of marks of other batches that a profile keeps."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the profiles of a batch. With a ``guard``, profiles with possible duplicates are rejected.

    If another request ``may_repeat`` the batch, it may have created the same profiles, which may have been
    merged since. Then their new creation is undone.
    """

    stores: Stores
    domain: str
    batch_id: str
    record: Callable[..., None]
    guard: DuplicateGuard | None
    may_repeat: bool = field(kw_only=True)

    def write(self, targets: Sequence[Target]) -> set[str]:
        """Write the targets. Return the IDs of those that were not written, because of another request.

        Writes that used a search key that is redefined meanwhile are undone, and so are insertions for which
        another request has inserted a possible duplicate. Raises ``DatastoreUnavailable``.
        """
        stores, domain = self.stores, self.domain
        inserted = [each for each in targets if each.stored is None]
        replaced = [each for each in targets if each.stored is not None and each.change is not None]
        deleted = {each.profile_id: each.if_match for each in targets if each.is_deletion}
        lost: set[str] = set()
        if inserted:
            new = [_new(each) for each in inserted]
            lost |= stores.bulk_profiles.insert(domain, new, are_tentative=self.guard is not None)
            lost |= self._undo_merged([each for each in inserted if each.profile_id not in lost])
        if replaced:
            replacements = [_replacement(each, self.batch_id) for each in replaced]
            lost |= stores.bulk_profiles.replace(domain, replacements)
        if deleted:
            lost |= deleted.keys() - erase_profiles(stores, domain, deleted, record=self.record)
        written = [each for each in (*inserted, *replaced) if each.profile_id not in lost]
        lost |= _undo_outdated(stores, domain, written)
        return lost | self._undo_duplicates([each for each in inserted if each.profile_id not in lost])

    def _undo_merged(self, inserted: Sequence[Target]) -> set[str]:
        """Withdraw profiles that were created and merged before. Return their IDs."""
        if not self.may_repeat:
            return set()
        merged = self.stores.aliases.find(self.domain, [each.profile_id for each in inserted])
        for profile_id in merged:
            withdraw_profile(
                self.stores,
                self.domain,
                profile_id,
                is_tentative=self.guard is not None,
                only_unchanged=True,
            )
        return set(merged)

    def _undo_duplicates(self, inserted: Sequence[Target]) -> set[str]:
        """Confirm the new profiles. Withdraw those that have possible duplicates, and return their IDs."""
        if self.guard is None or not inserted:
            return set()
        profiles = [each.profile for each in inserted if each.profile is not None]
        unconfirmed = {each.profile_id for each in inserted} - self.guard.confirm(profiles)
        for profile_id in unconfirmed:
            withdraw_profile(self.stores, self.domain, profile_id, is_tentative=True)
        return unconfirmed


def _new(target: Target) -> NewProfile:
    if target.profile is None or target.index is None:
        raise ValueError(target.profile_id)
    return NewProfile(target.profile, target.index, [mark for mark in target.marks if mark])


def _replacement(target: Target, batch_id: str) -> Replacement:
    if target.profile is None or target.index is None or target.change is None or target.stored is None:
        raise ValueError(target.profile_id)
    profile: Profile = {**target.profile}
    profile.pop("lookup", None)
    own = [mark for mark in target.stored.marks if mark.startswith(f"{batch_id}:")]
    others = [mark for mark in target.stored.marks if mark not in own][-_MAX_OLD_MARKS:]
    return Replacement(profile, target.index, target.change.old, [*others, *own, *target.marks])


def _undo_outdated(stores: Stores, domain: str, written: Iterable[Target]) -> set[str]:
    """Undo writes whose search keys were redefined meanwhile. Return the IDs of these profiles."""
    written = list(written)
    definitions = {name: key for target in written for name, key in _new_definitions(target)}
    if stores.domains.still_defines(domain, definitions):
        return set()
    undone = set()
    for target in written:
        if target.index is None or are_current(stores, domain, target.index, _old_keys(target)):
            continue
        undone.add(target.profile_id)
        if target.change is None:
            withdraw_profile(stores, domain, target.profile_id)
        elif target.profile is not None:
            # Another request may have erased the profile.
            with suppress(ProfileNotFound):
                undo_change(stores, domain, target.change.before, target.profile)
            stores.bulk_profiles.remove_marks(domain, target.profile_id, target.marks)
    return undone


def _new_definitions(target: Target) -> Iterable[tuple[str, SearchKey]]:
    if target.index is None:
        return
    for name, key in target.index.definitions.items():
        if key is not None and name not in _old_keys(target):
            yield name, key


def _old_keys(target: Target) -> Collection[str]:
    return () if target.change is None else target.change.old["keys"]


def merge_accesses(accesses: Iterable[Access]) -> list[Access]:
    """Return the accesses; those that differ only in the profiles become one."""
    groups: dict[object, list[Access]] = {}
    for access in accesses:
        group = (tuple(access.actions), frozenset(access.keys), access.at)
        groups.setdefault(group, []).append(access)
    return [
        Access(
            group[0].actions,
            [profile_id for access in group for profile_id in access.profile_ids],
            keys=group[0].keys,
            at=group[0].at,
        )
        for group in groups.values()
    ]
