"""The commands that each operation sends to MongoDB when the caches are warm.

The last ``insert`` of a change stores its audit event. Events of look-ups are queued and stored together
later. The test modules ``test_*_plans.py`` show what the commands cost.
"""

from typing import Any

from service.store.indexes.definitions import INDEXES

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


OPERATION_COSTS: list[tuple[str, str, Any, int, str]] = [
    ("a call is matched", MATCH, {"channel": "voice", "phone_number": "+12125550123"}, 200, "aggregate"),
    ("a contact is matched on one search key", MATCH, matched_on("account", "{own}"), 200, "aggregate"),
    (
        "a chat is matched by e-mail, then name",
        MATCH,
        {"channel": "chat", "email_address": "ada@example.com", "name": "{own}"},
        200,
        "aggregate",
    ),
    (
        "a contact is matched on its attributes first",
        MATCH,
        {"phone_number": "+12125550123", **matched_on("ssn", "1")},
        200,
        "aggregate",
    ),
    (
        "a contact is matched on an earlier contact",
        MATCH,
        matched_on("contact_id", "{open}"),
        200,
        "find aggregate",
    ),
    (
        "two candidates do not tie",
        MATCH,
        {"channel": "voice", "phone_number": "+5511987654321"},
        200,
        "aggregate",
    ),
    ("two candidates tie", MATCH, matched_on("name", "Eve {both}"), 200, "aggregate aggregate"),
    ("two hundred candidates tie", MATCH, matched_on("plan", "many"), 200, "aggregate aggregate"),
    (
        "too many candidates to rank are all alike",
        MATCH,
        matched_on("plan", "crowd"),
        200,
        "aggregate aggregate",
    ),
    (
        "one of too many candidates has another value",
        MATCH,
        {"phone_number": "+5511987654321", **matched_on("plan", "crowd")},
        200,
        "aggregate aggregate",
    ),
    (
        "a match is narrowed down to no profile",
        MATCH,
        {**matched_on("name", "Eve {both}"), "criteria": [ACCOUNT]},
        200,
        "find aggregate",
    ),
    (
        "a match is narrowed down to one profile",
        MATCH,
        {**matched_on("account", "{own}"), "criteria": [PHONE]},
        200,
        "find aggregate aggregate",
    ),
    (
        "a match is narrowed down to two profiles",
        MATCH,
        {**matched_on("name", "Eve {both}"), "criteria": [{"key": "name", "values": ["{both}"]}]},
        200,
        "find aggregate aggregate aggregate",
    ),
    (
        "a contact is matched on a sensitive value",
        MATCH,
        matched_on("secret", "one secret"),
        200,
        "aggregate aggregate",
    ),
    ("the number of a call is hidden", MATCH, {"channel": "voice", "phone_number": "anonymous"}, 200, "find"),
    ("one criterion is searched", SEARCH, {"criteria": [PHONE]}, 200, "find"),
    ("a name is searched", SEARCH, {"criteria": [NAME]}, 200, "find"),
    (
        "any of five criteria is searched",
        SEARCH,
        {"criteria": [PHONE, EMAIL, NAME, PLAN, ACCOUNT], "operator": "or"},
        200,
        "find",
    ),
    (
        "all of five criteria are searched",
        SEARCH,
        {"criteria": [PHONE, EMAIL, NAME, PLAN, ACCOUNT], "operator": "and"},
        200,
        "aggregate",
    ),
    (
        "one criterion finds more than a page",
        SEARCH,
        {"criteria": [{"key": "plan", "values": ["many"]}]},
        200,
        "find",
    ),
    (
        "a sensitive value is searched",
        SEARCH,
        {"criteria": [{"key": "secret", "values": ["one secret"]}]},
        200,
        # The second command finds the holders of the value, for the audit.
        "find aggregate",
    ),
    ("a prefix is searched", SEARCH, {"criteria": [ACCOUNT], "mode": "prefix"}, 200, "find"),
    (
        "profiles of many earlier contacts are searched",
        SEARCH,
        {"criteria": [{"key": "contact_id", "values": ["{open}", "{cleared}"]}] * 5, "operator": "and"},
        200,
        "find aggregate",
    ),
    ("a profile is created", "POST /v1/profiles", {"first_name": "Bo"}, 201, "insert insert"),
    # The third command finds possible duplicates.
    (
        "a profile with a phone number is created",
        "POST /v1/profiles",
        {"first_name": "Bo", "phone_numbers": PHONES},
        201,
        "insert find insert",
    ),
    # Possible duplicates are looked for before the insert and after it. Then the profile is confirmed.
    (
        "a profile without duplicates is created",
        "POST /v1/profiles?on_duplicate=reject",
        {"first_name": "Bo", "account_number": "{unused}"},
        201,
        "find insert find update insert",
    ),
    (
        "a profile with duplicates is rejected",
        "POST /v1/profiles?on_duplicate=reject",
        {"first_name": "Ada", "account_number": "{own}"},
        409,
        "find",
    ),
    # After a write, the definitions of its search keys are read again, because they may have changed.
    (
        "a profile with custom keys is created",
        "POST /v1/profiles",
        {"first_name": "Bo", "keys": {"plan": ["gold"]}},
        201,
        "find find insert find insert",
    ),
    ("a profile is read", f"GET {PROFILE}", None, 200, "find"),
    ("a profile is patched", f"PATCH {PROFILE}", {"last_name": "Bar"}, 200, "find update insert"),
    ("a profile is patched without a change", f"PATCH {PROFILE}", {"first_name": "Ada"}, 200, "find"),
    (
        "a profile's custom keys are patched",
        f"PATCH {PROFILE}",
        {"keys": {"plan": ["gold"]}},
        200,
        "find find find update find insert",
    ),
    (
        "a profile is deleted",
        f"DELETE {PROFILE}",
        None,
        204,
        # The second find looks for merges.
        "update find find insert update delete insert delete update",
    ),
    (
        "a profile is merged",
        f"POST {PROFILE}/merge",
        {"profile_ids": ["{other}"]},
        200,
        # The transaction reads the profiles and counts earlier merges; writes them, their snapshots, the
        # record, the aliases, the deletion, the contacts, the objects and the audit event. Then contacts and
        # objects are looked for that were stored meanwhile.
        (
            "find aggregate aggregate delete update insert insert update insert update update update insert "
            "commitTransaction distinct distinct"
        ),
    ),
    ("the merges of a profile are listed", f"GET {PROFILE}/merges", None, 200, "find find find"),
    (
        "a merge is undone",
        "POST /v1/merges/{merge}/undo",
        None,
        200,
        # As for the merge, after the record, the profile, the snapshots and the search keys.
        (
            "find find find find find aggregate delete update insert delete update update delete update "
            "update insert commitTransaction update update"
        ),
    ),
    # ``test_batches.py`` shows that the number of items does not matter.
    (
        "a batch creates and changes profiles",
        BATCH,
        {
            "items": [
                {"operation": "create", "profile": {"first_name": "Bo"}},
                {"operation": "update", "profile_id": "{profile}", "profile": {"last_name": "Bar"}},
            ]
        },
        200,
        "find insert update insert",
    ),
    (
        "a batch deletes profiles",
        BATCH,
        {"items": [{"operation": "delete", "profile_id": id_} for id_ in ("{profile}", "0" * 32)]},
        200,
        # The second find looks for a merge of the profile that does not exist, another one for merges into
        # the deleted profile. The last commands complete the erasure of the profile that is gone already.
        (
            "find find update find find insert update delete insert delete update "
            "find find find find delete update delete delete delete"
        ),
    ),
    ("a key value is added", f"POST {PROFILE}/keys", PLAN, 200, "find find find update find insert"),
    ("a key value is released", f"POST {PROFILE}/keys/release", PHONE, 200, "find update insert"),
    # After the write, the profile is read again, because it may have been deleted.
    (
        "a contact is associated",
        f"PUT {ASSOCIATION}",
        {"profile_id": "{profile}"},
        201,
        "find findAndModify find insert",
    ),
    ("a profile with sensitive values is read", "GET /v1/profiles/{with_secrets}", None, 200, "find"),
    (
        "a sensitive key is revealed",
        "POST /v1/profiles/{with_secrets}/reveal",
        {"key": "secret"},
        200,
        "find insert",
    ),
    (
        "a contact is associated again",
        "PUT /v1/contacts/{open}/association",
        {"profile_id": "{profile}", "agent_id": "jo"},
        200,
        "find findAndModify find insert",
    ),
    ("an association is read", "GET /v1/contacts/{open}/association", None, 200, "find"),
    (
        "a contact is disassociated",
        "DELETE /v1/contacts/{open}/association",
        None,
        204,
        "findAndModify insert",
    ),
    ("a contact is cleared", "POST /v1/contacts/{open}/clear", None, 200, "findAndModify insert"),
    (
        "a cleared contact is cleared again",
        "POST /v1/contacts/{cleared}/clear",
        None,
        200,
        "findAndModify findAndModify find insert",
    ),
    ("a contact is read", "GET /v1/contacts/{open}", None, 200, "find"),
    (
        "a profile is created for a contact",
        "POST /v1/contacts/{contact}/profile",
        {"first_name": "Bo"},
        201,
        "find insert findAndModify find insert",
    ),
    (
        "a profile with a phone number is created for a contact",
        "POST /v1/contacts/{contact}/profile",
        {"first_name": "Bo", "phone_numbers": PHONES},
        201,
        "find insert findAndModify find find insert",
    ),
    ("past contacts are searched", "POST /v1/contacts/search", {"agent_id": "jo"}, 200, "find"),
    (
        "past calls of an agent are searched",
        "POST /v1/contacts/search",
        {"agent_id": "jo", "channel": "voice"},
        200,
        "find",
    ),
    ("a profile's contacts are listed", f"GET {PROFILE}/contacts", None, 200, "find find"),
    ("a profile's duplicates are listed", f"GET {PROFILE}/duplicates", None, 200, "find find"),
    (
        "the duplicates of a profile with a sensitive value are listed",
        "GET /v1/profiles/{with_secrets}/duplicates",
        None,
        200,
        "find find",
    ),
    (
        "the duplicates of a profile with a frequent name are listed",
        "GET /v1/profiles/{many}/duplicates",
        None,
        200,
        "find find aggregate",
    ),
    (
        "a profile is exported",
        f"GET {PROFILE}/export",
        None,
        200,
        "find find find find find find find insert",
    ),
    ("all profiles are listed", "GET /v1/profiles", None, 200, "find"),
    ("the profiles are counted", "GET /v1/profiles/count", None, 200, "aggregate"),
    # The clock; the profiles of older releases, on the first page only; the other profiles; the deletions.
    ("changes are read", "GET /v1/profiles/changes", None, 200, "hello find find find"),
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
