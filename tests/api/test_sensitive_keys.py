"""Sensitive search keys over HTTP: values are encrypted, masked, and revealed on request only."""

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
MASKED = "*******1120"
SAME_MASK = "178-05-1120"


@pytest.fixture
def ssn(api: Caller) -> Caller:
    """Return a caller of a service with a unique sensitive search key."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    return api


def path_of(profile: Json) -> str:
    """Return the path of a profile."""
    return f"/v1/profiles/{profile['profile_id']}"


def create_with_values(api: Caller, *values: str, key: str = "ssn", **fields: Any) -> Json:
    """Create a profile, and add the values of a sensitive search key one by one. Return the profile."""
    first, *others = values
    profile = api.create("Ann", keys={key: [first]}, **fields)
    for value in others:
        profile = api.post(f"{path_of(profile)}/keys", {"key": key, "values": [value]})
    return profile


def reveal_values(api: Caller, profile: Json, key: str = "ssn") -> Any:
    """Reveal the values of a search key and return them."""
    return api.post(f"{path_of(profile)}/reveal", {"key": key})["values"]


def with_other_master_keys(api: Caller, **settings: Any) -> Caller:
    """Return a caller of another service on the same database, with other master keys or none."""
    app = create_app(Settings(auth=False, **settings), database=api.database, readiness_times=uncached())
    return Caller(app.test_client(), api.database)


def test_every_response_masks_a_sensitive_value(ssn: Caller) -> None:
    """Responses of all operations that return profiles contain only the end of the value."""
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
    assert all(MASKED in text for text in texts)
    assert not [text for text in texts if SSN in text or DIGITS in text]
    assert reveal_values(ssn, profile) == [SSN]


def test_the_database_contains_no_part_of_a_sensitive_value(ssn: Caller) -> None:
    """Sensitive names are not indexed in parts either."""
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
    """Each type behaves as usual. The only exception: a unique name must have the same word order."""
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
    assert reveal_values(api, ann, "secret") == [stored]


def test_a_sensitive_key_cannot_be_searched_by_prefix(ssn: Caller) -> None:
    """The error's detail suggests an exact search."""
    body = {"criteria": [{"key": "ssn", "values": ["078"]}], "mode": "prefix"}
    problem = ssn.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/mode"]
    assert "exact" in problem["errors"][0]["detail"]


def test_a_unique_sensitive_value_has_one_owner(ssn: Caller) -> None:
    """The problem has the search key, but does not disclose the owner or the value."""
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
    assert reveal_values(ssn, ssn.create("Bob", keys={"ssn": [DIGITS]})) == [DIGITS]


def test_masked_values_can_be_sent_back(ssn: Caller) -> None:
    """A mask in a patch means the stored value, so sending back a profile changes no value."""
    profile = create_with_values(ssn, SSN, "987-65-4321")
    changed = ssn.patch(path_of(profile), {"keys": profile["keys"]})
    assert changed["version"] == 2
    changed = ssn.patch(path_of(profile), {"last_name": "Lee", "keys": profile["keys"]})
    assert (changed["version"], changed["keys"]) == (3, profile["keys"])
    reordered = {"ssn": ["*******4321", "555-55-5555", MASKED]}
    ssn.patch(path_of(profile), {"keys": reordered})
    assert reveal_values(ssn, profile) == ["987-65-4321", "555-55-5555", SSN]
    ssn.patch(path_of(profile), {"keys": {"ssn": [MASKED]}})
    assert reveal_values(ssn, profile) == [SSN]
    assert len(ssn.search(("ssn", [DIGITS]))["items"]) == 1


