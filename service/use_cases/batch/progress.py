"""The progress of a batch with an Idempotency-Key, so that a retry repeats nothing.

The results of completed items are stored with the batch. In case a request is interrupted before that, each
write of a profile also stores marks. A mark is a text: the ID of the batch, the position of an item that
created or changed the profile, and the profile's version after the item. A retry finds the mark and does not
repeat the item, even if another request has changed the profile since.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import uuid4

from service.errors.requests import IdempotencyKeyReused
from service.model.audit import AuditAction
from service.model.batch import BatchOperation, BatchOutcome, ItemResult
from service.store.batches import BatchProgress
from service.store.stores import Stores
from service.use_cases.audit import Access
from service.use_cases.batch.items import PendingItem
from service.use_cases.batch.targets import Planned, Targets
from service.use_cases.clock import now
from service.use_cases.profiles.create import IdempotencyRecord, is_same_request
from service.use_cases.profiles.merge_patch import named_keys


class Progress:
    """The progress of a batch. Without an Idempotency-Key (``record`` is None), it is not stored."""

    def __init__(self, stores: Stores, domain: str, record: IdempotencyRecord | None) -> None:
        """Read the earlier progress. Raises ``IdempotencyKeyReused`` and ``DatastoreUnavailable``."""
        self.batch_id = uuid4().hex if record is None else record.resource_id
        self._stores = stores
        self._domain = domain
        self.is_stored = record is not None
        self._earlier: BatchProgress | None = None
        if record is not None:
            self._earlier = stores.batches.begin(domain, self.batch_id, record.fingerprint, now())
            if self._earlier is not None and not is_same_request(self._earlier.fingerprint, record):
                raise IdempotencyKeyReused

    @property
    def results(self) -> Mapping[int, ItemResult]:
        """The results of items that an earlier request completed, by position."""
        return {} if self._earlier is None else self._earlier.results

    @property
    def is_retry(self) -> bool:
        """Return whether there was an earlier request with the same Idempotency-Key."""
        return self._earlier is not None

    def new_id(self, position: int) -> str:
        """Return the ID for a profile that an item creates: with an Idempotency-Key, always the same one."""
        if not self.is_stored:
            return uuid4().hex
        return sha256(f"{self.batch_id}:{position}".encode()).hexdigest()[:32]

    def mark(self, position: int, version: int) -> str:
        """Return the mark of an item that creates or changes a profile. The profile then has this version."""
        return f"{self.batch_id}:{position}:{version}"

    def begin_round(self, pending: Sequence[PendingItem]) -> set[str]:
        """Return the IDs of profiles that earlier attempts at the items may have created, changed or deleted.

        After this, an earlier request cannot withdraw a profile that it created.
        """
        if not self.is_stored or (self._earlier is None and not any(each.attempts for each in pending)):
            return set()
        can_create = {BatchOperation.CREATE, BatchOperation.UPSERT}
        created = [self.new_id(each.position) for each in pending if each.item.operation in can_create]
        if created and self._earlier is not None:
            self._stores.bulk_profiles.mark_repeated(self._domain, created)
        targets = (self._target(each) for each in pending)
        return {*created, *(profile_id for profile_id in targets if profile_id is not None)}

    def replay(self, pending: PendingItem, targets: Targets) -> Planned | None:
        """Return the result of an item that an earlier attempt completed. Return None if none did."""
        if not self.is_stored:
            return None
        mark = targets.marks_of(self.batch_id).get(pending.position)
        created = targets.get(self.new_id(pending.position))
        if mark is None and created is not None and created.stored is not None:
            # The profile has no mark any more: it was merged, or many later batches have changed it.
            mark = created.profile_id, 1
        if mark is not None:
            profile_id, version = mark
            is_created = created is not None and created.profile_id == profile_id
            outcome = BatchOutcome.CREATED if is_created else BatchOutcome.UPDATED
            action = AuditAction.CREATED if is_created else AuditAction.CHANGED
            result = ItemResult(profile_id=profile_id, version=version, outcome=outcome)
            access = Access([action], [profile_id], keys=named_keys(pending.patch, removable=True))
            return Planned(pending, result, None, [access])
        target_id = self._target(pending)
        is_deletion = pending.item.operation is BatchOperation.DELETE
        if is_deletion and target_id is not None and targets.get(target_id) is None:
            return Planned(pending, ItemResult(profile_id=target_id, outcome=BatchOutcome.DELETED))
        return None

    def add_targets(self, planned: Iterable[Planned]) -> None:
        """Store which existing profiles the items will change or delete."""
        targets = {
            each.pending.position: each.target.profile_id
            for each in planned
            if each.target is not None and each.target.stored is not None and each.target.must_write
        }
        if targets and self.is_stored:
            self._stores.batches.add_targets(self._domain, self.batch_id, targets)

    def add_results(self, results: Mapping[int, ItemResult]) -> None:
        """Store the results of completed items."""
        if results and self.is_stored:
            self._stores.batches.add_results(self._domain, self.batch_id, results)

    def _target(self, pending: PendingItem) -> str | None:
        """Return the existing profile that an earlier request was going to change or delete, or None."""
        return None if self._earlier is None else self._earlier.targets.get(pending.position)
