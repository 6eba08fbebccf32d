"""Sensitive search keys over HTTP: encrypted, found by whole values, masked, and revealed on request."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from service.app import create_app
from service.config import Settings
from tests.api.caller import Caller, Json, pointers
from tests.master_keys import TWO
from tests.readiness import uncached

SSN = "078-05-1120"
DIGITS = "078051120"
SHOWN = "*******1120"
LIKE_IT = "178-05-1120"


@pytest.fixture
def ssn(api: Caller) -> Caller:
    """Return a caller of a service with a unique sensitive key."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    return api


def path_of(profile: Json) -> str:
    """Return the path of a profile."""
    return f"/v1/profiles/{profile['profile_id']}"


def with_values(api: Caller, *values: str, key: str = "ssn", **fields: Any) -> Json:
    """Return a profile with several values of a sensitive key, added one by one."""
    first, *others = values
    profile = api.create("Ann", keys={key: [first]}, **fields)
    for value in others:
        profile = api.post(f"{path_of(profile)}/keys", {"key": key, "values": [value]})
    return profile


def revealed(api: Caller, profile: Json, key: str = "ssn") -> Any:
    """Return the plain text values of a search key."""
    return api.post(f"{path_of(profile)}/reveal", {"key": key})["values"]


def without_master_keys(api: Caller, **settings: Any) -> Caller:
    """Return a caller of a service with other master keys, or none, over the same database."""
    app = create_app(Settings(auth=False, **settings), database=api.database, readiness_times=uncached())
    return Caller(app.test_client(), api.database)


def test_every_response_masks_a_sensitive_value(ssn: Caller) -> None:
    """Every operation that returns the profile is tested. The response has the end of the value only."""
    profile = ssn.create("Ann", keys={"ssn": [SSN]})
    path = path_of(profile)
    criteria = [{"key": "ssn", "values": [SSN]}]
    calls = [
        ("GET", path, None),
        ("PATCH", path, {"last_name": "Lee"}),
        ("PATCH", path, {"keys": {"ssn": [SSN]}}),
        ("POST", f"{path}/keys", {"key": "ssn", "values": [DIGITS]}),
        ("POST", f"{path}/keys/release", {"key": "ssn", "values": ["1"]}),
        ("POST", "/v1/profiles/search", {"criteria": criteria}),
        (
            "POST",
            "/v1/contacts/c-1/match",
            {"channel": "voice", "attributes": {"profileSearchKey": "ssn", "profileSearchValue": DIGITS}},
        ),
        ("POST", "/v1/contacts/c-1/match", {"channel": "chat", "name": "Ann", "criteria": criteria}),
    ]
    texts = [orjson.dumps(profile).decode(), *(ssn.call(*call).text for call in calls)]
    assert all(SHOWN in text for text in texts)
    assert not [text for text in texts if SSN in text or DIGITS in text]
    assert revealed(ssn, profile) == [SSN]


def test_the_database_contains_no_part_of_a_sensitive_value(ssn: Caller) -> None:
    """Names are tested too, which are otherwise indexed in parts."""
    ssn.define("maiden", type="name", sensitive=True)
    ssn.create("Ann", keys={"ssn": [SSN], "maiden": ["Quincy Xanthopoulos"]})
    stored = repr(ssn.dump())
    for plain in (SSN, DIGITS, "1120", "quincy", "xanthopoulos", "Quincy", "xant"):
        assert plain.lower() not in stored.lower()
    (document,) = ssn.dump()["profiles"]
    assert [pair.keys() for pair in document["keys"]] == [{"key", "sealed"}] * 2
    assert set(document["unique"]) < set(document["lookup"])


@pytest.mark.parametrize(
    ("kind", "stored", "notation"),
    [
        ("digits", "078-05-1120", "078 05 1120"),
        ("text", "Señor 12", "SENOR 12"),
        ("email", "Jane@Example.com", "jane@example.com"),
        ("phone", "(212) 555-0100", "+1 212 555 0100"),
        ("name", "Ann van der Berg", "van der Berg, Ann"),
    ],
)
@pytest.mark.parametrize("unique", [False, True])
def test_a_sensitive_value_is_found_in_any_notation(
    api: Caller, kind: str, stored: str, notation: str, *, unique: bool
) -> None:
    """Each type behaves as without `sensitive`, except that a unique name needs its own word order."""
    api.define("secret", type=kind, unique=unique, sensitive=True)
    ann = api.create("Ann", keys={"secret": [stored]})
    if not (unique and kind == "name"):
        (item,) = api.search(("secret", [notation]))["items"]
        assert item["profile"]["profile_id"] == ann["profile_id"]
        tier = "full_name" if kind == "name" else "exact"
        assert item["matched_on"][0]["tier"] == ("unique" if unique else tier)
    assert api.search(("secret", [stored]))["items"]
    assert api.search(("secret", ["another"]))["items"] == []
    both = api.search(("secret", [stored]), ("name", ["Ann"]), operator="and")["items"]
    assert [item["profile"]["profile_id"] for item in both] == [ann["profile_id"]]
    assert revealed(api, ann, "secret") == [stored]


