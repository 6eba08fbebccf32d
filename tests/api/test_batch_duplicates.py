"""Batches warn of possible duplicates of the profiles that they create, or reject these items."""

from typing import Any

from tests.api.batches import create, outcomes, send, update, upsert
from tests.api.caller import Caller, Json

REJECT = "?on_duplicate=reject"
PHONE: Json = {"phone_numbers": [{"value": "+1 212 555 0100"}]}
SAME_PHONE: Json = {"phone_numbers": [{"value": "001 212 555 0100"}]}


def _warned(result: Json) -> list[tuple[str, list[str]]]:
    return [(each["profile_id"], each["matched_on"]) for each in result["possible_duplicates"]]


def _profiles(api: Caller) -> int:
    count: int = api.database["profiles"].count_documents({})
    return count


def test_an_item_warns_of_stored_profiles_and_of_earlier_items(api: Caller) -> None:
    """Only items that create a profile warn. The audit records what the response shows."""
    api.define("customer_number", unique=True)
    ann = api.create("Ann", last_name="Lee", **PHONE)
    results = send(
        api,
        create(last_name="Lee", **SAME_PHONE),
        upsert("1", first_name="Ann", last_name="Lee", **PHONE),
        upsert("1", middle_name="May"),
        create(first_name="Bob", last_name="Ray", **PHONE),
        create(first_name=None),
    )
    assert outcomes(results) == ["created", "created", "updated", "created", "invalid_request"]
    first, second = results[0]["profile_id"], results[1]["profile_id"]
    assert _warned(results[0]) == [(ann["profile_id"], ["phone"])]
    assert _warned(results[1]) == sorted([(ann["profile_id"], ["phone"]), (first, ["phone"])])
    assert [_warned(each) for each in results[2:]] == [[], [], []]
    (event,) = (event for event in api.audit() if event["action"] == "searched")
    assert (event["keys"], set(event["profile_ids"])) == (["phone"], {ann["profile_id"], first})
    assert second not in event["profile_ids"]


def test_an_item_can_be_rejected(api: Caller) -> None:
    """Later items do not find its profile. Other items are executed."""
    api.define("customer_number", unique=True)
    ann = api.create("Ann", last_name="Lee", **PHONE)
    results = send(
        api,
        upsert("1", first_name="Ann", **SAME_PHONE),
        upsert("1", first_name="Zoe"),
        create(first_name="Eve", email_addresses=[{"value": "eve@example.com"}]),
        create(first_name="Eve", email_addresses=[{"value": "EVE@example.com"}]),
        query=REJECT,
    )
    assert outcomes(results) == ["possible_duplicate", "created", "created", "possible_duplicate"]
    assert [each["status"] for each in results] == [409, 201, 201, 409]
    shown = [each["problem"]["possible_duplicates"] for each in results if "problem" in each]
    assert shown == [
        [{"profile_id": ann["profile_id"], "matched_on": ["phone"]}],
        [{"profile_id": results[2]["profile_id"], "matched_on": ["email"]}],
    ]
    assert _profiles(api) == 3
    assert api.get(f"/v1/profiles/{results[1]['profile_id']}")["first_name"] == "Zoe"
    assert api.database["profiles"].count_documents({"tentative": {"$exists": True}}) == 0


def test_a_repeated_batch_returns_the_same_warnings(api: Caller) -> None:
    """They are stored with the results."""
    api.create("Ann", last_name="Lee", **PHONE)
    for query in ("", REJECT):
        items = [create(**PHONE), create(first_name="Bob", last_name="Ray", **PHONE)]
        first = send(api, *items, query=query, key=f"k{query}")
        assert send(api, *items, query=query, key=f"k{query}") == first
        assert "possible_duplicates" in str(first)


def test_a_dry_run_says_which_stored_profiles_an_item_duplicates(api: Caller) -> None:
    """Nothing is written but the audit of what it shows."""
    ann = api.create("Ann", last_name="Lee", **PHONE)
    (dry,) = send(api, create(**PHONE), query="?dry_run=true")
    assert _warned(dry) == [(ann["profile_id"], ["phone"])]
    assert outcomes(send(api, create(**PHONE), query="?dry_run=true&on_duplicate=reject")) == [
        "possible_duplicate"
    ]
    assert _profiles(api) == 1
    assert [event["action"] for event in api.audit()] == ["created", "searched", "searched"]


def test_a_dry_run_plans_items_again_that_depend_on_a_rejected_creation(api: Caller) -> None:
    """The results are those of the batch: one for each item."""
    api.define("customer_number", unique=True)
    api.create("Ann", last_name="Lee", **PHONE)
    items = [
        upsert("1", first_name="Ann", **SAME_PHONE),
        upsert("1", first_name="Ann", email_addresses=[{"value": "ann@example.com"}], **PHONE),
        upsert("1", first_name="Zoe"),
        upsert("1", last_name="Ray"),
        create(first_name=None),
    ]
    dry = send(api, *items, query="?dry_run=true&on_duplicate=reject")
    expected = ["possible_duplicate", "possible_duplicate", "created", "updated", "invalid_request"]
    assert outcomes(dry) == expected
    assert _profiles(api) == 1
    assert outcomes(send(api, *items, query=REJECT)) == expected


def test_a_dry_run_lets_a_later_item_have_the_unique_value_of_a_rejected_creation(api: Caller) -> None:
    """The item creates or updates a profile, and items that follow it change the profile after it."""
    api.define("customer_number", unique=True)
    api.define("email_id", unique=True)
    api.create("Ann", last_name="Lee", **PHONE)
    bob = api.create("Bob", keys={"customer_number": ["2"]})
    zoe = {"first_name": "Zoe", "last_name": "Fox"}
    items = [
        create(last_name="Lee", keys={"customer_number": ["1"], "email_id": ["a"]}, **SAME_PHONE),
        create(**zoe, keys={"customer_number": ["1"]}),
        update("2", keys={"email_id": ["a"]}),
        update("2", last_name="Ray"),
        create(**zoe, keys={"email_id": ["a"]}),
    ]
    dry = send(api, *items, query="?dry_run=true&on_duplicate=reject")
    expected = ["possible_duplicate", "created", "updated", "updated", "unique_key_taken"]
    assert outcomes(dry) == expected
    assert dry[4]["problem"]["profile_id"] == bob["profile_id"]
    results = send(api, *items, query=REJECT)
    assert outcomes(results) == expected
    assert results[2:4] == dry[2:4]


def test_warnings_of_batches_can_be_turned_off(api: Caller) -> None:
    """Then `on_duplicate` has no effect."""
    api.patch("/v1/settings", {"warn_of_duplicates": False})
    people: list[Any] = [create(**PHONE), create(**PHONE)]
    for query in ("", REJECT):
        results = send(api, *people, query=query)
        assert [(each["outcome"], _warned(each)) for each in results] == [("created", [])] * 2


def test_a_value_that_many_items_share_causes_no_warning(api: Caller) -> None:
    """They are too many if more than `shared_above` other profiles have the value, also of later items."""
    api.patch("/v1/settings", {"shared_above": 2})
    results = send(api, *[create(**PHONE) for _ in range(3)])
    assert [len(_warned(each)) for each in results] == [0, 1, 2]
    number = {"phone_numbers": [{"value": "+1 212 555 0101"}]}
    results = send(api, *[create(**number) for _ in range(4)])
    assert [len(_warned(each)) for each in results] == [0] * 4
