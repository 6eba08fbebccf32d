"""Read-your-writes consistency: every worker sees a change as soon as the response is sent.

Services share a database. One service writes and caches nothing. Another one reads. The tests end before its
caches expire.
"""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., Any]
Serve = Callable[..., str]

_ONE_DAY = "86400"
_DEADLINE_SECONDS = 20
_POLL_SECONDS = 0.05


@pytest.fixture(scope="module")
def write(
    serve: Serve,
    connect: Callable[[str], httpx.Client],
    make_ask: Callable[[httpx.Client], Ask],
    module_database: str,
) -> Ask:
    """Return the ``ask`` function of the service that writes. It does not cache settings."""
    return make_ask(connect(serve(module_database, WORKERS="1", SETTINGS_CACHE_SECONDS="0")))


@pytest.fixture(scope="module")
def read(
    serve: Serve,
    connect: Callable[[str], httpx.Client],
    make_ask: Callable[[httpx.Client], Ask],
    module_database: str,
) -> Ask:
    """Return the ``ask`` function of the service that reads. This service has cached the settings."""
    ask = make_ask(connect(serve(module_database, WORKERS="1", SETTINGS_CACHE_SECONDS=_ONE_DAY)))
    ask("POST", "/v1/contacts/warm-up/match", {"channel": "voice", "phone_number": "+14155550100"})
    return ask


@pytest.fixture(scope="module")
def cached(
    serve: Serve,
    connect: Callable[[str], httpx.Client],
    make_ask: Callable[[httpx.Client], Ask],
    module_database: str,
) -> Ask:
    """Return the ``ask`` function of a service that caches settings for a second."""
    return make_ask(connect(serve(module_database, WORKERS="1", SETTINGS_CACHE_SECONDS="1")))


def _create(ask: Ask, first_name: str, **rest: Any) -> str:
    profile_id: str = ask("POST", "/v1/profiles", {"first_name": first_name, **rest}, expect=201)[
        "profile_id"
    ]
    return profile_id


def _search(ask: Ask, key: str, value: str) -> list[str]:
    page = ask("POST", "/v1/profiles/search", {"criteria": [{"key": key, "values": [value]}]})
    return [item["profile"]["profile_id"] for item in page["items"]]


def _define(ask: Ask, name: str, *, expect: int = 201, **definition: Any) -> None:
    ask("PUT", f"/v1/search-keys/{name}", {"label": name, "type": "text", **definition}, expect=expect)


def test_a_created_profile_is_found(write: Ask, read: Ask) -> None:
    """Reading, searching and matching see a new profile at once."""
    for number in range(20):
        phone = f"+1415555{1000 + number}"
        profile_id = _create(write, f"New {number}", phone_numbers=[{"value": phone}])
        assert read("GET", f"/v1/profiles/{profile_id}")["first_name"] == f"New {number}"
        assert _search(read, "phone", phone) == [profile_id]
        match = read("POST", "/v1/contacts/new/match", {"channel": "voice", "phone_number": phone})
        assert match["outcome"] == "unique"


def test_a_changed_profile_is_found_by_its_new_value_only(write: Ask, read: Ask) -> None:
    """Reading and searching see a patch at once."""
    profile_id = _create(write, "Jane", account_number="R-old")
    for number in range(10):
        old = _search(read, "account", "R-old" if number == 0 else f"R-{number - 1}")
        assert old == [profile_id]
        write("PATCH", f"/v1/profiles/{profile_id}", {"account_number": f"R-{number}"})
        assert read("GET", f"/v1/profiles/{profile_id}")["account_number"] == f"R-{number}"
        assert _search(read, "account", f"R-{number}") == [profile_id]
    assert _search(read, "account", "R-old") == []


def test_added_and_released_values_are_visible_at_once(write: Ask, read: Ask) -> None:
    """Searches find a value after it is added. They do not find it after it is released."""
    profile_id = _create(write, "Keys")
    value = {"key": "phone", "values": ["+14155550110"]}
    write("POST", f"/v1/profiles/{profile_id}/keys", value)
    assert _search(read, "phone", "+14155550110") == [profile_id]
    write("POST", f"/v1/profiles/{profile_id}/keys/release", value)
    assert _search(read, "phone", "+14155550110") == []


