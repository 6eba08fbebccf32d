"""Say what a batch would do, without executing it."""

from collections.abc import Sequence

from service.model.audit import AuditAction
from service.model.batch import ItemResult
from service.store.client.slices import pause
from service.use_cases.audit import Access
from service.use_cases.batch.duplicates import check_duplicates
from service.use_cases.batch.planning import Planner
from service.use_cases.batch.reading import BatchRun, Item, check, prepare, read_targets
from service.use_cases.batch.targets import Planned
from service.use_cases.batch.writing import merge_accesses
from service.use_cases.clock import now


def dry_run(run: BatchRun, items: Sequence[Item]) -> list[ItemResult]:
    """Return the result that each item would have. Writes nothing, except the audit of what this shows."""
    pending, results = check(run, items, {})
    domain, pending, rejected = prepare(run, pending)
    targets = read_targets(run, pending, set())
    planner = Planner(
        domain=domain,
        targets=targets,
        time=now(),
        describe=run.describe,
        on_merged=run.on_merged,
        is_dry_run=True,
    )
    plans: list[Planned] = []
    for each in pending:
        pause()
        if (plan := planner.plan(each)) is not None:
            plans.append(plan)
    accesses: list[Access] = []
    for planned in check_duplicates(run, domain, plans, targets, is_dry_run=True):
        results[planned.pending.position] = planned.result
        accesses += _shown(planned)
    with run.deadline():
        run.record(*merge_accesses(accesses))
    results |= rejected
    return [results[position] for position in sorted(results)]


def _shown(planned: Planned) -> list[Access]:
    """Return the look-ups that the result of a dry run shows."""
    profile_id, key = planned.result.profile_id, planned.pending.match_key
    look_ups = [each for each in planned.accesses if AuditAction.SEARCHED in each.actions]
    if profile_id is None or look_ups:
        return look_ups
    if key is not None:
        return [Access([AuditAction.SEARCHED], [profile_id], keys=[key.name])]
    return [Access([AuditAction.READ], [profile_id])]
