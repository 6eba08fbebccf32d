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
    help="Import a column into a field, such as CustomerNo=keys.customer_number; can be repeated.",
)
@click.option(
    "--match-on",
    metavar="KEY",
    help="Update the profile with the same value of this unique search key, or create it. With profile_id, "
    "update the profile with this ID. Without this option, each row creates a profile.",
)
@click.option(
    "--lists",
    type=click.Choice(["merge", "replace"]),
    default="merge",
    show_default=True,
    help="For phone numbers, e-mail addresses, addresses and search keys of profiles that exist: merge adds "
    "the values of the file and removes nothing, replace removes all others.",
)
@click.option("--format", help="csv, tsv, ndjson, xlsx or vcard. Default: detected.")
@click.option("--encoding", help="The encoding of the file, such as cp932. Default: detected.")
@click.option(
    "--region",
    callback=lambda _context, _parameter, region: region and region.upper(),
    help="The country (ISO 3166-1, such as JP) of phone numbers without a country code. Stop unless it is "
    "the default region of the domain: the service reads them so. The key needs the scope settings:admin.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would happen.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for rejected rows. Default: FILE.rejected.csv.",
)
@click.option(
    "--ids",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write: the row, its own ID and the profile ID of each imported row, as CSV.",
)
def import_(url: str, api_key: str | None, **options: Any) -> None:
    """Import profiles from FILE, or from standard input if FILE is -.

    CSV, TSV, NDJSON, Excel (.xlsx) and vCard (.vcf). docs/importing.md explains how to begin, and
    docs/import-files.md which columns are understood.

    The API key needs the scopes profiles:create and profiles:edit.

    An interrupted import is continued by the same command. No row is imported twice. The file
    FILE.import-state remembers what is done until the import is complete. Ctrl-C stops the import after a
    batch in progress, a second Ctrl-C at once.

    \b
    Files that are written beside FILE, if there is anything to list:
      FILE.rejected.csv    rejected rows and values, with the reason
      FILE.repaired.csv    repaired values
      FILE.no-e164.csv     phone numbers without E.164 form, which are stored as typed
      FILE.duplicates.csv  new profiles that may be of the same person as another one;
                           those of a later run are in FILE.duplicates-2.csv, and so on

    \b
    Exit codes:
      0    all rows were imported
      1    some rows were rejected
      2    the command is wrong, or the file cannot be read
      3    the API key is missing or not valid, or lacks a scope
      4    the service cannot be reached, or failed; repeat the command to continue
      130  interrupted by Ctrl-C; repeat the command to continue
    """  # noqa: D301 - click removes \b
    with exit_codes(interrupted=_INTERRUPTED) as interrupts:
        options_ = _checked(ImportOptions(**options))
        rejected = _run(options_, url, api_key, interrupts)
    sys.exit(_EXIT_REJECTED if rejected else 0)


def _checked(options: ImportOptions) -> ImportOptions:
    paths = [path for path in (options.path, options.rejected, options.ids) if path is not None]
    if len({path.resolve() for path in paths}) < len(paths):
        raise click.UsageError("FILE, --rejected and --ids must be different files.")
    if options.path is not None:
        check_exists(options.path)  # before the import of the modules that read files, which takes a second
    return options


def _run(options: ImportOptions, url: str, api_key: str | None, interrupts: Interrupts) -> int:
    """Import the file and return the number of rejected rows."""
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
        """Show what is about to happen. Raises KeyboardInterrupt."""
        self._display.begin(plan)
        self._interrupts.defer(self._connection.stop)

    def advance(self, totals: "Totals") -> None:
        """Show how much is done. Raises KeyboardInterrupt."""
        self._display.advance(totals)
        self._interrupts.check()
