"""Profiles with only some of their fields."""

from typing import cast

from service.model.profile import Profile


def profile_with(**fields: object) -> Profile:
    """Return a profile with these fields only, as older releases may have stored it."""
    return cast("Profile", fields)
