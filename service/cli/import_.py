"""`profile-lookup import`: import profiles from a file over HTTP."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.interrupts import Interrupts
from service.cli.transfer import connection_options, exit_codes, key_id
from service.transfer.importing.input_file import check_exists
from service.transfer.importing.options import ImportOptions

if TYPE_CHECKING:
    from service.transfer.client.connection import Connection
    from service.transfer.importing.importer import Plan
    from service.transfer.importing.report import ImportDisplay
    from service.transfer.importing.totals import Totals

_EXIT_REJECTED = 1
_INTERRUPTED = "Interrupted. Repeat the command to continue; no row is imported twice."


def _parse_map(
    _context: click.Context, _parameter: click.Parameter, pairs: Sequence[str]
) -> Mapping[str, str]:
    for pair in pairs:
        if not all(pair.rpartition("=")):
            raise click.BadParameter(
                f"{pair!r} is not COLUMN=FIELD, such as CustomerNo=keys.customer_number."
            )
    return {column: field for column, _, field in (pair.rpartition("=") for pair in pairs)}


@click.command("import")
@click.argument(
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=lambda _context, _parameter, path: None if str(path) == "-" else path,
)
@connection_options
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="COLUMN=FIELD",
    callback=_parse_map,
    help="Import this column into this field, such as CustomerNo=keys.customer_number; can be repeated.",
)
@click.option(
    "--match-on",
    metavar="KEY",
    help="For each row, update the profile that has the row's value of this unique search key, or create one "
    "if there is none. With profile_id, update the profile that has the row's profile ID. Without this "
    "option, each row creates a profile.",
)
@click.option(
    "--lists",
    type=click.Choice(["merge", "replace"]),
    default="merge",
    show_default=True,
    help="How to update phone numbers, e-mail addresses, addresses and search keys: merge adds the values of "
    "the row and removes nothing; replace makes each list that the row has equal to that of the row.",
)
@click.option("--format", help="The format of the file: csv, tsv, ndjson, xlsx or vcard. Default: detected.")
@click.option("--encoding", help="The encoding of the file, such as cp932. Default: detected.")
@click.option(
    "--region",
    callback=lambda _context, _parameter, region: region and region.upper(),
    help="The country (ISO 3166-1, such as JP) of phone numbers without a country code. The import stops "
    "unless this is the default region of the domain, which the service uses for such numbers. The API key "
    "needs the scope settings:admin.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would happen. Nothing is written, except the files of --rejected and --ids.",
)
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for rejected rows and values. Default: FILE.rejected.csv.",
)
@click.option(
    "--ids",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a CSV file with the number, the ID in the file and the profile ID of each imported row.",
)
def import_(url: str, api_key: str | None, **options: Any) -> None:
    """Import profiles from a file or from standard input, over HTTP.

    FILE is -, for standard input, or the name of a file: CSV, TSV, NDJSON, Excel (.xlsx) or vCard (.vcf).
    docs/importing.md explains how to begin, and docs/import-files.md which columns are understood.

    The API key needs the scope profiles:create. With --match-on, it needs profiles:create and profiles:edit.
    With --match-on profile_id, it needs only profiles:edit.

    To continue an interrupted import, repeat the command. No row is imported twice. The file
    FILE.import-state, for standard input a file in ~/.local/state/profile-lookup, remembers what is done
    until the import is complete. Ctrl-C stops the import after the batch in progress, a second Ctrl-C at
    once.

    \b
    Files that are written beside FILE, if there is anything to list:
      FILE.rejected.csv    rejected rows and values, with the reason
      FILE.repaired.csv    repaired values
      FILE.no-e164.csv     phone numbers without E.164 form, which are stored as typed
      FILE.duplicates.csv  new profiles that may be of the same person as another one;
                           a later import writes FILE.duplicates-2.csv, and so on

    \b
    Exit codes:
      0    no row was rejected
      1    some rows were rejected
      2    the command is wrong, or a file cannot be read or written
      3    the API key is missing or not valid, or lacks a scope
      4    the service cannot be reached, or failed; repeat the command to continue
      130  interrupted by Ctrl-C; repeat the command to continue
      141  the program that reads the output has ended; the import is complete
    """  # noqa: D301 - click removes \b
    with exit_codes(interrupted=_INTERRUPTED) as interrupts:
        import_options = ImportOptions(**options)
        _check_files(import_options)
        rejected = _run(import_options, url, api_key, interrupts)
    sys.exit(_EXIT_REJECTED if rejected else 0)


def _check_files(options: ImportOptions) -> None:
    paths = [path for path in (options.path, options.rejected, options.ids) if path is not None]
    if len({path.resolve() for path in paths}) < len(paths):
        raise click.UsageError("FILE, --rejected and --ids must be different files.")
    if options.path is not None:
        check_exists(options.path)  # before the modules that read files are imported, which takes a second


def _run(options: ImportOptions, url: str, api_key: str | None, interrupts: Interrupts) -> int:
    """Import the file, print the summary, and return the number of rejected rows."""
    from rich.console import Console  # noqa: PLC0415 - only installed with the extra

    from service.transfer.client.connection import Connection  # noqa: PLC0415 - as above
    from service.transfer.importing.importer import Importer  # noqa: PLC0415 - as above
    from service.transfer.importing.report import ImportDisplay, summary_lines  # noqa: PLC0415 - as above
    from service.transfer.progress import ProgressDisplay  # noqa: PLC0415 - as above

    with ProgressDisplay(Console(stderr=True)) as progress:
        display = ImportDisplay(progress)
        with Connection(url, api_key, report=display.message) as connection:
            listener = _InterruptibleDisplay(display, connection, interrupts)
            summary = Importer(options, connection, listener, key_id(api_key)).run()
    for line in summary_lines(summary, dry_run=options.dry_run):
        click.echo(line)
    return summary.totals.rejected


class _InterruptibleDisplay:
    """Shows an import, and stops it between two batches if Ctrl-C was pressed."""

    def __init__(self, display: "ImportDisplay", connection: "Connection", interrupts: Interrupts) -> None:
        self.message = display.message
        self._display = display
        self._connection = connection
        self._interrupts = interrupts

    def begin(self, plan: "Plan") -> None:
        """Show what is about to happen. Afterwards, the first Ctrl-C stops the import in ``advance``."""
        self._display.begin(plan)
        self._interrupts.defer(self._connection.stop)

    def advance(self, totals: "Totals") -> None:
        """Show how much is done. Raises KeyboardInterrupt if Ctrl-C was pressed."""
        self._display.advance(totals)
        self._interrupts.check()
