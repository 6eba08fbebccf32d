"""Erase profiles.

An `erasing` event is written before the deletion, and an `erased` or a `not_erased` event after it. The
restore of a backup deletes each profile that has an `erased` event. So each completed erasure has exactly one
such event, and without an erasure there is none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.model.audit import AuditAction
from service.store.client.slices import MAX_WRITES, in_slices
from service.store.stores import Stores
from service.use_cases import audit
from service.use_cases.aliases import find_alias
from service.use_cases.audit import Access, Audited
from service.use_cases.profiles.change import IfMatch

_MAX_ATTEMPTS = 16
"""Maximum number of attempts. Another attempt is needed if another request restarts the erasure meanwhile."""

AuditWriter = Callable[..., None]
"""Gets any number of ``Access`` arguments, and writes their audit events for the request."""


def erase_profile(
    stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None, *, record: AuditWriter
) -> Audited[None]:
    """Erase the profile with its objects and its merges, and remove it from every contact.

    If the profile was merged, erases the profile in which it lives on. If the profile is gone already, raises
    ``ProfileNotFound``, but first completes the work of an interrupted request: writes its `erased` event,
    removes the objects and the merges, and removes the profile from the contacts. Writes the audit events
    itself, so the returned list of accesses is empty. Raises ``ProfileNotFound``, ``VersionConflict``,
    ``DatastoreUnavailable`` and what ``record`` raises.
    """
    if not _erase(stores, domain, profile_id, if_match, record):
        complete_erasures(stores, domain, [profile_id])
        raise ProfileNotFound
    return Audited(None, [])


def _erase(stores: Stores, domain: str, profile_id: str, if_match: IfMatch, record: AuditWriter) -> bool:
    """Erase the profile and what belongs to it. Return False if it is gone already.

    Starts again if another request restarts the erasure meanwhile. Without ``if_match``, concurrent updates
    cause no conflict. Raises ``VersionConflict``, ``DatastoreUnavailable`` and what ``record`` raises.
    """
    has_begun, ids = False, [profile_id]
    for _ in range(_MAX_ATTEMPTS):
        erasing_at = stores.profiles.begin_erasure(domain, profile_id, if_match)
        if erasing_at is not None:
            # While the profile is being erased, no other profile can be merged into it.
            all_ids, with_merges = _with_merged(stores, domain, [profile_id])
            ids = all_ids[profile_id]
            record(Access([AuditAction.ERASING], ids, at=erasing_at))
            has_begun = True
            stores.deletions.add(domain, {profile_id: erasing_at})
            if stores.profiles.finish_erasure(domain, profile_id, erasing_at, if_match):
                record(Access([AuditAction.ERASED], ids, at=erasing_at))
                _forget(stores, domain, ids, with_merges=bool(with_merges))
                return True
        elif (living := find_alias(stores, domain, profile_id)) is not None:
            return _erase(stores, domain, living, if_match, record)
        elif not stores.profiles.exists(domain, profile_id):
            return False
        elif if_match is not None:
            if has_begun:
                record(Access([AuditAction.NOT_ERASED], ids))
            raise VersionConflict
    raise DatastoreUnavailable


def erase_profiles(
    stores: Stores, domain: str, versions: Mapping[str, int | None], *, record: AuditWriter
) -> set[str]:
    """Erase many profiles as ``erase_profile`` does. Return the IDs of those that were erased.

    ``versions`` maps IDs to the version to erase, or None for any. A profile that is gone, was merged or has
    another version is not erased. Erases up to ``MAX_WRITES`` profiles at a time. Raises
    ``DatastoreUnavailable`` and what ``record`` raises.
    """
    slices = in_slices(list(versions.items()), MAX_WRITES)
    return set().union(*(_erase_together(stores, domain, dict(part), record) for part in slices))


def _erase_together(
    stores: Stores, domain: str, versions: Mapping[str, int | None], record: AuditWriter
) -> set[str]:
    remaining, begun, erased = dict(versions), dict[str, list[str]](), set[str]()
    with_merges = set[str]()
    for _ in range(_MAX_ATTEMPTS):
        started = stores.bulk_profiles.begin_erasures(domain, remaining)
        if not started:
            break
        all_ids, new_with_merges = _with_merged(stores, domain, started)
        begun |= all_ids
        with_merges |= new_with_merges
        record(*_accesses(AuditAction.ERASING, started, begun))
        stores.deletions.add(domain, started)
        kept = stores.bulk_profiles.finish_erasures(domain, remaining, started)
        finished = {id_: at for id_, at in started.items() if id_ not in kept}
        record(*_accesses(AuditAction.ERASED, finished, begun))
        erased |= finished.keys()
        remaining = {id_: versions[id_] for id_ in kept}
        if not remaining:
            break
    if aborted := [id_ for id_ in begun.keys() - erased if stores.profiles.exists(domain, id_)]:
        record(*(Access([AuditAction.NOT_ERASED], begun[id_]) for id_ in aborted))
    if erased:
        ids = [id_ for erased_id in sorted(erased) for id_ in begun[erased_id]]
        _forget(stores, domain, ids, with_merges=not with_merges.isdisjoint(erased))
    return erased


def _accesses(
    action: AuditAction, times: Mapping[str, datetime], ids: Mapping[str, Sequence[str]]
) -> list[Access]:
    # One event for each profile, as ``erase_profile`` writes it, so that concurrent requests share the event.
    return [Access([action], ids[id_], at=at) for id_, at in times.items()]


def _with_merged(
    stores: Stores, domain: str, profile_ids: Collection[str]
) -> tuple[dict[str, list[str]], set[str]]:
    """Return for each ID a list: the ID, then those of the profiles that were merged into the profile.

    Also returns which of the profiles ever had a merge. A restored backup can have the merged profiles: they
    are deleted with the profile. Sends one command if there are no merges, else three.
    """
    if not (with_merges := stores.merges.targets_of_merges(domain, profile_ids)):
        return {id_: [id_] for id_ in profile_ids}, with_merges
    # A profile that was created again under its alias has no merges: they belong to the other profile.
    with_merges -= stores.aliases.find(domain, with_merges).keys()
    merged = stores.aliases.of_profiles(domain, with_merges)
    return {id_: [id_, *merged.get(id_, ())] for id_ in profile_ids}, with_merges


def complete_erasures(stores: Stores, domain: str, profile_ids: Sequence[str]) -> None:
    """Complete the work of interrupted requests for profiles that are gone already.

    IDs of profiles that exist are ignored. An ID of a merged profile stands for the profile in which the
    merged profile lived on. Raises ``DatastoreUnavailable``.
    """
    aliases = stores.aliases.find(domain, profile_ids)
    ids = {aliases[id_].target if id_ in aliases else id_ for id_ in profile_ids}
    # The undo of a merge may have restored a profile since.
    if gone := ids - stores.profile_lists.existing(domain, ids):
        merged = stores.aliases.of_profiles(domain, gone)
        all_ids = sorted({*gone, *(id_ for each in merged.values() for id_ in each)})
        _complete_audit(stores, domain, all_ids)
        _forget(stores, domain, all_ids, with_merges=True)


def _forget(stores: Stores, domain: str, profile_ids: Sequence[str], *, with_merges: bool) -> None:
    """Remove the objects and the merges of deleted profiles, and remove the profiles from all contacts."""
    stores.objects.remove_of_profiles(domain, profile_ids)
    stores.associations.forget_profiles(domain, profile_ids)
    if with_merges:
        stores.merge_eraser.forget(domain, profile_ids)


def _complete_audit(stores: Stores, domain: str, profile_ids: Sequence[str]) -> None:
    """Write the `erased` event for the last `erasing` event of each deleted profile, if it is missing.

    The first ID of such an event is that of the erased profile. The IDs of merged profiles follow.
    """
    events = stores.audit.store.erasures(domain, profile_ids)
    events = [event for event in events if event.profile_ids[0] in profile_ids]
    written = {(event.at, *event.profile_ids) for event in events if event.action == AuditAction.ERASED}
    last = {event.profile_ids[0]: event for event in reversed(events) if event.action == AuditAction.ERASING}
    if missing := [event for event in last.values() if (event.at, *event.profile_ids) not in written]:
        audit.write_erased(stores, missing)
