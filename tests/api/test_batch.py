"""What the items of a batch do."""

import pytest

from tests.api.batches import PATH, create, delete, outcomes, send, update, upsert
from tests.api.caller import Caller, Json, pointers
from tests.api.credentials import Credentials

NUMBER = {"keys": {"customer_number": ["C-1"]}}


@pytest.fixture(autouse=True)
def _customer_number(api: Caller) -> None:
    """Define a unique search key."""
    api.define("customer_number", unique=True)


def test_each_item_is_answered_in_order(api: Caller) -> None:
    """The items depend on each other, so they need several rounds. The results are as if run in order."""
    results = send(
        api,
        create(**NUMBER) | {"ref": "row 2"},
        upsert("c-1", last_name="Lee"),
        upsert("C-2", first_name="Bo"),
        upsert("C-2", first_name="Bo"),
        create(**NUMBER),
        delete("C-1"),
        upsert("C-1", first_name="New"),
        update("C-3", first_name="Cy"),
        delete("C-3"),
    )
    assert outcomes(results) == [
        *("created", "updated", "created", "unchanged", "unique_key_taken", "deleted", "created"),
        *("profile_not_found", "profile_not_found"),
    ]
    ann, bo, new = (results[position]["profile_id"] for position in (0, 2, 6))
    assert [result["profile_id"] for result in results] == [ann, ann, bo, bo, None, ann, new, None, None]
    assert [result["version"] for result in results] == [1, 2, 1, 1, None, None, 1, None, None]
    assert [result["ref"] for result in results] == ["row 2", *[None] * 8]
    assert results[4]["problem"]["profile_id"] == ann
    assert api.get(f"/v1/profiles/{new}")["keys"] == {"customer_number": ["C-1"]}
    api.get(f"/v1/profiles/{ann}", status=404)


def test_a_merge_adds_what_the_profile_does_not_have_in_any_notation(api: Caller) -> None:
    """An agent's own values and labels stay."""
    api.define("vip")
    old = {
        "phone_numbers": [{"type": "mobile", "value": "(415) 555-0101"}],
        "email_addresses": [{"type": "work", "value": "Ann@Example.com"}],
        "addresses": [{"type": "home", "city": "Tokyo", "postal_code": "100-0001"}],
        "attributes": {"tier": "gold", "shop": "A"},
        "keys": {"customer_number": ["C-1"], "vip": ["Red"]},
    }
    profile = api.create("Ann", **old)
    new: Json = {
        "phone_numbers": [{"type": "x", "value": "+1 415 555 0101"}, {"value": "+1 415 555 0102"}] * 2,
        "email_addresses": [{"value": "ann@example.com"}, {"value": "bo@example.com"}],
        "addresses": [{"city": "TOKYO", "postal_code": "100-0001"}, {"city": "Osaka"}],
        "attributes": {"tier": "silver", "shop": None},
        "keys": {"vip": ["red", "blue", "BLUE"]},
    }
    (result,) = send(api, upsert("C-1", **new))
    assert result | {"outcome": "updated", "version": 2} == result
    stored = api.get(f"/v1/profiles/{profile['profile_id']}")
    assert [(each["type"], each["value"]) for each in stored["phone_numbers"]] == [
        ("mobile", "(415) 555-0101"),
        (None, "+1 415 555 0102"),
    ]
    assert [each["value"] for each in stored["email_addresses"]] == ["Ann@Example.com", "bo@example.com"]
    assert [each["city"] for each in stored["addresses"]] == ["Tokyo", "Osaka"]
    assert stored["attributes"] == {"tier": "silver"}
    assert stored["keys"] == {"customer_number": ["C-1"], "vip": ["Red", "blue"]}
    assert outcomes(send(api, upsert("C-1", **new))) == ["unchanged"]


def test_a_replacement_replaces_each_list_of_the_item(api: Caller) -> None:
    """The profile keeps the value of ``match_on``, and lists that the item does not have."""
    api.create("Ann", phone_numbers=[{"value": "555"}], email_addresses=[{"value": "a@b.c"}], **NUMBER)
    (result,) = send(api, upsert("C-1", lists="replace", phone_numbers=[{"value": "556"}], keys={}))
    stored = api.get(f"/v1/profiles/{result['profile_id']}")
    assert [each["value"] for each in stored["phone_numbers"]] == ["556"]
    assert [each["value"] for each in stored["email_addresses"]] == ["a@b.c"]
    assert stored["keys"] == {"customer_number": ["C-1"]}


