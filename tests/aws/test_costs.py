"""Each operation sends only the listed commands to MongoDB."""

from typing import Any

import pytest

from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess

# A search by the ID of a profile also looks whether the ID is that of a merged profile.
COSTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("by one key", "SearchProfiles", pair("_phone", "+14155550177"), "find"),
    ("by a key that no profile has", "SearchProfiles", pair("_shopifyOrderId", "1"), "find"),
    ("by a contact", "SearchProfiles", pair("_ctrContactId", "{open}"), "find find"),
    (
        "by five keys",
        "SearchProfiles",
        {
            **pair("_phone", "+14155550177"),
            "AdditionalSearchKeys": [
                pair("_account", "1"),
                pair("_email", "a@example.com"),
                pair("_profileId", "{profile}"),
                pair("_caseId", "1"),
            ],
        },
        "find find",
    ),
    (
        "by both keys",
        "SearchProfiles",
        {
            **pair("_phone", "+14155550177"),
            "AdditionalSearchKeys": [pair("_profileId", "{profile}")],
            "LogicalOperator": "AND",
        },
        "find aggregate",
    ),
    ("a profile", "CreateProfile", {"FirstName": "Jo", "PhoneNumber": "+14155550177"}, "insert insert"),
    ("a profile", "UpdateProfile", {"ProfileId": "{profile}", "FirstName": "Bo"}, "find update insert"),
    ("nothing", "UpdateProfile", {"ProfileId": "{profile}", "FirstName": "Jo"}, "find"),
    (
        "a profile",
        "DeleteProfile",
        {"ProfileId": "{profile}"},
        "update find find insert update delete insert delete update",
    ),
    ("a profile", "BatchGetProfile", {"ProfileIds": ["{profile}"]}, "find"),
    # A profile that does not exist may have been merged, and that may have been undone between the reads.
    ("two profiles", "BatchGetProfile", {"ProfileIds": ["{profile}", "0" * 32]}, "find find find find"),
    (
        "a contact",
        "AddProfileKey",
        {"ProfileId": "{profile}", **pair("_ctrContactId", "{contact}")},
        "find findAndModify find insert",
    ),
    (
        "a phone number",
        "AddProfileKey",
        {"ProfileId": "{profile}", **pair("_phone", "+14155550178")},
        "find update insert",
    ),
    (
        "an account number",
        "AddProfileKey",
        {"ProfileId": "{profile}", **pair("_account", "{contact}")},
        "find update insert",
    ),
    (
        "a value of a custom key",
        "AddProfileKey",
        {"ProfileId": "{profile}", **pair("_orderId", "1")},
        "find find find update find insert",
    ),
    (
        "a contact that is not associated",
        "DeleteProfileKey",
        {"ProfileId": "{profile}", **pair("_ctrContactId", "{contact}")},
        "findAndModify find find",
    ),
    (
        "a phone number",
        "DeleteProfileKey",
        {"ProfileId": "{profile}", **pair("_phone", "+14155550177")},
        "find update insert",
    ),
    (
        "contacts",
        "ListProfileObjects",
        {"ProfileId": "{profile}", "ObjectTypeName": "CTR"},
        "find find",
    ),
]


def _fill(template: Any, values: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {name: _fill(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, values) for value in template]
    return template.format(**values) if isinstance(template, str) else template


@pytest.mark.parametrize(
    ("operation", "values", "expected"),
    [pytest.param(*cost[1:], id=f"{cost[1]} {cost[0]}") for cost in COSTS],
)
def test_an_operation_sends_only_the_listed_commands(
    in_process: InProcess, operation: str, values: dict[str, Any], expected: str
) -> None:
    """They are those of its twin on `/v1`. A search is one indexed query."""
    other = in_process("CreateProfile", FirstName="Mo")
    in_process("AddProfileKey", **other, **pair("_orderId", unique()))
    created = in_process("CreateProfile", FirstName="Jo", PhoneNumber="+14155550177")
    names = {"profile": created["ProfileId"], "contact": unique(), "open": unique()}
    in_process("AddProfileKey", **created, **pair("_ctrContactId", names["open"]))
    filled = _fill(values, names)
    in_process.commands.sent.clear()
    in_process(operation, **filled)
    assert " ".join(in_process.commands.names) == expected


def test_a_search_uses_the_index_of_terms(in_process: InProcess) -> None:
    """The query names it."""
    in_process.commands.sent.clear()
    in_process("SearchProfiles", **pair("_account", "1"))
    (command,) = in_process.commands.sent
    assert (command["find"], command["hint"]) == ("profiles", "lookup")
