"""A full body for each operation, and helpers for JSON pointers."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.api.caller import Json
from tests.api.operations import PROFILE_ID

MARKER = "Zq7-marker"
"""Part of the invalid values. No response may contain it."""

PROFILE: Json = {
    "first_name": "Ann",
    "middle_name": "M.",
    "last_name": "Lee",
    "phonetic_first_name": "Ann",
    "phonetic_last_name": "Lee",
    "business_name": "ACME",
    "account_number": "A-1",
    "birth_date": "1980-04-01",
    "gender": "female",
    "party_type": "INDIVIDUAL",
    "additional_information": "Calls at night.",
    "phone_numbers": [{"type": "home", "value": "+12125550123"}],
    "email_addresses": [{"type": "home", "value": "ann@example.com"}],
    "addresses": [
        {
            "type": "home",
            "address_1": "1 Main St",
            "address_2": "2",
            "address_3": "3",
            "address_4": "4",
            "city": "Tokyo",
            "county": "A",
            "state": "B",
            "province": "C",
            "country": "JP",
            "postal_code": "100-0001",
        }
    ],
    "attributes": {"tier": "gold"},
    "keys": {"vip": ["1"]},
}
CRITERIA = [{"key": "name", "values": ["Ann"]}]
FULL_BODIES: dict[str, Json] = {
    "POST /v1/contacts/{contact_id}/match": {
        "channel": "voice",
        "phone_number": "+12125550123",
        "email_address": "ann@example.com",
        "name": "Ann",
        "attributes": {"tier": "gold"},
        "limit": 20,
    },
    "PUT /v1/contacts/{contact_id}/association": {
        "profile_id": PROFILE_ID,
        "channel": "voice",
        "agent_id": "agent-7",
    },
    "POST /v1/contacts/{contact_id}/profile": PROFILE,
    "POST /v1/contacts/search": {
        "profile_id": PROFILE_ID,
        "agent_id": "agent-7",
        "channel": "voice",
        "from": "2026-03-01T00:00:00Z",
        "to": "2026-04-01T00:00:00Z",
        "limit": 20,
    },
    "POST /v1/profiles": PROFILE,
    "PATCH /v1/profiles/{profile_id}": PROFILE,
    "POST /v1/profiles/{profile_id}/keys": {"key": "vip", "values": ["1"]},
    "POST /v1/profiles/{profile_id}/keys/release": {"key": "vip", "values": ["1"]},
    "POST /v1/profiles/{profile_id}/merge": {"profile_ids": ["3" * 32], "fields": {"last_name": "3" * 32}},
    "POST /v1/profiles/{profile_id}/reveal": {"key": "secret"},
    "POST /v1/profiles/search": {"criteria": CRITERIA, "operator": "or", "mode": "exact", "limit": 20},
    "PUT /v1/search-keys/{key}": {"label": "SSN", "type": "digits", "unique": True, "sensitive": True},
    "POST /v1/agent-tokens": {"agent_id": "agent-7", "scopes": ["profiles:view"], "expires_in": 60},
    "PATCH /v1/settings": {"default_region": "JP", "match_keys": {"voice": ["phone"], "chat": ["email"]}},
}


def at_pointer(body: Any, pointer: str, value: Any) -> Any:
    """Return a copy of the body with the value at the pointer replaced."""
    body = deepcopy(body)
    *parents, last = pointer.split("/")[1:]
    target = body
    for step in parents:
        target = target[int(step) if isinstance(target, list) else step]
    target[int(last) if isinstance(target, list) else last] = value
    return body


def leaves(body: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the pointer and value of each member that is not an object or array."""
    if isinstance(body, dict | list):
        members = body.items() if isinstance(body, dict) else enumerate(body)
        for name, member in members:
            yield from leaves(member, f"{pointer}/{name}")
    else:
        yield pointer, body
