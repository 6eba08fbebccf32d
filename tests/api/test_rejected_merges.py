"""Requests to merge profiles that are rejected: what their errors name."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.merging import create, define, merge, path

_UNKNOWN_ID = "f" * 32


def _errors(api: Caller, target: Any, *sources: Any, **body: Any) -> list[tuple[str, str]]:
    """Return the pointers and texts of the errors of a rejected merge."""
    ids = [each["profile_id"] for each in sources]
    request = {"profile_ids": ids, **body}
    problem = api.reject("POST", path(target, "/merge"), request, status=422, code="invalid_request")
    return [(error["pointer"], error["detail"]) for error in problem["errors"]]


def test_each_wrong_field_has_an_error(api: Caller) -> None:
    """Unknown fields and fields of other profiles, in the order of the request."""
    define(api, "customer")
    target, other = create(api, keys={"customer": ["C-1"]}), create(api, attributes={"tier": "gold"})
    fields = {
        "last_name": _UNKNOWN_ID,
        "gender": other["profile_id"],
        "nickname": other["profile_id"],
        "keys.customer": _UNKNOWN_ID,
        "keys.unknown": other["profile_id"],
        "attributes.tier": _UNKNOWN_ID,
    }
    errors = _errors(api, target, other, fields=fields)
    assert [pointer for pointer, _ in errors] == [
        "/fields/last_name",
        "/fields/nickname",
        "/fields/keys.customer",
        "/fields/keys.unknown",
        "/fields",
    ]
    details = [detail for _, detail in errors]
    assert details[0] == details[2] == "Must be one of the profiles of the merge."
    assert details[1] == details[3]
    assert details[1].startswith("Must be a field of a profile, ")
    assert details[4] == "Member 6 must be one of the profiles of the merge."
    assert api.get(path(target))["version"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "attributes.Ann Lee",
        "attributes.ann",
        "Ann Lee",
        "ann@example.com",
        "keys.Ann",
        "+12125550100",
        "a/b~c",
    ],
)
def test_a_name_that_can_be_personal_is_not_quoted(api: Caller, name: str) -> None:
    """Its position in `fields` says which one is wrong."""
    target, other = create(api), create(api)
    fields = {"last_name": other["profile_id"], name: other["profile_id"]}
    ((pointer, detail),) = _errors(api, target, other, fields=fields)
    assert pointer == "/fields"
    assert detail.startswith("Member 2 must be a field of a profile, ")
    assert name not in detail


@pytest.mark.parametrize("by_alias", [False, True])
def test_a_merge_the_other_way_round(api: Caller, *, by_alias: bool) -> None:
    """The error says that the target was merged into the other one already."""
    target, other, third = create(api), create(api), create(api)
    merge(api, target, other)
    path_profile = other
    if by_alias:
        merge(api, other, third)
        path_profile = third
    ((pointer, detail),) = _errors(api, path_profile, create(api), target)
    assert pointer == "/profile_ids/1"
    assert detail == (
        "The target of the merge was merged into this profile already; leave this one out. If it is the only "
        "one, there is nothing to do."
    )


def test_a_merged_profile_cannot_be_merged_into_itself(api: Caller) -> None:
    """Nor is this taken for a repetition of its merge."""
    target, other = create(api), create(api)
    merge(api, target, other)
    ((pointer, detail),) = _errors(api, other, other)
    assert (pointer, detail) == (
        "/profile_ids/0",
        "The profile cannot be merged into itself; leave it out here.",
    )
