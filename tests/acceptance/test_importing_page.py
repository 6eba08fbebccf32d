"""Run the commands of docs/importing.md against a real service."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.importing import ROOT, Importer, code_blocks, read_page

_PAGE = read_page("importing.md")

ReadProfiles = Callable[[], list[dict[str, Any]]]


def test_the_page_makes_the_command_available(importer: Importer, tmp_path: Path) -> None:
    """The examples name the command without its folder."""
    command = tmp_path / ".venv" / "bin" / "profile-lookup"
    command.parent.mkdir(parents=True)
    command.touch(mode=0o755)
    block = code_blocks(_PAGE, "sh")[0]
    result = importer.shell(f"cd {shlex.quote(str(tmp_path))}\n{block}\ncommand -v profile-lookup")
    assert result.stdout == f"{command}\n"
    assert ".venv/bin/profile-lookup" not in _PAGE


@pytest.mark.timeout(400)
def test_the_example_file_is_imported(importer: Importer, profiles: ReadProfiles) -> None:
    """Its phone numbers are Japanese. The output is that of the page, and so is that of the export."""
    (importer.folder / "customers.csv").write_text(code_blocks(_PAGE, "csv")[0], encoding="utf-8")
    dry_run, load, export = code_blocks(_PAGE, "sh")[2:]
    assert "Dry run, nothing was written: 2 rows: created 2," in importer.shell(dry_run).stdout
    assert profiles() == []
    result = importer.shell(load)
    output = result.stderr + result.stdout
    expected = map(re.escape, code_blocks(_PAGE, "text")[0].split("…\n"))
    assert re.fullmatch("(?s:.*)".join(expected), output), output
    assert [profile["phone_numbers"][0]["region"] for profile in profiles()] == ["JP", "JP"]
    result = importer.shell(export)
    assert result.returncode == 0, result.stderr
    # The import is too recent to be among the changes. test_round_trip.py waits for them.
    assert "For the next export: --changed-since " in result.stderr
    assert len((importer.folder / "profiles.ndjson").read_text().splitlines()) == 2
    assert len((importer.folder / "profiles.csv").read_text().splitlines()) == 3


@pytest.mark.usefixtures("profiles")
def test_customers_of_agents_are_updated_once_they_have_the_customer_number(importer: Importer) -> None:
    """The import updates the profile that an agent created, as the page describes, and creates no other."""
    created = importer.ask(
        "POST", "profiles", {"first_name": "J", "phone_numbers": [{"value": "03-1234-5678"}]}
    )
    assert '`{"criteria": [{"key": "phone", "values": […]}]}`' in _PAGE
    search = {"criteria": [{"key": "phone", "values": ["03-1234-5678"]}]}
    (item,) = importer.ask("POST", "profiles/search", search)["items"]
    assert item["profile"]["profile_id"] == created["profile_id"]
    assert '`{"key": "customer_number", "values": […]}`' in _PAGE
    number = {"key": "customer_number", "values": ["C-1002"]}
    importer.ask("POST", f"profiles/{created['profile_id']}/keys", number)
    (importer.folder / "customers.csv").write_text(code_blocks(_PAGE, "csv")[0], encoding="utf-8")
    assert "created 1, updated 1" in importer.shell(code_blocks(_PAGE, "sh")[3]).stdout
    assert importer.ask("GET", f"profiles/{created['profile_id']}")["first_name"] == "Jane"


def test_the_page_has_the_exit_codes_of_the_command(importer: Importer) -> None:
    """In the same words."""
    help_text = importer.run("import", "--help").stdout
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", _PAGE, re.MULTILINE)
    assert len(rows) == 7
    assert all(re.search(rf"^ +{code} +{re.escape(text)}$", help_text, re.MULTILINE) for code, text in rows)


def test_the_page_names_this_test() -> None:
    """The page contains the path of this file."""
    assert str(Path(__file__).relative_to(ROOT)) in _PAGE
