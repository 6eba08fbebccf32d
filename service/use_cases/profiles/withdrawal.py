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
    """Remove a profile that was just added. Return whether it was removed.

    It is not removed if a repeated request may have returned it, if it is being erased, or if the request has
    exceeded its time. With ``is_tentative``, it is removed only if it is neither confirmed nor changed. With
    ``only_unchanged``, it is removed only in its first version: if it was created again after a merge, an
    undo may have restored it since.
    """
    is_removed = stores.profiles.undo_insert(
        domain, profile_id, is_tentative=is_tentative, only_unchanged=only_unchanged
    )
    if not is_removed:
        return False
    stores.associations.forget_profile(domain, profile_id)
    return True
