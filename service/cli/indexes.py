"""`profile-lookup indexes`: check or create the indexes."""

import click

from service.cli.interrupts import Interrupts
from service.cli.stores import open_stores


@click.command()
@click.option(
    "--check",
    "action",
    flag_value="check",
    help="List indexes that are missing, being built or different; change nothing.",
)
@click.option("--apply", "action", flag_value="apply", help="Create missing indexes, then check all.")
def indexes(action: str | None) -> None:
    """Check or create the indexes that this release needs.

    The service creates missing indexes when it starts. On a large collection this takes a long time, and the
    service is not ready until all exist. So run this command with --apply before you roll out a new release,
    while the old release still serves. MongoDB accepts reads and writes meanwhile. You can stop the command
    at any time; index builds that have started continue.

    The command never drops or changes existing indexes. If an index has a different definition from the one
    that this release needs, the command names it: drop the index yourself, then run the command again. Other
    indexes, such as your own, are ignored.

    The command uses the database of MONGODB_URI and MONGODB_DATABASE. Without MONGODB_URI, it uses the
    MongoDB that `profile-lookup run` has started in DATA_DIR, or, if none runs, the default address of
    MONGODB_URI. The exit code is 0 if all indexes exist, and 1 if not, after an error or after Ctrl-C.
    """
    if action is None:
        raise click.UsageError("An option is missing; give --check or --apply.")
    with Interrupts() as interrupts, open_stores() as stores:

        def report(step: str) -> None:
            interrupts.check()
            click.echo(step, err=True)

        if action == "apply":
            stores.indexes.build(report)
            interrupts.check()
        state = stores.indexes.state(include_other_builds=True)
    if state != "ok":
        raise click.ClickException(f"Indexes {state}.")
    click.echo("All indexes exist.")
