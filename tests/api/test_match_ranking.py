"""Match over HTTP: the order of candidates, their reasons, and when a candidate is unique."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.caller import Caller, Json

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ALL = {"match_modes": dict.fromkeys(("voice", "chat", "task", "email"), "all")}


def names(response: Json) -> list[str]:
    """Return the first names of the candidates, best first."""
    return [candidate["profile"]["first_name"] for candidate in response["candidates"]]


def tiers(response: Json) -> list[str]:
    """Return the best tier of each candidate."""
    return [candidate["matched_on"][0]["tier"] for candidate in response["candidates"]]


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def emails(*addresses: str) -> list[Json]:
    """Return the e-mail addresses of a profile."""
    return [{"value": address} for address in addresses]


def all_pages(api: Caller, contact: Json, between: Any = None) -> list[list[str]]:
    """Return the names on each page. Call ``between`` with the candidates after each page."""
    pages: list[list[str]] = []
    cursor = None
    while cursor is not None or not pages:
        response = api.match(**contact, **({"cursor": cursor} if cursor else {}))
        pages.append(names(response))
        cursor = response["next_cursor"]
        if between is not None:
            between(response["candidates"])
    return pages


@pytest.fixture
def one_per_tier(api: Caller) -> Caller:
    """Return a caller of a service with one profile for each tier. The best was changed longest ago."""
    api.define("ssn", type="digits", unique=True)
    api.define("pbx", type="phone")
    keys = ["name", "account", "pbx", "email", "phone"]
    api.patch("/v1/settings", {"match_keys": {"task": keys}, **ALL})
    api.create("Unique", keys={"ssn": ["1"]})
    api.create("Exact", phone_numbers=phones("+5511987654321"))
    api.create("Variant", phone_numbers=phones("+551187654321"))
    api.create("Ann", last_name="Lee")
    api.create("Raw", keys={"pbx": ["1234"]})
    api.create("Ann Mae", last_name="Lee")
    return api


TASK: Json = {
    "channel": "task",
    "phone_number": "+5511987654321",
    "name": "Ann Lee",
    "attributes": {"pbx": "1234"},
}
RANKED = [("Exact", "exact"), ("Variant", "variant"), ("Ann", "full_name"), ("Raw", "raw")]


def test_the_best_tier_comes_first(one_per_tier: Caller) -> None:
    """The tiers are exact, variant, full name, raw and partial name. The best candidate is unique."""
    response = one_per_tier.match(**TASK)
    assert list(zip(names(response), tiers(response), strict=True)) == [*RANKED, ("Ann Mae", "partial_name")]
    assert response["outcome"] == "unique"


def test_a_match_on_a_unique_key_comes_before_an_exact_match(one_per_tier: Caller) -> None:
    """In mode `all`, the profile with the unique value is first."""
    keys = ["phone", "ssn", "name", "pbx"]
    one_per_tier.patch("/v1/settings", {"match_keys": {"task": keys}})
    response = one_per_tier.match(**TASK | {"attributes": {"pbx": "1234", "ssn": "1"}})
    assert list(zip(names(response), tiers(response), strict=True)) == [
        ("Unique", "unique"),
        *RANKED,
        ("Ann Mae", "partial_name"),
    ]
    assert response["outcome"] == "unique"


@pytest.mark.parametrize(
    ("deleted", "outcome"), [(0, "unique"), (1, "unique"), (2, "ambiguous"), (3, "unique")]
)
def test_the_best_existing_tier_decides(one_per_tier: Caller, deleted: int, outcome: str) -> None:
    """After the better profiles are deleted, the next one is unique, unless only its name matches."""
    for candidate in one_per_tier.match(**TASK)["candidates"][:deleted]:
        one_per_tier.delete(f"/v1/profiles/{candidate['profile']['profile_id']}")
    response = one_per_tier.match(**TASK)
    assert names(response) == [*(name for name, _ in RANKED), "Ann Mae"][deleted:]
    assert response["outcome"] == outcome


@pytest.mark.parametrize(
    ("key", "contact"),
    [
        ("phone", {"phone_number": "+12125550100"}),
        ("email", {"email_address": "all@example.com"}),
        ("account", {"attributes": {"account": "A-1"}}),
    ],
)
def test_phone_email_and_account_have_the_same_tier(api: Caller, key: str, contact: Json) -> None:
    """All of them are exact. Two profiles with one exact match each are ambiguous."""
    api.patch("/v1/settings", {"match_keys": {"task": ["phone", "email", "account"]}, **ALL})
    api.create(
        "Ann",
        phone_numbers=phones("+12125550100"),
        email_addresses=emails("all@example.com"),
        account_number="A-1",
    )
    response = api.match(channel="task", **contact)
    assert [(r["key"], r["tier"]) for r in response["candidates"][0]["matched_on"]] == [(key, "exact")]
    assert response["outcome"] == "unique"
    api.create("Bob", phone_numbers=phones("+12125550101"), email_addresses=emails("bob@example.com"))
    other = {"email_address": "bob@example.com"} if key == "phone" else {"phone_number": "+12125550101"}
    assert api.match(channel="task", **contact, **other)["outcome"] == "ambiguous"


def test_a_candidate_with_more_matching_keys_ranks_higher(api: Caller) -> None:
    """The number of keys decides within a tier, before the last change. The outcome is still ambiguous."""
    api.patch("/v1/settings", {"match_keys": {"task": ["phone", "email", "name"]}, **ALL})
    number, address = phones("+12125550100"), emails("all@example.com")
    api.create("Cat", last_name="Fox", phone_numbers=number, email_addresses=address)
    api.create("Two", phone_numbers=number, email_addresses=address)
    api.create("One", phone_numbers=number)
    response = api.match(
        channel="task", phone_number="+12125550100", email_address="all@example.com", name="Cat Fox"
    )
    assert names(response) == ["Cat", "Two", "One"]
    assert [len(candidate["matched_on"]) for candidate in response["candidates"]] == [3, 2, 1]
    assert response["outcome"] == "ambiguous"


def test_a_better_tier_outranks_any_number_of_keys(api: Caller) -> None:
    """The tier is compared before the number of matching keys."""
    api.define("plan")
    api.define("ssn", unique=True)
    api.patch("/v1/settings", {"match_keys": {"task": ["phone", "email", "plan", "ssn"]}, **ALL})
    api.create("Owner", keys={"ssn": ["1"]})
    api.create("Many", phone_numbers=phones("+12125550100"), keys={"plan": ["gold"]})
    attributes = {"ssn": "1", "plan": "gold"}
    response = api.match(channel="task", phone_number="+12125550100", attributes=attributes)
    assert (names(response), response["outcome"]) == (["Owner", "Many"], "unique")


@pytest.fixture
def equal_profiles(api: Caller) -> dict[str, str]:
    """Return the ID of each of five people. They have the same number and time of change."""
    ids = {
        name: str(api.create(name, phone_numbers=phones("+12125550100"))["profile_id"]) for name in "ABCDE"
    }
    api.database["profiles"].update_many({}, {"$set": {"updated_at": DAY}})
    return ids


CALL: Json = {"channel": "voice", "phone_number": "+12125550100"}


def test_equal_candidates_are_ordered_by_id(api: Caller, equal_profiles: dict[str, str]) -> None:
    """The order is the same for every request."""
    by_id = sorted(equal_profiles, key=lambda name: equal_profiles[name])
    assert [names(api.match(**CALL)) for _ in range(3)] == [by_id] * 3


def test_equal_candidates_are_ordered_by_their_last_change(
    api: Caller, equal_profiles: dict[str, str]
) -> None:
    """The last changed profile is first. Times are compared to the millisecond."""
    for later, name in enumerate("EDCBA"):
        changed = {"$set": {"updated_at": DAY + timedelta(milliseconds=later)}}
        api.database["profiles"].update_one({"_id": equal_profiles[name]}, changed)
    assert names(api.match(**CALL)) == list("ABCDE")
    api.patch(f"/v1/profiles/{equal_profiles['D']}", {"last_name": "Lee"})
    assert names(api.match(**CALL)) == list("DABCE")


def test_equal_candidates_are_ordered_by_their_last_association(
    api: Caller, equal_profiles: dict[str, str]
) -> None:
    """Associations count before changes. Undone and corrected associations do not count."""
    rest = sorted("CDE", key=lambda name: equal_profiles[name])
    for contact, name in enumerate("AB"):
        api.associate(f"c-{contact}", equal_profiles[name])
    assert names(api.match(**CALL)) == ["B", "A", *rest]
    api.associate("c-2", equal_profiles["A"])
    assert names(api.match(**CALL)) == ["A", "B", *rest]
    api.delete("/v1/contacts/c-2/association")
    assert names(api.match(**CALL)) == ["B", "A", *rest]
    api.associate("c-0", equal_profiles["E"], status=200)
    assert names(api.match(**CALL)) == ["E", "B", *sorted("ACD", key=lambda name: equal_profiles[name])]
    api.post("/v1/contacts/c-0/clear")
    assert names(api.match(**CALL))[:2] == ["E", "B"]


def test_an_association_of_another_domain_does_not_count(api: Caller, equal_profiles: dict[str, str]) -> None:
    """Contacts of other domains do not affect the order."""
    before = names(api.match(**CALL))
    api.associate("c-1", equal_profiles[before[-1]])
    api.database["associations"].update_many({}, {"$set": {"domain": "theirs"}})
    assert names(api.match(**CALL)) == before


@pytest.mark.parametrize(
    ("name", "first", "last", "tier", "best_outcome"),
    [
        ("Lee Ann", "Ann", "Lee", "full_name", "unique"),
        ("Lee", "Ann", "Lee", "partial_name", "ambiguous"),
        ("Cher", "Cher", None, "full_name", "unique"),
    ],
)
def test_a_match_by_name_alone_is_never_unique_by_default(
    api: Caller, name: str, first: str, last: str | None, tier: str, best_outcome: str
) -> None:
    """The setting `unique_by_name` allows it for a full name. The candidate is listed in both cases."""
    api.create(first, last_name=last)
    response = api.match(channel="chat", name=name)
    assert (names(response), tiers(response), response["outcome"]) == ([first], [tier], "ambiguous")
    api.patch("/v1/settings", {"unique_by_name": True})
    assert api.match(channel="chat", name=name)["outcome"] == best_outcome
    api.create(first, last_name=last)
    assert api.match(channel="chat", name=name)["outcome"] == "ambiguous"


def test_a_match_by_name_in_a_search_attribute_is_not_unique(api: Caller) -> None:
    """The name can be in any part of the request."""
    api.create("Ann", last_name="Lee")
    attributes = {"profileSearchKey": "_fullName", "profileSearchValue": "Ann Lee"}
    assert api.match(attributes=attributes)["outcome"] == "ambiguous"


def test_a_match_by_name_and_another_key_can_be_unique(api: Caller) -> None:
    """Another profile that matches by name only does not make the match ambiguous."""
    api.patch("/v1/settings", ALL)
    api.create("Ann", last_name="Lee", email_addresses=emails("ann@example.com"))
    api.create("Ann", last_name="Lee")
    response = api.match(channel="chat", name="Ann Lee", email_address="ann@example.com")
    assert (response["outcome"], len(response["candidates"])) == ("unique", 2)
    assert [len(candidate["matched_on"]) for candidate in response["candidates"]] == [2, 1]


def test_every_matching_key_is_returned(api: Caller) -> None:
    """Keys after the deciding one are included. Each has its normalised value and its tier, best first."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    api.define("pin", sensitive=True)
    api.patch("/v1/settings", {"match_keys": {"chat": ["ssn", "email", "name", "pin", "phone"]}})
    api.create(
        "Ann",
        last_name="Lee",
        email_addresses=emails("Ann@example.com"),
        phone_numbers=phones("(212) 555-0100"),
        keys={"ssn": ["123-45-6789"], "pin": ["ab12"]},
    )
    response = api.match(
        channel="chat",
        email_address="ANN@example.com",
        name="Lee, Ann",
        phone_number="+1 212 555 0100",
        attributes={"ssn": "123456789", "pin": "AB12"},
    )
    ((*reasons,),) = (candidate["matched_on"] for candidate in response["candidates"])
    assert reasons == [
        {"key": "ssn", "value": "*****6789", "tier": "unique", "shared": False},
        {"key": "email", "value": "ann@example.com", "tier": "exact", "shared": False},
        {"key": "pin", "value": "****", "tier": "exact", "shared": False},
        {"key": "phone", "value": "+12125550100", "tier": "exact", "shared": False},
        {"key": "name", "value": "lee ann", "tier": "full_name", "shared": False},
    ]


