"""Decide whether two profiles cannot be of the same person."""

from service.matching.duplicates import birth_dates, names, words
from service.matching.duplicates.likeness import NameLikeness
from service.model.profile import Profile


def contradicts(one: Profile, other: Profile) -> bool:
    """Return whether names or dates of birth exclude that two profiles are of the same person.

    What is missing excludes nothing. Neither do nicknames, initials, typos, another last name, another order
    of the names, or another script. Different suffixes, such as Jr. and Sr., and the different names of two
    companies do.
    """
    if birth_dates.contradict(*(birth_dates.read(profile.get("birth_date")) for profile in (one, other))):
        return True
    name, other_name = names.read(one), names.read(other)
    if not name.divisions and not other_name.divisions:
        return _are_different_companies(one, other)
    generations = {name.generation, other_name.generation} - {""}
    return len(generations) > 1 or names.compare(name, other_name).contradicts


def _are_different_companies(one: Profile, other: Profile) -> bool:
    company, other_company = (
        words.read_business_name(each.get("business_name") or "") for each in (one, other)
    )
    if not company or not other_company:
        return False
    return words.compare_last_names(company, other_company) is NameLikeness.DIFFERENT
