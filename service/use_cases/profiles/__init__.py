"""Create, read and change profiles."""

from service.use_cases.profiles.change import (
    edit_profile,
    read_profile,
    update_profile,
    view_profile,
    view_profiles,
)
from service.use_cases.profiles.create import create_profile_once, insert_profile, new_profile
from service.use_cases.profiles.for_contact import ContactDetails, create_for_contact

__all__ = [
    "ContactDetails",
    "create_for_contact",
    "create_profile_once",
    "edit_profile",
    "insert_profile",
    "new_profile",
    "read_profile",
    "update_profile",
    "view_profile",
    "view_profiles",
]
