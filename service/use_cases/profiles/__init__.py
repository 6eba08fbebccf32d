"""Create, read and change profiles."""

from service.use_cases.profiles.change import update_profile
from service.use_cases.profiles.create import create_profile, new_profile
from service.use_cases.profiles.for_contact import create_for_contact
from service.use_cases.profiles.idempotency import create_profile_once
from service.use_cases.profiles.read import read_profile, view_profile

__all__ = [
    "create_for_contact",
    "create_profile",
    "create_profile_once",
    "new_profile",
    "read_profile",
    "update_profile",
    "view_profile",
]
