"""Find the merge that a request repeats."""

from collections.abc import Mapping, Sequence

from service.model.merge import Alias, FieldSources, Merge
from service.store.merges.snapshots import Snapshots
from service.store.stores import Stores
from service.use_cases.merges.uniting import check_fields


def find_repeated(
    stores: Stores, domain: str, profile_id: str, source_ids: Sequence[str], field_sources: FieldSources
) -> Merge | None:
    """Return the merge that moved the sources into ``profile_id``, the latest if there are several.

    If that profile was itself merged, a merge of a source into a profile on its path counts too. Returns None
    if a merge was undone meanwhile. Sends a command for each merge, and up to two more. Raises
    ``InvalidRequest`` if the returned merge could not have been made with these fields.
    """
    choice = field_sources.choice
    aliases = stores.aliases.find(domain, {profile_id, *source_ids, *choice.values()})
    targets = {profile_id, *_path(aliases, profile_id)}
    merge_ids = {_merge_into(targets, aliases[id_]) for id_ in source_ids if id_ in aliases}
    found = [stores.merges.get(domain, merge_id) for merge_id in merge_ids if merge_id is not None]
    merges = [each.merge for each in found if each is not None]
    if not merges or any(id_ not in aliases for id_ in source_ids):
        return None
    merge = max(merges, key=lambda each: each.merged_at)
    if choice:
        snapshots = stores.merge_snapshots.of_profile(domain, merge.profile_id, merge.merge_id)
        if not snapshots:
            return None
        _check_fields(snapshots[0], field_sources, aliases)
    return merge


def _path(aliases: Mapping[str, Alias], profile_id: str) -> Sequence[str]:
    return aliases[profile_id].path if profile_id in aliases else ()


def _merge_into(targets: set[str], alias: Alias) -> str | None:
    """Return the merge that moved a profile into the first target on the profile's path, or None."""
    steps = zip(alias.path, alias.merge_ids, strict=True)
    return next((merge_id for target, merge_id in steps if target in targets), None)


def _check_fields(snapshots: Snapshots, sources: FieldSources, aliases: Mapping[str, Alias]) -> None:
    """Raise ``InvalidRequest`` if the merge would have raised it for these fields."""
    profiles = [snapshots.before, *snapshots.sources]
    ids = {each["profile_id"] for each in profiles}

    def profile_of(id_: str) -> str:
        return next((each for each in (id_, *_path(aliases, id_)) if each in ids), id_)

    requested = {name: profile_of(id_) for name, id_ in sources.choice.items()}
    check_fields(FieldSources(requested, sources.is_amazon), profiles)
