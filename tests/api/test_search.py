"""Search over HTTP: by any key, by all or any of several criteria, exact or by prefix, in pages."""

import base64

import pytest

from service.model.match import Tier
from tests.api.caller import Caller, Json, pointers


def first_names(response: Json) -> list[str]:
    """Return the first names of the profiles on a page."""
    return [item["profile"]["first_name"] for item in response["items"]]


def reasons(response: Json) -> list[tuple[str, str, str]]:
    """Return key, value and tier of each reason for the first profile of a page."""
    return [(r["key"], r["value"], r["tier"]) for r in response["items"][0]["matched_on"]]


def all_pages(api: Caller, body: Json, path: str = "/v1/profiles/search") -> list[list[Json]]:
    """Return the items of every page."""
    pages: list[list[Json]] = []
    cursor: str | None = None
    while cursor is not None or not pages:
        response = api.post(path, body | ({"cursor": cursor} if cursor else {}))
        pages.append(response["items"])
        cursor = response["next_cursor"]
    return pages


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("phone", "(212) 555-0123", ("phone", "+12125550123", "exact")),
        ("email", "ANN@example.com", ("email", "ann@example.com", "exact")),
        ("name", "lee ANN", ("name", "lee ann", "full_name")),
        ("name", "Lee", ("name", "lee", "partial_name")),
        ("account", "a-1", ("account", "a-1", "exact")),
        ("ssn", "123456789", ("ssn", "123456789", "unique")),
    ],
)
def test_a_profile_is_found_by_any_key(
    api: Caller, key: str, value: str, reason: tuple[str, str, str]
) -> None:
    """Another notation works too. The reason has the key, the normalised value and the tier."""
    api.define("ssn", type="digits", unique=True)
    profile = api.create(
        "Ann",
        last_name="Lee",
        phone_numbers=[{"value": "+1 212 555 0123"}],
        email_addresses=[{"value": "Ann@Example.com"}],
        account_number="A-1",
        keys={"ssn": ["123-45-6789"]},
    )
    api.create("Bob")
    response = api.search((key, [value]))
    assert [item["profile"] for item in response["items"]] == [profile]
    assert reasons(response) == [reason]
    assert response["next_cursor"] is None
    assert response["truncated"] is False


def test_a_profile_is_found_by_its_id_and_by_its_contact(api: Caller) -> None:
    """Both are built-in keys. A contact leads to its current profile."""
    profile_id = api.create("Ann")["profile_id"]
    assert first_names(api.search(("profile_id", [profile_id.upper()]))) == ["Ann"]
    assert api.search(("contact_id", ["c-1"]))["items"] == []
    api.associate("c-1", profile_id)
    response = api.search(("contact_id", ["c-1"]))
    assert reasons(response) == [("contact_id", "c-1", "unique")]
    api.delete("/v1/contacts/c-1/association")
    assert api.search(("contact_id", ["c-1"]))["items"] == []


@pytest.fixture
def people(api: Caller) -> Caller:
    """Return a caller of a service with people who share a name, a city or a number."""
    api.define("city")
    for first, last, phone, city in (
        ("Ann", "Lee", "+12125550100", "Tokyo"),
        ("Bob", "Lee", "+12125550100", "Osaka"),
        ("Cat", "Fox", "+12125550101", "Tokyo"),
        ("Dan", "Fox", "+12125550102", "Kyoto"),
    ):
        api.create(first, last_name=last, phone_numbers=[{"value": phone}], keys={"city": [city]})
    return api


LEE, FOX = ("name", ["Lee"]), ("name", ["Fox"])
TOKYO, ZERO = ("city", ["Tokyo"]), ("phone", ["+12125550100"])
EITHER = ("name", ["Lee", "Fox"])
NOBODY = ("email", ["nobody@example.com"])


