"""Run the commands and the script of docs/importing.md against a real service."""

import re
import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from click.testing import CliRunner

from service.cli import main
from service.config import Settings
from tests.acceptance.importing import COLUMNS, PAGE, ROOT, Import, blocks, customers, request, with_curl
from tests.acceptance.losing_proxy import Instead, losing_proxy

_JANE = ["C-001", "Jane", "Doe", "090-1234-0001", "c1@example.com"]


@pytest.fixture(scope="module")
def curl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a curl in it, for machines without one."""
    return with_curl(tmp_path_factory.mktemp("curl"))


@pytest.fixture(scope="module")
def importing(serve: Callable[..., str], mongodb_uri: str, module_database: str, curl: Path) -> Import:
    """Return an import with the key, the settings and the search key of the page."""
    arguments = shlex.split(blocks("console")[0].replace("\\\n", ""))[1:]
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database}
    made = CliRunner().invoke(main, arguments, env=environment)
    assert made.exit_code == 0, made.output
    url = serve(module_database, WORKERS="2", AUTH="on")
    ours = Import(curl, url, made.stdout.strip())
    prepared = ours.shell(blocks("sh")[0])
    assert prepared.returncode == 0, prepared.stderr
    assert '"default_region":"JP"' in prepared.stdout
    assert '"unique":true' in prepared.stdout
    return ours


@pytest.fixture
def profiles(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], module_database: str
) -> Callable[[], list[dict[str, Any]]]:
    """Delete all profiles, and return a function that reads those that are stored, by customer number."""
    collection = mongodb_client[module_database].profiles
    collection.delete_many({})
    return lambda: sorted(collection.find(), key=lambda found: found["keys"][0]["values"])


Stored = Callable[[], list[dict[str, Any]]]


def test_an_import_that_is_run_again_creates_no_customer_twice(importing: Import, profiles: Stored) -> None:
    """It is interrupted after half of the rows, then run from the start twice. All is stored as typed."""
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


def test_a_rejected_row_is_named_by_its_line_and_field_and_never_by_a_value(
    importing: Import, profiles: Stored
) -> None:
    """The other rows are loaded."""
    rows = customers(24)
    rows[10] = ["C-010", "", "Secret", "090-9999-9999", "secret@example.com"]
    rows[11] = ["C-011", "Secret", "090-9999-9999"]
    rows[12] = ["", "Secret", "", "", "secret@example.com"]
    ran = importing.load(rows)
    assert (ran.status, ran.outcomes) == (1, {"created": 21, "refused": 3})
    assert ran.refusals == [
        "line 12: refused: invalid_request /first_name",
        "line 13: refused: more or fewer cells than the header has",
        "line 14: refused: invalid_request /keys/customer_number/0",
    ]
    assert not re.search("secret|9999|C-01", ran.output, re.IGNORECASE)
    assert len(profiles()) == 21


def test_a_later_import_updates_what_has_changed(importing: Import, profiles: Stored) -> None:
    """The import that created a row does not change it; the next import does, and changes no other."""
    rows, import_id = customers(24), str(uuid4())
    importing.load(rows, import_id)
    rows[3] = ["C-003", "Janet", "Roe", "090-1234-0003", "c3@example.com"]
    same = importing.load(rows, import_id)
    assert (same.outcomes, same.refusals) == (
        {"replayed": 23, "refused": 1},
        ["line 5: refused: idempotency_key_reused"],
    )
    assert importing.load(rows).outcomes == {"unchanged": 23, "updated": 1}
    assert importing.load(rows).outcomes == {"unchanged": 24}
    stored = profiles()
    assert Counter(profile["version"] for profile in stored) == {1: 23, 2: 1}
    assert (len(stored), stored[3]["first_name"], stored[3]["version"]) == (24, "Janet", 2)


def test_an_empty_cell_removes_nothing(importing: Import, profiles: Stored) -> None:
    """An update keeps fields without a value in the file."""
    importing.load([_JANE])
    assert importing.load([["C-001", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    (stored,) = profiles()
    assert (stored["first_name"], stored["last_name"]) == ("Janet", "Doe")
    assert [len(stored[name]) for name in ("phone_numbers", "email_addresses")] == [1, 1]


def test_different_numbers_are_different_customers(importing: Import, profiles: Stored) -> None:
    """Case and punctuation count: no customer is lost, in one file or in a later one."""
    numbers = ["A1-23", "A12-3", "1.5", "15", "003D000001abcDE", "003d000001ABCde"]
    rows = [[number, f"Jane {number}", "Doe", "", ""] for number in numbers]
    assert importing.load(rows[::2]).outcomes == {"created": 3}
    assert importing.load(rows).outcomes == {"created": 3, "unchanged": 3}
    stored = {profile["keys"][0]["values"][0]: profile["first_name"] for profile in profiles()}
    assert stored == {number: f"Jane {number}" for number in numbers}


def test_the_same_number_in_another_unicode_form_or_with_blanks_is_the_same_customer(
    importing: Import, profiles: Stored
) -> None:
    """The script compares numbers as the service does: within a file, and with those that agents typed."""
    importing.ask("POST", "profiles", {"first_name": "Jane", "keys": {"customer_number": ["Caf\u00e9-1 "]}})
    assert importing.load([["Cafe\u0301-1", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    assert [profile["first_name"] for profile in profiles()] == ["Janet"]
    twice = importing.load([["C-1", "Ann", "", "", ""], [" C-1 ", "Bob", "", "", ""]])
    assert twice.refusals == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (2, 3)
    ]


def test_a_number_that_equals_anothers_in_a_key_of_type_text_does_not_overwrite_it(
    importing: Import, profiles: Stored
) -> None:
    """If an earlier import defined such a key, the row of the other customer is rejected."""
    path = "search-keys/customer_number"
    importing.ask("DELETE", path)
    importing.ask("PUT", path, {"label": "Customer number", "type": "text", "unique": True})
    try:
        importing.load([["A1-23", "Jane", "Doe", "", ""]])
        ran = importing.load([["A12-3", "John", "Roe", "", ""]])
        assert ran.refusals == [
            "line 2: refused: its customer_number is stored in another notation, or is another customer's"
        ]
        assert [profile["first_name"] for profile in profiles()] == ["Jane"]
        importing.ask("PATCH", importing.path_of("A1-23"), {"keys": {"customer_number": None}})
    finally:
        importing.ask("DELETE", path)
        importing.ask("PUT", path, {"label": "Customer number", "type": "identifier", "unique": True})


def test_companies_are_customers_too(importing: Import, profiles: Stored) -> None:
    """A row with a business name needs no first name; one with neither is rejected."""
    columns = (*COLUMNS, "business_name")
    rows = [
        ["C-001", "", "", "090-1234-0001", "info@example.com", "Acme 株式会社"],
        ["C-002", "Jane", "Doe", "", "", ""],
        ["C-003", "", "", "", "", ""],
        ["C-004", "John", "Roe", "", "", "Roe Ltd"],
    ]
    ran = importing.load(rows, columns=columns)
    assert (ran.outcomes, ran.refusals) == (
        {"created": 3, "refused": 1},
        ["line 4: refused: invalid_request /first_name"],
    )
    names = [(profile["first_name"], profile["business_name"]) for profile in profiles()]
    assert names == [(None, "Acme 株式会社"), ("Jane", None), ("John", "Roe Ltd")]
    rows[0][5] = "Acme 有限会社"
    assert importing.load(rows[:2], columns=columns).outcomes == {"updated": 1, "unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_a_later_import_leaves_the_lists_that_agents_add_to(importing: Import) -> None:
    """In other fields of the file, the file wins over an agent's change."""
    importing.load([_JANE])
    path = importing.path_of("C-001")
    emails = [{"type": "work", "value": "c1@example.com"}]
    importing.ask("PATCH", path, {"last_name": "Roe", "gender": "female", "email_addresses": emails})
    numbers = importing.ask("POST", f"{path}/keys", {"key": "phone", "values": ["03-1234-5678"]})[
        "phone_numbers"
    ]
    assert importing.load([_JANE]).outcomes == {"updated": 1}
    held = importing.ask("GET", path)
    assert (held["last_name"], held["gender"]) == ("Doe", "female")
    assert (held["phone_numbers"], held["email_addresses"], len(numbers)) == (numbers, emails, 2)
    assert importing.load([_JANE]).outcomes == {"unchanged": 1}


