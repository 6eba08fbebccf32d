"""Read the profiles of a merge, in the form in which this release stores them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service.errors.records import ProfileNotFound
from service.errors.requests import FieldError, InvalidRequest
from service.matching.profiles import wrap_sensitive
from service.model.merge import Alias
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.profiles.merge_patch import reread_numbers

_TARGET_AMONG_SOURCES = "The profile cannot be merged into itself; leave it out of profile_ids."


@dataclass(frozen=True, slots=True)
class Resolved:
    """The profiles of a request to merge. Aliases are replaced by the profiles in which they live on."""

    target: Profile
    sources: Sequence[Profile]
    """The profiles to merge, in the order of the request, without those that were merged already."""
    aliases: Mapping[str, Alias]
    """Those IDs of the request that are aliases."""

    def id_of(self, profile_id: str) -> str:
        """Return the ID of the profile in which this one lives on."""
        return self.aliases[profile_id].target if profile_id in self.aliases else profile_id


def resolve(stores: Stores, domain: str, profile_id: str, source_ids: Sequence[str]) -> Resolved:
    """Return the profiles of a request to merge. Sends one command, or three if there are aliases.

    Raises ``ProfileNotFound``, and ``InvalidRequest`` if the target is one of the sources.
    """
    ids = dict.fromkeys([profile_id, *source_ids])
    profiles = _find(stores, domain, ids)
    missing = ids.keys() - profiles.keys()
    aliases = stores.aliases.find(domain, missing) if missing else {}
    targets = {alias.target for alias in aliases.values()}
    if targets - profiles.keys():
        profiles |= _find(stores, domain, targets)
    resolved = {id_: aliases[id_].target if id_ in aliases else id_ for id_ in ids}
    for id_, living in resolved.items():
        if living not in profiles:
            raise ProfileNotFound(profile_id=id_)
    target_id = resolved[profile_id]
    if target_id in source_ids:
        position = list(source_ids).index(target_id)
        raise InvalidRequest([FieldError(f"/profile_ids/{position}", _TARGET_AMONG_SOURCES)])
    sources = dict.fromkeys(resolved[id_] for id_ in source_ids if resolved[id_] != target_id)
    return Resolved(profiles[target_id], [profiles[id_] for id_ in sources], aliases)


def as_stored_now(profile: Profile, domain: Domain) -> Profile:
    """Return the profile as this release stores it: sensitive values wrapped, numbers parsed again."""
    wrapped = wrap_sensitive(profile, domain.custom_keys)
    return {**wrapped, "phone_numbers": reread_numbers(wrapped, domain)}


def _find(stores: Stores, domain: str, profile_ids: Collection[str]) -> dict[str, Profile]:
    found = stores.bulk_profiles.find(domain, profile_ids, ())
    return {each.profile["profile_id"]: each.profile for each in found}
