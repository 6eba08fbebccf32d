"""Errors of search keys and of sensitive values."""

from service.errors.access import TooManyRequests
from service.errors.base import Conflict, NotFound
from service.errors.requests import FieldError

UNDEFINED_SEARCH_KEY = "No search key has this name; list the search keys to see their names."


def undefined_search_key(pointer: str) -> FieldError:
    """Return the error for a field with the name of an undefined search key."""
    return FieldError(pointer, UNDEFINED_SEARCH_KEY)


class SearchKeyNotFound(NotFound):
    """Search key not found."""

    code = "search_key_not_found"
    detail = "No custom search key has this name; list the search keys to see their names."


class SearchKeyInUse(Conflict):
    """Profiles have values of this search key."""

    code = "search_key_in_use"
    detail = (
        "Profiles have values of this search key, so it cannot be removed or redefined; remove the values "
        "first. /v1/search-keys/{key}/profiles lists the profiles."
    )


class SearchKeyFixed(Conflict):
    """The search key has another definition."""

    code = "search_key_fixed"
    detail = (
        "The search key is already defined with another type, uniqueness or sensitivity; remove it first to "
        "change them."
    )


class BuiltInSearchKey(Conflict):
    """The search key is built in."""

    code = "built_in_search_key"
    detail = "This name belongs to a built-in search key; choose another."


class TooManySearchKeys(Conflict):
    """Too many search keys."""

    code = "too_many_search_keys"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The domain already has the maximum of {limit} custom search keys; remove one first."
        )


class MasterKeyMissing(Conflict):
    """No master key is set."""

    code = "master_key_missing"
    detail = (
        "Without a master key, values of sensitive search keys can be neither stored nor found, and agent "
        "tokens cannot be created; ask the operator of the service to set MASTER_KEYS or MASTER_KEYS_FILE."
    )


class ValueSealed(Conflict):
    """The value cannot be decrypted."""

    code = "value_sealed"

    def __init__(self, master_id: str) -> None:
        super().__init__(
            f"A value is encrypted with the master key '{master_id}', and the service has no key that "
            "decrypts it; ask the operator to add that key to MASTER_KEYS or MASTER_KEYS_FILE."
        )


class TooManySensitiveValues(TooManyRequests):
    """Too many values of sensitive search keys."""

    code = "too_many_sensitive_values"
    detail = (
        "This credential has reached its hourly limit of values of sensitive search keys; retry later, or "
        "use a credential with the scope profiles:reveal."
    )
