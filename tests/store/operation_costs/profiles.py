"""The commands of operations on profiles, merges and batches."""

from tests.store.operation_costs.common import BATCH, PHONE, PHONES, PLAN, PROFILE, Cost

PROFILES: list[Cost] = [
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
        # The transaction reads the profiles, looks for aliases and counts earlier merges. It writes the
        # profiles, their snapshots, the record, the aliases, the deletion, the contacts, the objects and the
        # audit event. Then contacts and objects are looked for that were stored meanwhile.
        (
            "find aggregate find aggregate delete update insert insert update insert update update update "
            "insert commitTransaction distinct distinct"
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
            "find find find find find aggregate find delete update insert delete update update delete update "
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
        # The second find looks for a merge of the profile that does not exist. Both are repeated, because the
        # merge may have been undone between them. Another one looks for merges into the deleted profile. The
        # last commands complete the erasure of the profile that is gone already.
        (
            "find find find find update find find insert update delete insert delete update "
            "find find find find delete update delete delete delete"
        ),
    ),
    ("a key value is added", f"POST {PROFILE}/keys", PLAN, 200, "find find find update find insert"),
    ("a key value is released", f"POST {PROFILE}/keys/release", PHONE, 200, "find update insert"),
    ("a profile with sensitive values is read", "GET /v1/profiles/{with_secrets}", None, 200, "find"),
    (
        "a sensitive key is revealed",
        "POST /v1/profiles/{with_secrets}/reveal",
        {"key": "secret"},
        200,
        "find insert",
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
]
