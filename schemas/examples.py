"""Examples of every request and response. Tests validate each example with its schema.

``MATCH_REQUEST`` and ``SEARCH_REQUEST`` match the profiles of ``PROFILE_REQUEST`` and of the README.
"""

from collections.abc import Mapping

from schemas.profiles import ADDRESS_LINES, TEXT_FIELDS
from schemas.search_keys import SearchKeyResponse
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_SHARED_ABOVE
from service.model.principal import DEFAULT_AGENT_TOKEN_SECONDS
from service.model.search_key import BUILT_IN

Example = dict[str, object]

PROFILE_ID = "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"
MERGED_ID = "3c1d2e3f0f8c2a51b7e94d6c8e3f5a7b"
MERGE_ID = "9d0e5b8f1c3a7e422f0d3c1e6a0b4c7a"
CONTACT_ID = "5a1b7c9e-2d4f-4a6b-8c0d-1e3f5a7b9c2d"
DUPLICATE_ID = "7d1e4b9a0c2f4835b6a8e1f3c5d7092b"
DUPLICATE_MATCHED_ON = ["account", "email", "phone"]
REQUEST_ID = "6f1c2b7de6b34a40a2f4f0c3c1b8a9d2"

_ADDRESS: Example = {
    "type": "home",
    "address_1": "1-1 Chiyoda",
    "city": "Chiyoda-ku",
    "province": "Tokyo",
    "country": "JP",
    "postal_code": "100-0001",
}
PROFILE_REQUEST: Example = {
    "first_name": "太郎",
    "last_name": "山田",
    "phonetic_first_name": "タロウ",
    "phonetic_last_name": "ヤマダ",
    "phone_numbers": [{"type": "mobile", "value": "+1 415-555-0101"}],
    "email_addresses": [{"type": "home", "value": "Taro.Yamada@example.jp"}],
    "account_number": "A-1",
    "addresses": [_ADDRESS],
    "attributes": {"tier": "gold"},
}
PROFILE_PATCH: Example = {
    "birth_date": "1980-04-01",
    "middle_name": None,
    "additional_information": "Prefers to be called in the evening.",
    "attributes": {"tier": "gold"},
}
PROFILE: Example = {
    "profile_id": PROFILE_ID,
    **dict.fromkeys(TEXT_FIELDS),
    **PROFILE_REQUEST,
    "phone_numbers": [{"type": "mobile", "value": "+1 415-555-0101", "e164": "+14155550101"}],
    "addresses": [{"type": None, **dict.fromkeys(ADDRESS_LINES), **_ADDRESS}],
    "keys": {"ssn": ["*******6789"]},
    "version": 1,
    "created_at": "2026-03-01T09:30:00.000Z",
    "updated_at": "2026-03-01T09:30:00.000Z",
}
POSSIBLE_DUPLICATES: list[Example] = [{"profile_id": DUPLICATE_ID, "matched_on": DUPLICATE_MATCHED_ON}]
CREATED_PROFILE: Example = {**PROFILE, "possible_duplicates": POSSIBLE_DUPLICATES}
REVEAL_REQUEST: Example = {"key": "ssn"}
REVEALED: Example = {"key": "ssn", "values": ["123-45-6789"]}
KEY_VALUES_REQUEST: Example = {"key": "ssn", "values": ["123-45-6789"]}

BATCH_REQUEST: Example = {
    "items": [
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "C-1001"},
            "profile": {"first_name": "太郎", "phone_numbers": [{"value": "+1 415-555-0101"}]},
            "ref": "row 2",
        },
        {"operation": "delete", "profile_id": PROFILE_ID, "if_match": 3},
    ]
}
BATCH: Example = {
    "items": [
        {
            "ref": "row 2",
            "status": 201,
            "profile_id": PROFILE_ID,
            "version": 1,
            "outcome": "created",
            "kept": [],
            "possible_duplicates": POSSIBLE_DUPLICATES,
        },
        {
            "ref": None,
            "status": 412,
            "profile_id": PROFILE_ID,
            "version": None,
            "outcome": None,
            "kept": [],
            "possible_duplicates": [],
            "problem": {
                "type": "urn:profile-lookup:problem:version_conflict",
                "title": "The profile has changed",
                "status": 412,
                "detail": "The profile no longer has the version in the request; read it again, then retry.",
                "instance": f"urn:profile-lookup:request:{REQUEST_ID}",
                "code": "version_conflict",
                "request_id": REQUEST_ID,
            },
        },
    ]
}

