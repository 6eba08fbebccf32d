"""Complete what interrupted requests left behind after merges and erasures, in all domains.

Requests do the same when they are repeated. Until then, reads are right: they follow aliases, and ignore
profiles that are gone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from service.model.merge import Alias
from service.store.stores import Stores
from service.use_cases.aliases import follow_merge
from service.use_cases.erasure import complete_erasures

T = TypeVar("T")

_SLICE = 100


@dataclass(slots=True)
class Repaired:
    """The numbers of profiles that were repaired."""

    moved: int = 0
    """Merged profiles that still had contacts or objects."""
    erased: int = 0
    """Erased profiles that still had contacts, objects or merges."""
    removed: int = 0
    """Profiles that were created again under the ID of a merged profile, and are removed now."""
    changed: int = 0
    """Profiles that were created again under the ID of a merged profile, and changed since. They stay."""


def repair(stores: Stores, *, advance: Callable[[], None]) -> Repaired:
    """Repair all domains. The service can run meanwhile. A second run changes nothing more.

    ``advance`` is called after each ``_SLICE`` aliases or deletions, and can raise to stop the run. Raises
    ``DatastoreUnavailable``.
    """
    result = Repaired()
    for aliases in stores.aliases.pages(_SLICE):
        for domain, of_domain in _by_domain(aliases).items():
            _repair_merges(stores, domain, of_domain, result)
        advance()
    for deleted in stores.deletions.pages(_SLICE):
        for domain, profile_ids in _by_domain(deleted).items():
            _repair_erasures(stores, domain, profile_ids, result)
        advance()
    return result


def _repair_merges(stores: Stores, domain: str, aliases: list[Alias], result: Repaired) -> None:
    living = {each.profile_id: each.target for each in aliases}
    ids, targets = living.keys(), set(living.values())
    existing = stores.profile_lists.existing(domain, ids | targets)
    for profile_id in sorted(ids & existing):
        # The undo of a merge can have restored the profile meanwhile. Then its version is not the first.
        if stores.merge_writer.remove_first_version(domain, profile_id, living[profile_id]):
            result.removed += 1
        elif stores.aliases.get(domain, profile_id) is not None:
            result.changed += 1
    if gone := targets - existing:
        complete_erasures(stores, domain, sorted(gone))
        result.erased += len(gone)
    for profile_id in sorted(stores.moves.profiles_with_records(domain, ids)):
        follow_merge(stores, domain, profile_id)
        result.moved += 1


def _repair_erasures(stores: Stores, domain: str, profile_ids: list[str], result: Repaired) -> None:
    gone = set(profile_ids) - stores.profile_lists.existing(domain, profile_ids)
    left = stores.moves.profiles_with_records(domain, gone) | stores.merges.targets_of_merges(domain, gone)
    # Also writes missing audit events.
    complete_erasures(stores, domain, sorted(gone))
    result.erased += len(left)


def _by_domain(items: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    domains: dict[str, list[T]] = {}
    for domain, item in items:
        domains.setdefault(domain, []).append(item)
    return domains
