"""The commands of all other operations."""

from service.store.indexes.definitions import INDEXES
from tests.store.operation_costs.common import Cost

DOMAINS: list[Cost] = [
    ("the audit is read", "GET /v1/audit", None, 200, "find"),
    ("the search keys are listed", "GET /v1/search-keys", None, 200, "find find"),
    (
        "a search key is defined",
        "PUT /v1/search-keys/k{unused}",
        {"label": "K", "type": "text"},
        201,
        "find find findAndModify find find",
    ),
    ("the removal of a search key in use is rejected", "DELETE /v1/search-keys/plan", None, 409, "find"),
    (
        "a search key is removed",
        "DELETE /v1/search-keys/k{spare}",
        None,
        204,
        "find update find delete find find",
    ),
    ("the profiles with a search key are listed", "GET /v1/search-keys/plan/profiles", None, 200, "find"),
    ("the settings are read", "GET /v1/settings", None, 200, "find find"),
    (
        "the settings are changed",
        "PATCH /v1/settings",
        {"default_region": "US"},
        200,
        "find find findAndModify find find",
    ),
    (
        "the settings are patched without a change",
        "PATCH /v1/settings",
        {"match_keys": {}},
        200,
        "find find find find",
    ),
    ("the credential is read", "GET /v1/credential", None, 200, ""),
    ("an agent token is created", "POST /v1/agent-tokens", {"agent_id": "agent-7"}, 201, "insert"),
    ("liveness is checked", "GET /livez", None, 200, ""),
    (
        "readiness is checked",
        "GET /readyz",
        None,
        200,
        # The last commands look for other rules, for objects with other master keys, for snapshots with other
        # rules and, once a minute, for other definitions.
        " ".join(["ping", *["listIndexes"] * len(INDEXES), "find find find find find"]),
    ),
]
