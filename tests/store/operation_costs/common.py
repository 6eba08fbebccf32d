"""Parts of the operations, and the type of their costs."""

from typing import Any

Cost = tuple[str, str, Any, int, str]
"""What happens, the operation, its body, the status of the response, and the commands."""

PHONES = [{"value": "+1 212 555 0100"}]
PHONE = {"key": "phone", "values": ["+1 212 555 0100"]}
EMAIL = {"key": "email", "values": ["ada@example.com"]}
NAME = {"key": "name", "values": ["Ada", "Lovelace"]}
PLAN = {"key": "plan", "values": ["gold"]}
ACCOUNT = {"key": "account", "values": ["A-1"]}
MATCH = "POST /v1/contacts/{contact}/match"
SEARCH = "POST /v1/profiles/search"
ASSOCIATION = "/v1/contacts/{contact}/association"
PROFILE = "/v1/profiles/{profile}"
BATCH = "POST /v1/profiles/batch"


def matched_on(key: str, value: str) -> dict[str, Any]:
    """Return a contact that is matched on this search key."""
    return {"channel": "voice", "attributes": {"profileSearchKey": key, "profileSearchValue": value}}