@pytest.mark.parametrize(
    ("operator", "criteria", "names"),
    [
        ("or", [LEE, TOKYO], "Ann Bob Cat"),
        ("or", [LEE, FOX], "Ann Bob Cat Dan"),
        ("or", [NOBODY, FOX], "Cat Dan"),
        ("or", [LEE, FOX, TOKYO, ZERO, NOBODY], "Ann Bob Cat Dan"),
        ("and", [LEE, TOKYO], "Ann"),
        ("and", [TOKYO, LEE], "Ann"),
        ("and", [LEE, FOX], ""),
        ("and", [LEE, NOBODY], ""),
        ("and", [("contact_id", ["unknown"]), LEE], ""),
        ("and", [EITHER, TOKYO], "Ann Cat"),
        ("and", [("city", ["Osaka", "Kyoto"]), EITHER], "Bob Dan"),
        ("and", [LEE, ZERO, TOKYO], "Ann"),
        ("and", [("name", ["Ann"]), LEE, ("name", ["Ann Lee"]), ZERO, TOKYO], "Ann"),
        ("or", [EITHER], "Ann Bob Cat Dan"),
        ("and", [EITHER], "Ann Bob Cat Dan"),
    ],
)
def test_any_or_all_criteria_must_match(
    people: Caller, operator: str, criteria: list[tuple[str, list[str]]], names: str
) -> None:
    """The operator decides which. The values of one criterion are always alternatives."""
    response = people.search(*criteria, operator=operator)
    assert sorted(first_names(response)) == names.split()


def test_a_page_has_the_best_first(people: Caller) -> None:
    """The order is best tier, number of matching keys, ID. Pages are ordered by tier, then ID."""
    criteria = [("name", ["Lee"]), ("name", ["Dan Fox"]), ("city", ["Tokyo"]), ("phone", ["+12125550100"])]
    response = people.search(*criteria)
    assert first_names(response) == ["Ann", *first_names(response)[1:3], "Dan"]
    assert [len({r["key"] for r in item["matched_on"]}) for item in response["items"]] == [3, 2, 1, 1]
    pages = all_pages(people, {"criteria": [{"key": k, "values": v} for k, v in criteria], "limit": 1})
    one_by_one = [item for page in pages for item in page]
    assert sorted(first_names({"items": one_by_one})) == sorted(first_names(response))
    tiers = [Tier(item["matched_on"][0]["tier"]).rank for item in one_by_one]
    assert tiers == sorted(tiers)


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_a_whole_name_comes_before_many_partial_ones(api: Caller, limit: int) -> None:
    """It is on the first page. The partial matches follow, each once."""
    for number in range(25):
        api.create(f"Ann{number}", last_name="Watson")
    api.create("Mary", last_name="Watson")
    criteria = [{"key": "name", "values": ["Watson", "Mary Watson"]}]
    pages = all_pages(api, {"criteria": criteria, "limit": limit})
    assert pages[0][0]["profile"]["first_name"] == "Mary"
    assert [item["matched_on"][0]["tier"] for page in pages for item in page] == ["full_name"] + 25 * [
        "partial_name"
    ]
    assert len({item["profile"]["profile_id"] for page in pages for item in page}) == 26


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_a_match_of_every_criterion_comes_before_many_of_one(api: Caller, limit: int) -> None:
    """One criterion is enough, and no profile comes twice."""
    phone = {"phone_numbers": [{"value": "+14155550200"}]}
    for number in range(25):
        api.create(f"Ann{number}", **phone)
    api.create("Mary", **phone, account_number="ZZ9")
    api.create("Eve", account_number="ZZ9")
    criteria = [{"key": "phone", "values": ["4155550200"]}, {"key": "account", "values": ["ZZ9"]}]
    pages = all_pages(api, {"criteria": criteria, "limit": limit})
    names = [item["profile"]["first_name"] for page in pages for item in page]
    assert names[0] == "Mary"
    assert len(names) == len(set(names)) == 27


def test_without_an_operator_one_criterion_is_enough(people: Caller) -> None:
    """The default operator is `or`."""
    assert sorted(first_names(people.search(LEE, TOKYO))) == ["Ann", "Bob", "Cat"]


def test_each_profile_has_every_reason_best_first(people: Caller) -> None:
    """An exact value comes before a whole name, which comes before a partial one."""
    response = people.search(LEE, ("name", ["Ann Lee"]), ZERO, operator="and")
    assert reasons(response) == [
        ("phone", "+12125550100", "exact"),
        ("name", "ann lee", "full_name"),
        ("name", "lee", "partial_name"),
    ]


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (100, [7])])
def test_pages_neither_repeat_nor_skip(api: Caller, operator: str, limit: int, sizes: list[int]) -> None:
    """Every profile comes once, in the order of the IDs. The last page has no cursor."""
    ids = sorted(api.create("Ann", last_name="Lee")["profile_id"] for _ in range(7))
    api.create("Bob")
    criteria = [{"key": "name", "values": ["Ann"]}, {"key": "name", "values": ["Ann Lee"]}]
    pages = all_pages(api, {"criteria": criteria, "operator": operator, "limit": limit})
    assert [len(page) for page in pages] == sizes
    assert [item["profile"]["profile_id"] for page in pages for item in page] == ids


