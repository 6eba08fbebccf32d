"""`profile-lookup duplicates`: its output, its files and its exit codes."""

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import service
from service.cli import main

Document = dict[str, Any]
Run = Callable[..., Result]

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45


def _pair(one: str, other: str, tier: str, *matched_on: str) -> Document:
    return {"profile_ids": [one, other], "tier": tier, "matched_on": list(matched_on)}


def test_ndjson_has_a_group_on_each_line(search: Run, ids: list[str]) -> None:
    """Groups that need no weak pair come first. A profile can be like one of its group only."""
    result = search("--format", "ndjson")
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


def test_csv_has_a_row_for_each_pair(search: Run, ids: list[str], tmp_path: Path) -> None:
    """The name of the file decides the format. Only the owner can read it."""
    path = tmp_path / "duplicates.csv"
    result = search("--output", path)
    assert (result.exit_code, result.stdout) == (0, "")
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["profile_id"] for row in rows] == [
        ids[8],
        ids[1],
        ids[0],
        ids[0],
    ]
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


def test_the_table_says_what_holds_a_group_together(search: Run, ids: list[str]) -> None:
    """It is the default on the standard output."""
    lines = search().stdout.splitlines()
    assert lines[0] == "Group 1: 2 profiles, exact"
    assert lines[-3:] == [
        "Group 3: 3 profiles, exact, held together by partial_name",
        f"  {ids[0]}  {ids[2]}  exact         phone, same_name",
        f"  {ids[0]}  {ids[3]}  partial_name  similar_name, same_birth_date",
    ]


def test_a_value_that_too_many_share_is_left_out_and_reported(search: Run, ids: list[str]) -> None:
    """The report names a profile that has the value, and no value."""
    result = search("--shared-above", "3", "--format", "ndjson")
    assert len(result.stdout.splitlines()) == 2
    assert "More than 3 profiles share these values, which were left out: 1 of phone." in result.stderr
    assert f"  phone: 4 profiles, such as {ids[8]}\n" in result.stderr


def test_another_domain_is_separate(search: Run) -> None:
    """Without duplicates, the result is complete too."""
    result = search("--domain", "other")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 profile; 0 of them are in 0 groups." in result.stderr


def test_a_domain_without_profiles_is_an_error(search: Run, tmp_path: Path) -> None:
    """It is a typing mistake, or the database is another one. No state remains."""
    result = search("--domain", "nix")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: The domain nix has no profiles: check --domain and MONGODB_DATABASE.\n" in result.stderr
    assert not list(tmp_path.rglob("*-state"))


@pytest.mark.parametrize(
    ("name", "start"),
    [("list.txt", "Group 1"), ("list", "Group 1"), ("LIST.CSV", "group,"), ("l.ndjson", "{")],
)
def test_the_name_of_the_file_decides_the_format(search: Run, tmp_path: Path, name: str, start: str) -> None:
    """In capital letters too."""
    result = search("--output", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).read_text().startswith(start)


def test_a_suffix_without_a_format_is_an_error(search: Run, tmp_path: Path) -> None:
    """JSON would be expected, and a table written."""
    result = search("--output", tmp_path / "list.json")
    assert result.exit_code == 2
    assert "The suffix .json names no format" in result.stderr
    assert search("--output", tmp_path / "list.json", "--format", "ndjson").exit_code == 0


@pytest.mark.parametrize("arguments", [["--domain", "a/b"], ["--shared-above", "1"], ["--format", "xml"]])
def test_wrong_arguments_are_rejected(search: Run, arguments: list[str]) -> None:
    """Nothing is read."""
    assert search(*arguments).exit_code == 2


def test_without_mongodb_the_error_is_one_line() -> None:
    """The error has the cause and the variable to check."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500"}
    result = CliRunner().invoke(main, ["duplicates"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MongoDB did not answer in time, or refused (")
