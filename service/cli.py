"""The `profile-lookup` command."""

import sys
from contextlib import closing
from typing import TextIO

import click
from environs import EnvError

from service import supervisor
from service.api.openapi import to_yaml
from service.app import create_app
from service.config import Settings
from service.embedded import EmbeddedMongoDBError
from service.errors import DatastoreUnavailable
from service.store.client import connect, ping, translated
from service.store.stores import Stores
from service.use_cases.reindex import Reindexed, reindex_profiles


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="profile-lookup")
def main() -> None:
    """Tell a contact-centre agent who is calling."""


@main.command()
@click.option(
    "--parent-pid",
    type=int,
    metavar="PID",
    help="Stop when this process is no longer our parent; make passes its own.",
)
def run(parent_pid: int | None) -> None:
    """Serve on this machine, with a MongoDB of its own unless MONGODB_URI names one.

    It serves under gunicorn until Ctrl-C or SIGTERM, then finishes the requests in flight and stops.

    Settings are environment variables. Those that matter most: HOST (127.0.0.1), PORT (8080; 0 for any free
    one), DATA_DIR (.data, where the bundled MongoDB keeps its data) and MONGODB_URI (then no MongoDB is
    started). The README lists all of them.
    """
    try:
        supervisor.run(Settings.from_environment(), parent_pid=parent_pid, say=click.echo)
    except (EnvError, EmbeddedMongoDBError, supervisor.RunError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="openapi.yaml",
    show_default=True,
    help="Where to write it; - is the standard output.",
)
def openapi(output: TextIO) -> None:
    """Write the OpenAPI document of the service."""
    output.write(to_yaml(create_app()))


@main.command()
@click.option(
    "--batch-size",
    type=click.IntRange(1, 1000),
    default=200,
    show_default=True,
    help="How many profiles to read, and to write, at a time.",
)
def reindex(batch_size: int) -> None:
    """Bring what profiles are found by up to date with this release.

    Run it after an upgrade that changes the matching rules: until then /readyz says "stale", and a profile
    that was stored before may be missed by a spelling whose rule is new. Of the profiles themselves nothing
    changes but the E.164 form of a number that is read in another way now, nor do their versions.

    The service goes on meanwhile. Stop it whenever you like: the next run goes on where this one ended.

    It works on all domains of the database that MONGODB_URI and MONGODB_DATABASE name; give it the same
    DEFAULT_REGION as the service. `profile-lookup run` prints the URI of its own MongoDB when it is ready.

    The exit code is 0 when every profile is up to date, and 1 when some are not: those where another profile
    owns a value of a unique key are listed. Release the value from one of the two, and run it again.
    """
    try:
        settings = Settings.from_environment()
        database = translated(lambda: connect(settings))()
        with closing(database.client):
            ping(database)
            result = _reindex(Stores.over(database, settings), batch_size)
    except EnvError as error:
        raise click.ClickException(str(error)) from error
    except DatastoreUnavailable as error:
        raise click.ClickException(
            f"MongoDB did not answer in time, or refused ({type(error.__cause__).__name__}): check "
            "MONGODB_URI, then run this again; it goes on where it ended."
        ) from error
    _tell(result)


def _reindex(stores: Stores, batch_size: int) -> Reindexed:
    stores.indexes.build()
    stale = stores.stale_profiles.count()
    if not stale:
        return Reindexed(renewed=0, conflicts=[], left=0)
    progress = click.progressbar(length=stale, label="Reindexing", file=sys.stderr)
    with progress as bar:
        return reindex_profiles(stores, batch_size=batch_size, advance=bar.update)


def _tell(result: Reindexed) -> None:
    for conflict in result.conflicts:
        click.echo(
            f"{conflict.domain} {conflict.profile_id}: another profile owns a value of its unique key "
            f"'{conflict.key}'.",
            err=True,
        )
    if result.left:
        raise click.ClickException(
            f"Profiles brought up to date: {result.renewed}, still stale: {result.left}. Settle those "
            "listed, if any, and run this again."
        )
    click.echo(f"Profiles brought up to date: {result.renewed}, still stale: 0.")


if __name__ == "__main__":
    main()
