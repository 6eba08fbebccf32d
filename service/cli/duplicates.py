"""`profile-lookup duplicates`: find profiles of the same person in a whole domain."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

from service.cli.duplicate_formats import FORMATS
from service.cli.duplicate_summary import count_of, print_summary
from service.cli.interrupts import Interrupts
from service.cli.stores import OpenDatabase, open_database
from service.cli.transfer import EXIT_USAGE, exit_codes
from service.matching.rules import MARKER
from service.model.identifiers import is_domain
from service.store.duplicates.groups import Group, all_groups
from service.store.duplicates.work_file import WorkFile, WorkFileError, open_work_file, remove_work_file
from service.store.stores import Stores
from service.transfer.exporting.output import check_output, open_output
from service.transfer.state_folder import state_folder
from service.use_cases.domain_duplicates import Advance, DuplicateSearch, Processes, Step
from service.use_cases.worker_processes import ProcessLost

_INTERRUPTED = "Interrupted. Repeat the command to continue."
_LABELS = {
    Step.READ: "Reading profiles",
    Step.PAIR: "Finding pairs",
    Step.COMPARE: "Comparing pairs",
    Step.GROUP: "Finding groups",
}
_TABLE_SUFFIXES = frozenset({"", "txt"})
_MAX_PROCESSES = 4
"""More processes would wait for the one that stores the results."""


def _check_domain(_context: click.Context, _parameter: click.Parameter, domain: str) -> str:
    if not is_domain(domain):
        raise click.BadParameter(f"{domain!r} cannot be the name of a domain.")
    return domain


@click.command()
@click.option(
    "--domain",
    default="default",
    show_default=True,
    callback=_check_domain,
    help="The domain, or customer base, to search.",
)
@click.option(
    "--output",
    default="-",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=lambda _context, _parameter, path: None if str(path) == "-" else path,
    help="The file to write. Default: -, the standard output.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Default: csv for .csv, ndjson for .ndjson, table for .txt, no suffix and the standard output.",
)
@click.option(
    "--shared-above",
    type=click.IntRange(2, 10_000),
    default=100,
    show_default=True,
    metavar="PROFILES",
    help="Do not compare two profiles only because they share a value, such as the number of a switchboard, "
    "that more profiles than this have.",
)
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that remembers what is done until the search is complete. Default: a file in "
    "$XDG_STATE_HOME/profile-lookup, or in ~/.local/state/profile-lookup.",
)
def duplicates(
    domain: str, output: Path | None, format_: str | None, shared_above: int, state: Path | None
) -> None:
    """Find profiles of the same person in a whole domain.

    The result is a list of groups: profiles that are alike, directly or through other profiles of the group.
    It contains IDs of profiles, tiers and names of search keys, and no personal values. docs/duplicates.md
    explains it.

    Ctrl-C stops the search within seconds, a second Ctrl-C at once. The same command continues it. Nothing is
    written to the database, and the service can run meanwhile.

    The command uses the database of MONGODB_URI and MONGODB_DATABASE. Without MONGODB_URI, it uses the
    MongoDB that `profile-lookup run` has started in DATA_DIR, or, if none runs, the default address of
    MONGODB_URI.

    \b
    Exit codes:
      0    the result is complete, with or without duplicates
      1    MongoDB cannot be reached, or failed, or a process ended unexpectedly:
           repeat the command to continue; or a setting is not valid
      2    the command is wrong, the domain has no profiles, or a file cannot be used
      130  interrupted by Ctrl-C; repeat the command to continue
      141  the program that reads the output has ended
    """  # noqa: D301 - click removes \b
    format_ = format_ or _format_of(output)
    with exit_codes(interrupted=_INTERRUPTED) as interrupts, _error_messages():
        check_output(output)
        with open_database() as database:
            _check_has_profiles(database.stores, domain)
            path = state or _default_path(database.settings.mongodb_database, domain)
            options = _options_to_continue(database, domain, shared_above)
            with (
                _remove_if_output_is_closed(path),
                open_work_file(path, options, interrupts.check, makes_folder=state is None) as work,
            ):
                if not work.is_new:
                    click.echo(_continuing_message(work.begun_at, path), err=True)
                _search(database, domain, work, shared_above, interrupts)
                _write(work, output, format_, interrupts.check)
                print_summary(work, shared_above)
        remove_work_file(path)


def _options_to_continue(database: OpenDatabase, domain: str, shared_above: int) -> dict[str, object]:
    """Return what must be the same to continue a search."""
    return {
        "server": database.servers,
        "database": database.settings.mongodb_database,
        "domain": domain,
        "--shared-above": shared_above,
        "release": f"{version('profile-lookup')} {MARKER}",
    }


def _search(
    database: OpenDatabase, domain: str, work: WorkFile, shared_above: int, interrupts: Interrupts
) -> None:
    if database.stores.stale_profiles.have_other_rules():
        click.echo("Warning: some profiles are stale. Run `profile-lookup reindex` first.", err=True)
    interrupts.defer()
    DuplicateSearch(
        stores=database.stores,
        domain=domain,
        work=work,
        max_shared=shared_above,
        track=_tracker(interrupts),
        processes=Processes(
            min(os.cpu_count() or 1, _MAX_PROCESSES), partial(Stores.connect, database.settings)
        ),
    ).run()


def _format_of(output: Path | None) -> str:
    suffix = "" if output is None else output.suffix.lower().removeprefix(".")
    if suffix in FORMATS:
        return suffix
    if suffix in _TABLE_SUFFIXES:
        return "table"
    raise click.UsageError(
        f"The suffix .{suffix} names no format: write a .csv, .ndjson or .txt file, or add --format."
    )


def _check_has_profiles(stores: Stores, domain: str) -> None:
    profiles, _ = stores.profile_lists.count(domain)
    if not profiles:
        raise click.UsageError(f"The domain {domain} has no profiles: check --domain and MONGODB_DATABASE.")


def _continuing_message(begun_at: datetime, path: Path) -> str:
    minutes = (datetime.now(UTC) - begun_at) // timedelta(minutes=1)
    hours = minutes // 60
    age = count_of(minutes, "minute") if hours < 1 else count_of(hours, "hour")
    return (
        f"Continuing the search that was interrupted. It began {age} ago, at {begun_at:%Y-%m-%d %H:%M} UTC: "
        f"changes and merges since then can be missing. To start from the beginning, delete {path}."
    )


def _default_path(database: str, domain: str) -> Path:
    return state_folder() / f"{database}-{domain}.duplicates-state"


@contextmanager
def _remove_if_output_is_closed(path: Path) -> Iterator[None]:
    """Remove the state if the program that reads the output ends early, as `head` does.

    The same command then searches again, because profiles can have been merged meanwhile.
    """
    try:
        yield
    except BrokenPipeError:
        remove_work_file(path)
        raise


@contextmanager
def _error_messages() -> Iterator[None]:
    try:
        yield
    except WorkFileError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except ProcessLost as error:
        raise click.ClickException(
            "A worker process ended unexpectedly, perhaps because memory ran out. Repeat the command to "
            "continue."
        ) from error


def _tracker(interrupts: Interrupts) -> Callable[[Step, int, int], AbstractContextManager[Advance]]:
    """Return the ``track`` of ``DuplicateSearch``.

    It shows a step as a progress bar, or only the name of the step if standard error is not a terminal.
    """

    @contextmanager
    def track(step: Step, total: int, done: int) -> Iterator[Advance]:
        with click.progressbar(length=max(total, done, 1), label=_LABELS[step], file=sys.stderr) as bar:
            bar.update(done)

            def advance(count: int) -> None:
                bar.update(count)
                interrupts.check()

            yield advance

    return track


def _write(work: WorkFile, output: Path | None, format_: str, check: Callable[[], None]) -> None:
    with open_output(output) as file:
        for text in FORMATS[format_](work, _interruptible(all_groups(work), check)):
            file.write(text.encode())


def _interruptible(groups: Iterator[Group], check: Callable[[], None]) -> Iterator[Group]:
    for group in groups:
        check()
        yield group
