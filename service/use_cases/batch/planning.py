"""Plan the items of a round: compute the profiles to write, without I/O.

A round is one pass over the unfinished items: read, plan, write (see ``run``).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from service.errors.base import ServiceError
from service.errors.merges import ProfileMerged
from service.errors.records import ProfileNotFound, UniqueKeyTaken, VersionConflict
from service.errors.requests import FieldError, InvalidRequest
from service.matching.profiles import Index
from service.model.audit import AuditAction
from service.model.batch import BatchOperation, BatchOutcome, ItemResult, ListMode, OnMerged
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.profiles.documents import unique_key_taken
from service.store.profiles.sealed_keys import sensitive_keys
from service.use_cases.audit import Access
from service.use_cases.batch import patches
from service.use_cases.batch.items import PendingItem
from service.use_cases.batch.kept import kept_lists
from service.use_cases.batch.targets import Planned, Target, Targets
from service.use_cases.profiles.change import Change, prepare_change
from service.use_cases.profiles.create import build_profile
from service.use_cases.profiles.merge_patch import REQUIRED_NAMES, named_keys
from service.use_cases.sensitive_values import keys_of_held_values

_NAMELESS = "A new profile needs a first name or a business name; send one."
_AMBIGUOUS = "This value consists of several values, and different profiles have them; send one of them."


class _Deferred(Exception):
    """The item depends on an earlier item of the same round, so it must wait for the next round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans items one by one, and changes the profiles of the round in memory.

    ``describe`` returns the problem document of an error. ``new_id`` gets the position of an item, and
    returns the ID for the profile that the item creates. ``mark`` gets the position of an item and the
    profile's new version, and returns the mark to store (see ``progress``). In a dry run, results have no
    IDs of new profiles.
    """

    domain: Domain
    targets: Targets
    time: datetime
    describe: Callable[[ServiceError], Mapping[str, object]]
    on_merged: OnMerged = OnMerged.FOLLOW
    new_id: Callable[[int], str] = lambda _position: uuid4().hex
    mark: Callable[[int, int], str] = lambda _position, _version: ""
    is_dry_run: bool = False

    def plan(self, pending: PendingItem) -> Planned | None:
        """Plan an item. Return None if it is deferred to the next round. Its errors become its result."""
        target: Target | None = None
        terms = (*pending.match_terms, *pending.added_terms)
        try:
            target = self._find_target(pending)
            self._defer_unless_free(terms, target)
            return self._plan(pending, target)
        except _Deferred:
            self.targets.defer(terms, target)
            return None
        except ServiceError as error:
            if not self.targets.is_free(terms, target):
                self.targets.defer(terms, target)
                return None
            return self._failed(pending, target, error)

    def _defer_unless_free(self, terms: Collection[str], target: Target | None) -> None:
        """Raise ``_Deferred`` if the item cannot use the terms or the target in this round."""
        if not self.targets.is_free(terms, target) or (target is not None and target.is_deletion):
            raise _Deferred

    def _find_target(self, pending: PendingItem) -> Target | None:
        """Return the profile that the item names. Raises ``InvalidRequest`` if there are several."""
        if pending.item.profile_id is not None:
            return self.targets.get(pending.item.profile_id)
        owners = self.targets.owners(pending.match_terms)
        if len(owners) > 1:
            raise InvalidRequest([FieldError("/match_on/value", _AMBIGUOUS)])
        return self.targets.get(next(iter(owners))) if owners else None

    def _plan(self, pending: PendingItem, target: Target | None) -> Planned:
        item = pending.item
        exists = target is not None and target.profile is not None
        if item.operation is BatchOperation.CREATE or (
            item.operation is BatchOperation.UPSERT and not exists
        ):
            if item.if_match is not None:
                raise VersionConflict
            return self._create(pending)
        if target is None or target.profile is None:
            raise ProfileNotFound(None if pending.match_key is None else pending.match_key.name)
        if self.on_merged is OnMerged.REJECT and item.profile_id not in {None, target.profile_id}:
            raise ProfileMerged
        if item.if_match is not None and target.profile["version"] != item.if_match:
            raise VersionConflict
        if item.operation is BatchOperation.DELETE:
            return self._delete(pending, target)
        return self._change(pending, target, target.profile)

    def _create(self, pending: PendingItem) -> Planned:
        if all(pending.patch.get(name) is None for name in REQUIRED_NAMES):
            raise InvalidRequest([FieldError(f"/profile/{REQUIRED_NAMES[0]}", _NAMELESS)])
        target = Target(self.new_id(pending.position))
        with _pointers_in_profile():
            profile, index = build_profile(
                pending.patch, self.domain.writable(), target.profile_id, self.time
            )
        self._check_unique(profile, index, target)
        self._store(pending, target, profile, index)
        keys = named_keys(pending.patch)
        access = Access([AuditAction.CREATED], [target.profile_id], keys=keys, at=self.time)
        return Planned(pending, self._result(target, BatchOutcome.CREATED), target, [access], profile)

    def _change(self, pending: PendingItem, target: Target, profile: Profile) -> Planned:
        item, region = pending.item, self.domain.default_region

        def edit(before: Profile, domain: Domain) -> Profile:
            return patches.apply(before, item, domain)

        matched = keys_of_held_values(pending.guesses, profile, region)
        accesses = [Access([AuditAction.SEARCHED], [target.profile_id], keys=matched)] if matched else []
        with _pointers_in_profile():
            change = prepare_change(profile, self.domain, edit, self.time)
        keys = named_keys(pending.patch, removable=True)
        new = change.changed if isinstance(change, Change) else change
        kept = kept_lists(new, pending.patch, self.domain) if item.lists is ListMode.MERGE else ()
        if not isinstance(change, Change):
            accesses.append(Access([AuditAction.READ], [target.profile_id], keys=keys))
            return Planned(pending, self._result(target, BatchOutcome.UNCHANGED, kept), target, accesses)
        self._check_unique(change.changed, change.index, target)
        if target.stored is not None:
            target.change = target.change or change
        # Later items need the stored index terms: a value that cannot be decrypted has no others.
        changed: Profile = {**change.changed, "lookup": profile.get("lookup", ())}
        self._store(pending, target, changed, change.index)
        accesses.append(Access([AuditAction.CHANGED], [target.profile_id], keys=keys))
        return Planned(pending, self._result(target, BatchOutcome.UPDATED, kept), target, accesses)

    def _delete(self, pending: PendingItem, target: Target) -> Planned:
        if target.must_write:
            raise _Deferred
        self._defer_unless_free(target.unique, target)
        result = replace(self._result(target, BatchOutcome.DELETED), version=None)
        target.is_deletion, target.profile, target.if_match = True, None, pending.item.if_match
        self.targets.set_unique(target, ())
        return Planned(pending, result, target)

    def _check_unique(self, profile: Profile, index: Index, target: Target) -> None:
        """Raise ``_Deferred`` or ``UniqueKeyTaken`` if the profile cannot have its unique values now."""
        self._defer_unless_free({*index.unique, *target.unique}, target)
        owners = self.targets.owners(index.unique)
        owners.pop(target.profile_id, None)
        if error := unique_key_taken(owners, sensitive_keys(profile["keys"]), index.definitions):
            raise error

    def _store(self, pending: PendingItem, target: Target, profile: Profile, index: Index) -> None:
        """Store the new profile in the target, for later items and for the write."""
        target.profile, target.index = profile, index
        target.marks.append(self.mark(pending.position, profile["version"]))
        self.targets.set_unique(target, index.unique)

    def _result(self, target: Target, outcome: BatchOutcome, kept: Sequence[str] = ()) -> ItemResult:
        profile_id = self._returned_id(target)
        return ItemResult(
            profile_id=profile_id,
            version=None if profile_id is None or target.profile is None else target.profile["version"],
            outcome=outcome,
            kept=kept,
        )

    def _returned_id(self, target: Target | None) -> str | None:
        """Return the ID of the target, or None if there is none, or if a dry run would have created it."""
        if target is None or (self.is_dry_run and target.stored is None):
            return None
        return target.profile_id

    def _failed(self, pending: PendingItem, target: Target | None, error: ServiceError) -> Planned:
        profile_id, problem, accesses = self._returned_id(target), self.describe(error), list[Access]()
        if isinstance(error, UniqueKeyTaken):
            # The problem shows that these profiles have the values, as the response to a search would.
            accesses += [
                Access([AuditAction.SEARCHED], [id_], keys=keys)
                for id_, keys in error.owners.items()
                if self._returned_id(self.targets.get(id_)) is not None
            ]
            if self._returned_id(self.targets.get(error.profile_id)) is None:
                problem = {name: value for name, value in problem.items() if name != "profile_id"}
        if profile_id is not None and pending.match_key is not None:
            # The response shows which profile has the value.
            accesses.append(Access([AuditAction.SEARCHED], [profile_id], keys=[pending.match_key.name]))
        return Planned(pending, ItemResult(profile_id=profile_id, problem=problem), target, accesses)


@contextmanager
def _pointers_in_profile() -> Iterator[None]:
    """Add ``/profile`` to the pointers of ``InvalidRequest``: they are relative to the item's profile."""
    try:
        yield
    except InvalidRequest as error:
        errors = [replace(each, pointer=f"/profile{each.pointer}") for each in error.errors]
        raise InvalidRequest(errors) from error
