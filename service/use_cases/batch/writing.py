"""Write the profiles of a round: insert, replace and erase them with a few commands.

A round is one pass over the unfinished items: read, plan, write (see ``run``).
"""

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
"""Maximum number of marks of other batches that a profile keeps. ``progress`` explains marks."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the profiles of a batch. With a ``guard``, new profiles with possible duplicates are withdrawn.

    ``record`` writes the audit events of erasures. ``may_repeat`` is True if the batch has an
    Idempotency-Key. Then another request may already have created a profile, and it may have been merged
    since. Such a profile is withdrawn.
    """

    stores: Stores
    domain: str
    batch_id: str
    record: Callable[..., None]
    guard: DuplicateGuard | None
    may_repeat: bool = field(kw_only=True)

    def write(self, targets: Sequence[Target]) -> set[str]:
        """Write the targets. Return the IDs of those that were not written, because of another request.

        Undoes a write if one of its search keys was redefined meanwhile, and, with a ``guard``, an insertion
        if another request inserted a possible duplicate. Raises ``DatastoreUnavailable`` and
        ``MasterKeyMissing``.
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
        """Withdraw new profiles whose IDs already belong to merged profiles. Return these IDs."""
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
        """With a ``guard``, confirm the new profiles. Withdraw those that it does not confirm.

        Return the IDs of the withdrawn profiles.
        """
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
    return NewProfile(target.profile, target.index, target.marks)


def _replacement(target: Target, batch_id: str) -> Replacement:
    if target.profile is None or target.index is None or target.change is None or target.stored is None:
        raise ValueError(target.profile_id)
    profile: Profile = {**target.profile}
    profile.pop("lookup", None)
    own = [mark for mark in target.stored.marks if mark.startswith(f"{batch_id}:")]
    others = [mark for mark in target.stored.marks if mark not in own][-_MAX_OLD_MARKS:]
    return Replacement(profile, target.index, target.change.old, [*others, *own, *target.marks])


def _undo_outdated(stores: Stores, domain: str, written: Iterable[Target]) -> set[str]:
    """Undo writes if one of their search keys was redefined meanwhile. Return the IDs of their profiles."""
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
    """Yield the search keys that the profile did not have before the write, with their definitions."""
    if target.index is None:
        return
    for name, key in target.index.definitions.items():
        if key is not None and name not in _old_keys(target):
            yield name, key


def _old_keys(target: Target) -> Collection[str]:
    return () if target.change is None else target.change.old["keys"]


def merge_accesses(accesses: Iterable[Access]) -> list[Access]:
    """Merge accesses with the same actions, search keys and time.

    Drops the contact and the agent, which the accesses of a batch do not have.
    """
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
