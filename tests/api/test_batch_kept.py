"""Batches: which lists a merge kept values of."""

from typing import Any

from tests.api.caller import Caller

_HELD = {
    "first_name": "Ann",
    "phone_numbers": [{"value": "+1 415-555-0101"}, {"value": "+1 415-555-0102"}],
    "email_addresses": [{"value": "ann@example.com"}],
    "addresses": [{"type": "home", "city": "Tokyo"}],
    "keys": {"customer_number": ["C-1"], "ssn": ["078-05-1120"]},
}


def _kept(api: Caller, profile: dict[str, Any], **options: Any) -> list[str]:
    """Return the lists that were kept when the profile was changed."""
    api.define("customer_number", unique=True)
    api.define("ssn", sensitive=True)
    item = {"operation": "create", "profile": _HELD}
    (created,) = api.post("/v1/profiles/batch", {"items": [item]})["items"]
    assert created["kept"] == []
    change = {"operation": "update", "profile_id": created["profile_id"], "profile": profile, **options}
    (dry,) = api.post("/v1/profiles/batch?dry_run=true", {"items": [change]})["items"]
    (result,) = api.post("/v1/profiles/batch", {"items": [change]})["items"]
    assert dry["kept"] == result["kept"]
    kept: list[str] = result["kept"]
    return kept


def test_lists_with_other_values_are_named(api: Caller) -> None:
    """A list that the item does not have is not named, and neither is one that is null."""
    other = {
        "phone_numbers": [{"value": "(415) 555-0101"}],
        "addresses": [{"city": "Osaka"}],
        "email_addresses": None,
        "keys": {"customer_number": ["C-2"], "ssn": ["219-09-9999"]},
    }
    expected = ["phone_numbers", "addresses", "keys.customer_number", "keys.ssn"]
    assert _kept(api, other) == expected


def test_values_in_another_notation_are_the_same(api: Caller) -> None:
    """Labels do not count."""
    same = {
        "phone_numbers": [{"value": "4155550102"}, {"type": "home", "value": "4155550101"}],
        "email_addresses": [{"value": "ANN@EXAMPLE.COM"}, {"value": "b@example.com"}],
        "addresses": [{"type": "work", "city": "TOKYO"}],
        "keys": {"customer_number": ["c-1"], "ssn": ["078-05-1120"]},
    }
    assert _kept(api, same) == []


def test_replaced_lists_keep_nothing(api: Caller) -> None:
    """They have the values of the item only."""
    assert _kept(api, {"phone_numbers": [{"value": "+1 415-555-0199"}]}, lists="replace") == []


def test_an_upsert_keeps_nothing_of_a_list_that_it_removes(api: Caller) -> None:
    """It keeps the value of ``match_on`` only."""
    api.define("customer_number", unique=True)
    api.create("Ann", keys={"customer_number": ["C-1", "C-2"]})
    match_on = {"key": "customer_number", "value": "C-1"}
    patch = {"keys": {"customer_number": None}}
    item = {"operation": "upsert", "match_on": match_on, "profile": patch}
    (result,) = api.post("/v1/profiles/batch", {"items": [item]})["items"]
    assert (result["outcome"], result["kept"]) == ("updated", [])
    stored = api.get(f"/v1/profiles/{result['profile_id']}")
    assert stored["keys"] == {"customer_number": ["C-1"]}
