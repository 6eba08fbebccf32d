"""Run the script of docs/integration.md against a real service."""

import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.importing import ROOT, Importer, code_blocks, read_page

_PAGE = read_page("integration.md")
_SCRIPT = code_blocks(_PAGE, "python")[0]
_MAX_LINES = 45

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

    def night(self) -> str:
        """Run the script, and return its messages."""
        result = self._importer.shell(f"cd {self._folder}\n{code_blocks(_PAGE, 'sh')[0]}")
        assert result.returncode == 0, result.stderr
        return result.stderr

    def customers(self) -> Customers:
        """Return the customers without their profile IDs."""
        return self.execute("SELECT number, first_name, phones, dirty FROM customers ORDER BY number")

    def pull_until(self, expected: Customers) -> None:
        """Run the script until the customers are as expected: changes appear in their list a bit later."""
        for _ in range(_MAX_LINES):
            self.night()
            if self.customers() == expected:
                break
        assert self.customers() == expected


@pytest.fixture
def crm(importer: Importer, tmp_path: Path) -> _Crm:
    """Return an empty CRM."""
    return _Crm(importer, tmp_path)


@pytest.mark.timeout(400)
def test_both_sides_get_the_changes_of_the_other(importer: Importer, crm: _Crm) -> None:
    """Customers of the CRM and of agents, changes of either and of both, and an erasure."""
    crm.execute(
        "INSERT INTO customers (number, first_name, phones) VALUES ('C-1', 'Jane', '[\"03-1234-5678\"]')"
    )
    crm.execute("INSERT INTO customers (number, first_name) VALUES ('C-2', 'John'), ('C-3', NULL)")
    message = "C-3 The request has invalid fields; see `errors`.\n"
    assert crm.night().startswith("C-3 "), message
    jane, john = (importer.profile_id(number) for number in ("C-1", "C-2"))
    assert importer.ask("GET", f"profiles/{jane}")["phone_numbers"][0]["e164"] == "+81312345678"
    crm.execute("DELETE FROM customers WHERE number = 'C-3'")
    importer.ask("PATCH", f"profiles/{jane}", {"first_name": "Janet"})
    importer.ask("POST", f"profiles/{jane}/keys", {"key": "phone", "values": ["090-1234-5678"]})
    nina = importer.ask("POST", "profiles", {"first_name": "Nina"})["profile_id"]
    importer.ask("PATCH", f"profiles/{john}", {"first_name": "Johnny", "last_name": "Roe"})
    crm.execute("UPDATE customers SET first_name = 'Jon', dirty = dirty + 1 WHERE number = 'C-2'")
    phones = '["03-1234-5678", "090-1234-5678"]'
    crm.pull_until([("C-1", "Janet", phones, 0), ("C-2", "Jon", "[]", 0), (f"N-{nina}", "Nina", "[]", 0)])
    assert importer.ask("GET", f"profiles/{john}")["first_name"] == "Jon"
    assert importer.ask("GET", f"profiles/{nina}")["keys"] == {"customer_number": [f"N-{nina}"]}
    importer.ask("DELETE", f"profiles/{jane}")
    crm.pull_until([("C-2", "Jon", "[]", 0), (f"N-{nina}", "Nina", "[]", 0)])


def test_the_script_is_short() -> None:
    """A reader should understand it at a glance."""
    assert len([line for line in _SCRIPT.splitlines() if line]) <= _MAX_LINES


def test_the_page_names_this_test() -> None:
    """The page contains the path of this file."""
    assert str(Path(__file__).relative_to(ROOT)) in _PAGE
