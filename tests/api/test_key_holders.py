"""The list of profiles with values of a search key. An administrator can then remove the search key."""

import pytest

from tests.api.caller import Caller, Json, pointers


def _ids(response: Json) -> list[str]:
    return [profile["profile_id"] for profile in response["items"]]


def _all_pages(api: Caller, key: str, limit: int) -> list[str]:
    path = f"/v1/search-keys/{key}/profiles?limit={limit}"
    response = api.get(path)
    ids = _ids(response)
    while response["next_cursor"]:
        assert len(response["items"]) == limit
        response = api.get(f"{path}&cursor={response['next_cursor']}")
        ids += _ids(response)
    return ids


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_profiles_with_values_of_a_search_key_are_listed_in_pages(api: Caller, limit: int) -> None:
    """Each profile is listed once, in the order of the IDs, even if its values have no index terms."""
    api.define("vip", type="digits")
    api.define("vip2")
    values_of_profiles = [["1"], ["1", "2"], ["no digits at all"]]
    holders = sorted(api.create("Ann", keys={"vip": values})["profile_id"] for values in values_of_profiles)
    api.create("Bob", keys={"vip2": ["1"]})
    api.create("Eve")
    assert _all_pages(api, "vip", limit) == holders
    (first, *_) = api.get("/v1/search-keys/vip/profiles")["items"]
    assert first == api.get(f"/v1/profiles/{holders[0]}")


def test_changes_to_listed_profiles_do_not_affect_the_next_page(api: Caller) -> None:
    """The values of the first page are removed before the next page is read."""
    api.define("vip")
    holders = sorted(api.create("Ann", keys={"vip": [f"{n}"]})["profile_id"] for n in range(4))
    page = api.get("/v1/search-keys/vip/profiles?limit=2")
    for profile_id in _ids(page):
        api.patch(f"/v1/profiles/{profile_id}", {"keys": {"vip": None}})
    rest = api.get(f"/v1/search-keys/vip/profiles?limit=2&cursor={page['next_cursor']}")
    assert (_ids(rest), rest["next_cursor"]) == (holders[2:], None)


def test_a_search_key_in_use_can_be_removed_after_its_values(api: Caller) -> None:
    """The list finds the profiles with values, including values that no search finds."""
    api.define("vip", type="digits")
    api.create("Ann", keys={"vip": ["none"]})
    problem = api.reject("DELETE", "/v1/search-keys/vip", status=409, code="search_key_in_use")
    assert "/v1/search-keys/{key}/profiles" in problem["detail"]
    (profile,) = api.get("/v1/search-keys/vip/profiles")["items"]
    release = {"key": "vip", "values": profile["keys"]["vip"]}
    api.post(f"/v1/profiles/{profile['profile_id']}/keys/release", release)
    assert api.get("/v1/search-keys/vip/profiles") == {"items": [], "next_cursor": None}
    api.delete("/v1/search-keys/vip")
    api.reject("GET", "/v1/search-keys/vip/profiles", status=404, code="search_key_not_found")


def test_values_of_a_removed_search_key_are_listed_and_removed(api: Caller) -> None:
    """The search key cannot be redefined until all of its values are removed."""
    api.define("vip", type="digits")
    path = f"/v1/profiles/{api.create('Ann', keys={'vip': ['1']})['profile_id']}"
    api.database.search_keys.delete_many({})
    api.reject("DELETE", "/v1/search-keys/vip", status=409, code="search_key_in_use")
    api.patch(path, {"last_name": "Lee"})
    body = {"label": "Vip", "type": "text"}
    api.reject("PUT", "/v1/search-keys/vip", body, status=409, code="search_key_in_use")
    (profile,) = api.get("/v1/search-keys/vip/profiles")["items"]
    assert profile["keys"] == {"vip": ["1"]}
    assert api.patch(path, {"keys": {"vip": None}})["keys"] == {}
    api.reject("GET", "/v1/search-keys/vip/profiles", status=404, code="search_key_not_found")
    api.put("/v1/search-keys/vip", body, status=201)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=abc", "cursor=WyIwIl0", "page=2"])
def test_an_invalid_page_is_rejected(api: Caller, query: str) -> None:
    """The error's pointer refers to the query parameter."""
    api.define("vip")
    path = f"/v1/search-keys/vip/profiles?{query}"
    problem = api.reject("GET", path, status=422, code="invalid_request")
    assert pointers(problem) == [f"/{query.partition('=')[0]}"]


def test_profiles_with_a_built_in_search_key_are_not_listed(api: Caller) -> None:
    """Built-in search keys cannot be removed, so the list is not needed."""
    api.create("Ann")
    api.reject("GET", "/v1/search-keys/name/profiles", status=409, code="built_in_search_key")


@pytest.mark.parametrize("mode", ["exact", "prefix"])
@pytest.mark.parametrize("value", [".held:vip", "held:vip", ":vip", "vip"])
def test_the_index_terms_of_the_list_are_not_searchable(api: Caller, mode: str, value: str) -> None:
    """No search finds these internal terms, and they are never a reason for a match."""
    api.define("vip")
    api.define("held")
    api.create("Ann", keys={"vip": ["gold"]})
    for key in ("vip", "held", "name", "account", "email"):
        assert api.search((key, [value]), mode=mode)["items"] == []
    for key in (".held", "vip.held", ".held:vip"):
        body = {"criteria": [{"key": key, "values": ["vip"]}]}
        api.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    (item,) = api.search(("vip", ["gold"]))["items"]
    assert item["matched_on"] == [{"key": "vip", "value": "gold", "tier": "exact"}]
