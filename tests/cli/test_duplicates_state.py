"""`profile-lookup duplicates`: its state, interruptions, and files that it cannot use."""

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

import service
from service.store.duplicates.work_file import open_work_file
from tests.cli.duplicated import VALUES

Document = dict[str, Any]
Run = Callable[..., Result]

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45


@pytest.fixture(scope="module")
def killed(
    duplicated: tuple[Database[Document], list[str]],
    mongodb_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Path], Path]:
    """Return a function that copies the state of a run that was killed at a place to a new folder."""
    settings = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": duplicated[0].name}
    originals: dict[str, Path] = {}

    def copy(place: str, folder: Path) -> Path:
        if place not in originals:
            original = originals[place] = tmp_path_factory.mktemp("killed") / "state"
            _signalled(settings, signal.SIGKILL, place, "--format", "ndjson", "--state", original)
            assert stat.S_IMODE(original.stat().st_mode) == 0o600
        shutil.copytree(originals[place].parent, folder)
        return folder / "state"

    return copy


def test_no_output_and_no_file_has_personal_values(
    search: Run, killed: Callable[[str, Path], Path], tmp_path: Path
) -> None:
    """The state has hashes of the values, whose random key is removed when all profiles are read."""
    state = killed("find:8", tmp_path / "folder")
    with sqlite3.connect(state) as connection:
        hash_key = connection.execute("SELECT 1 FROM state WHERE name = 'hash_key'").fetchall()
        step = connection.execute("SELECT value FROM state WHERE name = 'step'").fetchall()
    connection.close()
    assert (hash_key, step) == ([], [('"compare"',)])
    contents = [state.read_bytes()]
    outputs = [search("--state", state), *(search("--format", each) for each in ("csv", "ndjson"))]
    contents += [each.output_bytes for each in outputs]
    assert not [value for value in VALUES for content in contents if value.encode() in content]


@pytest.mark.parametrize("place", [f"find:{number}" for number in (4, 5, 8)])
def test_a_killed_run_is_continued(
    search: Run, killed: Callable[[str, Path], Path], tmp_path: Path, place: str
) -> None:
    """It is killed before it reads, while it reads, or while it compares.

    The next one gives the result of an undisturbed run.
    """
    state = killed(place, tmp_path / "folder")
    arguments = ("--format", "ndjson", "--state", state)
    continued = search(*arguments)
    assert continued.exit_code == 0, continued.output
    assert "Continuing the search that was interrupted. It began 0 minutes ago, at 20" in continued.stderr
    assert continued.stdout == search("--format", "ndjson").stdout
    assert list(state.parent.iterdir()) == []


def test_ctrl_c_says_how_to_continue(variables: dict[str, str], search: Run, tmp_path: Path) -> None:
    """The exit code is that of the import and the export."""
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = _signalled(variables, signal.SIGINT, "find:5", "--state", tmp_path / "state")
    signal.signal(signal.SIGINT, previous_handler)
    assert process.returncode == 130
    assert process.stderr.endswith("Error: Interrupted. Repeat the command to continue.\n")
    assert search("--state", tmp_path / "state").stdout == search().stdout


@pytest.mark.usefixtures("search")
def test_the_reader_of_the_output_can_end_early(variables: dict[str, str], tmp_path: Path) -> None:
    """As `head` does. This is no error, and no state remains: the next command searches again."""
    reader, writer = os.pipe()
    os.close(reader)
    state = tmp_path / "state"
    result = _run(variables, ["service.cli", "duplicates", "--state", str(state)], writer)
    os.close(writer)
    assert result.returncode == 141
    assert not {"Error", "Traceback", "Exception"} & set(re.findall(r"\w+", result.stderr))
    assert not state.exists()


def _signalled(
    variables: dict[str, str], number: signal.Signals, place: str, *arguments: object
) -> "subprocess.CompletedProcess[str]":
    command = ["tests.cli.signalled", str(number.value), place, "duplicates", *map(str, arguments)]
    return _run(variables, command, subprocess.DEVNULL)


def _run(
    variables: dict[str, str], command: Sequence[str], output: int
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *command],
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
        cwd=_CHECKOUT,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )


def test_two_runs_cannot_use_one_state(search: Run, tmp_path: Path) -> None:
    """The second one ends at once, and the first one continues."""
    state = tmp_path / "state"
    with open_work_file(state, {}, lambda: None):
        result = search("--state", state)
    assert (result.exit_code, result.stderr) == (
        2,
        f"Error: {state} is used by another run: wait for its end.\n",
    )


def test_the_state_of_another_search_is_kept(
    search: Run, killed: Callable[[str, Path], Path], tmp_path: Path
) -> None:
    """The message says what differs."""
    state = killed("find:4", tmp_path / "folder")
    before = state.read_bytes()
    result = search("--state", state, "--domain", "other", "--shared-above", "5")
    assert result.exit_code == 2
    assert (
        f"{state} is the state of an interrupted run with another domain, another --shared-above"
        in result.stderr
    )
    assert state.read_bytes() == before


@pytest.mark.parametrize("content", ["phone,name\n", ""])
def test_other_files_are_not_changed(search: Run, tmp_path: Path, content: str) -> None:
    """A file of another program is rejected: a text, and another database."""
    state = tmp_path / "state"
    state.write_text(content)
    if not content:
        with sqlite3.connect(state) as connection:
            connection.execute("CREATE TABLE other (name)")
        connection.close()
    before = state.read_bytes(), state.stat().st_mode
    result = search("--state", state)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {state} is no state of this command, or damaged")
    assert (state.read_bytes(), state.stat().st_mode) == before


def test_files_that_cannot_be_written_are_rejected(search: Run, tmp_path: Path) -> None:
    """The search does not begin, so that nothing is lost. No folder is created for a mistyped name."""
    (tmp_path / "file").write_text("")
    state = tmp_path / "state"
    for folder in ("file", "missing"):
        path = tmp_path / folder / "state"
        result = search("--state", path)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {path} cannot be used (")
        path = tmp_path / folder / "out.csv"
        result = search("--state", state, "--output", path)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {path} cannot be written: ")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
