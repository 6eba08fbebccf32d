"""Values with several phone numbers."""

from tests.api.caller import Caller, Json

TWO = "415-555-2604 / 415-555-2605"


def path_of(profile: Json) -> str:
    """Return the path of a profile."""
    return f"/v1/profiles/{profile['profile_id']}"


def numbers(api: Caller, path: str) -> list[str]:
    """Return the phone numbers of a profile, as sent."""
    return [number["value"] for number in api.get(path)["phone_numbers"]]


def test_a_value_with_two_numbers_is_kept_and_found_by_each(api: Caller) -> None:
    """Its E.164 form is that of the first number."""
    api.patch("/v1/settings", {"default_region": "US"})
    profile = api.create("Ann", phone_numbers=[{"value": TWO}])
    assert profile["phone_numbers"] == [{"type": None, "value": TWO, "e164": "+14155552604"}]
    for number in ("+14155552604", "(415) 555-2605", TWO):
        found = api.match(phone_number=number)
        assert found["outcome"] == "unique", number


def test_one_of_two_numbers_in_a_value_is_held_but_not_released(api: Caller) -> None:
    """Only a request with both numbers releases the value, since the other one would be lost."""
    api.patch("/v1/settings", {"default_region": "US"})
    path = path_of(api.create("Ann", phone_numbers=[{"value": TWO}]))
    api.post(f"{path}/keys", {"key": "phone", "values": ["+14155552605"]})
    api.post(f"{path}/keys/release", {"key": "phone", "values": ["+14155552604"]})
    assert numbers(api, path) == [TWO]
    api.post(f"{path}/keys", {"key": "phone", "values": ["+14155552605 or +14155552606"]})
    assert numbers(api, path) == [TWO, "+14155552605 or +14155552606"]
    api.post(f"{path}/keys/release", {"key": "phone", "values": ["+14155552605", "+14155552604"]})
    assert numbers(api, path) == ["+14155552605 or +14155552606"]


def test_each_of_two_numbers_is_unique(api: Caller) -> None:
    """Under a unique search key of type phone."""
    api.patch("/v1/settings", {"default_region": "US"})
    api.define("pager", type="phone", unique=True)
    api.create("Ann", keys={"pager": [TWO]})
    taken = {"first_name": "Bob", "keys": {"pager": ["+1 415 555 2605"]}}
    api.reject("POST", "/v1/profiles", taken, status=409, code="unique_key_taken")