def test_a_sensitive_key_cannot_be_searched_by_prefix(ssn: Caller) -> None:
    """The problem gives the reason and an alternative."""
    body = {"criteria": [{"key": "ssn", "values": ["078"]}], "mode": "prefix"}
    problem = ssn.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/mode"]
    assert "exact" in problem["errors"][0]["detail"]


def test_a_unique_sensitive_value_has_one_owner(ssn: Caller) -> None:
    """The problem names the search key, and neither the owner nor the value."""
    owner, other = ssn.create("Ann", keys={"ssn": [SSN]}), ssn.create("Bob")
    for method, path, body in (
        ("POST", "/v1/profiles", {"first_name": "Bob", "keys": {"ssn": [DIGITS]}}),
        ("PATCH", path_of(other), {"keys": {"ssn": [DIGITS]}}),
        ("POST", f"{path_of(other)}/keys", {"key": "ssn", "values": ["078 05 1120"]}),
    ):
        problem = ssn.reject(method, path, body, status=409, code="unique_key_taken")
        assert problem["key"] == "ssn"
        assert not {"1120", owner["profile_id"]} & set(re.findall(r"\w+", repr(problem)))
        assert ssn.audit()[-1]["profile_ids"] == [owner["profile_id"]]
    ssn.post(f"{path_of(owner)}/keys/release", {"key": "ssn", "values": [DIGITS]})
    assert revealed(ssn, ssn.create("Bob", keys={"ssn": [DIGITS]})) == [DIGITS]


def test_masked_values_can_be_sent_back(ssn: Caller) -> None:
    """A client that sends back the whole profile changes no value."""
    profile = with_values(ssn, SSN, "987-65-4321")
    changed = ssn.patch(path_of(profile), {"keys": profile["keys"]})
    assert changed["version"] == 2
    changed = ssn.patch(path_of(profile), {"last_name": "Lee", "keys": profile["keys"]})
    assert (changed["version"], changed["keys"]) == (3, profile["keys"])
    reordered = {"ssn": ["*******4321", "555-55-5555", SHOWN]}
    ssn.patch(path_of(profile), {"keys": reordered})
    assert revealed(ssn, profile) == ["987-65-4321", "555-55-5555", SSN]
    ssn.patch(path_of(profile), {"keys": {"ssn": [SHOWN]}})
    assert revealed(ssn, profile) == [SSN]
    assert len(ssn.search(("ssn", [DIGITS]))["items"]) == 1


def test_values_with_equal_masks_are_all_kept_or_all_removed(ssn: Caller) -> None:
    """One of two equal masks could mean either value. It is rejected with a pointer."""
    profile = with_values(ssn, SSN, LIKE_IT)
    path = path_of(profile)
    assert ssn.patch(path, {"keys": {"ssn": [SHOWN, SHOWN]}})["version"] == 2
    ssn.patch(path, {"keys": {"ssn": [SHOWN, "5", SHOWN]}})
    assert revealed(ssn, profile) == [SSN, "5", LIKE_IT]
    for values in ([SHOWN], [SHOWN] * 3, [SHOWN, SSN]):
        problem = ssn.reject("PATCH", path, {"keys": {"ssn": values}}, status=422, code="invalid_request")
        assert pointers(problem) == ["/keys/ssn/0"]
    release = {"key": "ssn", "values": [SHOWN]}
    ssn.reject("POST", f"{path}/keys/release", release, status=422, code="invalid_request")
    ssn.post(f"{path}/keys/release", release | {"values": [LIKE_IT]})
    assert revealed(ssn, profile) == [SSN, "5"]
    ssn.post(f"{path}/keys/release", release)
    assert revealed(ssn, profile) == ["5"]


