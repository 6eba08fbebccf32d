"""Examples of profiles, lists of them, and their changes."""

from schemas.examples.common import DUPLICATE_ID, PROFILE_ID, Example
from schemas.profiles import ADDRESS_LINES, TEXT_FIELDS

DUPLICATE_MATCHED_ON = ["account", "email", "phone"]
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
PROFILES: Example = {"items": [PROFILE], "next_cursor": None}
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
