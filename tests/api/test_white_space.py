"""White space at the ends of texts, and texts of invisible characters."""

import pytest

from tests.api.caller import Caller

INVISIBLE = "\u3164\u2800\u200b\ufe0f"


def test_a_profile_is_stored_without_white_space_at_the_ends(api: Caller) -> None:
    """In every text field, in lists and in objects; only line breaks inside a text are kept."""
    api.define("badge", type="identifier", label="Badge\n")
    profile = api.create(
        "Ann\n",
        last_name="\u3000Lee\t",
        additional_information="\r\none\ntwo\r\n",
        phone_numbers=[{"type": "home ", "value": "+1 415 555 0182\n"}],
        email_addresses=[{"value": "\u00a0ann@example.com\u2028"}],
        addresses=[{"city": "Tokyo\x0b"}],
        attributes={"plan ": " gold\n"},
        keys={"badge": ["B-1\n"]},
    )
    assert (profile["first_name"], profile["last_name"]) == ("Ann", "Lee")
    assert profile["additional_information"] == "one\ntwo"
    (number,) = profile["phone_numbers"]
    assert number == {"type": "home", "value": "+1 415 555 0182", "e164": "+14155550182"}
    assert profile["email_addresses"][0]["value"] == "ann@example.com"
    assert profile["addresses"][0]["city"] == "Tokyo"
    assert (profile["attributes"], profile["keys"]) == ({"plan": "gold"}, {"badge": ["B-1"]})
    for key, value in (("phone", "4155550182\r\n"), ("badge", "\tB-1"), ("name", "\nLee Ann\n")):
        (found,) = api.search((key, [value]))["items"]
        assert found["profile"] == profile
    assert api.match(phone_number="+14155550182\n")["outcome"] == "unique"


def test_a_line_break_inside_a_text_is_rejected(api: Caller) -> None:
    """It separates two texts."""
    problem = api.reject(
        "POST", "/v1/profiles", {"first_name": "Ann\nLee"}, status=422, code="invalid_request"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/first_name"]


@pytest.mark.parametrize("blank", [INVISIBLE, *INVISIBLE, f" {INVISIBLE}\n"])
def test_a_text_of_invisible_characters_is_blank(api: Caller, blank: str) -> None:
    """It is rejected in a profile and in a search, and no value in a match."""
    search = {"criteria": [{"key": "name", "values": [blank]}]}
    for path, body in (("/v1/profiles", {"first_name": blank}), ("/v1/profiles/search", search)):
        problem = api.reject("POST", path, body, status=422, code="invalid_request")
        assert "Must not be blank" in problem["errors"][0]["detail"]
    api.create(phone_numbers=[{"value": "+14155550182"}])
    response = api.match(
        phone_number=blank, name=blank, attributes={"phone": blank, "profileSearchValue": blank}
    )
    assert (response["outcome"], response["candidates"]) == ("none", [])


def test_two_attributes_cannot_have_the_same_name(api: Caller) -> None:
    """One of the values would be lost."""
    body = {"first_name": "Ann", "attributes": {"plan": "gold", "plan\n": "free"}}
    problem = api.reject("POST", "/v1/profiles", body, status=422, code="invalid_request")
    assert [error["pointer"] for error in problem["errors"]] == ["/attributes/plan\n"]


def test_white_space_that_an_older_release_stored_can_be_sent_back(api: Caller) -> None:
    """The number keeps its region, and the attribute is replaced or removed."""
    profile = api.create(phone_numbers=[{"value": "03-1234-5678"}])
    stored = {
        "phone_numbers": [{"type": None, "value": " 03-1234-5678 ", "e164": "+81312345678"}],
        "attributes": [{"name": "plan ", "value": "gold"}, {"name": "team ", "value": "a"}],
    }
    api.database["profiles"].update_one({}, {"$set": stored})
    path = f"/v1/profiles/{profile['profile_id']}"
    old = api.get(path)
    assert old["phone_numbers"][0]["value"] == " 03-1234-5678 "
    patch = {"phone_numbers": old["phone_numbers"], "attributes": {"plan ": None, "team ": "b"}}
    new = api.patch(path, patch)
    assert new["phone_numbers"][0]["e164"] == "+81312345678"
    assert new["attributes"] == {"team": "b"}
