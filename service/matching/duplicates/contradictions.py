"""Decide whether two profiles cannot be of the same person."""

from service.matching.duplicates import birth_dates, names
from service.model.profile import Profile


def contradicts(one: Profile, other: Profile) -> bool:
    """Return whether names or dates of birth exclude that two profiles are of the same person.

    What is missing excludes nothing. Neither do nicknames, initials, typos, another last name, another order
    of the names, or another script.
    """
    if birth_dates.exclude(*(birth_dates.read(profile.get("birth_date")) for profile in (one, other))):
        return True
    name, other_name = names.read(one), names.read(other)
    generations = {name.generation, other_name.generation} - {""}
    return len(generations) > 1 or names.compare(name, other_name).contradicts
