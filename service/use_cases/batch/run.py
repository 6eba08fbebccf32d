"""Run a batch in rounds. A round reads the profiles of all items, plans the items in order, and writes.

An item that depends on an item of the same round waits for the next round, and so does an item that lost a
race with another request. So the result is as if the items ran one after another, but a batch needs few
commands. Between two items, other requests of the same worker continue.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from service.errors.base import ServiceError
from service.errors.datastore import DatastoreUnavailable
from service.model.audit import AuditAction
from service.model.batch import BatchItem, BatchOperation, ItemResult
from service.model.principal import Principal
from service.store.client.deadline import one_deadline
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import audit
from service.use_cases.audit import Access
from service.use_cases.batch.items import PendingItem, check_scopes, count_all_guesses, normalise
from service.use_cases.batch.planning import Planner
from service.use_cases.batch.progress import Progress
from service.use_cases.batch.targets import Planned, Targets
from service.use_cases.batch.writing import merge_accesses, write_targets
from service.use_cases.clock import now
from service.use_cases.erasure import complete_erasures
from service.use_cases.profiles.create import domain_for, idempotency_record
from service.use_cases.profiles.merge_patch import numbers_in

MAX_SECONDS = 30.0
"""After this time no new round starts. Items without a result get a ``DatastoreUnavailable``."""

_MAX_ATTEMPTS = 16
"""Maximum number of times that an item loses a race with other requests."""

_TRANSIENT = frozenset({429, 503})
"""Statuses of problems that a retry of the batch may not have. They are not stored."""

Item = BatchItem | ServiceError
"""An item, or the error of an item that is invalid by itself."""

pause = partial(time.sleep, 0)
"""Let other requests of the worker continue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """What all rounds of a batch need. ``describe`` returns the problem document of an error."""

    stores: Stores
    principal: Principal
    request_id: str
    describe: Callable[[ServiceError], Mapping[str, object]]

    @property
    def domain(self) -> str:
        """The domain of the principal."""
        return self.principal.domain

    def deadline(self) -> AbstractContextManager[None]:
        """Limit the time of the commands of a block, as the commands of other requests are limited.

        A batch has several blocks, because computing its profiles can take seconds.
        """
        return one_deadline(self.stores.request_seconds)

    def record(self, *accesses: Access) -> None:
        """Write the audit events of the accesses."""
        if accesses:
            audit.record(self.stores, self.principal, self.request_id, *accesses)


def run_batch(
    run: BatchRun, items: Sequence[Item], payload: Sequence[object], key: str | None
) -> tuple[list[ItemResult], bool]:
    """Execute the items, each on its own, as if in order. Return the result of each item.

    Also returns whether an earlier request with the same Idempotency-Key (``key``) executed all items.
    ``payload`` are the items of the request's body. Raises
    ``IdempotencyKeyReused`` and ``DatastoreUnavailable``.
    """
    record = None
    if key is not None:
        record = idempotency_record(run.domain, "batch", key, {"items": payload}, run.stores.keyring)
    stops_at = monotonic() + MAX_SECONDS
    with run.deadline():
        progress = Progress(run.stores, run.domain, record)
        results = dict(progress.results)
    if len(results) == len(items):
        return _in_order(results), True
    pending, rejected = _check(run, items, results)
    with run.deadline():
        progress.add_results(rejected)
    results |= rejected
    while pending and monotonic() < stops_at:
        pending, completed = _run_round(run, progress, pending)
        results |= completed
    unavailable = ItemResult(problem=run.describe(DatastoreUnavailable()))
    return _in_order(results | {each.position: unavailable for each in pending}), False


def dry_run(run: BatchRun, items: Sequence[Item]) -> list[ItemResult]:
    """Return the result that each item would have. Writes nothing, except the audit of what this shows."""
    pending, results = _check(run, items, {})
    domain, pending, rejected = _prepare(run, pending)
    targets = _read_targets(run, pending, set())
    planner = Planner(domain=domain, targets=targets, time=now(), describe=run.describe, is_dry_run=True)
    accesses: list[Access] = []
    for each in pending:
        pause()
        planned = planner.plan(each)
        if planned is not None:
            results[each.position] = planned.result
            accesses += _shown(planned)
    with run.deadline():
        run.record(*merge_accesses(accesses))
    return _in_order(results | rejected)


def _shown(planned: Planned) -> list[Access]:
    """Return the look-ups that the result of a dry run shows."""
    profile_id, key = planned.result.profile_id, planned.pending.match_key
    look_ups = [each for each in planned.accesses if AuditAction.SEARCHED in each.actions]
    if profile_id is None or look_ups:
        return look_ups
    if key is not None:
        return [Access([AuditAction.SEARCHED], [profile_id], keys=[key.name])]
    return [Access([AuditAction.READ], [profile_id])]


