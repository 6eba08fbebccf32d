"""docs/importing.md: its commands and its script are run as they stand there, against a real service."""

import ast
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from click.testing import CliRunner

from service.cli import main
from service.config import Settings
from tests.acceptance.losing_proxy import losing_proxy

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
_SHIM = Path(__file__).parents[1] / "curl.py"
_SECONDS = 60
_COLUMNS = ("customer_number", "first_name", "last_name", "phone", "email")

Row = list[str]


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)


def _customers(count: int) -> list[Row]:
    """Return rows of the page's columns, the first one in Japanese."""
    jane = [
        [f"C-{n:03}", "Jane", f"Doe {n}", f"090-1234-{n:04}", f"c{n}@example.com"] for n in range(1, count)
    ]
    return [["C-000", "花子", "山田", "090-1234-0000", ""], *jane]


@dataclass(frozen=True)
class _Ran:
    """What the script said."""

    status: int
    outcomes: dict[str, int]
    refusals: list[str]
    output: str


class _Import:
    """A folder with the page's script in it, and the environment that it runs in."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        """Write the script there."""
        self.url = url
        self._folder = folder
        # The page's python3 is the one that runs the tests.
        path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])
        self._env = {**os.environ, "PATH": path, "URL": f"{url}/v1", "API_KEY": key, "NO_PROXY": "127.0.0.1"}
        (folder / "load.py").write_text(_blocks("python")[0], encoding="utf-8")

    def shell(self, commands: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run commands of the page."""
        return subprocess.run(
            [str(shutil.which("bash")), "-euo", "pipefail", "-c", commands],
            env={**self._env, **env},
            cwd=self._folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )

    def load(self, rows: list[Row], import_id: str | None = None, **env: str) -> _Ran:
        """Run the page's last commands on a file of these rows; of a given import, or of a new one."""
        with (self._folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_COLUMNS, *rows])
        new_id, _, command = _blocks("sh")[1].partition("\n")
        done = self.shell(command if import_id else f"{new_id}\n{command}", IMPORT_ID=import_id or "", **env)
        outcomes = ast.literal_eval(done.stdout or "{}")
        return _Ran(done.returncode, outcomes, done.stderr.splitlines(), done.stdout + done.stderr)


@pytest.fixture(scope="module")
def curl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a curl in it for machines that have none."""
    folder = tmp_path_factory.mktemp("curl")
    if not shutil.which("curl"):
        (folder / "curl").write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(_SHIM)])} "$@"\n')
        (folder / "curl").chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def importing(serve: Callable[..., str], mongodb_uri: str, module_database: str, curl: Path) -> _Import:
    """Return an import with the key, the settings and the search key of the page."""
    arguments = shlex.split(_blocks("console")[0].replace("\\\n", ""))[1:]
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database}
    made = CliRunner().invoke(main, arguments, env=environment)
    assert made.exit_code == 0, made.output
    url = serve(module_database, WORKERS="2", AUTH="on")
    ours = _Import(curl, url, made.stdout.strip())
    prepared = ours.shell(_blocks("sh")[0])
    assert prepared.returncode == 0, prepared.stderr
    assert '"default_region":"JP"' in prepared.stdout
    assert '"unique":true' in prepared.stdout
    return ours


@pytest.fixture
def profiles(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], module_database: str
) -> Callable[[], list[dict[str, Any]]]:
    """Return what reads the profiles that are stored, by their customer numbers; none are at first."""
    collection = mongodb_client[module_database].profiles
    collection.delete_many({})
    return lambda: sorted(collection.find(), key=lambda found: found["keys"][0]["values"])


Stored = Callable[[], list[dict[str, Any]]]


def test_an_import_that_is_run_again_creates_nobody_twice(importing: _Import, profiles: Stored) -> None:
    """Cut short after half of the rows, run again from the start, and once more; all is stored as typed."""
    rows, import_id = _customers(40), str(uuid4())
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


def test_what_is_refused_is_named_by_its_line_and_field_and_never_by_a_value(
    importing: _Import, profiles: Stored
) -> None:
    """The rows around it are loaded."""
    rows = _customers(24)
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


def test_a_later_import_updates_what_has_changed(importing: _Import, profiles: Stored) -> None:
    """The import that created a row does not change it; the next one does, and leaves the others alone."""
    rows, import_id = _customers(24), str(uuid4())
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


def test_an_empty_cell_takes_nothing_away(importing: _Import, profiles: Stored) -> None:
    """An update leaves what the file does not know."""
    importing.load([["C-001", "Jane", "Doe", "090-1234-0001", "c1@example.com"]])
    assert importing.load([["C-001", "Janet", "", "", ""]]).outcomes == {"updated": 1}
    (stored,) = profiles()
    assert (stored["first_name"], stored["last_name"]) == ("Janet", "Doe")
    assert [len(stored[name]) for name in ("phone_numbers", "email_addresses")] == [1, 1]


def test_a_number_that_is_anothers_in_another_notation_does_not_overwrite_it(
    importing: _Import, profiles: Stored
) -> None:
    """A1-23 and A12-3 are one value of the key; whose it is not is refused."""
    importing.load([["A1-23", "Jane", "Doe", "", ""]])
    ran = importing.load([["A12-3", "John", "Roe", "", ""]])
    assert ran.refusals == ["line 2: refused: another profile has its customer_number"]
    assert [profile["first_name"] for profile in profiles()] == ["Jane"]


def test_lost_answers_create_nobody_twice(importing: _Import, profiles: Stored) -> None:
    """Of each creation the first answer is lost: the second request is the replay."""
    with losing_proxy(importing.url) as url:
        ran = importing.load(_customers(8), URL=f"{url}/v1")
    assert ran.outcomes == {"replayed": 8}
    assert len(profiles()) == 8


def test_a_key_that_is_not_valid_ends_the_import(importing: _Import, profiles: Stored) -> None:
    """Not each row is refused in turn."""
    ran = importing.load(_customers(24), API_KEY="plk_wrong")
    assert (ran.status, ran.outcomes) == (1, {})
    assert ran.refusals == ["401: the API key is not valid, or lacks a scope"]
    assert profiles() == []


def test_the_figures_of_the_page_are_those_that_are_shipped() -> None:
    """How many requests at a time, and how many a minute."""
    shipped = Settings(host="0.0.0.0")  # noqa: S104 - where there is a limit
    assert f"{shipped.workers * shipped.threads} by default" in _PAGE
    assert f"AT_ONCE, IMPORT_ID = {shipped.workers * shipped.threads}," in _PAGE
    assert f"{shipped.requests_per_minute:,} requests a minute" in _PAGE


def test_every_link_leads_somewhere() -> None:
    """A page that it names is there, and so is this test."""
    for target in re.findall(r"\]\(([^)#]+)", _PAGE):
        assert (_ROOT / "docs" / target).is_file(), target
    assert str(Path(__file__).relative_to(_ROOT)) in _PAGE
