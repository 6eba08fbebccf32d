"""Record the results of batches in files and totals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from service.transfer.client.responses import describe
from service.transfer.importing.batches import Batch
from service.transfer.importing.column_names import ColumnNames
from service.transfer.importing.items import Item
from service.transfer.importing.options import BY_PROFILE_ID, ImportOptions
from service.transfer.importing.requests import ItemResult
from service.transfer.importing.result_files import ResultFile
from service.transfer.importing.state import ImportState, beside
from service.transfer.json_types import JsonMapping
from service.transfer.rows import Kind, RowNote

MAX_SHOWN = 10
"""Maximum number of rejected rows, and of new profiles with possible duplicates, that a dry run shows."""
_DUPLICATES = "duplicates"
_TAKEN = "unique_key_taken"
_MERGED = "profile_merged"
_MERGED_REASON = (
    "The profile was merged into {}, whose values the row would overwrite. To change that profile, use its "
    "ID in this row; otherwise remove the row."
)
_HEADER = ("row", "column", "reason")
_HEADERS = {
    "ids": ("row", "id", "profile_id"),
    _DUPLICATES: ("row", "profile_id", "possible_duplicate", "matched_on"),
}


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A row whose new profile may be of the same person as other profiles."""

    row: int
    possible_duplicates: Sequence[JsonMapping]


class Results:
    """The result files of an import, and its state with the totals. Use it as a context manager.

    ``first_rejected`` and ``first_duplicates`` are the first rejected rows, and the first new profiles with
    possible duplicates, of this run: at most ``MAX_SHOWN`` of each.
    """

    def __init__(self, files: Mapping[str, ResultFile], state: ImportState, columns: ColumnNames) -> None:
        self.files = files
        self.first_rejected: list[RowNote] = []
        self.first_duplicates: list[DuplicateRow] = []
        self.state = state
        self._columns = columns
        self._stack = ExitStack()

    def record(self, batch: Batch, item_results: Sequence[ItemResult]) -> None:
        """Record what happened to the rows of a batch, in the files and in the state. Raises OSError."""
        results = list(zip(batch.items, item_results, strict=True))
        rejections = [
            _rejection(item, result, self._columns) for item, result in results if result.get("problem")
        ]
        notes = sorted([*batch.notes, *rejections], key=lambda note: note.row)
        self._write(notes, results)
        rejected = [note for note in notes if note.kind is Kind.REJECTED]
        self.first_rejected += rejected[: MAX_SHOWN - len(self.first_rejected)]
        duplicates = [
            DuplicateRow(item.row, found) for item, result in results if (found := _duplicates(result))
        ]
        self.first_duplicates += duplicates[: MAX_SHOWN - len(self.first_duplicates)]
        self.state.totals.add(
            batch.rows,
            Counter(result["outcome"] for _, result in results if result.get("outcome")),
            Counter(note.kind.value for note in notes),
            Counter(field for _, result in results for field in result.get("kept") or ()),
        )
        self.state.totals.duplicates += len(duplicates)
        self.state.batches, self.state.last_row = batch.number + 1, batch.last_row
        self.state.sizes = {name: file.size for name, file in self.files.items()}

    def _write(self, notes: Sequence[RowNote], results: Sequence[tuple[Item, ItemResult]]) -> None:
        kinds = {
            "rejected": {Kind.REJECTED, Kind.LEFT_OUT},
            "repaired": {Kind.REPAIRED},
            "no-e164": {Kind.NO_E164},
        }
        for name, shown in kinds.items():
            if name in self.files:
                self.files[name].add(
                    (note.row, note.column or "", note.reason) for note in notes if note.kind in shown
                )
        if "ids" in self.files:
            self.files["ids"].add(
                (item.row, item.own_id, result["profile_id"])
                for item, result in results
                if result.get("profile_id") and not result.get("problem")
            )
        if _DUPLICATES in self.files:
            self.files[_DUPLICATES].add(
                (item.row, result["profile_id"] or "", each["profile_id"], " ".join(each["matched_on"]))
                for item, result in results
                for each in _duplicates(result)
            )

    def __enter__(self) -> Self:
        for file in self.files.values():
            self._stack.enter_context(file)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def result_files(options: ImportOptions, state: ImportState) -> dict[str, ResultFile]:
    """Return the result files of an import by names such as "rejected".

    A dry run has only the files of --rejected and --ids. Existing files are truncated to the sizes in the
    state, or removed if the state has none. Raises OSError.
    """
    paths: dict[str, Path] = {}
    if not options.dry_run:
        paths = {name: _path(options, name) for name in ("rejected", "repaired", "no-e164")}
        paths[_DUPLICATES] = _duplicates_path(options, state.duplicates_number)
    paths |= {name: path for name, path in (("rejected", options.rejected), ("ids", options.ids)) if path}
    return {
        name: ResultFile(path, _HEADERS.get(name, _HEADER), size=state.sizes.get(name, 0))
        for name, path in paths.items()
    }


def unused_number(options: ImportOptions) -> int:
    """Return the first number of a list of possible duplicates for which there is no file.

    The lists of earlier imports stay: a later import with --match-on does not list the same duplicates again,
    because it creates no profiles for these rows.
    """
    return next(number for number in count(1) if not _duplicates_path(options, number).exists())


def _duplicates_path(options: ImportOptions, number: int) -> Path:
    return _path(options, _DUPLICATES if number == 1 else f"{_DUPLICATES}-{number}")


def _path(options: ImportOptions, name: str) -> Path:
    return beside(options, f".{name}.csv")


def _duplicates(result: ItemResult) -> Sequence[JsonMapping]:
    """Return the possible duplicates of a new profile. Older releases of the service return none."""
    found: Sequence[JsonMapping] = result.get("possible_duplicates") or ()
    return found


def _rejection(item: Item, result: ItemResult, columns: ColumnNames) -> RowNote:
    problem: JsonMapping = result["problem"]
    if problem.get("code") == _MERGED:
        reason = _MERGED_REASON.format(result["merged_into"])
        return RowNote(item.row, columns.of_field(BY_PROFILE_ID), reason)
    return RowNote(item.row, columns.of_problem(problem), _reason(problem, columns))


def _reason(problem: JsonMapping, columns: ColumnNames) -> str:
    """Return why the service rejects a row, without the field: the column is shown beside it."""
    key = problem.get("key")
    if problem.get("code") != _TAKEN or key is None:
        return describe(problem, pointers=False)
    hint = f" To update that profile, use --match-on {key}." if columns.match_on is None else ""
    return f"Another profile has this value of the unique search key {key}.{hint}"
