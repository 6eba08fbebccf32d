"""Show an import to the user: the plan, the progress and the summary."""

from collections.abc import Iterator

from service.transfer.importing.importer import Plan, Summary
from service.transfer.importing.preparing import shortened
from service.transfer.importing.results import DuplicateRow
from service.transfer.importing.totals import Totals
from service.transfer.progress import ProgressDisplay
from service.transfer.rows import Kind

_FILES = {
    "rejected": "Rejected rows and values",
    "repaired": "Repaired values",
    "no-e164": "Phone numbers without E.164 form",
    "duplicates": "Possible duplicates",
    "ids": "Profile IDs",
}
_NOTES = {
    Kind.REPAIRED: ("value was repaired", "values were repaired"),
    Kind.LEFT_OUT: ("value was left out", "values were left out"),
    Kind.NO_E164: (
        "phone number has no E.164 form; it is stored as typed",
        "phone numbers have no E.164 form; they are stored as typed",
    ),
}
_DUPLICATES = (
    "new profile may be of a person who has another profile",
    "new profiles may be of people who have another profile",
)
_KEPT = ("profile has other values that were kept", "profiles have other values that were kept")


class ImportDisplay:
    """Shows an import on a progress display."""

    def __init__(self, display: ProgressDisplay) -> None:
        self._display = display

    def message(self, text: str) -> None:
        """Show a line."""
        self._display.message(text)

    def begin(self, plan: Plan) -> None:
        """Show what is about to happen."""
        for line in plan_lines(plan):
            self.message(line)
        self._display.begin(plan.unit, total=plan.estimate, done=plan.rows_done)

    def advance(self, totals: Totals) -> None:
        """Show how much is done."""
        self._display.advance(totals.rows)


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield the lines about the file and its columns."""
    yield f"{plan.name}: {plan.description}."
    width = max(map(len, plan.understood), default=0)
    for column, field in plan.understood.items():
        yield f"  {column:{width}}  → {field}"
    if plan.unknown:
        yield f"Columns that are not understood, and not imported: {shortened(plan.unknown)}."
        yield "To import one, add --map COLUMN=FIELD, such as --map CustomerNo=keys.customer_number."
    if plan.has_unchecked_numbers:
        yield (
            "Phone numbers without a country code are not checked, and may be stored without E.164 form: the "
            "API key cannot read the default region of the domain (scope settings:admin)."
        )


def summary_lines(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines about what was done, or, for a dry run, about what would be done."""
    totals, row = summary.totals, summary.unit.removesuffix("s")
    counts = [f"{name} {totals.outcomes.get(name, 0):,}" for name in ("created", "updated", "unchanged")]
    prefix = "Dry run, nothing was written: " if dry_run else ""
    rows = _count(totals.rows, row, summary.unit)
    yield f"{prefix}{rows}: {', '.join(counts)}, rejected {totals.rejected:,}."
    for kind, texts in _NOTES.items():
        if count := totals.notes.get(kind, 0):
            yield f"{_count(count, *texts)}."
    for field, count in sorted(totals.kept.items()):
        yield f"{field}: {_count(count, *_KEPT)}."
    if totals.duplicates:
        yield f"{_count(totals.duplicates, *_DUPLICATES)}."
    if dry_run:
        for duplicate in summary.first_duplicates:
            yield f"  {row} {duplicate.row}: may be of the same person as {_duplicate_texts(duplicate)}"
        for each in summary.first_rejected:
            column = f", {each.column}" if each.column else ""
            yield f"  {row} {each.row}{column}: {each.reason}"
    for name, text in _FILES.items():
        if name in summary.files:
            yield f"{text}: {summary.files[name]}"


def _duplicate_texts(row: DuplicateRow) -> str:
    return ", ".join(
        f"{each['profile_id']} ({', '.join(each['matched_on'])})" for each in row.possible_duplicates
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
