"""Run the commands and the script of docs/importing.md against a real service."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from service.config import Settings
from tests.acceptance.importing import (
    COLUMNS,
    PAGE,
    ROOT,
    Import,
    code_blocks,
    customers,
    request_body,
)

_JANE = ["C-001", "Jane", "Doe", "090-1234-0001", "c1@example.com"]


ReadProfiles = Callable[[], list[dict[str, Any]]]


def test_a_repeated_import_creates_each_customer_once(importer: Import, profiles: ReadProfiles) -> None:
    """The first import stops after half of the rows. Two more start again. Values are stored as typed."""
    rows, import_id = customers(40), str(uuid4())
    assert importer.load(rows[:20], import_id).outcomes == {"created": 20}
    assert importer.load(rows, import_id).outcomes == {"replayed": 20, "created": 20}
    again = importer.load(rows, import_id)
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


def test_the_example_file_is_loaded(importer: Import, profiles: ReadProfiles) -> None:
    """The phone numbers in the file are Japanese."""
    header, *rows = [line.split(",") for line in code_blocks("csv")[0].splitlines()]
    assert importer.load(rows, columns=header).outcomes == {"created": 2}
    assert [profile["phone_numbers"][0]["region"] for profile in profiles()] == ["JP", "JP"]


def test_a_rejected_row_is_reported_by_line_and_field_but_without_values(
    importer: Import, profiles: ReadProfiles
) -> None:
    """The other rows are loaded."""
    rows = customers(24)
    rows[10] = ["C-010", "", "Secret", "090-9999-9999", "secret@example.com"]
    rows[11] = ["C-011", "Secret", "090-9999-9999"]
    rows[12] = ["", "Secret", "", "", "secret@example.com"]
    result = importer.load(rows)
    assert (result.status, result.outcomes) == (1, {"created": 21, "refused": 3})
    assert result.errors == [
        "line 12: refused: invalid_request /first_name",
        "line 13: refused: more or fewer cells than the header has",
        "line 14: refused: invalid_request /keys/customer_number/0",
    ]
    assert not re.search("secret|9999|C-01", result.output, re.IGNORECASE)
    assert len(profiles()) == 21


def test_a_later_import_updates_changed_rows(importer: Import, profiles: ReadProfiles) -> None:
    """The same import does not update a profile that it created. The next import updates it."""
    rows, import_id = customers(24), str(uuid4())
    importer.load(rows, import_id)
    rows[3] = ["C-003", "Janet", "Roe", "090-1234-0003", "c3@example.com"]
    same = importer.load(rows, import_id)
    assert (same.outcomes, same.errors) == (
        {"replayed": 23, "refused": 1},
        ["line 5: refused: idempotency_key_reused"],
    )
    assert importer.load(rows).outcomes == {"unchanged": 23, "updated": 1}
    assert importer.load(rows).outcomes == {"unchanged": 24}
    stored = profiles()
    assert Counter(profile["version"] for profile in stored) == {1: 23, 2: 1}
    assert (len(stored), stored[3]["first_name"], stored[3]["version"]) == (24, "Janet", 2)


def test_an_empty_cell_keeps_the_stored_value(importer: Import, profiles: ReadProfiles) -> None:
    """An update ignores fields without a value in the file."""
    importer.load([_JANE])
    assert importer.load([["C-001", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    (stored,) = profiles()
    assert (stored["first_name"], stored["last_name"]) == ("Janet", "Doe")
    assert [len(stored[name]) for name in ("phone_numbers", "email_addresses")] == [1, 1]


def test_different_customer_numbers_are_different_customers(importer: Import, profiles: ReadProfiles) -> None:
    """Customer numbers that differ in case or punctuation belong to different customers."""
    numbers = ["A1-23", "A12-3", "1.5", "15", "003D000001abcDE", "003d000001ABCde"]
    rows = [[number, f"Jane {number}", "Doe", "", ""] for number in numbers]
    assert importer.load(rows[::2]).outcomes == {"created": 3}
    assert importer.load(rows).outcomes == {"created": 3, "unchanged": 3}
    stored = {profile["keys"][0]["values"][0]: profile["first_name"] for profile in profiles()}
    assert stored == {number: f"Jane {number}" for number in numbers}


def test_unicode_forms_and_blanks_do_not_distinguish_customers(
    importer: Import, profiles: ReadProfiles
) -> None:
    """The script compares customer numbers as the service does, in the file and with stored numbers."""
    importer.ask("POST", "profiles", {"first_name": "Jane", "keys": {"customer_number": ["Caf\u00e9-1 "]}})
    assert importer.load([["Cafe\u0301-1", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    assert [profile["first_name"] for profile in profiles()] == ["Janet"]
    result = importer.load([["C-1", "Ann", "", "", ""], [" C-1 ", "Bob", "", "", ""]])
    assert result.errors == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (2, 3)
    ]


def test_an_equal_number_in_a_text_key_does_not_overwrite_another_customer(
    importer: Import, profiles: ReadProfiles
) -> None:
    """With a search key of type text, the second row is rejected."""
    path = "search-keys/customer_number"
    importer.ask("DELETE", path)
    importer.ask("PUT", path, {"label": "Customer number", "type": "text", "unique": True})
    try:
        importer.load([["A1-23", "Jane", "Doe", "", ""]])
        result = importer.load([["A12-3", "John", "Roe", "", ""]])
        assert result.errors == [
            "line 2: refused: its customer_number is stored in another notation, or is another customer's"
        ]
        assert [profile["first_name"] for profile in profiles()] == ["Jane"]
        importer.ask("PATCH", importer.path_of("A1-23"), {"keys": {"customer_number": None}})
    finally:
        importer.ask("DELETE", path)
        importer.ask("PUT", path, {"label": "Customer number", "type": "identifier", "unique": True})


def test_companies_are_imported_too(importer: Import, profiles: ReadProfiles) -> None:
    """A row needs a first name or a business name."""
    columns = (*COLUMNS, "business_name")
    rows = [
        ["C-001", "", "", "090-1234-0001", "info@example.com", "Acme 株式会社"],
        ["C-002", "Jane", "Doe", "", "", ""],
        ["C-003", "", "", "", "", ""],
        ["C-004", "John", "Roe", "", "", "Roe Ltd"],
    ]
    result = importer.load(rows, columns=columns)
    assert (result.outcomes, result.errors) == (
        {"created": 3, "refused": 1},
        ["line 4: refused: invalid_request /first_name"],
    )
    names = [(profile["first_name"], profile["business_name"]) for profile in profiles()]
    assert names == [(None, "Acme 株式会社"), ("Jane", None), ("John", "Roe Ltd")]
    rows[0][5] = "Acme 有限会社"
    assert importer.load(rows[:2], columns=columns).outcomes == {"updated": 1, "unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_a_later_import_keeps_phone_numbers_and_addresses_added_by_agents(importer: Import) -> None:
    """In all other fields, the value in the file replaces the agent's change."""
    importer.load([_JANE])
    path = importer.path_of("C-001")
    emails = [{"type": "work", "value": "c1@example.com"}]
    importer.ask("PATCH", path, {"last_name": "Roe", "gender": "female", "email_addresses": emails})
    numbers = importer.ask("POST", f"{path}/keys", {"key": "phone", "values": ["03-1234-5678"]})[
        "phone_numbers"
    ]
    assert importer.load([_JANE]).outcomes == {"updated": 1}
    profile = importer.ask("GET", path)
    assert (profile["last_name"], profile["gender"]) == ("Doe", "female")
    assert (profile["phone_numbers"], profile["email_addresses"], len(numbers)) == (numbers, emails, 2)
    assert importer.load([_JANE]).outcomes == {"unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_either_of_two_customer_numbers_updates_the_profile(importer: Import) -> None:
    """The profile keeps both numbers."""
    importer.load([_JANE])
    path = importer.path_of("C-001")
    importer.ask("POST", f"{path}/keys", {"key": "customer_number", "values": ["D-001"]})
    result = importer.load([_JANE, ["D-001", *_JANE[1:]]])
    assert (result.outcomes, result.errors) == ({"unchanged": 2}, [])
    assert importer.ask("GET", path)["keys"] == {"customer_number": ["C-001", "D-001"]}


def test_rows_with_the_same_number_are_all_rejected(importer: Import, profiles: ReadProfiles) -> None:
    """Otherwise the order of requests would decide which row is stored."""
    rows = [*customers(3), ["C-001", "John", "Roe", "", ""]]
    result = importer.load(rows)
    assert (result.status, result.outcomes) == (1, {"created": 2, "refused": 2})
    assert result.errors == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (3, 5)
    ]
    assert importer.load(rows).outcomes == {"unchanged": 2, "refused": 2}
    assert len(profiles()) == 2