def test_a_mask_of_no_stored_value_is_rejected(ssn: Caller) -> None:
    """It would be stored as a value. Releasing it is no error, as with any unknown value."""
    profile = ssn.create("Ann", keys={"ssn": [SSN]})
    path = path_of(profile)
    for method, where, body, pointer in (
        ("POST", "/v1/profiles", {"first_name": "Bob", "keys": {"ssn": [SHOWN]}}, "/keys/ssn/0"),
        ("PATCH", path, {"keys": {"ssn": [SSN, "*****9999"]}}, "/keys/ssn/1"),
        ("POST", f"{path}/keys", {"key": "ssn", "values": ["5", "*****9999"]}, "/values/1"),
    ):
        assert pointers(ssn.reject(method, where, body, status=422, code="invalid_request")) == [pointer]
    for values in ([SHOWN], [DIGITS]):
        assert ssn.post(f"{path}/keys", {"key": "ssn", "values": values})["version"] == 1
    assert ssn.post(f"{path}/keys/release", {"key": "ssn", "values": ["*****9999"]})["version"] == 1


def test_other_changes_leave_the_encrypted_value_unchanged(ssn: Caller) -> None:
    """The ciphertext stays the same."""
    profile = ssn.create("Ann", keys={"ssn": [SSN]})
    before = ssn.dump()["profiles"][0]
    ssn.patch(path_of(profile), {"last_name": "Lee", "keys": {"ssn": [SSN]}})
    ssn.post(f"{path_of(profile)}/keys", {"key": "phone", "values": ["+12125550100"]})
    after = ssn.dump()["profiles"][0]
    assert (after["keys"], after["unique"]) == (before["keys"], before["unique"])
    assert set(before["unique"]) < set(after["lookup"])


def test_reveal_returns_the_values_of_the_profile(ssn: Caller) -> None:
    """They are in order and as typed. The list is empty if there are none."""
    ssn.define("pin", sensitive=True)
    profile = with_values(ssn, SSN, "5")
    response = ssn.post(f"{path_of(profile)}/reveal", {"key": "ssn"})
    assert response == {"key": "ssn", "values": [SSN, "5"]}
    assert revealed(ssn, profile, "pin") == []


@pytest.mark.parametrize(
    ("key", "text"), [("nothing", "No search key"), ("vip", "not sensitive"), ("phone", "not sensitive")]
)
def test_reveal_works_for_sensitive_keys_only(ssn: Caller, key: str, text: str) -> None:
    """The problem says whether the search key is unknown or not sensitive."""
    ssn.define("vip")
    body = {"key": key}
    path = f"{path_of(ssn.create('Ann'))}/reveal"
    problem = ssn.reject("POST", path, body, status=422, code="invalid_request")
    assert (pointers(problem), text in problem["errors"][0]["detail"]) == (["/key"], True)
    ssn.reject(
        "POST", f"/v1/profiles/{'0' * 32}/reveal", {"key": "ssn"}, status=404, code="profile_not_found"
    )


