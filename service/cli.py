"""The `profile-lookup` command."""

import os
import sys
from dataclasses import replace
from typing import TextIO

import click
from environs import EnvError

from service import supervisor
from service.api.openapi.document import to_yaml
from service.app import create_app
from service.cli_api_keys import api_keys
from service.cli_stores import stores_of_environment
from service.config import Settings
from service.embedded.mongod import EmbeddedMongoDBError
from service.server import log
from service.store.stores import Stores
from service.use_cases.reindex import Reindexed, reindex_profiles


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="profile-lookup")
def main() -> None:
    """Tell a contact-centre agent who is calling."""
    log.configure()


main.add_command(api_keys)


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

    Where AUTH is not set it is off: nobody is asked for a credential, and so HOST has to be a loopback
    address.
    """
    try:
        settings = Settings.from_environment()
        if "AUTH" not in os.environ:
            settings = replace(settings, auth="off")
        settings.check()
        supervisor.run(settings, parent_pid=parent_pid, say=click.echo)
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

    Run it after an upgrade that changes the matching rules or their libraries: until then /readyz says
    "stale", and a profile that was stored before may be missed by a spelling whose rule is new. Of the
    profiles themselves only the E.164 form of a number that is read in another way now changes; their
    versions stay.

    Run it also after each change of the master keys: values of sensitive search keys are then sealed by the
    first master, and found by those that are set alone. It also updates profiles that were written under
    another definition of a search key.

    The service goes on meanwhile. Stop it whenever you like: the next run goes on where this one ended.

    It works on all domains of the database that MONGODB_URI and MONGODB_DATABASE name; give it the same
    DEFAULT_REGION, MASTER_KEYS and MASTER_KEYS_FILE as the service. Without MONGODB_URI it uses the MongoDB
    that `profile-lookup run` has started in DATA_DIR, and the master keys beside it.

    The exit code is 0 when every profile is up to date, and 1 when some are not. It lists profiles (1) whose
    unique value another profile owns, (2) sealed with a master key that is not set, (3) with values of an
    undefined search key. Release the value from one of the two, set the master key, or remove the values;
    then run it again.
    """
    with stores_of_environment() as stores:
        result = _reindex(stores, batch_size)
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
    for sealed in result.sealed:
        click.echo(
            f"{sealed.domain} {sealed.profile_id}: a value of its key '{sealed.key}' is sealed with the "
            f"master '{sealed.master_id}', which is not set, or is another.",
            err=True,
        )
    for orphan in result.orphans:
        click.echo(
            f"{orphan.domain} {orphan.profile_id}: holds values of the key '{orphan.key}', "
            "which is not defined.",
            err=True,
        )
    if result.left:
        raise click.ClickException(
            f"Profiles still stale: {result.left} (brought up to date: {result.renewed}). Settle those "
            "listed, if any, and run this again."
        )
    click.echo(f"Profiles brought up to date: {result.renewed}, still stale: 0.")


@main.command()
@click.option("--check", "action", flag_value="check", help="Tell which do not stand; changes nothing.")
@click.option("--apply", "action", flag_value="apply", help="Create those that do not stand.")
def indexes(action: str | None) -> None:
    """Check or create the indexes that this release needs.

    The service creates them itself when it starts. On a large collection that takes long, and until then the
    new release is not ready: run this with --apply before you roll it out, while the old one goes on
    serving. MongoDB reads and writes meanwhile; stop this whenever you like, a build that has begun goes on.

    No index is ever dropped or changed. One that stands with another definition is named: drop it yourself,
    then run this again. Indexes of other releases, and your own, are passed over.

    It works on the database that MONGODB_URI and MONGODB_DATABASE name; without MONGODB_URI, on that of the
    MongoDB that `profile-lookup run` has started in DATA_DIR. The exit code is 0 when all indexes
    stand, and 1 when some do not.
    """
    if action is None:
        raise click.UsageError("Give --check or --apply.")
    with stores_of_environment() as stores:
        if action == "apply":
            stores.indexes.build(lambda step: click.echo(step, err=True))
        state = stores.indexes.state(everywhere=True)
    if state != "ok":
        raise click.ClickException(f"Indexes {state}.")
    click.echo("All indexes stand.")


if __name__ == "__main__":
    main()