def test_an_existing_profile_is_updated_once_it_has_the_customer_number(
    importer: Import, profiles: ReadProfiles
) -> None:
    """The import updates the profile that an agent created. It does not create a second profile."""
    phone = {"phone_numbers": [{"value": "+81 90-1234-0001"}]}
    created = importer.ask("POST", "profiles", {"first_name": "Jane", **phone})
    search = request_body('{"criteria": [{"key": "phone", "values": […]}]}', _JANE[3])
    (item,) = importer.ask("POST", "profiles/search", search)["items"]
    assert item["profile"]["profile_id"] == created["profile_id"]
    number = request_body('{"key": "customer_number", "values": […]}', _JANE[0])
    importer.ask("POST", f"profiles/{created['profile_id']}/keys", number)
    assert importer.load([_JANE]).outcomes == {"updated": 1}
    assert [profile["last_name"] for profile in profiles()] == ["Doe"]


def test_the_page_states_the_default_limits() -> None:
    """The page names the default number of concurrent requests and the default rate limit."""
    settings = Settings(host="0.0.0.0")  # noqa: S104 - an address with a rate limit
    assert f"{settings.workers * settings.threads} by default" in PAGE
    assert f"AT_ONCE, IMPORT_ID = {settings.workers * settings.threads}," in PAGE
    assert f"{settings.requests_per_minute:,} requests a minute" in PAGE


def test_the_page_names_this_test() -> None:
    """The page contains the path of this file."""
    assert str(Path(__file__).relative_to(ROOT)) in PAGE
