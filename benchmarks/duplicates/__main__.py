"""Prints how well duplicates are found: ``make duplicate-report``. It needs no database."""

from collections.abc import Iterable, Sequence

import click

from benchmarks.duplicates.corpus import corpus
from benchmarks.duplicates.report import Result, measure, rows_by_change, rows_by_relation, rows_by_seed

SEEDS = (201, 202, 203, 204, 205)
"""Seeds that were not used to choose the rules of the comparison."""


def _print_table(rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        click.echo(f"| {' | '.join(row)} |")
    click.echo()


def _print_errors(result: Result) -> None:
    for pair in sorted(result.duplicates ^ result.taken.keys()):
        is_missed = pair in result.duplicates
        click.echo(f"missed: {result.change(pair)}" if is_missed else f"wrong: {result.relation(pair)}")
        for position in pair:
            click.echo(f"    {result.corpus.records[position]}")


@click.command()
@click.option("--people", "count", default=1000, show_default=True, help="People without relatives.")
@click.option("--seed", "seeds", multiple=True, type=int, default=SEEDS, show_default=True)
@click.option("--errors", is_flag=True, help="List the missed and the wrong pairs.")
def main(count: int, seeds: Sequence[int], *, errors: bool) -> None:
    """Print precision and recall of the duplicates that are found among invented people."""
    results = [measure(corpus(count, seed)) for seed in seeds]
    _print_table(rows_by_seed(results, seeds))
    _print_table(rows_by_change(results))
    _print_table(rows_by_relation(results))
    records = sum(len(result.corpus.records) for result in results)
    pairs = sum(len(result.in_blocks) for result in results)
    prepare_time = sum(result.prepare_seconds for result in results) / records * 1e6
    compare_time = sum(result.compare_seconds for result in results) / pairs * 1e6
    click.echo(
        f"CPU time: prepare {prepare_time:.0f} µs, compare {compare_time:.0f} µs for a pair in a block"
    )
    for result in results if errors else ():
        _print_errors(result)


if __name__ == "__main__":
    main()
