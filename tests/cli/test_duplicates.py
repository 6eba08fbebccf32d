"""`profile-lookup duplicates`: its output, its files and its exit codes."""

import csv
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

import service
from service.cli import main
from service.store.duplicates.work_file import open_work_file
from tests.cli.duplicated import VALUES, fill

Document = dict[str, Any]
Run = Callable[..., Result]

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45


@pytest.fixture(scope="module")
def shared(
    mongodb_client: pymongo.MongoClient[Document], mongodb_uri: str
) -> Iterator[tuple[Database[Document], list[str]]]:
    """Return a database with profiles, and their IDs. The command changes nothing in it."""
    database = mongodb_client[f"test_{uuid4().hex}"]
    yield database, fill(database, mongodb_uri)
    mongodb_client.drop_database(database)


@pytest.fixture
def ids(shared: tuple[Database[Document], list[str]]) -> list[str]:
    """Return the IDs of the profiles."""
    return shared[1]


@pytest.fixture
def environment(
    shared: tuple[Database[Document], list[str]], mongodb_uri: str, tmp_path: Path
) -> dict[str, str]:
    """Return the settings of the command. It needs no master keys."""
    return {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": shared[0].name,
        "XDG_STATE_HOME": str(tmp_path / "states"),
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Return a function that runs the command with its arguments."""
    return lambda *arguments: CliRunner().invoke(main, ["duplicates", *map(str, arguments)], env=environment)


def _pair(one: str, other: str, tier: str, *matched_on: str) -> Document:
    return {"profile_ids": [one, other], "tier": tier, "matched_on": list(matched_on)}


def test_ndjson_has_a_group_on_each_line(run: Run, ids: list[str]) -> None:
    """Groups that need no weak pair come first. A profile can be like one of its group only."""
    result = run("--format", "ndjson")
    assert result.exit_code == 0, result.output
    groups = [json.loads(line) for line in result.stdout.splitlines()]
    assert groups == [
        {
            "group": 1,
            "strongest": "exact",
            "weakest": "exact",
            "profile_ids": [ids[8], ids[11]],
            "pairs": [_pair(ids[8], ids[11], "exact", "phone", "same_name")],
        },
        {
            "group": 2,
            "strongest": "variant",
            "weakest": "variant",
            "profile_ids": [ids[1], ids[4]],
            "pairs": [_pair(ids[1], ids[4], "variant", "ssn", "similar_name")],
        },
        {
            "group": 3,
            "strongest": "exact",
            "weakest": "partial_name",
            "profile_ids": [ids[0], ids[2], ids[3]],
            "pairs": [
                _pair(ids[0], ids[2], "exact", "phone", "same_name"),
                _pair(ids[0], ids[3], "partial_name", "similar_name", "same_birth_date"),
            ],
        },
    ]
    assert "12 profiles; 7 of them are in 3 groups." in result.stderr


def test_csv_has_a_row_for_each_pair(run: Run, ids: list[str], tmp_path: Path) -> None:
    """The name of the file decides the format. Only the owner can read it."""
    path = tmp_path / "duplicates.csv"
    result = run("--output", path)
    assert (result.exit_code, result.stdout) == (0, "")
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["profile_id"] for row in rows] == [ids[8], ids[1], ids[0], ids[0]]
    assert rows[-1] == {
        "group": "3",
        "group_size": "3",
        "group_strongest": "exact",
        "group_weakest": "partial_name",
        "profile_id": ids[0],
        "duplicate_id": ids[3],
        "tier": "partial_name",
        "matched_on": "similar_name same_birth_date",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_table_says_what_holds_a_group_together(run: Run, ids: list[str]) -> None:
    """It is the default on the standard output."""
    lines = run().stdout.splitlines()
    assert lines[0] == "Group 1: 2 profiles, exact"
    assert lines[-3:] == [
        "Group 3: 3 profiles, exact, held together by partial_name",
        f"  {ids[0]}  {ids[2]}  exact         phone, same_name",
        f"  {ids[0]}  {ids[3]}  partial_name  similar_name, same_birth_date",
    ]


def test_a_value_that_too_many_share_is_left_out_and_reported(run: Run, ids: list[str]) -> None:
    """The report names a profile that has the value, and no value."""
    result = run("--shared-above", "3", "--format", "ndjson")
    assert len(result.stdout.splitlines()) == 2
    assert "More than 3 profiles share these values, which were left out: 1 of phone." in result.stderr
    assert f"  phone: 4 profiles, such as {ids[8]}\n" in result.stderr


def test_another_domain_is_separate(run: Run) -> None:
    """Without duplicates, the result is complete too."""
    result = run("--domain", "other")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 profiles; 0 of them are in 0 groups." in result.stderr


def test_no_output_and_no_file_has_personal_values(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """The state has hashes of the values, whose random key is removed when all profiles are read."""
    state = tmp_path / "state"
    _signalled(environment, signal.SIGKILL, "find:6", "--state", state)
    with sqlite3.connect(state) as connection:
        hash_key = connection.execute("SELECT 1 FROM state WHERE name = 'hash_key'").fetchall()
        step = connection.execute("SELECT value FROM state WHERE name = 'step'").fetchall()
    connection.close()
    assert (hash_key, step) == ([], [('"compare"',)])
    contents = [state.read_bytes()]
    outputs = [run("--state", state), *(run("--format", each) for each in ("csv", "ndjson"))]
    contents += [each.output_bytes for each in outputs]
    assert not [value for value in VALUES for content in contents if value.encode() in content]


@pytest.mark.parametrize("place", [f"find:{number}" for number in (4, 5, 6)])
def test_a_killed_run_is_continued(run: Run, environment: dict[str, str], tmp_path: Path, place: str) -> None:
    """It is killed while it reads, at the end of the profiles, or while it compares.

    The next one gives the result of an undisturbed run.
    """
    state = tmp_path / "folder" / "state"
    arguments = ("--format", "ndjson", "--state", state)
    _signalled(environment, signal.SIGKILL, place, *arguments)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    continued = run(*arguments)
    assert continued.exit_code == 0, continued.output
    assert "Continuing the search that was interrupted." in continued.stderr
    assert continued.stdout == run("--format", "ndjson").stdout
    assert list(state.parent.iterdir()) == []


def test_ctrl_c_says_how_to_continue(environment: dict[str, str], run: Run, tmp_path: Path) -> None:
    """The exit code is that of the import and the export."""
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = _signalled(environment, signal.SIGINT, "find:5", "--state", tmp_path / "state")
    signal.signal(signal.SIGINT, previous_handler)
    assert process.returncode == 130
    assert process.stderr.endswith("Error: Interrupted. Repeat the command to continue.\n")
    assert run("--state", tmp_path / "state").stdout == run().stdout


def _signalled(
    environment: dict[str, str], number: signal.Signals, place: str, *arguments: object
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.cli.signalled", str(number.value), place, "duplicates"]
    return subprocess.run(
        [*command, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        cwd=_CHECKOUT,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )


def test_two_runs_cannot_use_one_state(run: Run, tmp_path: Path) -> None:
    """The second one ends at once, and the first one continues."""
    state = tmp_path / "state"
    with open_work_file(state, {}, lambda: None):
        result = run("--state", state)
    assert (result.exit_code, result.stderr) == (
        2,
        f"Error: {state} is used by another run: wait for its end.\n",
    )


def test_the_state_of_another_search_is_kept(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """The message says what differs."""
    state = tmp_path / "state"
    _signalled(environment, signal.SIGKILL, "find:4", "--state", state)
    before = state.read_bytes()
    result = run("--state", state, "--domain", "other", "--shared-above", "5")
    assert result.exit_code == 2
    assert (
        f"{state} is the state of an interrupted run with another domain, another --shared-above"
        in result.stderr
    )
    assert state.read_bytes() == before


@pytest.mark.parametrize("content", ["phone,name\n", ""])
def test_other_files_are_not_changed(run: Run, tmp_path: Path, content: str) -> None:
    """A file of another program is rejected: a text, and another database."""
    state = tmp_path / "state"
    state.write_text(content)
    if not content:
        with sqlite3.connect(state) as connection:
            connection.execute("CREATE TABLE other (name)")
        connection.close()
    before = state.read_bytes(), state.stat().st_mode
    result = run("--state", state)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {state} is no state of this command, or damaged")
    assert (state.read_bytes(), state.stat().st_mode) == before


@pytest.mark.parametrize("arguments", [["--domain", "a/b"], ["--shared-above", "1"], ["--format", "xml"]])
def test_wrong_arguments_are_rejected(run: Run, arguments: list[str]) -> None:
    """Nothing is read."""
    assert run(*arguments).exit_code == 2


def test_files_that_cannot_be_written_are_rejected(run: Run, tmp_path: Path) -> None:
    """The result is not lost: the state remains, so that the next run writes it at once."""
    (tmp_path / "file").write_text("")
    state = tmp_path / "state"
    assert run("--state", tmp_path / "file" / "state").exit_code == 2
    assert run("--state", state, "--output", tmp_path / "file" / "out.csv").exit_code == 2
    assert "Continuing" in run("--state", state).stderr


def test_without_mongodb_the_error_is_one_line() -> None:
    """The error has the cause and the variable to check."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500"}
    result = CliRunner().invoke(main, ["duplicates"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MongoDB did not answer in time, or refused (")