@pytest.mark.parametrize(
    ("keys", "options", "expected"),
    [
        ({}, {}, {"number": ["N-100001", "N-100002"], "vip": ["x"]}),
        ({}, {"sensitive": True}, {"number": ["N-100001", "N-100002"], "vip": ["x"]}),
        ({"vip": ["y"]}, {}, {"number": ["N-100001", "N-100002"], "vip": ["y"]}),
        ({"number": ["N-100003"]}, {}, {"number": ["N-100003", "N-100001"], "vip": ["x"]}),
        ({"number": None}, {}, {"number": ["N-100001"], "vip": ["x"]}),
        ({"number": None}, {"sensitive": True}, {"number": ["N-100001"], "vip": ["x"]}),
        (None, {}, {"number": ["N-100001"]}),
    ],
)
def test_an_upsert_that_replaces_keeps_the_value_of_match_on(
    api: Caller, keys: Json | None, options: Json, expected: Json
) -> None:
    """It removes other values of that search key only if the item names the search key."""
    api.define("number", unique=True, **options)
    api.define("vip")
    profile = api.create("Ann", keys={"vip": ["x"]})
    for value in ("N-100001", "N-100002"):
        api.post(f"/v1/profiles/{profile['profile_id']}/keys", {"key": "number", "values": [value]})
    item = {"operation": "upsert", "match_on": {"key": "number", "value": "n-100001"}, "lists": "replace"}
    (result,) = send(api, item | {"profile": {"last_name": "Lee", "keys": keys}})
    assert (result["outcome"], result["profile_id"]) == ("updated", profile["profile_id"])
    stored = api.get(f"/v1/profiles/{profile['profile_id']}")["keys"]
    last_digits = {name: [value[-1] for value in values] for name, values in stored.items()}
    assert last_digits == {name: [value[-1] for value in values] for name, values in expected.items()}


def test_null_removes_a_whole_list_in_both_modes(api: Caller) -> None:
    """As in a merge patch."""
    for lists in ("merge", "replace"):
        api.create("Ann", phone_numbers=[{"value": "555"}], keys={"customer_number": [lists]})
        (result,) = send(api, update(lists, lists=lists, phone_numbers=None))
        assert api.get(f"/v1/profiles/{result['profile_id']}")["phone_numbers"] == []


def test_a_merge_that_exceeds_a_limit_is_a_422(api: Caller) -> None:
    """The pointer is relative to the item."""
    api.create("Ann", phone_numbers=[{"value": str(555000 + n)} for n in range(60)], **NUMBER)
    more = [{"value": str(666000 + n)} for n in range(60)]
    (result,) = send(api, upsert("C-1", phone_numbers=more))
    assert pointers(result["problem"]) == ["/profile/phone_numbers"]


def test_if_match_refers_to_the_version_after_earlier_items(api: Caller) -> None:
    """The first item changes the version."""
    api.create("Ann", **NUMBER)
    items = [update("C-1", last_name=str(n)) | {"if_match": n} for n in (1, 1, 2)]
    results = send(api, *items, upsert("C-9", first_name="X") | {"if_match": 1})
    assert outcomes(results) == ["updated", "version_conflict", "updated", "version_conflict"]
    assert results[1]["profile_id"] == results[0]["profile_id"]


def test_a_profile_can_be_named_by_its_id(api: Caller) -> None:
    """Either as ``profile_id`` or as ``match_on``."""
    ids = [api.create()["profile_id"] for _ in range(3)]
    results = send(
        api,
        {"operation": "update", "profile_id": ids[0], "profile": {"last_name": "A"}},
        {
            "operation": "update",
            "match_on": {"key": "profile_id", "value": ids[1]},
            "profile": {"last_name": "B"},
        },
        {"operation": "delete", "profile_id": ids[2]},
        {"operation": "delete", "profile_id": ids[2]},
    )
    assert outcomes(results) == ["updated", "updated", "deleted", "profile_not_found"]


@pytest.mark.parametrize("kind", ["text", "identifier"])
def test_only_the_conflict_of_another_type_advises_the_type_identifier(api: Caller, kind: str) -> None:
    """A search key of type `identifier` already distinguishes as much as possible."""
    api.define("vip", type=kind, unique=True)
    items = (create(keys={"vip": ["A-1"]}) for _ in range(2))
    _, taken = send(api, *items)
    assert taken["problem"]["code"] == "unique_key_taken"
    assert ("use a search key of type `identifier`" in taken["problem"]["detail"]) is (kind == "text")


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_problem_names_what_finds_no_profile(api: Caller, operation: str) -> None:
    """It is the value of the search key, or the ID in either notation. The code is the same."""
    items: list[Json] = [
        {"match_on": {"key": "customer_number", "value": "C-9"}},
        {"match_on": {"key": "profile_id", "value": "0" * 32}},
        {"profile_id": "0" * 32},
    ]
    change: Json = {"profile": {"last_name": "B"}} if operation == "update" else {}
    results = send(api, *({"operation": operation} | item | change for item in items))
    assert outcomes(results) == ["profile_not_found"] * 3
    by_value, *by_id = (result["problem"]["detail"] for result in results)
    assert by_value.startswith("No profile has this value of the search key `customer_number`; ")
    assert "C-9" not in by_value
    assert all(detail.startswith("No profile has this profile_id; ") for detail in by_id)


