"""The summary of `profile-lookup duplicates`, on standard error."""

from collections import Counter

import click

from service.store.duplicates.blocking import SharedKey, count_profiles, too_shared
from service.store.duplicates.groups import count_groups
from service.store.duplicates.work_file import WorkFile

_MAX_EXAMPLES = 10


def print_summary(work: WorkFile, shared_above: int) -> None:
    """Print how many profiles and groups there are, and how many values were left out as too shared.

    For the most shared of these values, print the search key and one profile, not the value.
    """
    groups, profiles = count_groups(work)
    total = count_of(count_profiles(work), "profile")
    click.echo(f"{total}; {profiles:,} of them are in {count_of(groups, 'group')}.", err=True)
    kinds = Counter[str]()
    examples = list[SharedKey]()
    for key in too_shared(work, max_shared=shared_above):
        kinds[key.kind] += 1
        if len(examples) < _MAX_EXAMPLES:
            examples.append(key)
    if not examples:
        return
    counts = ", ".join(f"{count:,} of {kind}" for kind, count in sorted(kinds.items()))
    click.echo(
        f"More than {shared_above} profiles share these values, which were left out: {counts}. "
        "The most shared ones:",
        err=True,
    )
    for key in examples:
        click.echo(f"  {key.kind}: {key.profiles:,} profiles, such as {key.example_id}", err=True)


def count_of(number: int, noun: str) -> str:
    """Return the number with the noun, such as ``1 group`` or ``2,000 groups``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
