"""The list of all profiles, and their number."""

from typing import Any

import pytest

from service.store.profiles import lists
from tests.api.caller import Caller, Json, pointers
from tests.api.credentials import Credentials

LIST = "/v1/profiles"
COUNT = "/v1/profiles/count"


def _page(api: Caller, **parameters: Any) -> Json:
    page: Json = api.get(LIST, query_string=parameters)
    return page


def _walk(api: Caller, **parameters: Any) -> list[Json]:
    """Return the items of all pages."""
    page = _page(api, **parameters)
    items: list[Json] = page["items"]
    while page["next_cursor"] is not None:
        page = _page(api, **parameters, cursor=page["next_cursor"])
        items += page["items"]
    return items


def _names(items: list[Json]) -> list[str]:
    return [item["first_name"] for item in items]


def test_without_profiles_the_list_is_empty(api: Caller) -> None:
    """There is no next page, and the number is 0."""
    assert _page(api) == {"items": [], "next_cursor": None}
    assert api.get(COUNT) == {"count": 0, "estimated": False}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 1000])
@pytest.mark.parametrize("sort", ["created_at", "updated_at"])
def test_the_pages_have_every_profile_once(module_api: Caller, sort: str, limit: int) -> None:
    """The profiles are complete, as when they are read one by one."""
    if not _page(module_api)["items"]:
        for name in "abcdefg":
            module_api.create(name, phone_numbers=[{"value": "+12125550100"}])
    items = _walk(module_api, sort=sort, limit=limit)
    assert _names(items) == list("abcdefg")
    assert items == [module_api.get(f"/v1/profiles/{item['profile_id']}") for item in items]


def test_a_profile_that_changes_moves_to_the_end_in_the_order_of_updates(api: Caller) -> None:
    """It stays at its place in the order of creations."""
    first = api.create("a")
    api.create("b")
    api.patch(f"/v1/profiles/{first['profile_id']}", {"last_name": "Lee"})
    assert _names(_walk(api, sort="created_at")) == ["a", "b"]
    assert _names(_walk(api, sort="updated_at")) == ["b", "a"]


@pytest.mark.parametrize("sort", ["created_at", "updated_at"])
def test_changes_between_pages_skip_no_profile(api: Caller, sort: str) -> None:
    """On the page are the first two. One of each page's profiles changes, and one is deleted."""
    ids = {name: api.create(name)["profile_id"] for name in "abcdef"}
    page = _page(api, sort=sort, limit=2)
    api.patch(f"/v1/profiles/{ids['a']}", {"last_name": "Lee"})
    api.patch(f"/v1/profiles/{ids['c']}", {"last_name": "Lee"})
    api.delete(f"/v1/profiles/{ids['b']}")
    api.delete(f"/v1/profiles/{ids['e']}")
    api.create("g")
    rest = []
    while page["next_cursor"] is not None:
        page = _page(api, sort=sort, limit=2, cursor=page["next_cursor"])
        rest += _names(page["items"])
    assert rest == (["c", "d", "f", "g"] if sort == "created_at" else ["d", "f", "a", "c", "g"])


def test_profiles_of_the_same_millisecond_are_ordered_by_id(api: Caller) -> None:
    """A page can end between them."""
    profiles = [api.create(name) for name in "abcde"]
    api.database["profiles"].update_many({}, {"$set": {"created_at": _stored_time(api)}})
    ids = sorted(profile["profile_id"] for profile in profiles)
    assert [item["profile_id"] for item in _walk(api, limit=2)] == ids


def _stored_time(api: Caller) -> Any:
    return api.database["profiles"].find_one()["created_at"]


