"""`profile-lookup repair`: clean up after interrupted requests."""

import click

from service.cli.interrupts import Interrupts
from service.cli.stores import open_stores
from service.use_cases import repair as use_case
from service.use_cases.repair import Repaired


@click.command()
def repair() -> None:
    """Clean up after interrupted merges and erasures.

    Run it after the service or MongoDB was killed. A merge itself is never half done. But a killed request
    that raced with a merge can leave a contact or an object with the merged profile, or create this profile
    again. A killed erasure can leave references to the erased profile, and snapshots of profiles that were
    merged into it. A repetition of the killed request cleans up too, so there is nothing to do if clients
    repeat requests that failed.

    The service can run meanwhile. You can stop the command at any time, and run it again. Ctrl-C stops it
    after the part in progress, a second Ctrl-C at once.

    The command repairs all domains in the database of MONGODB_URI and MONGODB_DATABASE. Without MONGODB_URI,
    it uses the MongoDB that `profile-lookup run` has started in DATA_DIR, or, if none runs, the default
    address of MONGODB_URI.

    The exit code is 0 when the repair is complete. Profiles that were created again after their merge and
    changed since are not repaired: their number is printed. The exit code is 1 if a setting is not valid, if
    MongoDB cannot be reached or failed, or after Ctrl-C.
    """
    with Interrupts() as interrupts, open_stores() as stores:
        stores.indexes.build(lambda _: interrupts.check())
        interrupts.defer()
        result = use_case.repair(stores, advance=interrupts.check)
    _report(result)


def _report(result: Repaired) -> None:
    click.echo(f"Merged profiles whose contacts or objects were moved: {result.moved}.")
    click.echo(f"Erased profiles whose remaining data was removed: {result.erased}.")
    click.echo(f"Profiles removed that were created again after their merge: {result.removed}.")
    if result.changed:
        click.echo(
            f"Profiles that were created again after their merge, and changed since: {result.changed}. They "
            "stay: compare each with the profile into which it was merged, then delete it."
        )
