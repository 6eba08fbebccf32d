"""List the merges of a profile."""

from service.model.audit import AuditAction
from service.model.merge import Merge
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.aliases import living_id
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page


def list_merges(
    stores: Stores, domain: str, profile_id: str, *, limit: int, cursor: str | None
) -> Audited[Page[Merge]]:
    """Return the merges into a profile, and into profiles that were merged into it, newest first.

    If the profile was merged, returns those of the profile in which it lives on. Raises ``ProfileNotFound``
    and ``InvalidRequest``.
    """
    after = cursors.to_merge(cursor)
    profile_id = living_id(stores, domain, profile_id)
    merged = stores.aliases.of_profiles(domain, [profile_id]).get(profile_id, ())
    merges = stores.merges.of_profiles(domain, [profile_id, *merged], after=after, limit=limit + 1)
    page = cursors.page(merges, limit, lambda last: cursors.of_merge(last.merged_at, last.merge_id))
    profile_ids = [id_ for each in page.items for id_ in (each.profile_id, *each.profile_ids)]
    return Audited(page, [Access([AuditAction.READ], [profile_id, *profile_ids])])
