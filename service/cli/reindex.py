"""`profile-lookup reindex`: update stored data to this release and to the current master keys."""

import sys
from collections.abc import Iterator, Sequence

import click

from service.cli.interrupts import Interrupts
from service.cli.stores import open_stores
from service.store.profiles.stale_profiles import Conflict
from service.store.stores import Stores
from service.use_cases.access_keys import LockedAccessKey, reseal_access_keys
from service.use_cases.reindex import (
    Orphan,
    Reindexed,
    ReindexedObjects,
    Undecryptable,
    reindex_objects,
    reindex_profiles,
    reindex_snapshots,
)

_OBJECTS_IN_BATCH = 10
"""Few, because an object can have a megabyte."""


@click.command()
@click.option(
    "--batch-size",
    type=click.IntRange(1, 1000),
    default=200,
    show_default=True,
    help="How many profiles, or snapshots of merged profiles, to read and write in each batch.",
)
def reindex(batch_size: int) -> None:
    """Update stored data after an upgrade or a change of the master keys.

    Run it after an upgrade that changes the matching rules or their libraries: it updates the search terms of
    profiles. Until then /readyz reports "stale", and searches may miss profiles that were stored before.
    Profiles keep their versions. Their data stays the same, except E.164 forms of phone numbers that this
    release parses differently.

    Also run it after each change of the master keys. It encrypts the values of sensitive search keys, the
    secrets of access keys, the objects of Amazon Connect Customer Profiles and the snapshots of merged
    profiles with the first master key, and removes search terms of master keys that are no longer set. It
    also updates profiles that were written under an earlier definition of a search key.

    The service can run meanwhile. You can stop the command at any time; the next run continues the work.
    Ctrl-C stops it after the batch in progress, a second Ctrl-C at once.

    The command updates all domains in the database of MONGODB_URI and MONGODB_DATABASE. Give it the same
    DEFAULT_REGION, MASTER_KEYS and MASTER_KEYS_FILE as the service.

    Without MONGODB_URI, it uses the MongoDB that `profile-lookup run` has started in DATA_DIR, or, if none
    runs, the default address of MONGODB_URI. For the MongoDB in DATA_DIR it uses the master keys in DATA_DIR,
    unless MASTER_KEYS or MASTER_KEYS_FILE is set.

    The exit code is 0 if all profiles, snapshots, access keys and objects are up to date, and 1 if not, after
    an error or after Ctrl-C. The command lists the problems of access keys, and those of profiles, at most
    1,000 of each kind. Solve them, then run it again: remove a unique value that another profile owns from
    one of the two profiles. For a value or secret encrypted with a master key that is not set or has changed,
    set the original one, or revoke the access key. Remove values of an undefined search key.
    """
    with Interrupts() as interrupts, open_stores() as stores:
        stores.indexes.build(lambda _: interrupts.check())
        profiles = _reindex_profiles(stores, batch_size, interrupts)
        locked = reseal_access_keys(stores)
        interrupts.defer()
        snapshots = reindex_snapshots(stores, batch_size=batch_size, advance=lambda _: interrupts.check())
        objects = reindex_objects(stores, batch_size=_OBJECTS_IN_BATCH, advance=lambda _: interrupts.check())
    if snapshots.renewed:
        click.echo(f"Snapshots of merged profiles brought up to date: {snapshots.renewed}.")
    if objects.renewed:
        click.echo(f"Objects encrypted again: {objects.renewed}.")
    _print_problems(profiles, locked)
    if errors := list(_errors(profiles, locked, snapshots, objects)):
        raise click.ClickException(" ".join(errors))
    click.echo(f"Profiles brought up to date: {profiles.renewed}, still stale: 0.")


def _reindex_profiles(stores: Stores, batch_size: int, interrupts: Interrupts) -> Reindexed:
    stale = stores.stale_profiles.count()
    if not stale:
        return Reindexed()
    with click.progressbar(length=stale, label="Reindexing", file=sys.stderr) as bar:

        def advance(count: int) -> None:
            bar.update(count)
            interrupts.check()

        interrupts.defer()
        return reindex_profiles(stores, batch_size=batch_size, advance=advance)


def _print_problems(profiles: Reindexed, locked: Sequence[LockedAccessKey]) -> None:
    for key in locked:
        state = f"encrypted with the master key '{key.master_id}', which is not set or has changed"
        click.echo(f"{key.key_id}: the secret of this access key is {state}.", err=True)
    for conflict in profiles.conflicts:
        _print_problem(conflict, f"another profile owns a value of its unique search key '{conflict.key}'.")
    for value in profiles.undecryptable:
        state = f"encrypted with the master key '{value.master_id}', which is not set or has changed"
        _print_problem(value, f"a value of its search key '{value.key}' is {state}.")
    for orphan in profiles.orphans:
        _print_problem(orphan, f"it has values of the search key '{orphan.key}', which is not defined.")


def _print_problem(profile: Conflict | Orphan | Undecryptable, problem: str) -> None:
    click.echo(f"{profile.domain} {profile.profile_id}: {problem}", err=True)


def _errors(
    profiles: Reindexed, locked: Sequence[LockedAccessKey], snapshots: Reindexed, objects: ReindexedObjects
) -> Iterator[str]:
    if profiles.still_stale:
        yield (
            f"{profiles.still_stale} profiles are still stale; {profiles.renewed} were updated. Fix the "
            "problems listed above, if any, then run `profile-lookup reindex` again."
        )
    if locked:
        yield (
            f"The secrets of {len(locked)} access keys cannot be decrypted. Set their master keys and run "
            "`profile-lookup reindex` again, or revoke these access keys."
        )
    if snapshots.still_stale:
        yield (
            f"{snapshots.still_stale} snapshots of merged profiles are encrypted with a master key that is "
            "not set or has changed; set the original one, then run `profile-lookup reindex` again."
        )
    if objects.still_stale:
        yield (
            f"{objects.still_stale} objects are encrypted with a master key that is not set or has changed; "
            "set the original one, then run `profile-lookup reindex` again."
        )
