"""Find the profile of an ID. The ID of a merged profile is an alias of the profile in which it lives on.

If a request uses an alias, the response has the ID of that profile as `merged_into`. So the ID is noted here.
"""

from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar
from typing import TypeVar

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound
from service.model.merge import Alias
from service.store.profiles.bulk import StoredProfile
from service.store.stores import Stores

MAX_FOLLOWED = 16
"""Maximum number of attempts if other requests merge the profile, or undo that, meanwhile."""

_T = TypeVar("_T")

# A thread or greenlet handles one request at a time and has its own context.
_merged_into: ContextVar[str | None] = ContextVar("merged_into", default=None)


def begin_request() -> None:
    """Forget the alias of the previous request."""
    _merged_into.set(None)


def noted_target() -> str | None:
    """Return the profile in which the profile of the request lives on, or None if it was not merged."""
    return _merged_into.get()


def note_alias(target: str) -> None:
    """Note the profile in which the profile of the request lives on, for the response."""
    _merged_into.set(target)


def note_aliases(targets: Iterable[str]) -> None:
    """Note the profile in which all merged profiles of a request live on, if it is only one."""
    if len(distinct := set(targets)) == 1:
        note_alias(distinct.pop())


def find_profile(stores: Stores, domain: str, profile_id: str, read: Callable[[str, str], _T | None]) -> _T:
    """Return what ``read`` returns for the profile, or for the profile in which it lives on.

    ``read`` gets the domain and an ID, and returns None if there is no such profile. If the profile exists,
    sends only the command of ``read``. Raises ``ProfileNotFound`` and ``DatastoreUnavailable``.
    """
    previous: object = ()
    for _ in range(MAX_FOLLOWED):
        if (result := read(domain, profile_id)) is not None:
            return result
        alias = stores.aliases.get(domain, profile_id)
        if alias is not None and (result := read(domain, alias.target)) is not None:
            note_alias(alias.target)
            return result
        # Between the reads, another request can have merged the profile, or undone that.
        if alias == previous:
            raise ProfileNotFound
        previous = alias
    raise DatastoreUnavailable


def find_with_aliases(
    stores: Stores, domain: str, profile_ids: Collection[str], unique_terms: Collection[str]
) -> tuple[list[StoredProfile], dict[str, str]]:
    """Return the profiles with any of the IDs or unique index terms.

    For the ID of a merged profile, returns the profile in which it lives on. Also returns a mapping from such
    IDs to the IDs of these profiles. Sends one command for the IDs, and one if there are terms. Sends up to
    two more if a profile was merged, and three if one does not exist. Raises ``DatastoreUnavailable``.
    """
    found, aliases = _read(stores, domain, profile_ids, unique_terms), dict[str, str]()
    missing = set(profile_ids) - found.keys()
    previous: dict[str, Alias | None] = {}
    for _ in range(MAX_FOLLOWED):
        if not missing:
            return list(found.values()), aliases
        merged = stores.aliases.find(domain, missing)
        targets = {id_: alias.target for id_, alias in merged.items()}
        if unread := set(targets.values()) - found.keys():
            found |= _read(stores, domain, unread)
        aliases |= {id_: target for id_, target in targets.items() if target in found}
        # Between the reads, another request can have merged the profiles, or undone that.
        missing = {
            id_ for id_ in missing - aliases.keys() if id_ not in previous or previous[id_] != merged.get(id_)
        }
        previous |= {id_: merged.get(id_) for id_ in missing}
        if missing:
            found |= _read(stores, domain, missing)
            missing -= found.keys()
    raise DatastoreUnavailable


def _read(
    stores: Stores, domain: str, profile_ids: Collection[str], unique_terms: Collection[str] = ()
) -> dict[str, StoredProfile]:
    found = stores.bulk_profiles.find(domain, profile_ids, unique_terms)
    return {each.profile["profile_id"]: each for each in found}


def living_id(stores: Stores, domain: str, profile_id: str) -> str:
    """Return the ID of the profile, or of the profile in which it lives on.

    Raises ``ProfileNotFound``.
    """
    return find_profile(
        stores, domain, profile_id, lambda name, id_: id_ if stores.profiles.exists(name, id_) else None
    )


def find_alias(stores: Stores, domain: str, profile_id: str) -> str | None:
    """Return and note the ID of the profile in which a profile lives on, or None if it was not merged."""
    alias = stores.aliases.get(domain, profile_id)
    if alias is None:
        return None
    note_alias(alias.target)
    return alias.target


def follow_merge(stores: Stores, domain: str, profile_id: str) -> str | None:
    """Return the ID under which the profile lives, or None if it was erased.

    Call this after a contact or an object was stored with the profile. If the profile was merged meanwhile,
    moves its contacts and objects, as the merge would have done.
    """
    previous: object = ()
    for _ in range(MAX_FOLLOWED):
        if stores.profiles.exists(domain, profile_id):
            return profile_id
        alias = stores.aliases.get(domain, profile_id)
        if alias == previous:
            return None
        previous = alias
        if alias is not None:
            stores.moves.move(domain, alias)
            is_living = stores.profiles.exists(domain, alias.target)
            if is_living and stores.aliases.get(domain, profile_id) == alias:
                return alias.target
            # The merge was undone meanwhile, or the target was itself merged or erased.
            stores.moves.move_back(domain, alias)
    raise DatastoreUnavailable


def complete_merge(stores: Stores, domain: str, profile_ids: Collection[str]) -> None:
    """Move contacts and objects that were stored with these profiles during their merge. Call it after that.

    The transaction of a merge does not see what is stored after its beginning. If a request stores a contact,
    and still finds the profile before the transaction ends, the request does not follow the merge. Sends two
    commands if there is nothing to move.
    """
    for profile_id in sorted(stores.moves.profiles_with_records(domain, profile_ids)):
        follow_merge(stores, domain, profile_id)
