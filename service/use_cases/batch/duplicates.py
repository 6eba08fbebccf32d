"""Warn of possible duplicates of new profiles in a round (see ``run``), or reject their items."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from service.errors.records import PossibleDuplicates
from service.model.batch import BatchOutcome, ItemResult
from service.model.possible_duplicates import OnDuplicate
from service.model.profile import Profile
from service.store.client.slices import yield_to_other_requests
from service.store.domains.domain import Domain
from service.use_cases.batch.reading import BatchRun
from service.use_cases.batch.targets import Planned, Targets
from service.use_cases.profiles.duplicate_checks import DuplicateGuard
from service.use_cases.profiles.possible_duplicates import DuplicateFinder, accesses


def guard_of(run: BatchRun, domain: Domain) -> DuplicateGuard | None:
    """Return a guard if the batch rejects possible duplicates and ``warn_of_duplicates`` is on, or None."""
    rejects = run.on_duplicate is OnDuplicate.REJECT and domain.warn_of_duplicates
    return DuplicateGuard(run.stores, domain) if rejects else None


def check_duplicates(
    run: BatchRun, domain: Domain, planned: Sequence[Planned], targets: Targets, *, is_dry_run: bool = False
) -> list[Planned]:
    """Return the items with their possible duplicates. Call this before the profiles are written.

    If the batch rejects duplicates, an item that has some gets a problem as its result, and no target. Later
    items for its profile are omitted: they must be planned again without this profile. A dry run ignores the
    profiles of earlier items, because these profiles will have other IDs. Sends the commands of
    ``DuplicateFinder.read``, or none if the setting ``warn_of_duplicates`` is off. Raises
    ``DatastoreUnavailable``.
    """
    created = _all_created(planned, targets)
    if not created or not domain.warn_of_duplicates:
        return list(planned)
    finder = DuplicateFinder(run.stores, domain)
    with run.deadline():
        finder.read(list(created.values()), completely=True)
    checked, rejected = list[Planned](), set[int]()
    for each in planned:
        yield_to_other_requests()
        profile = created.get(each.pending.position)
        if profile is not None:
            warned = _check(run, finder, each, profile)
            if warned.result.problem is not None:
                rejected.add(id(each.target))
            elif not is_dry_run:
                finder.add(profile)
            checked.append(warned)
        elif each.target is None or id(each.target) not in rejected:
            checked.append(each)
    return checked


def with_duplicates(
    run: BatchRun, domain: Domain, written: Sequence[Planned], targets: Targets
) -> list[Planned]:
    """Return the items with their possible duplicates, except profiles of later items.

    Call this after the profiles are written. Then, of two requests that create a profile of the same person
    at once, at least one finds the other profile. Sends the same commands as ``check_duplicates``.
    """
    created = _all_created(written, targets)
    if not created or not domain.warn_of_duplicates:
        return list(written)
    finder = DuplicateFinder(run.stores, domain)
    finder.read(list(created.values()), completely=True)
    later, warned = {profile["profile_id"] for profile in created.values()}, list[Planned]()
    for each in written:
        yield_to_other_requests()
        profile = created.get(each.pending.position)
        if profile is not None:
            later.discard(profile["profile_id"])
        warned.append(each if profile is None else _check(run, finder, each, profile, later))
    return warned


def _all_created(planned: Sequence[Planned], targets: Targets) -> dict[int, Profile]:
    """Return the profiles that the items create, by the position of the item."""
    return {each.pending.position: profile for each in planned if (profile := _created(each, targets))}


def _created(planned: Planned, targets: Targets) -> Profile | None:
    """Return the profile that the item creates, or that it created in an earlier attempt, or None.

    After an earlier attempt, returns the profile as it is in this round, or the profile into which it was
    merged.
    """
    if planned.result.outcome is not BatchOutcome.CREATED:
        return None
    if planned.created is not None:
        return planned.created
    target = targets.get(planned.result.profile_id or "")
    return None if target is None else target.profile


def _check(
    run: BatchRun, finder: DuplicateFinder, planned: Planned, profile: Profile, ignored: Collection[str] = ()
) -> Planned:
    """Return the item with its possible duplicates as a warning, or as its problem."""
    found = finder.find(profile, ignored)
    if not found:
        return planned
    shown = [*accesses(found)]
    # Without a target, an earlier attempt has created the profile.
    if run.on_duplicate is OnDuplicate.REJECT and planned.target is not None:
        problem = run.describe(PossibleDuplicates(found))
        return Planned(planned.pending, ItemResult(problem=problem), None, shown)
    result = replace(planned.result, possible_duplicates=found)
    return replace(planned, result=result, accesses=[*planned.accesses, *shown])
