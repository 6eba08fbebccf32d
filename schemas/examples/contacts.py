"""Examples of contacts."""

from schemas.examples.common import CONTACT_ID, PROFILE_ID, Example

ASSOCIATION: Example = {
    "profile_id": PROFILE_ID,
    "agent_id": "agent-7",
    "associated_at": "2026-03-01T09:31:00.000Z",
    "disassociated_at": None,
}
ASSOCIATION_REQUEST: Example = {"profile_id": PROFILE_ID, "channel": "voice", "agent_id": "agent-7"}
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
