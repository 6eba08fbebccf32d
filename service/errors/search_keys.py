"""What search keys, and the values of sensitive ones, do not allow."""

from typing import ClassVar

from service.errors.access import TooManyRequests
from service.errors.base import Conflict, NotFound
from service.errors.requests import FieldError


def undefined_search_key(pointer: str) -> FieldError:
    """Return the fault of naming a search key that does not exist."""
    return FieldError(pointer, "No search key has this name; GET /v1/search-keys lists them.")


class SearchKeyNotFound(NotFound):
    """No custom search key has this name."""

    code = "search_key_not_found"
    title = "No such search key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No custom search key has this name; GET /v1/search-keys lists them.")


class SearchKeyInUse(Conflict):
    """Profiles hold values of the key."""

    code = "search_key_in_use"
    title = "Profiles hold values of this search key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Profiles hold values of this key, so it cannot be removed or redefined. Release the values "
            "first; GET /v1/search-keys/{key}/profiles lists the profiles."
        )


class SearchKeyFixed(Conflict):
    """The key is defined with another type, uniqueness or sensitivity."""

    code = "search_key_fixed"
    title = "The search key is defined otherwise"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The type, the uniqueness and the sensitivity of a search key stay as they were defined; "
            "remove the key first."
        )


class BuiltInSearchKey(Conflict):
    """The name belongs to a built-in search key."""

    code = "built_in_search_key"
    title = "The search key is built in"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("This name belongs to a built-in search key; choose another.")


class TooManySearchKeys(Conflict):
    """The domain has as many custom search keys as it may have."""

    code = "too_many_search_keys"
    title = "Too many search keys"

    def __init__(self, limit: int) -> None:
        """Take the greatest number of custom keys in a domain."""
        super().__init__(f"A domain has at most {limit} custom search keys; remove one first.")


class MasterKeyMissing(Conflict):
    """There is nothing to seal sensitive values with, nor to find them by."""

    code = "master_key_missing"
    title = "No master key is set"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Values of sensitive search keys can be neither stored nor found without a master key: the "
            "operator of the service sets MASTER_KEYS or MASTER_KEYS_FILE."
        )


class ValueSealed(Conflict):
    """A sensitive value does not open."""

    code = "value_sealed"
    title = "The value cannot be opened"

    def __init__(self, master_id: str) -> None:
        """Take the ID of the master that the value was sealed with."""
        super().__init__(
            f"A value is sealed with the master '{master_id}', and those that the service has do not open "
            "it: the operator adds that one to MASTER_KEYS or MASTER_KEYS_FILE."
        )


class TooManySensitiveValues(TooManyRequests):
    """The credential has reached its hourly limit of values of sensitive keys."""

    code = "too_many_sensitive_values"
    title = "Too many values of sensitive search keys"
    explanation: ClassVar[str] = (
        "This credential has reached its hourly limit of values of sensitive search keys; retry after the "
        "time in Retry-After, or use a credential with the scope profiles:reveal."
    )