def test_changes_of_associations_are_visible_at_once(write: Ask, read: Ask) -> None:
    """The contact and the profile show each association, each disassociation and the clearing."""
    first, second = _create(write, "First"), _create(write, "Second")
    association = "/v1/contacts/contact-1/association"
    write("PUT", association, {"profile_id": first}, expect=201)
    assert read("GET", association)["profile_id"] == first
    write("PUT", association, {"profile_id": second})
    assert read("GET", association)["profile_id"] == second
    assert _search(read, "contact_id", "contact-1") == [second]
    assert read("GET", f"/v1/profiles/{first}/contacts")["items"] == []
    assert [c["contact_id"] for c in read("GET", f"/v1/profiles/{second}/contacts")["items"]] == ["contact-1"]
    write("DELETE", association, expect=204)
    read("GET", association, expect=404)
    write("PUT", association, {"profile_id": first})
    write("POST", "/v1/contacts/contact-1/clear")
    assert read("PUT", association, {"profile_id": second}, expect=409)["code"] == "contact_cleared"
    assert len(read("GET", "/v1/contacts/contact-1")["associations"]) == 1


def test_the_association_of_a_profile_created_for_a_contact_is_visible_at_once(write: Ask, read: Ask) -> None:
    """The contact's next match shows the association."""
    created = write("POST", "/v1/contacts/contact-2/profile", {"first_name": "Just"}, expect=201)
    match = read("POST", "/v1/contacts/contact-2/match", {"channel": "voice"})
    assert match["association"]["profile_id"] == created["profile_id"]


def test_a_deleted_profile_is_not_found(write: Ask, read: Ask) -> None:
    """The profile cannot be read or found, and no contact refers to it."""
    profile_id = _create(write, "Gone", account_number="D-1")
    write("PUT", "/v1/contacts/contact-3/association", {"profile_id": profile_id}, expect=201)
    write("DELETE", f"/v1/profiles/{profile_id}", expect=204)
    read("GET", f"/v1/profiles/{profile_id}", expect=404)
    assert _search(read, "account", "D-1") == []
    assert read("GET", "/v1/contacts/contact-3")["associations"] == []


def test_a_new_search_key_can_be_used_at_once(write: Ask, read: Ask) -> None:
    """A service that has not cached the key lists it, searches it, matches on it and stores its values."""
    _define(write, "policy")
    assert _search(read, "policy", "P-1") == []
    _define(write, "badge")
    attributes = {"profileSearchKey": "badge", "profileSearchValue": "B-1"}
    match = read("POST", "/v1/contacts/contact-4/match", {"channel": "voice", "attributes": attributes})
    assert match["outcome"] == "none"
    _define(write, "vehicle")
    profile_id = _create(read, "Driver", keys={"vehicle": ["V-1"]})
    assert _search(write, "vehicle", "v-1") == [profile_id]
    _define(write, "seat")
    read("POST", f"/v1/profiles/{profile_id}/keys", {"key": "seat", "values": ["12A"]})
    _define(write, "row")
    assert "row" in [key["name"] for key in read("GET", "/v1/search-keys")["items"]]


def test_a_search_key_redefined_as_unique_is_unique_at_once(write: Ask, read: Ask) -> None:
    """A service that has cached the old definition rejects the second owner."""
    _define(write, "passport")
    assert _search(read, "passport", "X-1") == []
    write("DELETE", "/v1/search-keys/passport", expect=204)
    _define(write, "passport", unique=True)
    owner = _create(write, "Owner", keys={"passport": ["X-1"]})
    problem = read("POST", "/v1/profiles", {"first_name": "Other", "keys": {"passport": ["x-1"]}}, expect=409)
    assert (problem["code"], problem["profile_id"]) == ("unique_key_taken", owner)


