"""`profile-lookup repair`: complete what interrupted requests left behind."""

import click

from service.cli.interrupts import Interrupts
from service.cli.stores import open_stores
from service.use_cases import repair as use_case
from service.use_cases.repair import Repaired


@click.command()
def repair() -> None:
    """Complete interrupted merges and erasures.

    Run it after the service or MongoDB was killed. A merge is never half done. But a request that raced with
    it and was killed can leave a contact or an object with a merged profile, or create a merged profile
    again. A killed erasure can leave references to an erased profile, and snapshots of profiles that were
    merged into it. Repeating the request completes this too. So there is nothing to do if clients repeat
    requests that failed.

    The service can run meanwhile. You can stop the command at any time, and run it again. Ctrl-C stops it
    after the part in progress, a second Ctrl-C at once.

    The command repairs all domains in the database of MONGODB_URI and MONGODB_DATABASE. Without MONGODB_URI,
    it uses the MongoDB that `profile-lookup run` started in DATA_DIR, or else the default address.

    The exit code is 0 if everything is repaired, except profiles that were created again after their merge
    and changed since: their number is printed. It is 1 if MongoDB cannot be reached or failed, or after
    Ctrl-C.
    """
    with Interrupts() as interrupts, open_stores() as stores:
        stores.indexes.build(lambda _: interrupts.check())
        interrupts.defer()
        result = use_case.repair(stores, advance=interrupts.check)
    _report(result)


def _report(result: Repaired) -> None:
    click.echo(f"Merged profiles whose contacts or objects were moved: {result.moved}.")
    click.echo(f"Erased profiles of which the rest was removed: {result.erased}.")
    click.echo(f"Profiles removed that were created again after their merge: {result.removed}.")
    if result.changed:
        click.echo(
            f"Profiles that were created again after their merge, and changed since: {result.changed}. They "
            "stay; compare each with the profile of its merge, then delete it."
        )