def test_values_with_equal_masks_are_all_kept_or_all_removed(ssn: Caller) -> None:
    """One of two equal masks could mean either value, so the request is rejected."""
    profile = create_with_values(ssn, SSN, SAME_MASK)
    path = path_of(profile)
    assert ssn.patch(path, {"keys": {"ssn": [MASKED, MASKED]}})["version"] == 2
    ssn.patch(path, {"keys": {"ssn": [MASKED, "5", MASKED]}})
    assert reveal_values(ssn, profile) == [SSN, "5", SAME_MASK]
    for values in ([MASKED], [MASKED] * 3, [MASKED, SSN]):
        problem = ssn.reject("PATCH", path, {"keys": {"ssn": values}}, status=422, code="invalid_request")
        assert pointers(problem) == ["/keys/ssn/0"]
    release = {"key": "ssn", "values": [MASKED]}
    ssn.reject("POST", f"{path}/keys/release", release, status=422, code="invalid_request")
    ssn.post(f"{path}/keys/release", release | {"values": [SAME_MASK]})
    assert reveal_values(ssn, profile) == [SSN, "5"]
    ssn.post(f"{path}/keys/release", release)
    assert reveal_values(ssn, profile) == ["5"]


def test_a_mask_of_no_stored_value_is_rejected(ssn: Caller) -> None:
    """Otherwise the mask would be stored as a value. A release of an unknown mask changes nothing."""
    profile = ssn.create("Ann", keys={"ssn": [SSN]})
    path = path_of(profile)
    for method, where, body, pointer in (
        ("POST", "/v1/profiles", {"first_name": "Bob", "keys": {"ssn": [MASKED]}}, "/keys/ssn/0"),
        ("PATCH", path, {"keys": {"ssn": [SSN, "*****9999"]}}, "/keys/ssn/1"),
        ("POST", f"{path}/keys", {"key": "ssn", "values": ["5", "*****9999"]}, "/values/1"),
    ):
        assert pointers(ssn.reject(method, where, body, status=422, code="invalid_request")) == [pointer]
    for values in ([MASKED], [DIGITS]):
        assert ssn.post(f"{path}/keys", {"key": "ssn", "values": values})["version"] == 1
    assert ssn.post(f"{path}/keys/release", {"key": "ssn", "values": ["*****9999"]})["version"] == 1


def test_other_changes_do_not_encrypt_the_value_again(ssn: Caller) -> None:
    """The ciphertext in the database stays the same."""
    profile = ssn.create("Ann", keys={"ssn": [SSN]})
    before = ssn.dump()["profiles"][0]
    ssn.patch(path_of(profile), {"last_name": "Lee", "keys": {"ssn": [SSN]}})
    ssn.post(f"{path_of(profile)}/keys", {"key": "phone", "values": ["+12125550100"]})
    after = ssn.dump()["profiles"][0]
    assert (after["keys"], after["unique"]) == (before["keys"], before["unique"])
    assert set(before["unique"]) < set(after["lookup"])


def test_reveal_returns_the_values_of_the_profile(ssn: Caller) -> None:
    """The values are in their order and in plain text. The list can be empty."""
    ssn.define("pin", sensitive=True)
    profile = create_with_values(ssn, SSN, "5")
    response = ssn.post(f"{path_of(profile)}/reveal", {"key": "ssn"})
    assert response == {"key": "ssn", "values": [SSN, "5"]}
    assert reveal_values(ssn, profile, "pin") == []


@pytest.mark.parametrize(
    ("key", "text"), [("nothing", "No search key"), ("vip", "not sensitive"), ("phone", "not sensitive")]
)
def test_reveal_works_for_sensitive_keys_only(ssn: Caller, key: str, text: str) -> None:
    """The error's detail says whether the search key is unknown or not sensitive."""
    ssn.define("vip")
    body = {"key": key}
    path = f"{path_of(ssn.create('Ann'))}/reveal"
    problem = ssn.reject("POST", path, body, status=422, code="invalid_request")
    assert (pointers(problem), text in problem["errors"][0]["detail"]) == (["/key"], True)
    ssn.reject(
        "POST", f"/v1/profiles/{'0' * 32}/reveal", {"key": "ssn"}, status=404, code="profile_not_found"
    )


