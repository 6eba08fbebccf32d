"""Undone merges: what the merged profiles get back, and what stays with the profile they were merged into."""

from itertools import permutations

import pytest

from tests.api.caller import Caller
from tests.api.merging import associate, create, data_of, define, merge, path, read, undo

PHONES = [{"value": f"+1212555010{number}"} for number in range(5)]


def values(profile: dict[str, list[dict[str, str]]], name: str = "phone_numbers") -> list[str]:
    """Return the values of a list."""
    return [each["value"] for each in profile[name]]


def test_everything_is_as_before(api: Caller) -> None:
    """Values, unique keys and contacts return. A repeated undo has the same response."""
    define(api, "customer", unique=True)
    target = create(api, last_name="Lee", phone_numbers=PHONES[:1], keys={"customer": ["C-1"]})
    others = [
        create(api, birth_date="1990-01-01", phone_numbers=PHONES[1:3], keys={"customer": ["C-2"]}),
        create(api, first_name="Bo", attributes={"tier": "gold"}, keys={"customer": ["C-3"]}),
    ]
    for number, each in enumerate([target, *others]):
        associate(api, f"call-{number}", each)
    merged = merge(api, target, *others)
    undone = undo(api, merged)
    assert undone["not_restored"] == []
    assert undone["undone_at"] is not None
    for number, each in enumerate([target, *others]):
        now = read(api, each)
        assert data_of(now) == data_of(each)
        # Greater than every version that was read under its ID meanwhile.
        assert now["version"] > merged["profile"]["version"]
        assert api.get(f"/v1/contacts/call-{number}/association")["profile_id"] == each["profile_id"]
        assert [each["contact_id"] for each in api.get(path(each, "/contacts"))["items"]] == [
            f"call-{number}"
        ]
    assert undo(api, merged) == undone


