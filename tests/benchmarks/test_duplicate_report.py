"""Precision and recall of duplicates, on a smaller corpus than that of ``make duplicate-report``."""

from collections.abc import Sequence

import pytest

from benchmarks.duplicates.__main__ import SEEDS
from benchmarks.duplicates.corpus import corpus
from benchmarks.duplicates.report import Result, measure, precision, recall, rows_by_seed

_PEOPLE = 300


@pytest.fixture(scope="module")
def results() -> Sequence[Result]:
    """Return the results for the first seeds of the report."""
    return [measure(corpus(_PEOPLE, seed)) for seed in SEEDS[:3]]


def test_at_least_99_percent_of_the_pairs_found_are_duplicates(results: Sequence[Result]) -> None:
    """The goal for precision."""
    assert precision(results) >= 0.99


def test_at_least_95_percent_of_the_duplicates_are_found(results: Sequence[Result]) -> None:
    """The goal for recall."""
    assert recall(results) >= 0.95


def test_no_duplicate_is_outside_the_blocks(results: Sequence[Result]) -> None:
    """Each pair that is found by comparing all with all shares a blocking key. Blocks have few pairs."""
    assert not any(result.outside_blocks for result in results)
    for result in results:
        assert len(result.in_blocks) < 5 * len(result.corpus.records)


def test_the_corpus_has_people_who_are_hard_to_tell_apart(results: Sequence[Result]) -> None:
    """Parents and children of one name are too rare for a small corpus."""
    relations = {relation for result in results for relation in result.corpus.relations.values()}
    assert {"family", "twins", "colleagues", "namesakes", "one number, used again"} <= relations


def test_the_same_seed_gives_the_same_table() -> None:
    """So figures can be compared over time."""
    one, again = ([measure(corpus(30, SEEDS[0]))] for _ in range(2))
    assert list(rows_by_seed(one, SEEDS[:1])) == list(rows_by_seed(again, SEEDS[:1]))
