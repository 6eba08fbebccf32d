"""Every operation on data, each with an example request."""

from dataclasses import dataclass
from typing import Any

PROFILE_ID = "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"
MERGED_ID = "3c1d2e3f0f8c2a51b7e94d6c8e3f5a7b"
MERGE_ID = "9d0e5b8f1c3a7e422f0d3c1e6a0b4c7a"
CONTACT_ID = "call-1"


@dataclass(frozen=True)
class Operation:
    """An operation: its method, its path template, the status of a success, and an example body."""

    method: str
    rule: str
    status: int
    body: Any = None

    @property
    def path(self) -> str:
        """Return a path that matches the rule."""
        return self.rule.format(profile_id=PROFILE_ID, contact_id=CONTACT_ID, merge_id=MERGE_ID, key="ssn")

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


_ONE_CRITERION = {"criteria": [{"key": "name", "values": ["Ann"]}]}

_BATCH = {"items": [{"operation": "create", "profile": {"first_name": "Ann"}}]}

OPERATIONS = [
    Operation("POST", "/v1/contacts/{contact_id}/match", 200, {"channel": "voice", "phone_number": "555"}),
    Operation("PUT", "/v1/contacts/{contact_id}/association", 200, {"profile_id": PROFILE_ID}),
    Operation("GET", "/v1/contacts/{contact_id}/association", 200),
    Operation("DELETE", "/v1/contacts/{contact_id}/association", 204),
    Operation("POST", "/v1/contacts/{contact_id}/clear", 200),
    Operation("GET", "/v1/contacts/{contact_id}", 200),
    Operation("POST", "/v1/contacts/{contact_id}/profile", 201, {"first_name": "Ann"}),
    Operation("POST", "/v1/contacts/search", 200, {"agent_id": "agent-7"}),
    Operation("POST", "/v1/profiles", 201, {"first_name": "Ann"}),
    Operation("POST", "/v1/profiles/batch", 200, _BATCH),
    Operation("GET", "/v1/profiles/{profile_id}", 200),
    Operation("PATCH", "/v1/profiles/{profile_id}", 200, {"last_name": "Lee"}),
    Operation("DELETE", "/v1/profiles/{profile_id}", 204),
    Operation("POST", "/v1/profiles/{profile_id}/keys", 200, {"key": "phone", "values": ["5551234"]}),
    Operation("POST", "/v1/profiles/{profile_id}/keys/release", 200, {"key": "phone", "values": ["5551234"]}),
    Operation("POST", "/v1/profiles/{profile_id}/reveal", 200, {"key": "secret"}),
    Operation("POST", "/v1/profiles/search", 200, _ONE_CRITERION),
    Operation("GET", "/v1/profiles/{profile_id}/contacts", 200),
    Operation("GET", "/v1/profiles/{profile_id}/duplicates", 200),
    Operation("GET", "/v1/profiles/{profile_id}/export", 200),
    Operation("POST", "/v1/profiles/{profile_id}/merge", 200, {"profile_ids": [MERGED_ID]}),
    Operation("GET", "/v1/profiles/{profile_id}/merges", 200),
    Operation("POST", "/v1/merges/{merge_id}/undo", 200),
    Operation("GET", "/v1/profiles", 200),
    Operation("GET", "/v1/profiles/count", 200),
    Operation("GET", "/v1/profiles/changes", 200),
    Operation("GET", "/v1/audit", 200),
    Operation("GET", "/v1/search-keys", 200),
    Operation("PUT", "/v1/search-keys/{key}", 200, {"label": "SSN", "type": "digits"}),
    Operation("GET", "/v1/search-keys/{key}/profiles", 200),
    Operation("DELETE", "/v1/search-keys/{key}", 204),
    Operation("GET", "/v1/settings", 200),
    Operation("PATCH", "/v1/settings", 200, {"default_region": "JP"}),
    Operation("GET", "/v1/credential", 200),
    Operation("POST", "/v1/agent-tokens", 201, {"agent_id": "agent-9"}),
]
WITH_BODY = [op for op in OPERATIONS if op.body is not None and op.body is not _BATCH]
"""Operations that reject an invalid body as a whole. ``test_batch_input.py`` tests the bodies of batches."""
