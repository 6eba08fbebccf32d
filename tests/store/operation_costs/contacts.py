"""The commands of operations on contacts."""

from tests.store.operation_costs.common import ASSOCIATION, PHONES, Cost

CONTACTS: list[Cost] = [
    # After the write, the profile is read again, because it may have been deleted.
    (
        "a contact is associated",
        f"PUT {ASSOCIATION}",
        {"profile_id": "{profile}"},
        201,
        "find findAndModify find insert",
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
]