def test_a_sensitive_value_is_masked_in_every_reason(api: Caller) -> None:
    """The value matches by an attribute, by a criterion, or in a search."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    api.create("Ann", phone_numbers=phones("+12125550100"), keys={"ssn": ["123-45-6789"]})
    criteria = [{"key": "ssn", "values": ["123 45 6789"]}]
    attributes = {"profileSearchKey": "ssn", "profileSearchValue": "123456789"}
    reasons = [
        *api.match(attributes=attributes)["candidates"][0]["matched_on"],
        *api.match(**CALL, criteria=criteria)["candidates"][0]["matched_on"],
        *api.search(("ssn", ["123456789"]))["items"][0]["matched_on"],
    ]
    assert [reason["value"] for reason in reasons if reason["key"] == "ssn"] == ["*****6789"] * 3


def test_pages_follow_the_ranking(one_per_tier: Caller) -> None:
    """The order does not depend on the page size, and each candidate occurs once."""
    whole = names(one_per_tier.match(**TASK))
    assert all_pages(one_per_tier, TASK | {"limit": 1}) == [[name] for name in whole]
    assert all_pages(one_per_tier, TASK | {"limit": 2}) == [whole[:2], whole[2:4], whole[4:]]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_neither_repeat_nor_skip_while_profiles_are_added(
    api: Caller, equal_profiles: dict[str, str], limit: int
) -> None:
    """Each profile that existed before the first page occurs exactly once."""
    for contact, name in enumerate("CA"):
        api.associate(f"c-{contact}", equal_profiles[name])
    before = names(api.match(**CALL))
    added: list[str] = []

    def add(_candidates: list[Json]) -> None:
        if len(added) < 3:
            added.append(api.create("New", phone_numbers=phones("+12125550100"))["profile_id"])

    seen = [name for page in all_pages(api, CALL | {"limit": limit}, add) for name in page]
    assert [name for name in seen if name != "New"] == before
    assert len(seen) - len(before) <= len(added)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_do_not_repeat_profiles_while_others_change_or_are_deleted(
    api: Caller, equal_profiles: dict[str, str], limit: int
) -> None:
    """No profile occurs twice, and no unchanged profile is missing."""
    for contact, name in enumerate("CAB"):
        api.associate(f"c-{contact}", equal_profiles[name])
    before = names(api.match(**CALL))

    def shuffle(candidates: list[Json]) -> None:
        first, last = candidates[0]["profile"]["profile_id"], candidates[-1]["profile"]["profile_id"]
        api.patch(f"/v1/profiles/{first}", {"last_name": "Changed"})
        api.delete(f"/v1/profiles/{last}")

    seen = [name for page in all_pages(api, CALL | {"limit": limit}, shuffle) for name in page]
    assert seen == before


def test_a_page_continues_after_a_deleted_profile(api: Caller) -> None:
    """The last profile of the first page is deleted. The other profile of that page does not occur again."""
    for name in "AB":
        profile = api.create(name, phone_numbers=phones("+5511987654321"))
        api.associate(f"c-{name}", profile["profile_id"])
    api.create("Low", phone_numbers=phones("+551187654321"))
    contact: Json = {"phone_number": "+5511987654321", "limit": 2}
    first = api.match(**contact)
    assert names(first) == ["B", "A"]
    api.delete(f"/v1/profiles/{first['candidates'][1]['profile']['profile_id']}")
    assert names(api.match(**contact, cursor=first["next_cursor"])) == ["Low"]
