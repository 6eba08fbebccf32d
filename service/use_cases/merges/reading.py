"""Read the profiles of a merge, in the form in which this release stores them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service.errors.records import ProfileNotFound
from service.errors.requests import FieldError, InvalidRequest
from service.matching.profiles import wrap_sensitive
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.aliases import find_with_aliases, note_alias
from service.use_cases.profiles.merge_patch import reread_numbers

_TARGET_AMONG_SOURCES = "The profile cannot be merged into itself; leave it out here."
_MERGED_ALREADY = (
    "The target of the merge was merged into this profile already; leave this one out. If it is the only "
    "one, there is nothing to do."
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The profiles of a request to merge. Merged profiles are replaced by those in which they live on."""

    target: Profile
    sources: Sequence[Profile]
    """The profiles to merge, each once, in the order of the request, without those merged already."""
    aliases: Mapping[str, str]
    """Maps the IDs of merged profiles in the request to the IDs of the profiles in which they live on."""


def resolve(
    stores: Stores, domain: str, profile_id: str, source_ids: Sequence[str], chosen_ids: Collection[str]
) -> Resolved:
    """Read the profiles of a request to merge. ``chosen_ids`` are those from which fields are taken.

    Raises ``InvalidRequest`` if the target is also a source, or was merged into one, and ``ProfileNotFound``
    if the target or a source does not exist.
    """
    ids = dict.fromkeys([profile_id, *source_ids])
    found, aliases = find_with_aliases(stores, domain, {*ids, *chosen_ids}, ())
    profiles = {each.profile["profile_id"]: each.profile for each in found}
    resolved = {id_: aliases.get(id_, id_) for id_ in ids}
    for id_, living in resolved.items():
        if living not in profiles:
            raise ProfileNotFound(profile_id=id_)
    target_id = resolved[profile_id]
    if target_id != profile_id:
        note_alias(target_id)
    for id_, text in ((profile_id, _TARGET_AMONG_SOURCES), (target_id, _MERGED_ALREADY)):
        if id_ in source_ids:
            raise InvalidRequest([FieldError(f"/profile_ids/{list(source_ids).index(id_)}", text)])
    sources = dict.fromkeys(resolved[id_] for id_ in source_ids if resolved[id_] != target_id)
    return Resolved(profiles[target_id], [profiles[id_] for id_ in sources], aliases)


def as_stored_now(profile: Profile, domain: Domain) -> Profile:
    """Return the profile as this release stores it: sensitive values wrapped, numbers parsed again."""
    wrapped = wrap_sensitive(profile, domain.custom_keys)
    return {**wrapped, "phone_numbers": reread_numbers(wrapped, domain)}
