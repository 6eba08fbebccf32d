"""Search over HTTP: by one or several criteria, exact or by prefix, in pages."""

import base64

import pytest

from service.model.match import Tier
from tests.api.caller import Caller, Json, pointers
from tests.measuring import unmeasured


def first_names(response: Json) -> list[str]:
    """Return the first names of the profiles on a page."""
    return [item["profile"]["first_name"] for item in response["items"]]


def reasons(response: Json) -> list[tuple[str, str, str]]:
    """Return the key, value and tier of each reason for the first profile of a page."""
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
    """The value can have another notation. The reason has the key, the normalised value and the tier."""
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
    """The search keys are built in. A contact finds the profile with which it is associated now."""
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
    """Return a caller of a service with people who share a last name, a city or a number."""
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
TOKYO, NUMBER = ("city", ["Tokyo"]), ("phone", ["+12125550100"])
LEE_OR_FOX = ("name", ["Lee", "Fox"])
NO_MATCH = ("email", ["unknown@example.com"])


@pytest.mark.parametrize(
    ("operator", "criteria", "names"),
    [
        ("or", [LEE, TOKYO], "Ann Bob Cat"),
        ("or", [LEE, FOX], "Ann Bob Cat Dan"),
        ("or", [NO_MATCH, FOX], "Cat Dan"),
        ("or", [LEE, FOX, TOKYO, NUMBER, NO_MATCH], "Ann Bob Cat Dan"),
        ("and", [LEE, TOKYO], "Ann"),
        ("and", [TOKYO, LEE], "Ann"),
        ("and", [LEE, FOX], ""),
        ("and", [LEE, NO_MATCH], ""),
        ("and", [("contact_id", ["unknown"]), LEE], ""),
        ("and", [LEE_OR_FOX, TOKYO], "Ann Cat"),
        ("and", [("city", ["Osaka", "Kyoto"]), LEE_OR_FOX], "Bob Dan"),
        ("and", [LEE, NUMBER, TOKYO], "Ann"),
        ("and", [("name", ["Ann"]), LEE, ("name", ["Ann Lee"]), NUMBER, TOKYO], "Ann"),
        ("or", [LEE_OR_FOX], "Ann Bob Cat Dan"),
        ("and", [LEE_OR_FOX], "Ann Bob Cat Dan"),
    ],
)
def test_any_or_all_criteria_must_match(
    people: Caller, operator: str, criteria: list[tuple[str, list[str]]], names: str
) -> None:
    """The operator decides. The values of one criterion are always alternatives."""
    response = people.search(*criteria, operator=operator)
    assert sorted(first_names(response)) == names.split()


def test_a_page_has_the_best_profiles_first(people: Caller) -> None:
    """The order is: best tier, number of matching search keys, ID.

    The number of matching search keys orders profiles only within one page.
    """
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
def test_a_match_of_the_full_name_comes_before_many_partial_matches(api: Caller, limit: int) -> None:
    """The full match is on the first page. Each partial match follows once."""
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
def test_a_match_of_all_criteria_comes_before_many_matches_of_one(api: Caller, limit: int) -> None:
    """The operator is `or`. No profile occurs twice."""
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


def test_the_default_operator_is_or(people: Caller) -> None:
    """A profile that meets one of the criteria is found."""
    assert sorted(first_names(people.search(LEE, TOKYO))) == ["Ann", "Bob", "Cat"]


def test_all_reasons_are_returned_best_first(people: Caller) -> None:
    """An exact value comes before a full name, and a full name before a partial name."""
    response = people.search(LEE, ("name", ["Ann Lee"]), NUMBER, operator="and")
    assert reasons(response) == [
        ("phone", "+12125550100", "exact"),
        ("name", "ann lee", "full_name"),
        ("name", "lee", "partial_name"),
    ]


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (100, [7])])
def test_pages_neither_repeat_nor_skip_profiles(
    api: Caller, operator: str, limit: int, sizes: list[int]
) -> None:
    """The order is by ID. The last page has no cursor."""
    ids = sorted(api.create("Ann", last_name="Lee")["profile_id"] for _ in range(7))
    api.create("Bob")
    criteria = [{"key": "name", "values": ["Ann"]}, {"key": "name", "values": ["Ann Lee"]}]
    pages = all_pages(api, {"criteria": criteria, "operator": operator, "limit": limit})
    assert [len(page) for page in pages] == sizes
    assert [item["profile"]["profile_id"] for page in pages for item in page] == ids