def test_a_unique_value_can_move_between_profiles(api: Caller) -> None:
    """Each item sees the state after the earlier items, although they are written in rounds."""
    a, b = (api.create(keys={"customer_number": [value]})["profile_id"] for value in ("A", "B"))
    results = send(
        api,
        {
            "operation": "update",
            "profile_id": b,
            "lists": "replace",
            "profile": {"keys": {"customer_number": ["A"]}},
        },
        {
            "operation": "update",
            "profile_id": a,
            "lists": "replace",
            "profile": {"keys": {"customer_number": ["X"]}},
        },
        {
            "operation": "update",
            "profile_id": b,
            "lists": "replace",
            "profile": {"keys": {"customer_number": ["A"]}},
        },
        update("X", last_name="a"),
        update("A", last_name="b"),
        update("B", last_name="none"),
    )
    assert outcomes(results) == [
        *("unique_key_taken", "updated", "updated", "updated", "updated", "profile_not_found"),
    ]
    assert [result["profile_id"] for result in results[3:5]] == [a, b]


def test_items_need_the_scope_of_their_operation(credentials: Credentials) -> None:
    """An upsert needs two scopes."""
    credentials.caller(scopes={"settings:admin"}).define("customer_number", unique=True)
    items = [create(), upsert("1", first_name="A"), update("1", first_name="B"), delete("1")]
    allowed = {
        "profiles:create": [True, False, False, False],
        "profiles:edit": [False, False, True, False],
        "profiles:admin": [False, False, False, True],
    }
    for scope, expected in allowed.items():
        results = send(credentials.caller(scopes={scope}), *items)
        assert [result["status"] != 403 for result in results] == expected, scope
        for result in results:
            if result["status"] == 403:
                assert result["problem"]["code"] == "insufficient_scope"
                assert result["problem"]["scope"] != scope


def test_a_dry_run_writes_nothing(api: Caller) -> None:
    """The results are those of a real run, without IDs of profiles that do not exist."""
    ann = api.create("Ann", **NUMBER)
    items: list[Json | None] = [
        create(keys={"customer_number": ["C-2"]}),
        upsert("C-2", last_name="X"),
        update("C-1", last_name="Y"),
    ]
    items += [create(**NUMBER), delete("C-1"), create(**NUMBER), None]
    before, events = api.dump(), len(api.audit())
    planned = send(api, *items, query="?dry_run=true", key="k")
    assert api.dump() == before
    (searched,) = api.audit()[events:]
    assert (searched["action"], set(searched["profile_ids"])) == ("searched", {ann["profile_id"]})
    assert [result["profile_id"] for result in planned[:3]] == [None, None, ann["profile_id"]]
    assert outcomes(send(api, *items)) == outcomes(planned)


def test_a_dry_run_shows_no_id_of_a_profile_that_would_have_a_unique_value(api: Caller) -> None:
    """The profile does not exist. The audit has no event for it either."""
    same = create(keys={"customer_number": ["C-2"]})
    events = len(api.audit())
    outdated = update("C-2", last_name="Lee") | {"if_match": 7}
    results = send(api, same, same, outdated, query="?dry_run=true")
    assert outcomes(results) == ["created", "unique_key_taken", "version_conflict"]
    assert "profile_id" not in results[1]["problem"]
    assert "profile_id" in send(api, same, same)[1]["problem"]
    assert sorted(event["action"] for event in api.audit()[events:]) == ["created", "searched"]


def test_the_audit_has_events_as_for_single_requests(api: Caller) -> None:
    """Profiles with the same action and search keys share an event, except erasures."""
    items = [upsert(str(n), first_name="Ann") for n in range(3)]
    ids = [result["profile_id"] for result in send(api, *items)]
    send(api, *[update(str(n), last_name="Lee") for n in range(3)])
    send(api, *items)
    api.associate("c-1", ids[0])
    send(api, *[delete(str(n)) for n in range(3)])
    events = [
        (event["action"], event["profile_ids"]) for event in api.audit() if event["action"] != "associated"
    ]
    assert sorted(events) == sorted(
        [
            ("created", ids),
            ("changed", ids),
            ("read", ids),
            *[(action, [profile_id]) for action in ("erasing", "erased") for profile_id in ids],
        ]
    )
    assert {key for event in api.audit() if event["action"] == "created" for key in event["keys"]} == {
        *("customer_number", "name"),
    }
    assert api.get("/v1/contacts/c-1")["associations"] == []


def test_a_failing_item_leaves_no_trace_in_others(api: Caller) -> None:
    """The profile keeps the changes of the valid items before and after it."""
    api.create("Ann", **NUMBER)
    results = send(
        api,
        update("C-1", last_name="A"),
        update("C-1", keys={"unknown": ["1"]}),
        update("C-1", first_name=None),
        update("C-1", middle_name="B"),
    )
    assert outcomes(results) == ["updated", "invalid_request", "invalid_request", "updated"]
    assert pointers(results[1]["problem"]) == ["/profile/keys/unknown"]
    assert pointers(results[2]["problem"]) == ["/profile/first_name"]
    stored = api.get(f"/v1/profiles/{results[0]['profile_id']}")
    assert (stored["last_name"], stored["middle_name"], stored["version"]) == ("A", "B", 3)


def test_the_path_supports_only_post(api: Caller) -> None:
    """It is not the profile with the ID ``batch``."""
    api.reject("GET", PATH, status=405, code="method_not_allowed")