@pytest.mark.usefixtures("profiles")
def test_a_customer_with_two_numbers_is_updated_by_either(importing: Import) -> None:
    """Both stay."""
    importing.load([_JANE])
    path = importing.path_of("C-001")
    importing.ask("POST", f"{path}/keys", {"key": "customer_number", "values": ["D-001"]})
    ran = importing.load([_JANE, ["D-001", *_JANE[1:]]])
    assert (ran.outcomes, ran.refusals) == ({"unchanged": 2}, [])
    assert importing.ask("GET", path)["keys"] == {"customer_number": ["C-001", "D-001"]}


def test_a_number_that_is_in_the_file_twice_is_loaded_from_neither_row(
    importing: Import, profiles: Stored
) -> None:
    """So chance never decides which row wins."""
    rows = [*customers(3), ["C-001", "John", "Roe", "", ""]]
    ran = importing.load(rows)
    assert (ran.status, ran.outcomes) == (1, {"created": 2, "refused": 2})
    assert ran.refusals == [
        f"line {line}: refused: its customer_number is in the file more than once" for line in (3, 5)
    ]
    assert importing.load(rows).outcomes == {"unchanged": 2, "refused": 2}
    assert len(profiles()) == 2


def test_an_existing_customer_gets_the_number_first(importing: Import, profiles: Stored) -> None:
    """The import then updates the profile that an agent created, and creates no second one."""
    phone = {"phone_numbers": [{"value": "+81 90-1234-0001"}]}
    created = importing.ask("POST", "profiles", {"first_name": "Jane", **phone})
    search = request('{"criteria": [{"key": "phone", "values": […]}]}', _JANE[3])
    (found,) = importing.ask("POST", "profiles/search", search)["items"]
    assert found["profile"]["profile_id"] == created["profile_id"]
    number = request('{"key": "customer_number", "values": […]}', _JANE[0])
    importing.ask("POST", f"profiles/{created['profile_id']}/keys", number)
    assert importing.load([_JANE]).outcomes == {"updated": 1}
    assert [profile["last_name"] for profile in profiles()] == ["Doe"]


