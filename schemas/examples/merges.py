"""Examples of merges."""

from schemas.examples.common import MERGE_ID, MERGED_ID, PROFILE_ID, Example
from schemas.examples.profiles import PROFILE

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