def test_what_was_changed_since_stays_with_the_target(api: Caller) -> None:
    """So do contacts that were associated since."""
    target, other = create(api, phone_numbers=PHONES[:1]), create(api, gender="f", phone_numbers=PHONES[1:2])
    merged = merge(api, target, other)
    associate(api, "new", other)
    numbers = [*merged["profile"]["phone_numbers"], PHONES[2]]
    api.patch(path(other), {"last_name": "Lee", "phone_numbers": numbers})
    undo(api, merged)
    now = read(api, target)
    assert (now["last_name"], now["gender"]) == ("Lee", None)
    assert values(now) == [PHONES[0]["value"], PHONES[2]["value"]]
    assert data_of(read(api, other)) == data_of(other)
    assert api.get("/v1/contacts/new/association")["profile_id"] == target["profile_id"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_merges_into_the_same_profile_are_undone_in_any_order(api: Caller, order: tuple[int, ...]) -> None:
    """A value stays as long as a merged profile has it."""
    target = create(api, first_name="Bob", phone_numbers=PHONES[:1])
    # All have the second number, and each replaces the first name.
    others = [
        create(api, first_name="Rob", phone_numbers=PHONES[1:3], birth_date="1990-01-01"),
        create(api, first_name="Bobby", phone_numbers=[PHONES[1], PHONES[3]], birth_date="1990-01-01"),
        create(api, first_name="Robert", phone_numbers=[PHONES[4], PHONES[1]], attributes={"tier": "gold"}),
    ]
    merges = [merge(api, target, each, fields={"first_name": each["profile_id"]}) for each in others]
    for done, position in enumerate(order, start=1):
        undo(api, merges[position])
        assert data_of(read(api, others[position])) == data_of(others[position])
        remaining = [others[each] for each in order[done:]]
        now = read(api, target)
        expected = {PHONES[0]["value"], *(value for each in remaining for value in values(each))}
        assert set(values(now)) == expected
        assert (now["birth_date"] == "1990-01-01") == any(each["birth_date"] for each in remaining)
        newest = max(remaining, key=others.index, default=target)
        assert now["first_name"] == newest["first_name"]
    assert data_of(read(api, target)) == data_of(target)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_texts_of_profiles_that_are_still_merged_stay(api: Caller, order: tuple[int, ...]) -> None:
    """At each time, the target is as if only the remaining profiles had been merged."""
    target = create(api)
    others = [create(api, account_number=f"X-{name}", attributes={"tier": name, name: "1"}) for name in "abc"]
    merges = [merge(api, target, each) for each in others]
    for done, position in enumerate(order, start=1):
        undo(api, merges[position])
        remaining = [others[each] for each in sorted(order[done:])]
        now = read(api, target)
        assert now["account_number"] == (remaining[0]["account_number"] if remaining else None)
        first_last = [each["attributes"] for each in reversed(remaining)]
        assert now["attributes"] == {name: value for each in first_last for name, value in each.items()}
    assert data_of(read(api, target)) == data_of(target)


def test_a_text_that_was_removed_since_the_merges_does_not_return(api: Caller) -> None:
    """An undo of one of them does not take it from the other profile."""
    target, *others = create(api), create(api, gender="f"), create(api, gender="m")
    first, _ = [merge(api, target, each) for each in others]
    api.patch(path(target), {"gender": None})
    undo(api, first)
    assert read(api, target)["gender"] is None


def test_the_last_of_several_merges_in_a_row_is_undone_first(api: Caller) -> None:
    """The problem names the merge to undo first."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    associate(api, "call", one)
    first, second = merge(api, two, one), merge(api, three, two)
    problem = api.reject("POST", f"/v1/merges/{first['merge_id']}/undo", status=409, code="merge_superseded")
    assert problem["merge_id"] == second["merge_id"]
    undo(api, second)
    assert read(api, one)["profile_id"] == two["profile_id"]
    assert api.get("/v1/contacts/call/association")["profile_id"] == two["profile_id"]
    undo(api, first)
    assert read(api, one)["profile_id"] == one["profile_id"]
    assert api.get("/v1/contacts/call/association")["profile_id"] == one["profile_id"]
    for each in (one, two, three):
        assert data_of(read(api, each)) == data_of(each)


def test_a_repeated_undo_has_the_same_response_if_the_target_was_merged_since(api: Caller) -> None:
    """Only the profile is that of now. Nothing else must be undone first."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    merged = merge(api, two, one)
    undone = undo(api, merged)
    merge(api, three, two)
    before = api.dump()
    again = undo(api, merged)
    assert again == undone | {"profile": again["profile"]}
    assert again["profile"] == read(api, three)
    changed = {name for name, documents in api.dump().items() if documents != before[name]}
    assert changed <= {"audit"}
    api.delete(path(three))
    api.reject("POST", f"/v1/merges/{merged['merge_id']}/undo", status=404, code="merge_not_found")


@pytest.mark.parametrize("version", [1, 2])
def test_a_merge_into_a_profile_that_was_merged_and_created_again_is_not_undone(
    api: Caller, version: int
) -> None:
    """A creation that was killed has left the target under its alias."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    (leftover,) = api.database["profiles"].find({"_id": two["profile_id"]})
    associate(api, "call", one)
    first, second = merge(api, two, one), merge(api, three, two)
    api.database["profiles"].insert_one(leftover | {"version": version})
    before = api.dump()
    problem = api.reject("POST", f"/v1/merges/{first['merge_id']}/undo", status=409, code="merge_superseded")
    assert problem["merge_id"] == second["merge_id"]
    assert {**api.dump(), "audit": None} == {**before, "audit": None}
    if version > 1:
        api.delete(path(two))
    undo(api, second)
    undo(api, first)
    assert [data_of(read(api, each)) for each in (one, two, three)] == list(map(data_of, (one, two, three)))
    assert api.get("/v1/contacts/call/association")["profile_id"] == one["profile_id"]


def test_the_version_for_an_undo_is_that_of_the_target(api: Caller) -> None:
    """A version that was read before the merge, or before a change, does not match."""
    target, other = create(api), create(api)
    merged = merge(api, target, other)
    url = f"/v1/merges/{merged['merge_id']}/undo"
    version = api.patch(path(target), {"gender": "f"})["version"]
    for stale in (target["version"], merged["profile"]["version"]):
        headers = {"If-Match": f'"{stale}"'}
        api.reject("POST", url, status=412, code="version_conflict", headers=headers)
    headers = {"If-Match": f'"{version}"'}
    undone = api.post(url, headers=headers)
    assert read(api, target)["version"] == undone["profile"]["version"] == version + 1
    # A repeated request finds the undo.
    assert api.post(url, headers=headers) == undone


def test_an_unknown_merge_is_not_found(api: Caller) -> None:
    """An ID of a merge does not exist."""
    api.reject("POST", f"/v1/merges/{'f' * 32}/undo", status=404, code="merge_not_found")


def test_merged_profiles_can_be_merged_again_after_an_undo(api: Caller) -> None:
    """Without an Idempotency-Key, this is another merge. Both stay in the list."""
    target, other = create(api), create(api, gender="f")
    associate(api, "call", other)
    first = merge(api, target, other)
    undo(api, first)
    second = merge(api, target, other)
    assert second["merge_id"] != first["merge_id"]
    undo(api, second)
    assert data_of(read(api, other)) == data_of(other)
    assert api.get("/v1/contacts/call/association")["profile_id"] == other["profile_id"]
    listed = api.get(path(target, "/merges"))["items"]
    assert [each["merge_id"] for each in listed] == [second["merge_id"], first["merge_id"]]
    assert all(each["undone_at"] for each in listed)


def test_a_profile_that_was_merged_and_created_again_is_not_merged(api: Caller) -> None:
    """Neither it, nor others into it. Two profiles would have one ID otherwise."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    (leftover,) = api.database["profiles"].find({"_id": one["profile_id"]})
    merge(api, two, one)
    api.database["profiles"].insert_one(leftover)
    before = api.dump()
    for target, source in ((one, three), (three, one)):
        body = {"profile_ids": [source["profile_id"]]}
        api.reject("POST", path(target, "/merge"), body, status=409, code="profile_created_again")
    assert {**api.dump(), "audit": None} == {**before, "audit": None}
    api.database["profiles"].delete_one({"_id": one["profile_id"]})
    assert merge(api, three, one)["profile"]["profile_id"] == three["profile_id"]
