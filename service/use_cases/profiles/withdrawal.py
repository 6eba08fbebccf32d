"""Withdraw a profile whose creation cannot be completed."""

from service.store.stores import Stores


def withdraw_profile(stores: Stores, domain: str, profile_id: str, *, is_tentative: bool = False) -> bool:
    """Remove a profile that was just added, unless a repeated request has returned it.

    With ``is_tentative``, remove only a profile that is not confirmed. Return whether it was removed.
    """
    if not stores.profiles.undo_insert(domain, profile_id, is_tentative=is_tentative):
        return False
    stores.associations.forget_profile(domain, profile_id)
    return True
