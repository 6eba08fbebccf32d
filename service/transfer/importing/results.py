"""JsonMapping the results of batches in files and totals."""

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
from service.transfer.importing.requests import Answer
from service.transfer.importing.result_files import ResultFile
from service.transfer.importing.state import ImportState, beside
from service.transfer.json_types import JsonMapping
from service.transfer.rows import Kind, Rejection

MAX_SHOWN = 10
"""Rejected rows, and new profiles with possible duplicates, that a dry run shows."""
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
    """The result files of an import, and its totals.

    ``first_rejected`` and ``first_duplicates`` are the first such rows.
    """

    def __init__(self, files: Mapping[str, ResultFile], state: ImportState, columns: ColumnNames) -> None:
        self.files = files
        self.first_rejected: list[Rejection] = []
        self.first_duplicates: list[DuplicateRow] = []
        self.state = state
        self._columns = columns
        self._stack = ExitStack()

    def record(self, batch: Batch, answers: Sequence[Answer]) -> None:
        """JsonMapping what happened to the rows of a batch. Raises OSError."""
        answered = list(zip(batch.items, answers, strict=True))
        refused = [
            _rejection(item, answer, self._columns) for item, answer in answered if answer.get("problem")
        ]
        notes = sorted([*batch.notes, *refused], key=lambda note: note.row)
        self._write(notes, answered)
        rejected = [note for note in notes if note.kind is Kind.REJECTED]
        self.first_rejected += rejected[: MAX_SHOWN - len(self.first_rejected)]
        duplicates = [
            DuplicateRow(item.row, found) for item, answer in answered if (found := _duplicates(answer))
        ]
        self.first_duplicates += duplicates[: MAX_SHOWN - len(self.first_duplicates)]
        self.state.totals.add(
            batch.rows,
            Counter(answer["outcome"] for _, answer in answered if answer.get("outcome")),
            Counter(note.kind.value for note in notes),
            Counter(field for _, answer in answered for field in answer.get("kept") or ()),
        )
        self.state.totals.duplicates += len(duplicates)
        self.state.batches, self.state.last_row = batch.number + 1, batch.last_row
        self.state.sizes = {name: file.size for name, file in self.files.items()}

    def _write(self, notes: Sequence[Rejection], answered: Sequence[tuple[Item, Answer]]) -> None:
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
                (item.row, item.own_id, answer["profile_id"])
                for item, answer in answered
                if answer.get("profile_id") and not answer.get("problem")
            )
        if _DUPLICATES in self.files:
            self.files[_DUPLICATES].add(
                (item.row, answer["profile_id"] or "", each["profile_id"], " ".join(each["matched_on"]))
                for item, answer in answered
                for each in _duplicates(answer)
            )

    def __enter__(self) -> Self:
        for file in self.files.values():
            self._stack.enter_context(file)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def result_files(options: ImportOptions, state: ImportState) -> dict[str, ResultFile]:
    """Return the files of an import by their names. A dry run has only those that the options name.

    Raises OSError.
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
    """Return the number of a file for the possible duplicates of a new import: the first one without a file.

    The list of an earlier import stays as it is. No import can list these again, because their rows create no
    profiles any more, and the rows of another version of the file have other numbers.
    """
    return next(number for number in count(1) if not _duplicates_path(options, number).exists())


def _duplicates_path(options: ImportOptions, number: int) -> Path:
    return _path(options, _DUPLICATES if number == 1 else f"{_DUPLICATES}-{number}")


def _path(options: ImportOptions, name: str) -> Path:
    return beside(options, f".{name}.csv")


def _duplicates(answer: Answer) -> Sequence[JsonMapping]:
    """Return the possible duplicates of a new profile. Services of older releases return none."""
    found: Sequence[JsonMapping] = answer.get("possible_duplicates") or ()
    return found


def _rejection(item: Item, answer: Answer, columns: ColumnNames) -> Rejection:
    problem: JsonMapping = answer["problem"]
    if problem.get("code") == _MERGED:
        reason = _MERGED_REASON.format(answer["merged_into"])
        return Rejection(item.row, columns.of_field(BY_PROFILE_ID), reason)
    return Rejection(item.row, columns.of_problem(problem), _reason(problem, columns))


def _reason(problem: JsonMapping, columns: ColumnNames) -> str:
    """Return why the service rejects a row. The column is named beside it."""
    key = problem.get("key")
    if problem.get("code") != _TAKEN or key is None:
        return describe(problem, pointers=False)
    hint = f" To update that profile, use --match-on {key}." if columns.match_on is None else ""
    return f"Another profile has this value of the unique search key {key}.{hint}"
