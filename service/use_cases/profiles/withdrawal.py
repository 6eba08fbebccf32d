"""Withdraw a profile whose creation cannot be completed."""

from service.store.stores import Stores


def withdraw_profile(
    stores: Stores,
    domain: str,
    profile_id: str,
    *,
    is_tentative: bool = False,
    only_unchanged: bool = False,
) -> bool:
    """Remove a profile that was just added, unless a repeated request has returned it.

    With ``is_tentative``, remove only a profile that is not confirmed. With ``only_unchanged``, remove only
    the first version: if the profile was created again after a merge, an undo may have restored it since.
    Return whether it was removed.
    """
    is_removed = stores.profiles.undo_insert(
        domain, profile_id, is_tentative=is_tentative, only_unchanged=only_unchanged
    )
    if not is_removed:
        return False
    stores.associations.forget_profile(domain, profile_id)
    return True
