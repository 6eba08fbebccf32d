"""Check whether profiles must be reindexed."""

from service.store.stores import Stores


def any_stale(stores: Stores) -> bool:
    """Return whether any profile was written with other rules or other definitions of search keys."""
    profiles = stores.stale_profiles
    return profiles.have_other_rules() or profiles.have_other_definitions(30)
