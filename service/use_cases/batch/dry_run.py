"""Find the results that a batch would have, without executing it."""

from collections.abc import Sequence
from time import monotonic

from service.errors.datastore import DatastoreUnavailable
from service.model.audit import AuditAction
from service.model.batch import ItemResult
from service.store.client.slices import yield_to_other_requests
from service.use_cases.audit import Access
from service.use_cases.batch.duplicates import check_duplicates
from service.use_cases.batch.items import PendingItem
from service.use_cases.batch.planning import Planner
from service.use_cases.batch.reading import BatchRun, Item, check_items, prepare_items, read_targets
from service.use_cases.batch.run import MAX_SECONDS
from service.use_cases.batch.targets import Planned
from service.use_cases.batch.writing import merge_accesses
from service.use_cases.clock import now


def dry_run(run: BatchRun, items: Sequence[Item]) -> list[ItemResult]:
    """Return the result that each item would have, in the order of the items.

    Writes only the count of guesses, and the audit of what the results show. Raises ``DatastoreUnavailable``.
    """
    stops_at = monotonic() + MAX_SECONDS
    pending, results = check_items(run, items, {})
    domain, pending, rejected = prepare_items(run, pending)
    targets = read_targets(run, pending, set())
    planner = Planner(
        domain=domain,
        targets=targets,
        time=now(),
        describe=run.describe,
        on_merged=run.on_merged,
        is_dry_run=True,
    )
    accesses: list[Access] = []
    while pending and monotonic() < stops_at:
        planned, pending = _plan_round(run, planner, pending)
        for each in planned:
            results[each.pending.position] = each.result
            accesses += _look_ups(each)
    with run.deadline():
        run.record(*merge_accesses(accesses))
    unavailable = ItemResult(problem=run.describe(DatastoreUnavailable()))
    results |= rejected | {each.position: unavailable for each in pending}
    return [results[position] for position in sorted(results)]


def _plan_round(
    run: BatchRun, planner: Planner, pending: Sequence[PendingItem]
) -> tuple[list[Planned], list[PendingItem]]:
    """Plan the items that do not depend on each other, as ``run_batch`` does.

    Return their plans, and the items for the next round. Profiles whose creation is rejected because of
    possible duplicates are removed from the targets.
    """
    plans: list[Planned] = []
    for each in pending:
        yield_to_other_requests()
        if (plan := planner.plan(each)) is not None:
            plans.append(plan)
    checked = check_duplicates(run, planner.domain, plans, planner.targets, is_dry_run=True)
    by_position = {each.pending.position: each for each in checked}
    for plan in plans:
        result = by_position.get(plan.pending.position)
        if plan.target is not None and (result is None or result.target is None):
            planner.targets.remove(plan.target)
    planner.targets.end_round()
    return checked, [each for each in pending if each.position not in by_position]


def _look_ups(planned: Planned) -> list[Access]:
    """Return the accesses to audit for what the result of a dry run shows."""
    profile_id, key = planned.result.profile_id, planned.pending.match_key
    look_ups = [each for each in planned.accesses if AuditAction.SEARCHED in each.actions]
    if profile_id is None or look_ups:
        return look_ups
    if key is not None:
        return [Access([AuditAction.SEARCHED], [profile_id], keys=[key.name])]
    return [Access([AuditAction.READ], [profile_id])]
