"""The state of an interrupted import, and its result files."""

from pathlib import Path

import pytest

from service.transfer.importing.input_file import InputFile
from service.transfer.importing.options import ImportOptions
from service.transfer.importing.result_files import ResultFile
from service.transfer.importing.results import result_files, unused_number
from service.transfer.importing.resuming import ChangedImport, resume
from service.transfer.importing.state import (
    ImportState,
    beside,
    options_of,
    save_state,
    state_path,
)

_HEADER = ("row", "reason")


def _options(path: Path | None, match_on: str | None = "number") -> ImportOptions:
    return ImportOptions(path=path, match_on=match_on, columns={"A": "first_name"})


def _state(digest: str, match_on: str | None = "number", *, url: str = "http://service") -> ImportState:
    return ImportState(digest, options_of(_options(None, match_on), url, "plk_1", "JP"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a state."""
    return tmp_path / "folder" / "state"


def test_the_same_file_and_options_continue(path: Path) -> None:
    """The state is read as it was stored."""
    stored = _state("same")
    stored.batches, stored.last_row, stored.sizes = 3, 751, {"ids": 70}
    stored.totals.outcomes["created"] = 750
    save_state(path, stored)
    lines: list[str] = []
    assert resume(path, _state("same"), name="FILE", message=lines.append) == stored
    assert lines == ["Continuing the import of FILE that was interrupted after row 751 or later."]


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (_state("other"), "The file has"),
        (_state("same", url="http://other"), "The options have"),
    ],
)
def test_a_changed_import_starts_again(path: Path, new: ImportState, changed: str) -> None:
    """Rows that were imported do not change, since they are matched."""
    save_state(path, _state("same"))
    lines: list[str] = []
    assert resume(path, new, name="FILE", message=lines.append) is new
    (line,) = lines
    assert line.startswith(
        f"{changed} changed since the import of FILE was interrupted, perhaps after some rows"
    )
    assert line.endswith("Starting again with the first row.")


def test_a_changed_import_that_creates_profiles_stops(path: Path) -> None:
    """It would create profiles twice. The error says what to do."""
    save_state(path, _state("same", None))
    with pytest.raises(ChangedImport, match=f"delete {path} first"):
        resume(path, _state("other", None), name="FILE", message=print)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"import_id": 1, "totals": {}}', "of a later release"]
)
def test_an_unreadable_state_never_creates_profiles_twice(path: Path, text: str) -> None:
    """An import that matches its rows starts again. The other one stops."""
    save_state(path, _state("same", None))
    later = path.read_text().replace("{", '{"later": 1, ', 1)
    path.write_text(later if text == "of a later release" else text)
    with pytest.raises(ChangedImport, match=f"^{path} cannot be read.* Restore it .* delete {path} first"):
        resume(path, _state("same", None), name="FILE", message=print)
    lines: list[str] = []
    new = _state("same")
    assert resume(path, new, name="FILE", message=lines.append) is new
    assert lines == [
        f"{path} cannot be read, so it is unknown which rows are imported. Starting again with the first row."
    ]


def test_without_a_state_a_new_import_begins(path: Path) -> None:
    """Without a message."""
    new = _state("same", None)
    assert resume(path, new, name="FILE", message=pytest.fail) is new


def test_the_state_is_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For standard input it is in the folder for states, by the content."""
    file = InputFile(tmp_path / "copy", "standard input", "ab" * 32, 2)
    assert state_path(_options(tmp_path / "a.csv"), file) == tmp_path / "a.csv.import-state"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_path(_options(None), file) == tmp_path / "profile-lookup" / f"{'ab' * 16}.import-state"
    assert beside(_options(None), ".ids.csv") == Path("standard-input.ids.csv")


def test_rows_after_the_last_recorded_batch_are_written_again(tmp_path: Path) -> None:
    """The interrupted run may have written them without recording the batch."""
    path = tmp_path / "rejected.csv"
    with ResultFile(path, _HEADER, size=0) as file:
        file.add([(2, "Wrong.")])
        recorded = file.size
        file.add([(3, "Wrong.")])
    with ResultFile(path, _HEADER, size=recorded) as file:
        file.add([(3, "=Wrong.")])
    assert path.read_bytes() == b"row,reason\r\n2,Wrong.\r\n3,'=Wrong.\r\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_rows_are_added_to_a_file_that_was_edited(tmp_path: Path) -> None:
    """An editor may have removed the end of the last line, or the last lines."""
    path = tmp_path / "duplicates.csv"
    path.write_bytes(b"row,reason\n2,Wrong.")
    with ResultFile(path, _HEADER, size=70) as file:
        file.add([(3, "Wrong.")])
        file.add([(4, "Wrong.")])
    assert path.read_bytes() == b"row,reason\n2,Wrong.\r\n3,Wrong.\r\n4,Wrong.\r\n"


def test_each_import_has_its_own_list_of_possible_duplicates(tmp_path: Path) -> None:
    """No later import can list them again. The other lists are of the latest import only."""
    options = _options(tmp_path / "a.csv")
    names = []
    for _ in range(3):
        state = ImportState("new", {}, duplicates_number=unused_number(options))
        files = result_files(options, state)
        names.append(files["duplicates"].path.name)
        with files["duplicates"] as file:
            file.add([(2, "1" * 32, "2" * 32, "email")])
        for name in ("rejected", "repaired", "no-e164"):
            assert not files[name].path.exists()
            files[name].path.write_text("old\n")
    assert names == ["a.csv.duplicates.csv", "a.csv.duplicates-2.csv", "a.csv.duplicates-3.csv"]
    assert {(tmp_path / name).read_text().count("\n") for name in names} == {2}


def test_a_file_without_rows_does_not_exist(tmp_path: Path) -> None:
    """That of an earlier import is removed."""
    path = tmp_path / "rejected.csv"
    path.write_text("old")
    with ResultFile(path, _HEADER, size=0) as file:
        file.add([])
    assert not path.exists()