def test_a_date_in_retry_after_is_accepted(importing: Import, profiles: Stored) -> None:
    """A proxy may send one (RFC 9110, section 10.2.3)."""
    busy = Instead(503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with losing_proxy(importing.url, busy) as url:
        ran = importing.load(customers(8), URL=f"{url}/v1")
    assert (ran.outcomes, ran.refusals) == ({"created": 8}, [])
    assert len(profiles()) == 8


@pytest.mark.parametrize("status", [200, 308, 413])
def test_a_response_of_a_proxy_is_named_by_its_status(
    importing: Import, profiles: Stored, status: int
) -> None:
    """It neither ends the import nor counts as a success."""
    import_id = str(uuid4())
    with losing_proxy(importing.url, Instead(status, {"Content-Type": "text/html"})) as url:
        ran = importing.load(customers(2), import_id, URL=f"{url}/v1")
        assert (ran.status, ran.outcomes) == (1, {"refused": 2})
        assert ran.refusals == [f"line {line}: refused: status {status}" for line in (2, 3)]
        assert importing.load(customers(2), import_id, URL=f"{url}/v1").outcomes == {"created": 2}
    assert len(profiles()) == 2


@pytest.mark.parametrize("url", ["127.0.0.1:8080/v1", "localhost:8080/v1", ""])
def test_a_url_without_a_scheme_ends_the_import(importing: Import, url: str) -> None:
    """At once, as a retry would not help."""
    ran = importing.load(customers(24), URL=url)
    assert (ran.status, ran.refusals) == (1, ["URL must begin with http:// or https://"])


def test_lost_responses_create_no_customer_twice(importing: Import, profiles: Stored) -> None:
    """The first response to each creation is lost; the second request is a replay."""
    with losing_proxy(importing.url) as url:
        ran = importing.load(customers(8), URL=f"{url}/v1")
    assert ran.outcomes == {"replayed": 8}
    assert len(profiles()) == 8


def test_a_key_that_is_not_valid_ends_the_import(importing: Import, profiles: Stored) -> None:
    """At once, not row by row."""
    ran = importing.load(customers(24), API_KEY="plk_wrong")
    assert (ran.status, ran.outcomes) == (1, {})
    assert ran.refusals == ["401: the API key is not valid, or lacks a scope"]
    assert profiles() == []


def test_the_figures_of_the_page_are_the_defaults() -> None:
    """The requests at once, and the requests a minute."""
    shipped = Settings(host="0.0.0.0")  # noqa: S104 - where there is a limit
    assert f"{shipped.workers * shipped.threads} by default" in PAGE
    assert f"AT_ONCE, IMPORT_ID = {shipped.workers * shipped.threads}," in PAGE
    assert f"{shipped.requests_per_minute:,} requests a minute" in PAGE


def test_the_page_names_this_test() -> None:
    """By its path."""
    assert str(Path(__file__).relative_to(ROOT)) in PAGE
