"""The list of the profiles that may be of the same person."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers

PHONE = [{"value": "+41 44 668 18 00"}]
EMAIL = [{"value": "jane@example.com"}]
HOME = [{"address_1": "Hauptstrasse 5", "city": "Bern", "postal_code": "3011"}]
BORN = "1980-04-01"
SSN = "078-05-1120"


def _duplicates(api: Caller, profile: Json, query: str = "", **options: Any) -> Json:
    body: Json = api.get(f"/v1/profiles/{profile['profile_id']}/duplicates{query}", **options)
    return body


def _reasons(body: Json) -> list[tuple[str, list[str], list[str]]]:
    return [(each["tier"], each["matched_on"], each["evidence"]) for each in body["items"]]


def test_duplicates_are_ranked_with_their_reasons(api: Caller) -> None:
    """The most certain come first. Relatives with the same number are no duplicates."""
    fields: Json = {"last_name": "Doe", "phone_numbers": PHONE, "email_addresses": EMAIL, "birth_date": BORN}
    jane = api.create("Jane", **fields, addresses=HOME)
    by_date = api.create("DOE", last_name="Jane", birth_date="1 April 1980")
    by_phone = api.create("Janes", last_name="Doe", phone_numbers=[{"value": "0041446681800"}])
    by_both = api.create("Jane", last_name="Doe", phone_numbers=PHONE, email_addresses=EMAIL)
    api.create("John", **fields, addresses=HOME)
    body = _duplicates(api, jane)
    assert [each["profile"] for each in body["items"]] == [by_both, by_phone, by_date]
    assert _reasons(body) == [
        ("exact", ["email", "phone"], ["same_name"]),
        ("variant", ["phone"], ["similar_name"]),
        ("full_name", [], ["same_name", "same_birth_date"]),
    ]
    assert (body["next_cursor"], body["truncated"]) == (None, False)
    assert jane["profile_id"] in {
        each["profile"]["profile_id"] for each in _duplicates(api, by_date)["items"]
    }


def test_a_name_in_another_script_is_found_by_its_reading(api: Caller) -> None:
    """And by the address, without a number or an e-mail address."""
    home = [{"address_1": "栄町1-2-3", "postal_code": "060-0001"}]
    kanji = api.create(
        "太郎", last_name="山田", phonetic_first_name="タロウ", phonetic_last_name="ヤマダ", addresses=home
    )
    kana = api.create(
        "たろう",
        last_name="やまだ",
        addresses=[{"address_1": "栄町１丁目２番３号", "postal_code": "0600001"}],
    )
    body = _duplicates(api, kana)
    assert [each["profile"] for each in body["items"]] == [kanji]
    assert _reasons(body) == [("full_name", [], ["same_name", "same_address"])]


def test_pages_have_the_order_of_the_whole_list(api: Caller) -> None:
    """No duplicate is on two pages, or on none."""
    jane, *others = [api.create("Jane", last_name="Doe", phone_numbers=PHONE) for _ in range(6)]
    cursor, pages = "", []
    while cursor is not None:
        body = _duplicates(api, jane, f"?limit=2{cursor and f'&cursor={cursor}'}")
        pages.append([each["profile"]["profile_id"] for each in body["items"]])
        cursor = body["next_cursor"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sum(pages, []) == sorted(each["profile_id"] for each in others)  # noqa: RUF017 - three pages


def test_a_profile_without_identifying_values_has_no_duplicates(api: Caller) -> None:
    """A first name alone identifies no person."""
    ann = api.create("Ann")
    api.create("Ann")
    assert _duplicates(api, ann) == {"items": [], "next_cursor": None, "truncated": False}


def test_ignored_values_are_no_evidence(api: Caller) -> None:
    """Such as the number of the own switchboard."""
    api.patch("/v1/settings", {"ignored_values": {"phone": ["+41446681800"]}})
    jane = api.create("Jane", last_name="Doe", phone_numbers=PHONE)
    api.create("Jane", last_name="Doe", phone_numbers=PHONE)
    assert _duplicates(api, jane)["items"] == []


def test_too_many_profiles_with_one_name_are_compared_in_part(api: Caller) -> None:
    """Those with values that few profiles share are compared."""
    jane = api.create("Jane", last_name="Doe", phone_numbers=PHONE)
    for _ in range(201):
        api.create("Jane", last_name="Doe")
    same = api.create("Jane", last_name="Doe", phone_numbers=PHONE)
    body = _duplicates(api, jane)
    assert body["truncated"] is True
    assert [each["profile"] for each in body["items"]] == [same]


def test_values_of_sensitive_search_keys_are_compared_and_masked(api: Caller) -> None:
    """The profiles that share the value are audited, even those on another page."""
    api.define("ssn", type="digits", sensitive=True)
    ann = api.create("Ann", last_name="Lee", keys={"ssn": [SSN]})
    names, same = ("Lee", "Fox"), {"ssn": [SSN.replace("-", "")]}
    others = [api.create("Ann", last_name=name, keys=same) for name in names]
    api.create("Eve", last_name="Lee", keys={"ssn": ["078-05-1121"]})
    body = _duplicates(api, ann, "?limit=1")
    assert _reasons(body) == [("exact", ["ssn"], ["same_name"])]
    assert body["items"][0]["profile"]["keys"] == {"ssn": ["*****1120"]}
    event = api.audit()[-1]
    assert event["action"] == "searched"
    assert set(event["profile_ids"]) == {each["profile_id"] for each in (ann, *others)}
    assert {"ssn", "name"} <= set(event["keys"])


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ"])
def test_another_cursor_is_rejected(api: Caller, cursor: str) -> None:
    """Before the profile is read."""
    path = f"/v1/profiles/{'0' * 32}/duplicates?cursor={cursor}"
    problem = api.reject("GET", path, status=422, code="invalid_request")
    assert pointers(problem) == ["/cursor"]
