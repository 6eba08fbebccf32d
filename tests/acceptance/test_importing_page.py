"""Run the commands and the script of docs/importing.md against a real service."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from service.config import Settings
from tests.acceptance.importing import COLUMNS, PAGE, ROOT, Import, customers, request

_JANE = ["C-001", "Jane", "Doe", "090-1234-0001", "c1@example.com"]


Stored = Callable[[], list[dict[str, Any]]]


def test_a_repeated_import_creates_each_customer_once(importing: Import, profiles: Stored) -> None:
    """It stops after half of the rows, and then runs twice from the start. Values are stored as typed."""
    rows, import_id = customers(40), str(uuid4())
    assert importing.load(rows[:20], import_id).outcomes == {"created": 20}
    assert importing.load(rows, import_id).outcomes == {"replayed": 20, "created": 20}
    again = importing.load(rows, import_id)
    assert (again.status, again.outcomes) == (0, {"replayed": 40})
    stored = profiles()
    assert [profile["keys"] for profile in stored] == [
        [{"key": "customer_number", "values": [row[0]]}] for row in rows
    ]
    assert {profile["version"] for profile in stored} == {1}
    assert (stored[0]["first_name"], stored[0]["last_name"]) == ("花子", "山田")
    assert stored[0]["phone_numbers"] == [
        {"type": "mobile", "value": "090-1234-0000", "e164": "+819012340000", "region": "JP"}
    ]


def test_a_rejected_row_is_reported_by_line_and_field_but_without_values(
    importing: Import, profiles: Stored
) -> None:
    """The other rows are loaded."""
    rows = customers(24)
    rows[10] = ["C-010", "", "Secret", "090-9999-9999", "secret@example.com"]
    rows[11] = ["C-011", "Secret", "090-9999-9999"]
    rows[12] = ["", "Secret", "", "", "secret@example.com"]
    result = importing.load(rows)
    assert (result.status, result.outcomes) == (1, {"created": 21, "refused": 3})
    assert result.errors == [
        "line 12: refused: invalid_request /first_name",
        "line 13: refused: more or fewer cells than the header has",
        "line 14: refused: invalid_request /keys/customer_number/0",
    ]
    assert not re.search("secret|9999|C-01", result.output, re.IGNORECASE)
    assert len(profiles()) == 21


def test_a_later_import_updates_changed_rows(importing: Import, profiles: Stored) -> None:
    """The import that created a row does not change it. The next one does, and changes no other row."""
    rows, import_id = customers(24), str(uuid4())
    importing.load(rows, import_id)
    rows[3] = ["C-003", "Janet", "Roe", "090-1234-0003", "c3@example.com"]
    same = importing.load(rows, import_id)
    assert (same.outcomes, same.errors) == (
        {"replayed": 23, "refused": 1},
        ["line 5: refused: idempotency_key_reused"],
    )
    assert importing.load(rows).outcomes == {"unchanged": 23, "updated": 1}
    assert importing.load(rows).outcomes == {"unchanged": 24}
    stored = profiles()
    assert Counter(profile["version"] for profile in stored) == {1: 23, 2: 1}
    assert (len(stored), stored[3]["first_name"], stored[3]["version"]) == (24, "Janet", 2)


def test_an_empty_cell_keeps_the_stored_value(importing: Import, profiles: Stored) -> None:
    """An update ignores fields without a value in the file."""
    importing.load([_JANE])
    assert importing.load([["C-001", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    (stored,) = profiles()
    assert (stored["first_name"], stored["last_name"]) == ("Janet", "Doe")
    assert [len(stored[name]) for name in ("phone_numbers", "email_addresses")] == [1, 1]


def test_different_numbers_are_different_customers(importing: Import, profiles: Stored) -> None:
    """Numbers that differ in case or punctuation belong to different customers, also in later files."""
    numbers = ["A1-23", "A12-3", "1.5", "15", "003D000001abcDE", "003d000001ABCde"]
    rows = [[number, f"Jane {number}", "Doe", "", ""] for number in numbers]
    assert importing.load(rows[::2]).outcomes == {"created": 3}
    assert importing.load(rows).outcomes == {"created": 3, "unchanged": 3}
    stored = {profile["keys"][0]["values"][0]: profile["first_name"] for profile in profiles()}
    assert stored == {number: f"Jane {number}" for number in numbers}


def test_unicode_forms_and_blanks_do_not_distinguish_customers(importing: Import, profiles: Stored) -> None:
    """The script compares numbers as the service does, within a file and with stored numbers."""
    importing.ask("POST", "profiles", {"first_name": "Jane", "keys": {"customer_number": ["Caf\u00e9-1 "]}})
    assert importing.load([["Cafe\u0301-1", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    assert [profile["first_name"] for profile in profiles()] == ["Janet"]
    twice = importing.load([["C-1", "Ann", "", "", ""], [" C-1 ", "Bob", "", "", ""]])
    assert twice.errors == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (2, 3)
    ]


def test_an_equal_number_in_a_text_key_does_not_overwrite_another_customer(
    importing: Import, profiles: Stored
) -> None:
    """With a search key of type text, the second row is rejected."""
    path = "search-keys/customer_number"
    importing.ask("DELETE", path)
    importing.ask("PUT", path, {"label": "Customer number", "type": "text", "unique": True})
    try:
        importing.load([["A1-23", "Jane", "Doe", "", ""]])
        result = importing.load([["A12-3", "John", "Roe", "", ""]])
        assert result.errors == [
            "line 2: refused: its customer_number is stored in another notation, or is another customer's"
        ]
        assert [profile["first_name"] for profile in profiles()] == ["Jane"]
        importing.ask("PATCH", importing.path_of("A1-23"), {"keys": {"customer_number": None}})
    finally:
        importing.ask("DELETE", path)
        importing.ask("PUT", path, {"label": "Customer number", "type": "identifier", "unique": True})


def test_companies_are_imported_too(importing: Import, profiles: Stored) -> None:
    """A row needs a first name or a business name."""
    columns = (*COLUMNS, "business_name")
    rows = [
        ["C-001", "", "", "090-1234-0001", "info@example.com", "Acme 株式会社"],
        ["C-002", "Jane", "Doe", "", "", ""],
        ["C-003", "", "", "", "", ""],
        ["C-004", "John", "Roe", "", "", "Roe Ltd"],
    ]
    result = importing.load(rows, columns=columns)
    assert (result.outcomes, result.errors) == (
        {"created": 3, "refused": 1},
        ["line 4: refused: invalid_request /first_name"],
    )
    names = [(profile["first_name"], profile["business_name"]) for profile in profiles()]
    assert names == [(None, "Acme 株式会社"), ("Jane", None), ("John", "Roe Ltd")]
    rows[0][5] = "Acme 有限会社"
    assert importing.load(rows[:2], columns=columns).outcomes == {"updated": 1, "unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_a_later_import_keeps_phone_numbers_and_addresses_added_by_agents(importing: Import) -> None:
    """In other fields, the file replaces an agent's change."""
    importing.load([_JANE])
    path = importing.path_of("C-001")
    emails = [{"type": "work", "value": "c1@example.com"}]
    importing.ask("PATCH", path, {"last_name": "Roe", "gender": "female", "email_addresses": emails})
    numbers = importing.ask("POST", f"{path}/keys", {"key": "phone", "values": ["03-1234-5678"]})[
        "phone_numbers"
    ]
    assert importing.load([_JANE]).outcomes == {"updated": 1}
    profile = importing.ask("GET", path)
    assert (profile["last_name"], profile["gender"]) == ("Doe", "female")
    assert (profile["phone_numbers"], profile["email_addresses"], len(numbers)) == (numbers, emails, 2)
    assert importing.load([_JANE]).outcomes == {"unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_either_of_two_customer_numbers_updates_the_profile(importing: Import) -> None:
    """The profile keeps both numbers."""
    importing.load([_JANE])
    path = importing.path_of("C-001")
    importing.ask("POST", f"{path}/keys", {"key": "customer_number", "values": ["D-001"]})
    result = importing.load([_JANE, ["D-001", *_JANE[1:]]])
    assert (result.outcomes, result.errors) == ({"unchanged": 2}, [])
    assert importing.ask("GET", path)["keys"] == {"customer_number": ["C-001", "D-001"]}


def test_rows_with_the_same_number_are_all_rejected(importing: Import, profiles: Stored) -> None:
    """Otherwise the order of requests would decide which row is stored."""
    rows = [*customers(3), ["C-001", "John", "Roe", "", ""]]
    result = importing.load(rows)
    assert (result.status, result.outcomes) == (1, {"created": 2, "refused": 2})
    assert result.errors == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (3, 5)
    ]
    assert importing.load(rows).outcomes == {"unchanged": 2, "refused": 2}
    assert len(profiles()) == 2


