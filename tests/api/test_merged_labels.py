"""Merges keep the labels of numbers, e-mail addresses and addresses."""

from tests.api.caller import Caller
from tests.api.merging import create, data_of, merge, read, undo


def test_a_value_without_a_label_gets_that_of_another_profile(api: Caller) -> None:
    """Also if the profile without the label is chosen. Another label is not replaced."""
    numbers = [
        {"type": label, "value": value} for label, value in ((None, "+1 212-555-0100"), ("home", "x1"))
    ]
    address = {"address_1": "1 Main St"}
    target = create(api, phone_numbers=numbers, email_addresses=[{"type": "work", "value": "a@example.com"}])
    other = create(
        api,
        phone_numbers=[{"type": "mobile", "value": "+12125550100"}, {"type": "work", "value": "x1"}],
        email_addresses=[{"value": "A@example.com"}],
        addresses=[address],
    )
    third = create(api, addresses=[{"type": "billing", **address}])
    fields = {"email_addresses": other["profile_id"]}
    merged = merge(api, target, other, third, fields=fields)
    profile = merged["profile"]
    labels = [(each["type"], each["value"]) for each in profile["phone_numbers"]]
    assert labels == [("mobile", "+1 212-555-0100"), ("home", "x1")]
    assert profile["email_addresses"] == [{"type": "work", "value": "A@example.com"}]
    assert [each["type"] for each in profile["addresses"]] == ["billing"]
    undo(api, merged)
    for before in (target, other, third):
        assert data_of(read(api, before)) == data_of(before)
