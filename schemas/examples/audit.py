"""Examples of the audit and of exports."""

from schemas.examples.common import CONTACT_ID, MERGED_ID, PROFILE_ID, REQUEST_ID, Example
from schemas.examples.contacts import CLEARED_CONTACT
from schemas.examples.merges import MERGE
from schemas.examples.profiles import PROFILE

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
