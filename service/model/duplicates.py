"""Types for profiles that may be of the same person."""

from enum import StrEnum


class Evidence(StrEnum):
    """What two profiles have in common besides values of search keys."""

    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    SAME_FIRST_NAME = "same_first_name"
    """The last name is another one, or one profile has none."""
    SAME_LAST_NAME = "same_last_name"
    """One profile has no first name, or only an initial."""
    SAME_BUSINESS_NAME = "same_business_name"
    SAME_BIRTH_DATE = "same_birth_date"
    SAME_ADDRESS = "same_address"
