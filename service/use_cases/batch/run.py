"""Run a batch in rounds. A round is one pass over the unfinished items: read, plan, write.

It reads the profiles of the items with a few commands, plans the items in their order, and writes the changed
profiles. An item that depends on an item of the same round waits for the next round, and so does an item that
lost a race with another request. So the result is as if the items ran one after another. Between two items,
other requests of the same worker continue.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic

from service.errors.datastore import DatastoreUnavailable
from service.model.batch import BatchOperation, ItemResult
from service.model.possible_duplicates import OnDuplicate
from service.store.client.slices import yield_to_other_requests
from service.store.domains.domain import Domain
from service.use_cases.batch.duplicates import check_duplicates, guard_of, with_duplicates
from service.use_cases.batch.items import PendingItem
from service.use_cases.batch.planning import Planner
from service.use_cases.batch.progress import Progress
from service.use_cases.batch.reading import BatchRun, Item, check_items, prepare_items, read_targets
from service.use_cases.batch.targets import Planned, Targets
from service.use_cases.batch.writing import Writer, merge_accesses
from service.use_cases.clock import now
from service.use_cases.erasure import complete_erasures
from service.use_cases.profiles.create import idempotency_record

MAX_SECONDS = 30.0
"""After this time no new round starts. Items without a result get a ``DatastoreUnavailable``."""

_MAX_ATTEMPTS = 16
"""Maximum number of times that an item loses a race with another request and is tried again."""

_TRANSIENT = frozenset({429, 503})
"""Statuses of problems that a retry of the batch may not have, so the results with them are not stored."""


def run_batch(
    run: BatchRun, items: Sequence[Item], payload: Sequence[object], key: str | None
) -> tuple[list[ItemResult], bool]:
    """Execute the items, each on its own, as if one after another. Return their results in the same order.

    Also returns whether an earlier request with the same Idempotency-Key (``key``) completed all valid items.
    ``payload`` has the items as they are in the request's body. Raises ``IdempotencyKeyReused``,
    ``DatastoreUnavailable``, and ``InvalidRequest`` if an item is nested too deeply.
    """
    record = None
    if key is not None:
        record = idempotency_record(run.domain, "batch", key, {"items": payload}, run.stores.keyring)
    stops_at = monotonic() + MAX_SECONDS
    with run.deadline():
        progress = Progress(run.stores, run.domain, record)
        results = dict(progress.results)
    # The results of items that ``check_items`` rejects are not stored: a retry checks the same items again.
    pending, rejected = check_items(run, items, results)
    results |= rejected
    if not pending:
        return _in_order(results), progress.is_retry
    while pending and monotonic() < stops_at:
        pending, completed = _run_round(run, progress, pending)
        results |= completed
    unavailable = ItemResult(problem=run.describe(DatastoreUnavailable()))
    return _in_order(results | {each.position: unavailable for each in pending}), False


def _run_round(
    run: BatchRun, progress: Progress, pending: Sequence[PendingItem]
) -> tuple[list[PendingItem], dict[int, ItemResult]]:
    """Execute the items that do not depend on each other.

    Return the items for the next round, and the results of the completed items by position.
    """
    with run.deadline():
        extra_ids = progress.begin_round(pending)
    domain, prepared, results = prepare_items(run, pending)
    targets = read_targets(run, prepared, extra_ids)
    planner = Planner(
        domain=domain,
        targets=targets,
        time=now(),
        describe=run.describe,
        on_merged=run.on_merged,
        new_id=progress.new_id,
        mark=progress.mark,
    )
    planned: list[Planned] = []
    for each in prepared:
        yield_to_other_requests()
        plan = progress.replay(each, targets) or planner.plan(each)
        if plan is not None:
            planned.append(plan)
    if run.on_duplicate is OnDuplicate.REJECT:
        planned = check_duplicates(run, domain, planned, targets)
    with run.deadline():
        results |= _write(run, progress, planned, targets, domain)
        remaining = _remaining(run, prepared, planned, results)
        progress.add_results({p: r for p, r in results.items() if not _is_transient(r)})
    return remaining, results


def _write(
    run: BatchRun, progress: Progress, planned: Sequence[Planned], targets: Targets, domain: Domain
) -> dict[int, ItemResult]:
    """Write the profiles and the audit events. Return the results of items that lost no race, by position."""
    progress.add_targets(planned)
    written = {id(each.target): each.target for each in planned if each.target and each.target.must_write}
    writer = Writer(
        run.stores,
        run.domain,
        progress.batch_id,
        run.record,
        guard_of(run, domain),
        may_repeat=progress.is_stored,
    )
    lost = writer.write(list(written.values()))
    completed = [each for each in planned if each.target is None or each.target.profile_id not in lost]
    if run.on_duplicate is OnDuplicate.WARN:
        completed = with_duplicates(run, domain, completed, targets)
    run.record(*merge_accesses(access for each in completed for access in each.accesses))
    _complete_erasures(run, completed)
    return {each.pending.position: each.result for each in completed}


def _remaining(
    run: BatchRun,
    prepared: Sequence[PendingItem],
    planned: Sequence[Planned],
    results: dict[int, ItemResult],
) -> list[PendingItem]:
    """Return the items without a result. Add a result to ``results`` if an item has lost too many races."""
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


def _complete_erasures(run: BatchRun, completed: Iterable[Planned]) -> None:
    """Complete interrupted erasures of profiles that are gone, if an item of the batch deletes them again."""
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