def test_an_existing_profile_is_updated_once_it_has_the_customer_number(
    importing: Import, profiles: Stored
) -> None:
    """The import updates the profile that an agent created and creates no second one."""
    phone = {"phone_numbers": [{"value": "+81 90-1234-0001"}]}
    created = importing.ask("POST", "profiles", {"first_name": "Jane", **phone})
    search = request('{"criteria": [{"key": "phone", "values": […]}]}', _JANE[3])
    (item,) = importing.ask("POST", "profiles/search", search)["items"]
    assert item["profile"]["profile_id"] == created["profile_id"]
    number = request('{"key": "customer_number", "values": […]}', _JANE[0])
    importing.ask("POST", f"profiles/{created['profile_id']}/keys", number)
    assert importing.load([_JANE]).outcomes == {"updated": 1}
    assert [profile["last_name"] for profile in profiles()] == ["Doe"]


def test_the_page_states_the_default_limits() -> None:
    """It names the concurrent requests and the rate limit."""
    settings = Settings(host="0.0.0.0")  # noqa: S104 - an address with a rate limit
    assert f"{settings.workers * settings.threads} by default" in PAGE
    assert f"AT_ONCE, IMPORT_ID = {settings.workers * settings.threads}," in PAGE
    assert f"{settings.requests_per_minute:,} requests a minute" in PAGE


def test_the_page_names_this_test() -> None:
    """The page refers to the file's path."""
    assert str(Path(__file__).relative_to(ROOT)) in PAGE