def test_pages_neither_repeat_nor_skip_profiles_while_data_changes(api: Caller) -> None:
    """A profile that existed before the first page occurs exactly once."""
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


def test_a_page_has_as_many_items_as_the_limit(api: Caller) -> None:
    """The page has a cursor if there are more profiles. The default limit is 20."""
    with unmeasured():
        for _ in range(101):
            api.create("Ann")
    for limit in (1, 2, 19, 20, 21, 99, 100):
        response = api.search(("name", ["Ann"]), limit=limit)
        assert len(response["items"]) == limit
        assert response["next_cursor"]
    assert len(api.search(("name", ["Ann"]))["items"]) == 20
    assert len(api.search(("name", ["Ann"]), cursor=None)["items"]) == 20


@pytest.mark.parametrize(
    ("key", "prefix", "names"),
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
def test_a_prefix_search_finds_values_that_start_with_the_prefix(
    api: Caller, key: str, prefix: str, names: list[str]
) -> None:
    """The prefix can have any notation. The reason has the complete value and the tier `prefix`."""
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
    response = api.search((key, [prefix]), mode="prefix")
    assert sorted(first_names(response)) == names
    assert response["next_cursor"] is None
    for item in response["items"]:
        assert item["matched_on"]
        assert {(r["key"], r["tier"]) for r in item["matched_on"]} == {(key, "prefix")}


@pytest.mark.parametrize("name", ["Sato", "Satō", "Taro Sato", "satou"])
def test_romaji_finds_names_with_a_reading(api: Caller, name: str) -> None:
    """Kana are transliterated, kanji are not. A custom search key of type name can contain the romaji."""
    api.create("次郎", last_name="佐藤", phonetic_first_name="ジロウ")
    assert api.search(("name", [name]))["items"] == []
    api.create("太郎", last_name="佐藤", phonetic_first_name="タロウ", phonetic_last_name="サトウ")
    (item,) = api.search(("name", [name]))["items"]
    assert (item["profile"]["first_name"], item["matched_on"][0]["tier"]) == ("太郎", "partial_name")
    assert first_names(api.search(("name", [name[:3]]), mode="prefix")) == ["太郎"]
    api.define("romaji", type="name")
    api.create("三郎", last_name="佐藤", keys={"romaji": ["Sato Taro", "Satou Tarou"]})
    assert first_names(api.search(("romaji", [name]))) == ["三郎"]
    assert sorted(first_names(api.search(("name", [name]), ("romaji", [name])))) == ["三郎", "太郎"]


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False), (4, False)])
def test_a_prefix_search_with_more_results_than_the_limit_is_truncated(
    api: Caller, limit: int, *, truncated: bool
) -> None:
    """The response has no cursor. A longer prefix reduces the results."""
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
    """The error's pointer refers to the criterion and to its invalid part."""
    problem = api.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


@pytest.mark.parametrize("value", [".*", "^a", "Ann|Bob", "[a", "\\", "$where", "(?i)", "%", "*"])
@pytest.mark.parametrize("mode", ["exact", "prefix"])
def test_characters_of_regular_expressions_have_no_special_meaning(
    api: Caller, value: str, mode: str
) -> None:
    """Such characters match only themselves, in exact and in prefix searches."""
    api.create("Ann", account_number="A-1")
    api.create("Bob", account_number=f"{value}xy")
    response = api.search(("account", [f"{value}xy"]), mode=mode)
    assert first_names(response) == ["Bob"]


def test_a_cursor_with_padding_is_rejected(api: Caller) -> None:
    """A client must return a cursor unchanged. The service sends cursors without padding."""
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
