"""Check the items of a batch, and read from MongoDB what a round needs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from service.errors.base import ServiceError
from service.model.batch import BatchItem, ItemResult, OnMerged
from service.model.possible_duplicates import OnDuplicate
from service.model.principal import Principal
from service.store.client.deadline import one_deadline
from service.store.client.slices import yield_to_other_requests
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import audit
from service.use_cases.aliases import find_with_aliases
from service.use_cases.audit import Access
from service.use_cases.batch.items import PendingItem, check_scopes, count_all_guesses, normalise
from service.use_cases.batch.targets import Targets
from service.use_cases.profiles.create import domain_for
from service.use_cases.profiles.merge_patch import numbers_in

Item = BatchItem | ServiceError
"""An item, or the error of an item that does not match the schema of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """What all rounds of a batch need. ``describe`` returns the problem document of an item's error."""

    stores: Stores
    principal: Principal
    request_id: str
    describe: Callable[[ServiceError], Mapping[str, object]]
    on_duplicate: OnDuplicate = OnDuplicate.WARN
    on_merged: OnMerged = OnMerged.FOLLOW

    @property
    def domain(self) -> str:
        """The domain of the principal."""
        return self.principal.domain

    def deadline(self) -> AbstractContextManager[None]:
        """Return a context manager that limits the time of all commands in its block together.

        A batch has several such blocks. Between them it computes profiles, which can take seconds.
        """
        return one_deadline(self.stores.batch_seconds)

    def record(self, *accesses: Access) -> None:
        """Write the audit events of the accesses."""
        if accesses:
            audit.record(self.stores, self.principal, self.request_id, *accesses)


def check_items(
    run: BatchRun, items: Sequence[Item], done: Collection[int]
) -> tuple[list[PendingItem], dict[int, ItemResult]]:
    """Return the items to execute, and the results of those that are invalid or not allowed, by position.

    Items at the positions ``done`` are omitted.
    """
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


def prepare_items(
    run: BatchRun, pending: Sequence[PendingItem]
) -> tuple[Domain, list[PendingItem], dict[int, ItemResult]]:
    """Read the domain, prepare the items, and count their guesses.

    Return the domain, the valid items, and the results of the rejected ones by position. Raises
    ``DatastoreUnavailable``.
    """
    patches = [each.item.profile or {} for each in pending]
    has_keys = any(each.item.match_on for each in pending) or any(patch.get("keys") for patch in patches)
    numbers = (number for patch in patches for number in numbers_in(patch))
    with run.deadline():
        domain = domain_for(run.stores, run.domain, ["match_on"] if has_keys else [], numbers)
    errors: dict[int, ServiceError] = {}
    for each in pending:
        yield_to_other_requests()
        try:
            each.prepare(domain)
        except ServiceError as error:
            errors[each.position] = error
    valid = [each for each in pending if each.position not in errors]
    with run.deadline():
        errors |= count_all_guesses(run.stores, run.principal, valid, domain.default_region)
    results = {position: ItemResult(problem=run.describe(error)) for position, error in errors.items()}
    return domain, [each for each in valid if each.position not in errors], results


def read_targets(run: BatchRun, pending: Sequence[PendingItem], profile_ids: Collection[str]) -> Targets:
    """Read the profiles that the items name or whose unique values they have, and those with ``profile_ids``.

    Raises ``DatastoreUnavailable``.
    """
    ids = {*profile_ids, *(each.item.profile_id for each in pending if each.item.profile_id is not None)}
    terms = {term for each in pending for term in (*each.match_terms, *each.added_terms)}
    with run.deadline():
        return Targets(*find_with_aliases(run.stores, run.domain, ids, terms))