def test_pages_are_stable_while_data_is_added_and_removed(api: Caller) -> None:
    """A profile that existed from the start comes exactly once."""
    ids = sorted(api.create("Ann")["profile_id"] for _ in range(10))
    body = {"criteria": [{"key": "name", "values": ["Ann"]}], "limit": 2}
    seen: list[str] = []
    cursor = None
    while True:
        response = api.post("/v1/profiles/search", body | ({"cursor": cursor} if cursor else {}))
        seen += [item["profile"]["profile_id"] for item in response["items"]]
        cursor = response["next_cursor"]
        if cursor is None or len(seen) > 100:
            break
        api.create("Ann")
        api.delete(f"/v1/profiles/{seen[-1]}")
    assert len(set(seen)) == len(seen)
    assert set(ids) <= set(seen)


def test_every_limit_up_to_100_is_a_page_of_that_length(api: Caller) -> None:
    """There is a cursor as long as there are more. The default is 20."""
    for _ in range(101):
        api.create("Ann")
    for limit in range(1, 101):
        response = api.search(("name", ["Ann"]), limit=limit)
        assert len(response["items"]) == limit
        assert response["next_cursor"]
    assert len(api.search(("name", ["Ann"]))["items"]) == 20
    assert len(api.search(("name", ["Ann"]), cursor=None)["items"]) == 20


@pytest.mark.parametrize(
    ("key", "typed", "names"),
    [
        ("name", "an", ["Ann", "Anton"]),
        ("name", "ANTO", ["Anton"]),
        ("name", "Le", ["Ann"]),
        ("name", "Lee A", ["Ann"]),
        ("phone", "+1212", ["Ann"]),
        ("phone", "212 555", ["Ann"]),
        ("email", "Ann@", ["Ann"]),
        ("account", "a-1", ["Ann", "Anton"]),
        ("ssn", "123-4", ["Ann"]),
        ("name", "zz", []),
        ("name", "佐", ["花", "花子"]),
        ("name", "花", ["花", "花子"]),
        ("name", "山", []),
    ],
)
def test_a_prefix_completes_what_an_agent_types(api: Caller, key: str, typed: str, names: list[str]) -> None:
    """The prefix is one value of one key, in any notation. The reason has the whole value and tier prefix."""
    api.define("ssn", type="digits")
    api.create(
        "Ann",
        last_name="Lee",
        phone_numbers=[{"value": "+1 212 555 0123"}],
        email_addresses=[{"value": "ann@example.com"}],
        account_number="A-10",
        keys={"ssn": ["123-45-6789"]},
    )
    api.create("Anton", account_number="A-11", phone_numbers=[{"value": "+81 90 1234 5678"}])
    api.create("花子", last_name="佐藤")
    api.create("花", last_name="佐々木")
    response = api.search((key, [typed]), mode="prefix")
    assert sorted(first_names(response)) == names
    assert response["next_cursor"] is None
    for item in response["items"]:
        assert item["matched_on"]
        assert {(r["key"], r["tier"]) for r in item["matched_on"]} == {(key, "prefix")}


@pytest.mark.parametrize("typed", ["Sato", "Satō", "Taro Sato", "satou"])
def test_romaji_finds_values_stored_in_romaji_only(api: Caller, typed: str) -> None:
    """Kanji and kana are not transliterated. A custom key of type name can hold the romaji."""
    api.define("romaji", type="name")
    sato = api.create("太郎", last_name="佐藤", phonetic_first_name="タロウ", phonetic_last_name="サトウ")
    assert api.search(("name", [typed]))["items"] == []
    assert api.search(("name", [typed[:3]]), mode="prefix")["items"] == []
    spelt = {"keys": {"romaji": ["Sato Taro", "Satou Tarou"]}}
    api.patch(f"/v1/profiles/{sato['profile_id']}", spelt)
    assert first_names(api.search(("romaji", [typed]))) == ["太郎"]
    assert first_names(api.search(("romaji", [typed[:3]]), mode="prefix")) == ["太郎"]
    assert api.search(("name", [typed]))["items"] == []
    both = api.search(("name", [typed]), ("romaji", [typed]))
    assert first_names(both) == ["太郎"]


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False), (4, False)])
def test_a_prefix_with_more_than_a_page_says_so(api: Caller, limit: int, *, truncated: bool) -> None:
    """There is no cursor. More letters narrow it down."""
    for name in ("Ann", "Anna", "Anton"):
        api.create(name)
    response = api.search(("name", ["an"]), mode="prefix", limit=limit)
    assert len(response["items"]) == min(limit, 3)
    assert response["truncated"] is truncated
    assert response["next_cursor"] is None


