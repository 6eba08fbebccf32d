"""`profile-lookup export`: export profiles to a file over HTTP."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.interrupts import Interrupts
from service.cli.transfer import connection_options, exit_codes

if TYPE_CHECKING:
    from service.transfer.exporting.exporter import ExportSummary

_CSV_SUFFIX = ".csv"
_CURSOR = re.compile(r"[A-Za-z0-9_-]{16,}={0,2}")
"""Matches base64url that is longer than a word or a date. Only the service can check the rest of a cursor."""


def _check_since(_context: click.Context, _parameter: click.Parameter, since: str | None) -> str | None:
    """Return the value if it is a time with a time zone or looks like a cursor. Raises BadParameter."""
    if since is None:
        return None
    try:
        time = datetime.fromisoformat(since)
    except ValueError:
        is_valid = _CURSOR.fullmatch(since) is not None
    else:
        is_valid = time.tzinfo is not None
    if not is_valid:
        raise click.BadParameter(
            f"{since!r} is neither a time with a time zone, such as 2026-03-01T00:00:00Z, nor the cursor "
            "that the last export has printed."
        )
    return since


@click.command()
@connection_options
@click.option(
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=lambda _context, _parameter, path: None if str(path) == "-" else path,
    help="The file to write; - is the standard output.",
)
@click.option(
    "--format",
    type=click.Choice(["ndjson", "csv"]),
    help="The format of the file. Default: csv if its name ends with .csv, otherwise ndjson.",
)
@click.option(
    "--fields",
    type=click.Choice(["own", "amazon"]),
    default="own",
    show_default=True,
    help="The names of the fields: our own, or those of Amazon Connect Customer Profiles.",
)
@click.option(
    "--changed-since",
    metavar="TIME|CURSOR",
    callback=_check_since,
    help="Export only profiles that were created, changed or deleted since a time, such as "
    "2026-03-01T00:00:00Z, or since the cursor that the last export has printed.",
)
def export(url: str, api_key: str | None, **options: Any) -> None:
    """Export profiles as NDJSON or CSV, over HTTP.

    The API key needs the scope profiles:admin. Values of sensitive search keys are masked; an import leaves
    masked values out, so that the stored ones remain.

    NDJSON has a profile on each line. With --changed-since, deleted profiles are lines with profile_id and
    deleted_at, which CSV leaves out, and standard error shows the cursor for the next export.

    The file appears when it is complete. Only you can read it, because it contains personal data.

    Ctrl-C stops the export after the request in progress, a second Ctrl-C at once.

    \b
    Exit codes:
      0    the file is complete
      2    the command is wrong, or the file cannot be written
      3    the API key is missing or not valid, or lacks the scope
      4    the service cannot be reached, or failed
      130  interrupted by Ctrl-C
      141  the program that reads the output has ended
    """  # noqa: D301 - click removes \b
    if options["format"] is None:
        is_csv = options["output"] is not None and options["output"].suffix.lower() == _CSV_SUFFIX
        options["format"] = "csv" if is_csv else "ndjson"
    written = "the output is not complete" if options["output"] is None else "nothing was written"
    with exit_codes(interrupted=f"Interrupted; {written}.") as interrupts:
        summary = _run(url, api_key, options, interrupts)
    for line in _lines(summary, is_csv=options["format"] == "csv"):
        click.echo(line, err=True)


def _run(url: str, api_key: str | None, options: dict[str, Any], interrupts: Interrupts) -> "ExportSummary":
    from rich.console import Console  # noqa: PLC0415 - only installed with the extra

    from service.transfer.client.connection import Connection  # noqa: PLC0415 - as above
    from service.transfer.exporting.exporter import ExportOptions, export  # noqa: PLC0415 - as above
    from service.transfer.progress import ProgressDisplay  # noqa: PLC0415 - as above

    with (
        ProgressDisplay(Console(stderr=True)) as progress,
        Connection(url, api_key, report=progress.message) as connection,
    ):
        progress.begin("profiles", total=None)
        interrupts.defer(connection.stop)
        return export(ExportOptions(**options), connection, progress.advance, interrupts.check)


def _lines(summary: "ExportSummary", *, is_csv: bool) -> Iterator[str]:
    left_out = ", which CSV leaves out" if is_csv else ""
    deleted = f", {summary.deletions:,} deleted{left_out}" if summary.deletions else ""
    yield f"{summary.profiles:,} profiles{deleted}."
    if summary.lost:
        yield f"{summary.lost:,} values have no field in Amazon Connect, and were left out."
    if summary.masked:
        yield f"Masked values of sensitive search keys: {', '.join(summary.masked)}."
    if summary.cursor is not None:
        yield f"For the next export: --changed-since {summary.cursor}"