def test_ignored_values_of_a_sensitive_key_are_not_stored(ssn: Caller) -> None:
    """New ones are rejected, and those of an earlier search key of the same name are removed."""
    body = {"ignored_values": {"ssn": [SSN]}}
    problem = ssn.reject("PATCH", "/v1/settings", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/ignored_values/ssn"]
    ssn.define("vip")
    ssn.patch("/v1/settings", {"ignored_values": {"vip": ["4711-0815"]}})
    ssn.delete("/v1/search-keys/vip")
    ssn.define("vip", sensitive=True)
    assert "4711" not in repr(ssn.dump())
    assert ssn.get("/v1/settings")["ignored_values"] == {}


@pytest.fixture
def locked(ssn: Caller) -> Iterator[tuple[Caller, Json]]:
    """Return a caller of a service that lost its master keys, and a profile with two sensitive values."""
    ssn.define("pin", sensitive=True)
    values = (SSN, "987-65-4321")
    profile = with_values(ssn, *values, last_name="Lee")
    profile = ssn.post(f"{path_of(profile)}/keys", {"key": "pin", "values": ["4711"]})
    yield without_master_keys(ssn), profile
    assert sorted(revealed(ssn, profile)) == sorted(values)


def test_without_a_master_key_no_sensitive_key_can_be_defined(api: Caller) -> None:
    """The problem says what to set. Other search keys can be defined."""
    bare = without_master_keys(api)
    body = {"label": "SSN", "type": "digits", "sensitive": True}
    problem = bare.reject("PUT", "/v1/search-keys/ssn", body, status=409, code="master_key_missing")
    assert "MASTER_KEYS or MASTER_KEYS_FILE" in problem["detail"]
    bare.define("vip")
    assert bare.get("/readyz")["checks"]["lookup_entries"] == "ok"


def test_without_its_master_key_operations_on_sensitive_values_are_rejected(
    locked: tuple[Caller, Json],
) -> None:
    """No operation that stores or searches a value is a 500, and none stores plain text."""
    api, profile = locked
    path = path_of(profile)
    criteria = [{"key": "ssn", "values": [SSN]}]
    attributes = {"profileSearchKey": "ssn", "profileSearchValue": SSN}
    for method, where, body in (
        ("POST", "/v1/profiles", {"first_name": "Bob", "keys": {"ssn": ["5"]}}),
        ("POST", "/v1/contacts/c-1/profile", {"first_name": "Bob", "keys": {"ssn": ["5"]}}),
        ("PATCH", path, {"keys": {"ssn": ["5"]}}),
        ("POST", f"{path}/keys", {"key": "ssn", "values": ["5"]}),
        ("POST", f"{path}/keys/release", {"key": "ssn", "values": ["5"]}),
        ("POST", "/v1/profiles/search", {"criteria": criteria}),
        ("POST", "/v1/contacts/c-1/match", {"channel": "voice", "attributes": attributes}),
        ("POST", "/v1/contacts/c-1/match", {"channel": "voice", "criteria": criteria}),
    ):
        api.reject(method, where, body, status=409, code="master_key_missing")
    reveal = api.reject("POST", f"{path}/reveal", {"key": "ssn"}, status=409, code="value_sealed")
    assert "'one'" in reveal["detail"]
    assert "are not set: one" in api.get("/readyz")["checks"]["lookup_entries"]


def test_without_its_master_key_no_value_is_lost(locked: tuple[Caller, Json], ssn: Caller) -> None:
    """The profile can be read and changed, stays the owner, and is found again with the master key."""
    api, profile = locked
    path = path_of(profile)
    hidden = {"ssn": ["********"] * 2, "pin": ["********"]}
    assert api.get(path)["keys"] == hidden
    assert len(api.search(("name", ["Ann Lee"]))["items"]) == 1
    before = ssn.dump()["profiles"][0]
    changed = api.patch(path, {"last_name": "Bee", "keys": hidden})
    assert (changed["last_name"], changed["keys"]) == ("Bee", hidden)
    api.post(f"{path}/keys", {"key": "phone", "values": ["+12125550100"]})
    after = ssn.dump()["profiles"][0]
    assert (after["keys"], after["unique"]) == (before["keys"], before["unique"])
    assert "!" in after["rules"]

    taken = {"first_name": "Bob", "keys": {"ssn": [DIGITS]}}
    ssn.reject("POST", "/v1/profiles", taken, status=409, code="unique_key_taken")
    assert len(ssn.search(("ssn", [SSN]), ("name", ["Bee"]), operator="and")["items"]) == 1
    assert ssn.get("/readyz")["checks"]["lookup_entries"] == "stale: run profile-lookup reindex"
    ssn.patch(path, {"first_name": "Anna"})
    assert ssn.get("/readyz")["checks"]["lookup_entries"] == "ok"


def test_a_readable_value_is_released_beside_an_unreadable_one(api: Caller) -> None:
    """The index terms of the readable value are removed, and those of the other one stay."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    profile = api.create("Ann", keys={"ssn": [SSN]})
    path = path_of(profile)
    other = without_master_keys(api, master_keys=TWO)
    other.post(f"{path}/keys", {"key": "ssn", "values": ["55-55-55"]})
    assert api.get(path)["keys"] == {"ssn": [SHOWN, "********"]}
    assert other.get(path)["keys"] == {"ssn": ["********", "******55"]}
    other.post(f"{path}/keys/release", {"key": "ssn", "values": ["555555"]})
    assert other.create("Bob", keys={"ssn": ["555555"]})["keys"] == {"ssn": ["****55"]}
    taken = {"first_name": "Bob", "keys": {"ssn": [DIGITS]}}
    api.reject("POST", "/v1/profiles", taken, status=409, code="unique_key_taken")
    assert revealed(api, profile) == [SSN]
    other.patch(path, {"keys": {"ssn": None}})
    api.create("Cyd", keys={"ssn": [DIGITS]})


@pytest.mark.parametrize(
    "criteria",
    [
        [{"key": "ssn", "values": ["078-05-1120", "078-05-1121"]}],
        [{"key": "ssn", "values": ["078-05-1120"]}, {"key": "ssn", "values": ["078-05-1121"]}],
    ],
)
def test_a_search_has_one_value_of_a_sensitive_key(ssn: Caller, criteria: list[Json]) -> None:
    """A client has one value to look for, in a search and as a criterion of a match."""
    place = f"/criteria/{len(criteria) - 1}/values"
    body = {"criteria": criteria}
    for path in ("/v1/profiles/search", "/v1/contacts/c-1/match"):
        payload = body | ({"channel": "voice"} if path.endswith("match") else {})
        problem = ssn.reject("POST", path, payload, status=422, code="invalid_request")
        assert pointers(problem) == [place]
