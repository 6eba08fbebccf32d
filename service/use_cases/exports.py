"""Export all data that is stored about a person (GDPR, articles 15 and 20)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeVar

from service.matching.profiles import wrap_sensitive
from service.model.audit import AuditAction, AuditEvent
from service.model.contact import Contact
from service.model.merge import Merge, MergePosition
from service.model.object_types import ProfileObject
from service.model.profile import Profile
from service.model.sensitive import plain_of
from service.store.stores import Stores
from service.use_cases.amazon.objects import list_all_objects
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.profiles.change import read_profile

T = TypeVar("T")

_MERGES_IN_BATCH = 100


@dataclass(frozen=True, slots=True)
class ExportedMerge:
    """A merge, and the profiles as they were before it. There are no profiles if the merge was undone."""

    merge: Merge
    profiles: Sequence[Profile]
    """The merged profiles."""
    before: Profile | None
    """The profile into which they were merged: the merge may have replaced some of its values."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """All data about a profile. Contacts, objects, merges and events are read while the response is sent."""

    profile: Profile
    exported_at: datetime
    contacts: Iterable[Contact]
    objects: Iterable[ProfileObject]
    merges: Iterable[ExportedMerge]
    events: Iterable[AuditEvent]


def export_profile(stores: Stores, domain: str, profile_id: str, *, reveal: bool) -> Audited[Export]:
    """Return the profile, its current and past contacts, its objects, its merges, and its audit events.

    Values of sensitive search keys are masked unless ``reveal``. Values whose master key is not set are
    always masked. Index terms are left out: they derive from the profile. Raises ``ProfileNotFound`` and
    ``DatastoreUnavailable``. Iterating over the parts can raise ``DatastoreUnavailable``, and ``ValueSealed``
    for an object whose master key is not set.
    """
    # The definitions are read after the profile: a search key may have become sensitive meanwhile.
    profile = read_profile(stores, domain, profile_id)
    profile_id = profile["profile_id"]
    custom_keys = stores.domains.read(domain).custom_keys
    sensitive = {name for name, key in custom_keys.items() if key.sensitive}

    def shown(stored: Profile) -> Profile:
        wrapped = wrap_sensitive(stored, custom_keys)
        return _revealed(wrapped) if reveal else wrapped

    revealed = {name for name, values in shown(profile)["keys"].items() if reveal and name in sensitive}
    ids = [profile_id]
    has_merges = bool(stores.merges.targets_of_merges(domain, ids))
    if has_merges:
        ids += stores.aliases.of_profiles(domain, ids).get(profile_id, ())
    history = stores.associations.history(domain, profile_id)
    objects = list_all_objects(stores, domain, profile_id, masked_keys=set() if reveal else sensitive)
    first_object = next(objects, None)
    # An object can have values of search keys of which the profile has none.
    revealed_keys = sensitive if reveal and (first_object or len(ids) > 1) else revealed
    export = Export(
        profile=shown(profile),
        exported_at=now(),
        contacts=_read_first(_without_other_profiles(contact, profile_id) for contact in history),
        objects=() if first_object is None else chain([first_object], objects),
        merges=_read_first(_merges(stores, domain, ids, shown)) if has_merges else (),
        events=_read_first(stores.audit.store.of_profiles(domain, ids)),
    )
    return Audited(export, [Access([AuditAction.EXPORTED], [profile_id], keys=revealed_keys)])


def _revealed(profile: Profile) -> Profile:
    """Return the profile with the plain values of sensitive search keys."""
    keys = {
        name: [value if (plain := plain_of(value)) is None else plain for value in values]
        for name, values in profile["keys"].items()
    }
    return {**profile, "keys": keys}


def _merges(
    stores: Stores, domain: str, profile_ids: Sequence[str], shown: Callable[[Profile], Profile]
) -> Iterator[ExportedMerge]:
    after: MergePosition | None = None
    while page := stores.merges.of_profiles(domain, profile_ids, after=after, limit=_MERGES_IN_BATCH):
        for merge in page:
            snapshots = stores.merge_snapshots.of_profile(domain, merge.profile_id, merge.merge_id)
            # The snapshot after the merge is left out: its values are all in these profiles.
            sources = [shown(source) for each in snapshots for source in each.sources]
            before = [shown(each.before) for each in snapshots]
            yield ExportedMerge(merge, sources, next(iter(before), None))
        after = MergePosition(page[-1].merged_at, page[-1].merge_id)


def _without_other_profiles(contact: Contact, profile_id: str) -> Contact:
    own = [association for association in contact["associations"] if association["profile_id"] == profile_id]
    return {**contact, "associations": own}


def _read_first(items: Iterator[T]) -> Iterator[T]:
    """Read the first item now, so that an error is raised before the response begins."""
    first = next(items, None)
    return iter(()) if first is None else chain([first], items)
