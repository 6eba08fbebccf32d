"""Examples of search keys and settings."""

from schemas.examples.common import Example
from schemas.search_keys import SearchKeyResponse
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_SHARED_ABOVE
from service.model.search_key import BUILT_IN

SEARCH_KEY_REQUEST: Example = {
    "label": "Social security number",
    "type": "digits",
    "unique": True,
    "sensitive": True,
}
SEARCH_KEY: Example = {"name": "ssn", **SEARCH_KEY_REQUEST, "built_in": False, "example": "123-45-6789"}
SEARCH_KEYS: Example = {
    "items": [SearchKeyResponse().dump(BUILT_IN["phone"]), SEARCH_KEY],
    "next_cursor": None,
    "default_region": "JP",
}
SETTINGS_PATCH: Example = {
    "default_region": "JP",
    "match_keys": {"chat": ["email", "name"], "voice": None},
    "match_modes": {"chat": "all"},
    "unique_by_name": None,
    "ignored_values": {"phone": ["0000000000"]},
}
SETTINGS: Example = {
    "default_region": "JP",
    "match_keys": {str(channel): list(keys) for channel, keys in DEFAULT_MATCH_KEYS.items()},
    "match_modes": {"voice": "first", "chat": "all", "task": "first", "email": "first"},
    "search_value_falls_back": True,
    "unique_by_name": False,
    "shared_above": DEFAULT_SHARED_ABOVE,
    "warn_of_duplicates": True,
    "ignored_values": {"phone": ["0000000000"]},
}
