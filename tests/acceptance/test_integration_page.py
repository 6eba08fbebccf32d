"""Run the script of docs/integration.md against a real service."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
import pytest

from tests.acceptance.importing import ROOT, Importer, code_blocks, read_page

_PAGE = read_page("integration.md")
_SCRIPT = code_blocks(_PAGE, "python")[0]
_MAX_LINES = 55

_MORE = ("E-1", "E-2", "E-3", "M-1", "M-2")

Customers = list[tuple[object, ...]]


class _Crm:
    """The page's CRM, and the page's script beside it."""

    def __init__(self, importer: Importer, folder: Path) -> None:
        self._importer = importer
        self._folder = folder
        self._database = sqlite3.connect(folder / "crm.db")
        self._database.executescript(code_blocks(_PAGE, "sql")[0])
        (folder / "sync.py").write_text(_SCRIPT, encoding="utf-8")

    def execute(self, statement: str, *values: object) -> Customers:
        with self._database:
            return self._database.execute(statement, values).fetchall()

    def night(self, setup: str = "", **environment: str) -> str:
        """Run the script after a command, and return its messages."""
        commands = f"cd {self._folder}\n{setup}\n{code_blocks(_PAGE, 'sh')[0]}"
        result = self._importer.shell(commands, **environment)
        assert result.returncode == 0, result.stderr
        return result.stderr

    def customers(self) -> Customers:
        """Return the customers without their profile IDs."""
        return self.execute("SELECT number, first_name, phones, dirty FROM customers ORDER BY number")

    @property
    def cursor(self) -> str | None:
        """Return the place in the list of changes up to which the script has read."""
        row = self.execute("SELECT cursor FROM sync")
        return str(row[0][0]) if row else None


@pytest.fixture
def crm(importer: Importer, tmp_path: Path) -> _Crm:
    """Return an empty CRM."""
    return _Crm(importer, tmp_path)


@pytest.mark.usefixtures("profiles")
def test_both_sides_get_the_changes_of_the_other(
    importer: Importer, crm: _Crm, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> None:
    """Customers of the CRM and of agents; changes of either and of both; an erasure, a merge, new numbers.

    All are in one test, because changes appear in their list some seconds later. Agents correct the numbers
    of three customers, E-1 to E-3. The CRM changes one of them at the same time.
    """
    crm.execute(
        "INSERT INTO customers (number, first_name, phones) VALUES ('C-1', 'Jane', '[\"03-1234-5678\"]')"
    )
    crm.execute(
        "INSERT INTO customers (number, first_name) VALUES ('C-2', 'John'), ('C-3', NULL), ('C-4', 'Gone'), "
        "('E-1', 'Ann'), ('E-2', 'Bo'), ('E-3', 'Cy'), ('M-1', 'Max'), ('M-2', 'Maxi')"
    )
    messages = crm.night()
    assert messages.startswith("C-3 The request was not executed; "), messages
    assert "/profile/first_name" in messages
    assert "A new profile needs a first name" in messages
    ids = {number: importer.profile_id(number) for number in ("C-1", "C-2", "C-4", *_MORE)}
    assert importer.ask("GET", f"profiles/{ids['C-1']}")["phone_numbers"][0]["e164"] == "+81312345678"
    crm.execute("DELETE FROM customers WHERE number = 'C-3'")
    importer.ask("PATCH", f"profiles/{ids['C-1']}", {"first_name": "Janet"})
    importer.ask("POST", f"profiles/{ids['C-1']}/keys", {"key": "phone", "values": ["090-1234-5678"]})
    nina = importer.ask("POST", "profiles", {"first_name": "Nina"})["profile_id"]
    importer.ask("PATCH", f"profiles/{ids['C-2']}", {"first_name": "Johnny", "last_name": "Roe"})
    crm.execute("UPDATE customers SET first_name = 'Jon', dirty = dirty + 1 WHERE number = 'C-2'")
    importer.ask("DELETE", f"profiles/{ids['C-4']}")
    for number, correct in (("E-1", "E-8"), ("E-3", "E-1"), ("E-2", "E-9")):
        importer.ask("PATCH", f"profiles/{ids[number]}", {"keys": {"customer_number": [correct]}})
    crm.execute("UPDATE customers SET first_name = 'Bob', dirty = dirty + 1 WHERE number = 'E-2'")
    # The next night is too early for the changes of the agents.
    assert crm.night() == ""
    importer.ask("POST", f"profiles/{ids['M-1']}/merge", {"profile_ids": [ids["M-2"]]})
    importer.wait_for_changes(mongodb_client, crm.cursor)
    crm.execute("UPDATE customers SET phones = '[\"03-1234-5670\"]', dirty = dirty + 1 WHERE number = 'M-2'")
    assert crm.night() == ""
    importer.wait_for_changes(mongodb_client, crm.cursor)
    assert crm.night() == ""
    phones = '["03-1234-5678", "090-1234-5678"]'
    assert crm.customers() == [
        *[("C-1", "Janet", phones, 0), ("C-2", "Jon", "[]", 0)],
        *[("E-1", "Cy", "[]", 0), ("E-8", "Ann", "[]", 0), ("E-9", "Bob", "[]", 0)],
        ("M-1", "Max", '["03-1234-5670"]', 0),
        (f"N-{nina}", "Nina", "[]", 0),
    ]
    assert importer.ask("GET", f"profiles/{ids['C-2']}")["first_name"] == "Jon"
    assert importer.ask("GET", f"profiles/{nina}")["keys"] == {"customer_number": [f"N-{nina}"]}
    _check_that_numbers_are_not_put_back(importer, crm, ids)


def _check_that_numbers_are_not_put_back(importer: Importer, crm: _Crm, ids: dict[str, str]) -> None:
    """Change the customers with corrected numbers in the CRM."""
    crm.execute("UPDATE customers SET first_name = 'Anna', dirty = dirty + 1 WHERE number = 'E-8'")
    crm.execute("UPDATE customers SET number = 'E-4', dirty = dirty + 1 WHERE number = 'E-9'")
    crm.night()
    assert importer.ask("GET", f"profiles/{ids['E-1']}")["keys"] == {"customer_number": ["E-8"]}
    assert importer.ask("GET", f"profiles/{ids['E-2']}")["keys"] == {"customer_number": ["E-9", "E-4"]}


def test_without_authentication_the_script_needs_no_api_key(
    server_url: str, ask: Callable[..., Any], crm: _Crm
) -> None:
    """With `AUTH=off`, the variable may be empty or not set."""
    key = {"label": "Customer number", "type": "identifier", "unique": True}
    ask("PUT", "/v1/search-keys/customer_number", key, expect=201)
    for number, setting in (("F-1", "PROFILE_LOOKUP_API_KEY="), ("F-2", "unset PROFILE_LOOKUP_API_KEY")):
        crm.execute("INSERT INTO customers (number, first_name) VALUES (?, 'Ann')", number)
        assert crm.night(setting, PROFILE_LOOKUP_URL=server_url) == ""
        search = {"criteria": [{"key": "customer_number", "values": [number]}]}
        (item,) = ask("POST", "/v1/profiles/search", search)["items"]
        ask("DELETE", f"/v1/profiles/{item['profile']['profile_id']}", expect=204)
    ask("DELETE", "/v1/search-keys/customer_number", expect=204)


def test_the_script_is_short() -> None:
    """A reader should understand it at a glance."""
    assert len([line for line in _SCRIPT.splitlines() if line]) <= _MAX_LINES


def test_the_page_names_this_test() -> None:
    """The page contains the path of this file."""
    assert str(Path(__file__).relative_to(ROOT)) in _PAGE