def _check(
    run: BatchRun, items: Sequence[Item], done: Collection[int]
) -> tuple[list[PendingItem], dict[int, ItemResult]]:
    """Return the items to execute, and the results of those that are invalid or not allowed."""
    pending, rejected = [], {}
    for position, item in enumerate(items):
        if position in done:
            continue
        try:
            if isinstance(item, ServiceError):
                raise item
            check_scopes(item, run.principal)
            pending.append(PendingItem(position, normalise(item)))
        except ServiceError as error:
            rejected[position] = ItemResult(problem=run.describe(error))
    return pending, rejected


def _run_round(
    run: BatchRun, progress: Progress, pending: Sequence[PendingItem]
) -> tuple[list[PendingItem], dict[int, ItemResult]]:
    """Execute the items that do not depend on each other. Return the other items, and the results."""
    with run.deadline():
        extra_ids = progress.begin_round(pending)
    domain, prepared, results = _prepare(run, pending)
    targets = _read_targets(run, prepared, extra_ids)
    planner = Planner(
        domain=domain,
        targets=targets,
        time=now(),
        describe=run.describe,
        new_id=progress.new_id,
        mark=progress.mark,
    )
    planned: list[Planned] = []
    for each in prepared:
        pause()
        plan = progress.replay(each, targets) or planner.plan(each)
        if plan is not None:
            planned.append(plan)
    with run.deadline():
        results |= _write(run, progress, planned)
        remaining = _remaining(run, prepared, planned, results)
        progress.add_results({p: r for p, r in results.items() if not _is_transient(r)})
    return remaining, results


def _write(run: BatchRun, progress: Progress, planned: Sequence[Planned]) -> dict[int, ItemResult]:
    """Write the profiles and the audit events. Return the results of items that lost no race."""
    progress.add_targets(planned)
    written = {id(each.target): each.target for each in planned if each.target and each.target.must_write}
    lost = write_targets(run.stores, run.domain, list(written.values()), progress.batch_id, run.record)
    completed = [each for each in planned if each.target is None or each.target.profile_id not in lost]
    run.record(*merge_accesses(access for each in completed for access in each.accesses))
    _complete_erasures(run, completed)
    return {each.pending.position: each.result for each in completed}


def _remaining(
    run: BatchRun,
    prepared: Sequence[PendingItem],
    planned: Sequence[Planned],
    results: dict[int, ItemResult],
) -> list[PendingItem]:
    """Return the items without a result. Add a result for items that have lost too many races."""
    lost = {each.pending.position for each in planned} - results.keys()
    remaining = []
    for each in prepared:
        if each.position in results:
            continue
        each.attempts += each.position in lost
        if each.attempts > _MAX_ATTEMPTS:
            results[each.position] = ItemResult(problem=run.describe(DatastoreUnavailable()))
        else:
            remaining.append(each)
    return remaining


def _prepare(
    run: BatchRun, pending: Sequence[PendingItem]
) -> tuple[Domain, list[PendingItem], dict[int, ItemResult]]:
    """Read the domain, and prepare the items. Return the results of those that are invalid."""
    patches = [each.item.profile or {} for each in pending]
    has_keys = any(each.item.match_on for each in pending) or any(patch.get("keys") for patch in patches)
    numbers = (number for patch in patches for number in numbers_in(patch))
    with run.deadline():
        domain = domain_for(run.stores, run.domain, ["match_on"] if has_keys else [], numbers)
    errors: dict[int, ServiceError] = {}
    for each in pending:
        pause()
        try:
            each.prepare(domain)
        except ServiceError as error:
            errors[each.position] = error
    valid = [each for each in pending if each.position not in errors]
    with run.deadline():
        errors |= count_all_guesses(run.stores, run.principal, valid, domain.default_region)
    results = {position: ItemResult(problem=run.describe(error)) for position, error in errors.items()}
    return domain, [each for each in valid if each.position not in errors], results


def _read_targets(run: BatchRun, pending: Sequence[PendingItem], profile_ids: Collection[str]) -> Targets:
    ids = {*profile_ids, *(each.item.profile_id for each in pending if each.item.profile_id is not None)}
    terms = {term for each in pending for term in (*each.match_terms, *each.added_terms)}
    with run.deadline():
        return Targets(run.stores.bulk_profiles.find(run.domain, ids, terms))


def _complete_erasures(run: BatchRun, completed: Iterable[Planned]) -> None:
    """Complete the erasures of interrupted requests, for items that delete a profile that is gone."""
    gone = [
        each.pending.item.profile_id or each.result.profile_id
        for each in completed
        if each.pending.item.operation is BatchOperation.DELETE and each.target is None
    ]
    if ids := sorted({profile_id for profile_id in gone if profile_id is not None}):
        complete_erasures(run.stores, run.domain, ids)


def _is_transient(result: ItemResult) -> bool:
    return result.problem is not None and result.problem["status"] in _TRANSIENT


def _in_order(results: Mapping[int, ItemResult]) -> list[ItemResult]:
    return [results[position] for position in sorted(results)]