CANDIDATE: Example = {
    "profile": PROFILE,
    "matched_on": [{"key": "phone", "value": "+14155550101", "tier": "exact", "shared": False}],
}
SEARCH_REQUEST: Example = {
    "criteria": [
        {"key": "phone", "values": ["(415) 555-0101"]},
        {"key": "name", "values": ["山田 太郎"]},
    ],
    "operator": "and",
}
SEARCH: Example = {
    "items": [
        CANDIDATE
        | {
            "matched_on": [
                {"key": "phone", "value": "+14155550101", "tier": "exact"},
                {"key": "name", "value": "山田 太郎", "tier": "full_name"},
            ]
        }
    ],
    "next_cursor": None,
    "truncated": False,
}

DUPLICATES: Example = {
    "items": [
        {
            "profile": CANDIDATE["profile"],
            "tier": "exact",
            "matched_on": ["phone"],
            "evidence": ["same_name", "same_birth_date"],
        }
    ],
    "next_cursor": None,
    "truncated": False,
}

ASSOCIATION: Example = {
    "profile_id": PROFILE_ID,
    "agent_id": "agent-7",
    "associated_at": "2026-03-01T09:31:00.000Z",
    "disassociated_at": None,
}
ASSOCIATION_REQUEST: Example = {"profile_id": PROFILE_ID, "channel": "voice", "agent_id": "agent-7"}
MATCH_REQUEST: Example = {"channel": "voice", "phone_number": "+14155550101"}
_STREAMS_CONTACT: Example = {
    "contactId": CONTACT_ID,
    "type": "voice",
    "state": {"type": "connecting"},
    "connections": [
        {
            "type": "inbound",
            "initial": True,
            "endpoint": {"type": "phone_number", "phoneNumber": "+14155550101"},
        },
        {"type": "agent", "initial": False},
    ],
    "attributes": {"language": {"name": "language", "value": "ja"}},
}
MATCH_REQUESTS_OF_CONNECT: Mapping[str, Example] = {
    "Details": {
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {
                "ContactId": CONTACT_ID,
                "Channel": "VOICE",
                "CustomerEndpoint": {"Address": "+14155550101", "Type": "TELEPHONE_NUMBER"},
                "Attributes": {"profileSearchKey": "_account", "profileSearchValue": "A-1"},
                "InitiationMethod": "INBOUND",
                "InstanceARN": "arn:aws:connect:us-east-1:123456789012:instance/example",
            },
            "Parameters": {},
        },
    },
    "contactData": {"contactId": CONTACT_ID, "contactData": _STREAMS_CONTACT},
    "contactId": _STREAMS_CONTACT,
}
"""The forms of Amazon Connect, by the member that only one of them has."""
MATCH: Example = {
    "contact_id": CONTACT_ID,
    "outcome": "unique",
    "candidates": [CANDIDATE],
    "association": None,
    "next_cursor": None,
    "truncated": False,
}
CONTACT: Example = {
    "contact_id": CONTACT_ID,
    "channel": "voice",
    "created_at": "2026-03-01T09:31:00.000Z",
    "cleared_at": None,
    "association": ASSOCIATION,
    "associations": [ASSOCIATION],
}
CLEARED_CONTACT: Example = CONTACT | {"cleared_at": "2026-03-01T09:40:00.000Z"}
CONTACTS: Example = {"items": [CLEARED_CONTACT], "next_cursor": "WzE3NzIzNTcyNjAwMDAsIjVhMWI3YzllIl0"}
CONTACT_SEARCH_REQUEST: Example = {"agent_id": "agent-7", "channel": "voice", "from": "2025-01-01T00:00:00Z"}