ONE = {"key": "name", "values": ["Ann"]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/criteria"),
        ({"criteria": []}, "/criteria"),
        ({"criteria": [ONE] * 6}, "/criteria"),
        ({"criteria": ONE}, "/criteria"),
        ({"criteria": None}, "/criteria"),
        ({"criteria": ["Ann"]}, "/criteria/0"),
        ({"criteria": [ONE, {"values": ["Ann"]}]}, "/criteria/1/key"),
        ({"criteria": [ONE, {"key": "undefined", "values": ["Ann"]}]}, "/criteria/1/key"),
        ({"criteria": [{"key": "_phone", "values": ["1"]}]}, "/criteria/0/key"),
        ({"criteria": [{"key": "name"}]}, "/criteria/0/values"),
        ({"criteria": [{"key": "name", "values": []}]}, "/criteria/0/values"),
        ({"criteria": [{"key": "name", "values": ["a"] * 11}]}, "/criteria/0/values"),
        ({"criteria": [{"key": "name", "values": ["a", "\u3000"]}]}, "/criteria/0/values/1"),
        ({"criteria": [{"key": "name", "values": ["a", {"$ne": ""}]}]}, "/criteria/0/values/1"),
        ({"criteria": [ONE | {"value": "Ann"}]}, "/criteria/0/value"),
        ({"criteria": [ONE], "operator": "not"}, "/operator"),
        ({"criteria": [ONE], "operator": None}, "/operator"),
        ({"criteria": [ONE], "mode": "regex"}, "/mode"),
        ({"criteria": [ONE], "sort": "name"}, "/sort"),
        ({"criteria": [ONE, ONE], "mode": "prefix"}, "/criteria"),
        ({"criteria": [{"key": "name", "values": ["an", "bo"]}], "mode": "prefix"}, "/criteria/0/values"),
        ({"criteria": [{"key": "name", "values": ["a"]}], "mode": "prefix"}, "/criteria/0/values/0"),
        ({"criteria": [{"key": "name", "values": ["a."]}], "mode": "prefix"}, "/criteria/0/values/0"),
        ({"criteria": [{"key": "name", "values": ["サ"]}], "mode": "prefix"}, "/criteria/0/values/0"),
        ({"criteria": [{"key": "phone", "values": ["+"]}], "mode": "prefix"}, "/criteria/0/values/0"),
        ({"criteria": [ONE], "mode": "prefix", "cursor": "W10"}, "/cursor"),
    ],
)
def test_an_invalid_search_is_rejected(api: Caller, body: Json, pointer: str) -> None:
    """The problem points to the criterion and its value."""
    problem = api.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


@pytest.mark.parametrize("value", [".*", "^a", "Ann|Bob", "[a", "\\", "$where", "(?i)", "%", "*"])
@pytest.mark.parametrize("mode", ["exact", "prefix"])
def test_no_character_of_a_value_is_a_pattern(api: Caller, value: str, mode: str) -> None:
    """A value matches itself only, as a prefix too."""
    api.create("Ann", account_number="A-1")
    api.create("Bob", account_number=f"{value}xy")
    response = api.search(("account", [f"{value}xy"]), mode=mode)
    assert first_names(response) == ["Bob"]


def test_a_cursor_with_padding_is_rejected(api: Caller) -> None:
    """A cursor must be returned as it was sent. Padding is a client's own addition."""
    for _ in range(2):
        api.create("Ann")
    body = {"criteria": [ONE], "limit": 1}
    cursor = api.post("/v1/profiles/search", body)["next_cursor"]
    assert base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert len(api.post("/v1/profiles/search", body | {"cursor": cursor})["items"]) == 1
    for made_up in (cursor + "=", cursor + " ", f"{cursor[:4]}!{cursor[4:]}", cursor + "é"):
        problem = api.reject(
            "POST", "/v1/profiles/search", body | {"cursor": made_up}, status=422, code="invalid_request"
        )
        assert pointers(problem) == ["/cursor"]