def test_ignored_values_of_a_sensitive_key_are_not_stored(ssn: Caller) -> None:
    """New ones are rejected. If a key becomes sensitive when it is redefined, its old ones are deleted."""
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
def without_master_keys(ssn: Caller) -> Iterator[tuple[Caller, Json]]:
    """Return a caller of a service without the master keys, and a profile with sensitive values.

    After the test, assert that no value of `ssn` was lost.
    """
    ssn.define("pin", sensitive=True)
    values = (SSN, "987-65-4321")
    profile = create_with_values(ssn, *values, last_name="Lee")
    profile = ssn.post(f"{path_of(profile)}/keys", {"key": "pin", "values": ["4711"]})
    yield with_other_master_keys(ssn), profile
    assert sorted(reveal_values(ssn, profile)) == sorted(values)


def test_without_a_master_key_no_sensitive_key_can_be_defined(api: Caller) -> None:
    """The problem says which settings are missing. Other search keys can be defined."""
    service = with_other_master_keys(api)
    body = {"label": "SSN", "type": "digits", "sensitive": True}
    problem = service.reject("PUT", "/v1/search-keys/ssn", body, status=409, code="master_key_missing")
    assert "MASTER_KEYS or MASTER_KEYS_FILE" in problem["detail"]
    service.define("vip")
    assert service.get("/readyz")["checks"]["lookup_entries"] == "ok"


def test_without_its_master_key_operations_on_sensitive_values_are_rejected(
    without_master_keys: tuple[Caller, Json],
) -> None:
    """Each operation that stores or searches a value gets a 409. None stores plain text."""
    api, profile = without_master_keys
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
    assert "master keys are missing: one" in api.get("/readyz")["checks"]["lookup_entries"]


def test_without_its_master_key_no_value_is_lost(
    without_master_keys: tuple[Caller, Json], ssn: Caller
) -> None:
    """The profile can be read and changed. With the master key, it is still the owner and is found."""
    api, profile = without_master_keys
    path = path_of(profile)
    fully_masked = {"ssn": ["********"] * 2, "pin": ["********"]}
    assert api.get(path)["keys"] == fully_masked
    assert len(api.search(("name", ["Ann Lee"]))["items"]) == 1
    before = ssn.dump()["profiles"][0]
    changed = api.patch(path, {"last_name": "Bee", "keys": fully_masked})
    assert (changed["last_name"], changed["keys"]) == ("Bee", fully_masked)
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


def test_a_readable_value_can_be_released_beside_an_unreadable_value(api: Caller) -> None:
    """Only the index terms of the released value are removed."""
    api.define("ssn", type="digits", unique=True, sensitive=True)
    profile = api.create("Ann", keys={"ssn": [SSN]})
    path = path_of(profile)
    other = with_other_master_keys(api, master_keys=TWO)
    other.post(f"{path}/keys", {"key": "ssn", "values": ["55-55-55"]})
    assert api.get(path)["keys"] == {"ssn": [MASKED, "********"]}
    assert other.get(path)["keys"] == {"ssn": ["********", "******55"]}
    other.post(f"{path}/keys/release", {"key": "ssn", "values": ["555555"]})
    assert other.create("Bob", keys={"ssn": ["555555"]})["keys"] == {"ssn": ["****55"]}
    taken = {"first_name": "Bob", "keys": {"ssn": [DIGITS]}}
    api.reject("POST", "/v1/profiles", taken, status=409, code="unique_key_taken")
    assert reveal_values(api, profile) == [SSN]
    other.patch(path, {"keys": {"ssn": None}})
    api.create("Cyd", keys={"ssn": [DIGITS]})


@pytest.mark.parametrize(
    "criteria",
    [
        [{"key": "ssn", "values": ["078-05-1120", "078-05-1121"]}],
        [{"key": "ssn", "values": ["078-05-1120"]}, {"key": "ssn", "values": ["078-05-1121"]}],
    ],
)
def test_a_search_can_have_only_one_value_of_a_sensitive_key(ssn: Caller, criteria: list[Json]) -> None:
    """The limit makes guessing slow. It applies to searches and to the criteria of a match."""
    place = f"/criteria/{len(criteria) - 1}/values"
    body = {"criteria": criteria}
    for path in ("/v1/profiles/search", "/v1/contacts/c-1/match"):
        payload = body | ({"channel": "voice"} if path.endswith("match") else {})
        problem = ssn.reject("POST", path, payload, status=422, code="invalid_request")
        assert pointers(problem) == [place]