MERGE_REQUEST: Example = {"profile_ids": [MERGED_ID], "fields": {"last_name": MERGED_ID}}
MERGE: Example = {
    "merge_id": MERGE_ID,
    "profile_id": PROFILE_ID,
    "profile_ids": [MERGED_ID],
    "merged_at": "2026-03-02T10:00:00.000Z",
    "agent_id": "agent-7",
    "undone_at": None,
    "not_restored": [],
}
MERGED_PROFILE: Example = MERGE | {"profile": PROFILE | {"version": 2}}
MERGES: Example = {"items": [MERGE], "next_cursor": None}
UNDONE_MERGE: Example = MERGED_PROFILE | {
    "undone_at": "2026-03-02T10:05:00.000Z",
    "not_restored": [
        {"profile_id": MERGED_ID, "key": "customer_number", "reason": "taken", "owner_id": "4f" * 16}
    ],
    "profile": PROFILE | {"version": 3},
}

SEARCH_KEY_REQUEST: Example = {
    "label": "Social security number",
    "type": "digits",
    "unique": True,
    "sensitive": True,
}
SEARCH_KEY: Example = {"name": "ssn", **SEARCH_KEY_REQUEST, "built_in": False, "example": "123-45-6789"}
PROFILE_COUNT: Example = {"count": 9500, "estimated": False}
CHANGES: Example = {
    "items": [
        {
            "profile_id": PROFILE_ID,
            "change": "created",
            "changed_at": "2026-03-01T09:30:00.000Z",
            "profile": PROFILE,
        },
        {"profile_id": "7b9c1d2e3f0f8c2a51b7e94d6c8e3f5a", "deleted_at": "2026-03-01T09:31:00.000Z"},
    ],
    "next_cursor": "WyJjaGFuZ2VzIiw3NjAwODQ0NzE3MzU3ODg1NDUxLCI3YjljMWQyZTNmMGY4YzJhNTFiN2U5NGQ2YzhlM2Y1YSJd",
    "as_of": "2026-03-01T09:31:30.000Z",
}
PROFILES: Example = {"items": [PROFILE], "next_cursor": None}
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

CREDENTIAL: Example = {
    "domain": "default",
    "agent_id": "agent-7",
    "scopes": ["profiles:view", "profiles:edit", "profiles:create"],
}
AGENT_TOKEN_REQUEST: Example = {
    "agent_id": "agent-7",
    "scopes": ["profiles:edit", "profiles:create"],
    "expires_in": DEFAULT_AGENT_TOKEN_SECONDS,
}
AGENT_TOKEN: Example = {
    **AGENT_TOKEN_REQUEST,
    "token": "plt_eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMDEifQ.eyJzdWIiOiJhZ2VudC03In0.c2lnbmF0dXJl",
    "token_type": "Bearer",
    "expires_at": "2026-03-01T09:45:00.000Z",
}

LIVE: Example = {"status": "ok"}
READY: Example = {"status": "ok", "checks": {"mongodb": "ok", "indexes": "ok", "lookup_entries": "ok"}}
METRICS = """\
# HELP http_requests_total Requests answered.
# TYPE http_requests_total counter
http_requests_total{method="POST",route="/v1/profiles",status="201"} 3.0
# HELP profile_lookup_matches_total Matches of contacts with profiles, by outcome.
# TYPE profile_lookup_matches_total counter
profile_lookup_matches_total{channel="voice",outcome="unique"} 2.0
"""

_EVENT: Example = {
    "at": "2026-03-01T09:30:59.000Z",
    "action": "matched",
    "contact_id": CONTACT_ID,
    "keys": ["phone"],
    "credential_id": "anybody",
    "agent_id": None,
    "request_id": REQUEST_ID,
}
AUDIT: Example = {
    "items": [_EVENT | {"event_id": "019ca8a1d3b87c1e9a2b3c4d5e6f7a8b", "profile_ids": [PROFILE_ID]}],
    "next_cursor": None,
}
EXPORT: Example = {
    "exported_at": "2026-03-02T08:00:00.000Z",
    "profile": PROFILE,
    "contacts": [{name: value for name, value in CLEARED_CONTACT.items() if name != "association"}],
    "objects": [
        {
            "object_id": "019ca1b2c3d4aa00112233445566aabb",
            "object_type": "Order",
            "created_at": "2026-03-01T09:35:00.000Z",
            "updated_at": "2026-03-01T09:35:00.000Z",
            "content": '{"OrderId":"1001","Total":12.5}',
        }
    ],
    "merges": [{"merge": MERGE, "profiles": [PROFILE | {"profile_id": MERGED_ID}], "before": PROFILE}],
    "audit": [_EVENT],
}