@pytest.mark.parametrize("sort", ["created_at", "updated_at"])
def test_a_page_with_large_profiles_ends_early(
    api: Caller, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """It has at least one profile, and the other pages continue behind it."""
    monkeypatch.setattr(lists, "MAX_PAGE_BYTES", 2000)
    for name in "abcdef":
        api.create(name, additional_information="x" * 900)
    page = _page(api, sort=sort, limit=6)
    assert _names(page["items"]) == ["a", "b"]
    assert _names(_walk(api, sort=sort, limit=6)) == list("abcdef")
    monkeypatch.setattr(lists, "MAX_PAGE_BYTES", 1)
    assert _names(_walk(api, sort=sort, limit=6)) == list("abcdef")


def test_sensitive_values_are_masked(api: Caller) -> None:
    """Only an export and a reveal show them, with another scope."""
    api.define("ssn", type="digits", sensitive=True)
    api.create("Ann", keys={"ssn": ["123-45-6789"]})
    for sort in ("created_at", "updated_at"):
        (item,) = _page(api, sort=sort)["items"]
        assert item["keys"] == {"ssn": ["*******6789"]}


def test_a_page_is_audited_with_its_profiles(api: Caller) -> None:
    """An empty page is not audited, nor is a count."""
    _page(api)
    api.get(COUNT)
    assert api.audit() == []
    profiles = [api.create(name) for name in "abc"]
    _page(api, limit=2)
    *_, event = api.audit()
    assert event["action"] == "read"
    assert event["profile_ids"] == [profile["profile_id"] for profile in profiles[:2]]


def test_a_page_of_a_thousand_profiles_is_audited_in_several_events(api: Caller) -> None:
    """Each event has up to 200 profiles."""
    profile = api.database["profiles"].find_one({"_id": api.create()["profile_id"]})
    copies = [{**profile, "_id": f"{number:032x}"} for number in range(450)]
    api.database["profiles"].insert_many(copies)
    before = len(api.audit())
    page = _page(api, limit=1000)
    assert len(page["items"]) == 451
    assert [len(event["profile_ids"]) for event in api.audit()[before:]] == [200, 200, 51]


@pytest.mark.parametrize("path", [LIST, "/v1/profiles/changes"])
@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten"])
def test_an_invalid_limit_is_rejected(module_api: Caller, path: str, limit: str) -> None:
    """A page has 1 to 1,000 items."""
    problem = module_api.reject(
        "GET", path, status=422, code="invalid_request", query_string={"limit": limit}
    )
    assert pointers(problem) == ["/limit"]


def test_an_unknown_order_is_rejected(module_api: Caller) -> None:
    """Field names of callers never reach MongoDB."""
    for sort in ("", "profile_id", "-created_at", "$natural"):
        problem = module_api.reject(
            "GET", LIST, status=422, code="invalid_request", query_string={"sort": sort}
        )
        assert pointers(problem) == ["/sort"]


def test_a_cursor_of_the_other_order_is_rejected(api: Caller) -> None:
    """The position in one order says nothing about the other."""
    for name in "ab":
        api.create(name)
    orders = ["created_at", "updated_at"]
    for sort, other in (orders, orders[::-1]):
        cursor = _page(api, sort=sort, limit=1)["next_cursor"]
        query = {"sort": other, "cursor": cursor}
        problem = api.reject("GET", LIST, status=422, code="invalid_request", query_string=query)
        assert pointers(problem) == ["/cursor"]


def test_only_profiles_of_the_own_domain_are_listed_and_counted(credentials: Credentials) -> None:
    """A cursor of the other domain is only a position."""
    ours, theirs = credentials.caller(domain="ours"), credentials.caller(domain="theirs")
    for name in "abc":
        ours.create(name)
    for sort in ("created_at", "updated_at"):
        assert _page(theirs, sort=sort)["items"] == []
        cursor = _page(ours, sort=sort, limit=1)["next_cursor"]
        assert _page(theirs, sort=sort, cursor=cursor)["items"] == []
    assert theirs.get(COUNT)["count"] == 0
    theirs.create("d")
    assert _names(_page(theirs)["items"]) == ["d"]
    assert (ours.get(COUNT)["count"], theirs.get(COUNT)["count"]) == (3, 1)


@pytest.mark.parametrize("number", [9, 10, 11])
def test_a_large_number_is_an_estimate(api: Caller, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The estimate for the only domain of the database is MongoDB's own count."""
    monkeypatch.setattr(lists, "MAX_EXACT_COUNT", 10)
    profile = api.database["profiles"].find_one({"_id": api.create()["profile_id"]})
    copies = [{**profile, "_id": f"{n:032x}"} for n in range(number - 1)]
    api.database["profiles"].insert_many(copies)
    assert api.get(COUNT) == {"count": number, "estimated": number > 10}


def test_the_estimate_of_one_of_several_domains_is_close(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is a few per cent of the profiles of all domains together."""
    monkeypatch.setattr(lists, "MAX_EXACT_COUNT", 10)
    profile = api.database["profiles"].find_one({"_id": api.create()["profile_id"]})
    domains = ["default"] * 2999 + ["other"] * 3000
    copies = [{**profile, "_id": f"{n:032x}", "domain": domain} for n, domain in enumerate(domains)]
    api.database["profiles"].insert_many(copies)
    result = api.get(COUNT)
    assert result["estimated"] is True
    # Five standard deviations of a sample of 2,000.
    assert abs(result["count"] - 3000) < 6000 * 0.056


def test_a_count_takes_no_parameters(module_api: Caller) -> None:
    """An unknown parameter is an error, as everywhere."""
    problem = module_api.reject("GET", COUNT, status=422, code="invalid_request", query_string={"q": "1"})
    assert pointers(problem) == ["/q"]
