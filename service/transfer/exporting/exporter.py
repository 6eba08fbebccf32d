"""Export profiles: read the pages, convert and write them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from service.transfer.client.connection import Connection
from service.transfer.exporting import amazon, columns
from service.transfer.exporting.formats import CsvWriter, NdjsonWriter, open_spool
from service.transfer.exporting.output import open_output
from service.transfer.exporting.pages import all_profiles, changes
from service.transfer.json_types import JsonMapping

_DELETED_AT = "deleted_at"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of an export.

    ``output`` is None for standard output. ``format`` is "ndjson" or "csv", ``fields`` is "own" or "amazon".
    ``changed_since`` is a time or a cursor, or None for all profiles.
    """

    output: Path | None
    format: str
    fields: str
    changed_since: str | None


@dataclass(slots=True)
class ExportSummary:
    """What an export has written.

    ``profiles`` and ``deletions`` are numbers of records; CSV leaves deletions out. ``lost`` is the number of
    values that were left out, because Amazon Connect has no field for them. ``masked`` are the sensitive
    search keys of the domain, whose values are masked. ``cursor`` is where the next export of changes
    continues, or None if all profiles were exported.
    """

    profiles: int = 0
    deletions: int = 0
    lost: int = 0
    masked: Sequence[str] = ()
    cursor: str | None = None


class _Writer(Protocol):
    def add(self, records: Iterable[JsonMapping]) -> None: ...

    def finish(self, check: Callable[[], None]) -> None: ...


def export(
    options: ExportOptions,
    connection: Connection,
    advance: Callable[[int], None],
    check: Callable[[], None],
) -> ExportSummary:
    """Write all profiles, or those that have changed, to a file.

    ``advance`` gets the number of records that were read. ``check`` is called after each page and before each
    row of a CSV file, and can raise to stop the export.

    Raises:
        TransferError: The export cannot begin or continue. No file is left then.
        OSError: The file cannot be written.

    """
    search_keys = connection.get("search-keys")["items"]
    summary = ExportSummary(masked=[key["name"] for key in search_keys if key["sensitive"]])
    with ExitStack() as stack:
        output = stack.enter_context(open_output(options.output))
        writer = _writer(options, output, stack)
        for page in _pages(options, connection, summary):
            writer.add(_records(options, page, summary))
            advance(summary.profiles + summary.deletions)
            check()
        writer.finish(check)
    return summary


def _pages(
    options: ExportOptions, connection: Connection, summary: ExportSummary
) -> Iterator[list[JsonMapping]]:
    if options.changed_since is None:
        yield from all_profiles(connection)
        return
    feed = changes(connection, options.changed_since)
    yield from feed.pages()
    summary.cursor = feed.cursor


def _records(
    options: ExportOptions, page: Iterable[JsonMapping], summary: ExportSummary
) -> Iterator[JsonMapping]:
    """Yield the records to write, and count them in the summary. CSV leaves deletions out."""
    for record in page:
        if _DELETED_AT in record:
            summary.deletions += 1
            if options.format == "ndjson":
                yield record
            continue
        summary.profiles += 1
        if options.fields == "amazon":
            converted, lost = amazon.to_amazon(record)
            summary.lost += lost
            yield converted
        else:
            yield record


def _writer(options: ExportOptions, output: IO[bytes], stack: ExitStack) -> _Writer:
    if options.format == "ndjson":
        return NdjsonWriter(output)
    spool = stack.enter_context(open_spool())
    if options.fields == "amazon":
        return CsvWriter(output, spool, cells=amazon.flatten, position=str)
    return CsvWriter(output, spool, cells=columns.to_cells, position=columns.position)
