"""Undo merges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.errors.datastore import DatastoreUnavailable
from service.errors.merges import MergeNotFound, MergeSuperseded
from service.errors.records import ProfileNotFound, VersionConflict
from service.matching.profiles import index
from service.model.audit import AuditAction
from service.model.merge import Alias, Merge, NotRestored
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.merges.plans import NewState, UndoPlan
from service.store.merges.snapshots import Role, Snapshots
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.merges.merge import EventMaker, MergeResult
from service.use_cases.merges.reading import as_stored_now
from service.use_cases.merges.replaying import States, replay_without
from service.use_cases.merges.restoring import Conditions, keys_to_restore, restore, unique_terms
from service.use_cases.profiles.change import IfMatch, read_profile, with_values_of_both
from service.use_cases.profiles.create import MAX_ATTEMPTS


def undo_merge(
    stores: Stores,
    domain: str,
    merge_id: str,
    agent_id: str | None,
    events_of: EventMaker,
    if_match: IfMatch = None,
) -> Audited[MergeResult]:
    """Undo a merge, in one transaction: the merged profiles appear again, with their values and contacts.

    Later changes stay with the target. If the merge is undone already, returns it. ``if_match`` are the
    accepted versions of the target. Writes the audit event of an undo itself. Raises ``MergeNotFound``,
    ``MergeSuperseded``, ``VersionConflict``, ``ProfileBeingErased``, ``ProfileCreatedAgain``,
    ``MasterKeyMissing``, ``ValueSealed``, ``ReplicaSetRequired`` and ``DatastoreUnavailable``.
    """
    for _ in range(MAX_ATTEMPTS):
        stored = stores.merges.get(domain, merge_id)
        if stored is None:
            raise MergeNotFound
        merge = stored.merge
        target = stores.profiles.get(domain, merge.profile_id)
        if merge.undone_at is not None:
            return _replayed(stores, domain, merge)
        if target is None:
            _raise_if_gone(stores, domain, merge)
            continue
        if if_match is not None and target["version"] not in if_match:
            raise VersionConflict
        snapshots = stores.merge_snapshots.of_profile(domain, merge.profile_id)
        if all(each.merge_id != merge_id for each in snapshots):
            continue
        # Search keys that the profile has cannot be removed meanwhile.
        settings = stores.domains.read(domain).writable(target["keys"])
        snapshots = [_as_stored_now(each, settings) for each in snapshots]
        plan = _Undo(stores, settings, merge, target, snapshots, now()).plan(agent_id, events_of)
        if stores.merge_writer.undo(domain, plan):
            _complete(stores, domain, merge)
            return Audited(MergeResult(plan.merge, plan.new.profile), [])
        _raise_if_gone(stores, domain, merge)
    raise DatastoreUnavailable


def _as_stored_now(snapshots: Snapshots, domain: Domain) -> Snapshots:
    return replace(
        snapshots,
        before=as_stored_now(snapshots.before, domain),
        after=as_stored_now(snapshots.after, domain),
        sources=[as_stored_now(source, domain) for source in snapshots.sources],
    )


def _complete(stores: Stores, domain: str, merge: Merge) -> None:
    """Move back what requests moved along the merge during the undo. See ``complete_merge``."""
    stores.moves.move_back(domain, Alias("", [merge.profile_id], [merge.merge_id]))


def _replayed(stores: Stores, domain: str, merge: Merge) -> Audited[MergeResult]:
    """Return the merge, which is undone already, with its target. The target may have been merged since.

    Raises ``MergeNotFound`` if the target was erased.
    """
    _complete(stores, domain, merge)
    try:
        target = read_profile(stores, domain, merge.profile_id)
    except ProfileNotFound:
        raise MergeNotFound from None
    access = Access([AuditAction.READ], [target["profile_id"]])
    return Audited(MergeResult(merge, target, replayed=True), [access])


def _raise_if_gone(stores: Stores, domain: str, merge: Merge) -> None:
    """Raise ``MergeSuperseded`` if the target was itself merged, and ``MergeNotFound`` if it was erased."""
    alias = stores.aliases.get(domain, merge.profile_id)
    if alias is None:
        if not stores.profiles.exists(domain, merge.profile_id):
            raise MergeNotFound
        return
    raise MergeSuperseded(merge_id=alias.merge_ids[-1])


@dataclass(frozen=True, slots=True)
class _Undo:
    """The undo of a merge. ``snapshots`` are those of all merges into the target that are not undone."""

    stores: Stores
    domain: Domain
    merge: Merge
    target: Profile
    snapshots: Sequence[Snapshots]
    time: datetime

    def plan(self, agent_id: str | None, events_of: EventMaker) -> UndoPlan:
        """Return what the undo writes. Raises ``ValueSealed`` and ``MasterKeyMissing``."""
        own = next(each for each in self.snapshots if each.merge_id == self.merge.merge_id)
        latest = as_stored_now(self.target, self.domain)
        owners = self._owners(own)
        later = [each for each in self.snapshots if each.after["version"] > own.after["version"]]
        new, states = replay_without(own, later, latest, self.domain)
        conditions = Conditions(self.domain, own.key_types, owners)
        own_keys = keys_to_restore(new["keys"], latest["keys"], conditions)
        new = {**new, "keys": own_keys, "version": self.target["version"] + 1, "updated_at": self.time}
        state = self._state(new, own.before, latest)
        conditions = conditions.with_owner(state.index.unique, self.merge.profile_id)
        restored, problems = self._restored(own, conditions)
        keys = {name for each in own.sources for name in each["keys"]}
        profile_ids = [self.merge.profile_id, *self.merge.profile_ids]
        return UndoPlan(
            merge=replace(self.merge, undone_at=self.time, not_restored=problems),
            old=self.target,
            new=state,
            restored=restored,
            marks=own.marks,
            corrected=self._corrected(own, later, states),
            new_keys={
                name: key
                for each in (state, *restored)
                for name, key in each.index.definitions.items()
                if key is not None and name not in self.target["keys"]
            },
            events=events_of(Access([AuditAction.UNMERGED], profile_ids, keys=keys, agent_id=agent_id)),
        )

    def _restored(self, own: Snapshots, conditions: Conditions) -> tuple[list[NewState], list[NotRestored]]:
        """Return the profiles to insert, and what they do not get back.

        A search key may have become unique since the merge. If several profiles had the same value of such a
        key, the first one gets it.
        """
        states, problems = list[NewState](), list[NotRestored]()
        for source in own.sources:
            state, not_restored = restore(source, conditions, version=self.target["version"], time=self.time)
            states.append(state)
            problems += not_restored
            conditions = conditions.with_owner(state.index.unique, source["profile_id"])
        return states, problems

    def _state(self, profile: Profile, before: Profile, latest: Profile) -> NewState:
        profile = {**profile}
        profile.pop("lookup", None)
        both = with_values_of_both(before, latest)
        region = self.domain.default_region
        return NewState(profile=profile, index=index(profile, self.domain.custom_keys, region, both))

    def _owners(self, own: Snapshots) -> dict[str, str]:
        """Return which profiles outside of the merge have unique values of the snapshots now.

        Maps the index terms of the values to the IDs of these profiles.
        """
        terms = {
            term for profile in (own.before, *own.sources) for term in unique_terms(profile, self.domain)
        }
        found = self.stores.bulk_profiles.find(self.domain.name, (), terms) if terms else []
        return {
            term: each.profile["profile_id"]
            for each in found
            if each.profile["profile_id"] not in {self.merge.profile_id, *self.merge.profile_ids}
            for term in each.unique & terms
        }

    def _corrected(
        self, own: Snapshots, later: Sequence[Snapshots], states: States
    ) -> dict[tuple[str, Role], NewState]:
        """Return the new states of the snapshots of later merges, by the ID of the merge and the role.

        Without them, the undo of a later merge would bring back values of the merge that is undone now.
        """
        before = {(each.merge_id, Role.BEFORE): each.before for each in later}
        after = {(each.merge_id, Role.AFTER): each.after for each in later}
        return {
            place: self._state(states[place], own.before, latest)
            for place, latest in (before | after).items()
        }
