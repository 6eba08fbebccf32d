"""Import a file: prepare, send the batches, record the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from service.transfer.client.connection import Connection
from service.transfer.errors import UnreadableFile
from service.transfer.importing.batches import batches
from service.transfer.importing.column_names import ColumnNames
from service.transfer.importing.input_file import InputFile, open_input
from service.transfer.importing.options import BY_PROFILE_ID, ImportOptions
from service.transfer.importing.preparing import Domain, ask_domain, check_columns, item_maker
from service.transfer.importing.requests import BatchSender
from service.transfer.importing.results import DuplicateRow, Results, result_files, unused_number
from service.transfer.importing.resuming import resume
from service.transfer.importing.sending import send_in_order
from service.transfer.importing.state import ImportState, options_of, save_state, state_path
from service.transfer.importing.totals import Totals
from service.transfer.rows import RowNote, RowSource, open_rows


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is about to do.

    ``name`` and ``description`` are those of the file. ``understood`` maps the columns that are imported to
    their fields; ``unknown`` are the other ones. ``unit`` is "rows" or "cards". ``estimate`` is about the
    number of rows, or None if it is not known. An interrupted run has imported ``rows_done`` rows.
    ``has_unchecked_numbers`` is True if phone numbers without a country code cannot be checked, because the
    default region is not known.
    """

    name: str
    description: str
    understood: Mapping[str, str]
    unknown: Sequence[str]
    unit: str
    estimate: int | None
    rows_done: int
    has_unchecked_numbers: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import has done.

    ``unit`` is "rows" or "cards". ``files`` are the paths of the result files that are not empty, by names
    such as "rejected". The other fields are as in ``Results``.
    """

    unit: str
    totals: Totals
    first_rejected: Sequence[RowNote]
    first_duplicates: Sequence[DuplicateRow]
    files: Mapping[str, Path]


class Listener(Protocol):
    """Shows an import to the user. Its methods can raise to stop the import."""

    def message(self, text: str) -> None:
        """Show a line."""

    def begin(self, plan: Plan) -> None:
        """Show what is about to happen. This run has sent no rows yet."""

    def advance(self, totals: Totals) -> None:
        """Show how much is done. Called after each batch."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports a file. ``key_id`` is the ID of the API key, or None for other credentials."""

    options: ImportOptions
    connection: Connection
    listener: Listener
    key_id: str | None = None

    def run(self) -> Summary:
        """Import the rows of the file. A later run with the same options continues an interrupted one.

        Raises:
            TransferError: The import cannot begin or continue, or the file has no rows.
            OSError: The state or a result file cannot be written.

        """
        with open_input(self.options.path) as file:
            domain = ask_domain(self.connection, self.options)
            source = open_rows(
                file.path,
                format=self.options.format,
                encoding=self.options.encoding,
                columns=self.options.columns,
                region=domain.region,
                match_on=self.options.match_on,
            )
            check_columns(source, self.options)
            path = None if self.options.dry_run else state_path(self.options, file)
            state = self._state(path, file, domain)
            self.listener.begin(_plan(file, source, state, domain))
            columns = ColumnNames(source.understood, self.options.match_on)
            with Results(result_files(self.options, state), state, columns) as results:
                self._send(source, domain, results, path)
        if path is not None:
            path.unlink(missing_ok=True)
        if not state.totals.rows:
            raise UnreadableFile(f"{file.name} has a header, but no rows; export it again.")
        files = {name: each.path for name, each in results.files.items() if each.size}
        return Summary(source.unit, state.totals, results.first_rejected, results.first_duplicates, files)

    def _state(self, path: Path | None, file: InputFile, domain: Domain) -> ImportState:
        new = ImportState(
            file.digest, options_of(self.options, self.connection.url, self.key_id, domain.region)
        )
        if path is None:
            return new
        new.duplicates_number = unused_number(self.options)
        state = resume(path, new, name=file.name, message=self.listener.message)
        # The file must exist before the first request, or an interrupted run could create profiles twice.
        save_state(path, state)
        return state

    def _send(self, source: RowSource, domain: Domain, results: Results, path: Path | None) -> None:
        state = results.state
        sender = BatchSender(
            self.connection,
            state.import_id,
            dry_run=self.options.dry_run,
            by_profile_id=self.options.match_on == BY_PROFILE_ID,
        )
        make = item_maker(self.options, domain).make
        todo = batches(source, make, first=state.batches, after_row=state.last_row)
        for batch, item_results in send_in_order(todo, sender.send):
            results.record(batch, item_results)
            if path is not None:
                save_state(path, state)
            self.listener.advance(state.totals)


def _plan(file: InputFile, source: RowSource, state: ImportState, domain: Domain) -> Plan:
    return Plan(
        file.name,
        source.description,
        source.understood,
        source.unknown,
        source.unit,
        file.lines if source.in_lines else None,
        state.totals.rows,
        has_unchecked_numbers=domain.region is None
        and any("phone_numbers" in each for each in source.understood.values()),
    )