def test_values_of_a_removed_search_key_are_rejected(write: Ask, read: Ask) -> None:
    """The key is not listed, and a profile with a value of the key is rejected."""
    _define(write, "temporary")
    assert _search(read, "temporary", "F-1") == []
    write("DELETE", "/v1/search-keys/temporary", expect=204)
    problem = read("POST", "/v1/profiles", {"first_name": "Late", "keys": {"temporary": ["F-1"]}}, expect=422)
    assert [error["pointer"] for error in problem["errors"]] == ["/keys/temporary"]
    assert "temporary" not in [key["name"] for key in read("GET", "/v1/search-keys")["items"]]


def test_a_new_type_of_a_search_key_applies_within_the_cache_ttl(write: Ask, cached: Ask) -> None:
    """A service that has cached the old type then normalises values by the new type."""
    _define(write, "retyped")
    assert _search(cached, "retyped", "12-34") == []
    write("DELETE", "/v1/search-keys/retyped", expect=204)
    _define(write, "retyped", type="digits")
    profile_id = _create(write, "Retyped", keys={"retyped": ["12-34"]})
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while _search(cached, "retyped", "12-34") != [profile_id]:
        assert time.monotonic() < deadline
        time.sleep(_POLL_SECONDS)


def test_matching_ignores_a_removed_search_key(read: Ask) -> None:
    """A contact with a value of the removed key is matched on the other search keys.

    The service that has cached the settings changes them.
    """
    profile_id = _create(read, "Loyal", phone_numbers=[{"value": "+14155550111"}])
    _define(read, "loyalty")
    read("PATCH", "/v1/settings", {"match_keys": {"voice": ["loyalty", "phone"]}})
    read("DELETE", "/v1/search-keys/loyalty", expect=204)
    call = {"channel": "voice", "phone_number": "+14155550111", "attributes": {"loyalty": "L-1"}}
    match = read("POST", "/v1/contacts/contact-6/match", call)
    assert [candidate["profile"]["profile_id"] for candidate in match["candidates"]] == [profile_id]
    read("PATCH", "/v1/settings", {"match_keys": {"voice": None}})


def test_settings_are_never_read_from_a_cache(write: Ask, read: Ask) -> None:
    """`GET /v1/settings` returns the stored settings."""
    for keys in (["phone", "account"], ["account"], None):
        written = write("PATCH", "/v1/settings", {"match_keys": {"task": keys}})
        assert read("GET", "/v1/settings") == written
    assert written["match_keys"]["task"] == ["phone", "email"]


def test_matching_follows_changed_settings_within_the_cache_ttl(write: Ask, cached: Ask) -> None:
    """Match keys are cached for at most `SETTINGS_CACHE_SECONDS`."""
    e_mail = {"channel": "email", "name": "Follows Settings"}
    profile_id = _create(write, "Follows", last_name="Settings")
    assert cached("POST", "/v1/contacts/contact-5/match", e_mail)["outcome"] == "none"
    write("PATCH", "/v1/settings", {"match_keys": {"email": ["email", "name"]}})
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not (match := cached("POST", "/v1/contacts/contact-5/match", e_mail))["candidates"]:
        assert time.monotonic() < deadline
        time.sleep(_POLL_SECONDS)
    assert match["candidates"][0]["profile"]["profile_id"] == profile_id


def test_a_cache_ttl_of_zero_disables_caching(write: Ask, read: Ask) -> None:
    """With `SETTINGS_CACHE_SECONDS=0`, match keys that another service has changed apply at once."""
    profile_id = _create(write, "Not", last_name="Cached")
    chat = {"channel": "chat", "name": "Not Cached"}
    for keys, found in ((["email"], []), (["name"], [profile_id]), (["email"], [])):
        read("PATCH", "/v1/settings", {"match_keys": {"chat": keys}})
        match = write("POST", "/v1/contacts/contact-7/match", chat)
        assert [candidate["profile"]["profile_id"] for candidate in match["candidates"]] == found
    read("PATCH", "/v1/settings", {"match_keys": {"chat": None}})
