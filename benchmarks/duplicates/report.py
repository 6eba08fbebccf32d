"""Measures precision and recall on a labelled corpus."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from time import process_time

from benchmarks.duplicates.corpus import Corpus
from service.matching.duplicates.blocking import blocking_keys_of
from service.matching.duplicates.comparison import Comparable, Likeness, compare, prepare

Pair = tuple[int, int]
"""The positions of two records in a corpus."""

_UNRELATED = "strangers"


@dataclass(frozen=True, slots=True)
class Result:
    """The result for a corpus.

    ``duplicates`` are the pairs that are of the same person, ``taken`` those that the service takes for the
    same person, ``in_blocks`` those that share a blocking key. The seconds are CPU time: to prepare all
    records, and to compare the pairs in blocks.
    """

    corpus: Corpus
    duplicates: frozenset[Pair]
    taken: dict[Pair, Likeness]
    in_blocks: frozenset[Pair]
    prepare_seconds: float
    compare_seconds: float

    @property
    def found(self) -> frozenset[Pair]:
        """The duplicates that are taken for the same person."""
        return self.duplicates & self.taken.keys()

    @property
    def outside_blocks(self) -> frozenset[Pair]:
        """The pairs that are taken for the same person, but share no blocking key."""
        return frozenset(self.taken.keys() - self.in_blocks)

    def change(self, pair: Pair) -> str:
        """Return how the names of two records of one person differ."""
        changes = [change for position in pair for change in self.corpus.records[position].changes]
        return changes[0] if changes else "the same name, perhaps in another notation"

    def relation(self, pair: Pair) -> str:
        """Return how the people of two records are related."""
        people = frozenset(self.corpus.records[position].person for position in pair)
        return self.corpus.relations.get(people, _UNRELATED)


def measure(corpus: Corpus) -> Result:
    """Compare all pairs of records, and find the pairs that share a blocking key."""
    begin = process_time()
    prepared = [prepare(profile) for profile in corpus.profiles]
    prepared_at = process_time()
    pairs = pairs_in_blocks(prepared)
    compared_from = process_time()
    for one, other in pairs:
        compare(prepared[one], prepared[other])
    compared_at = process_time()
    taken = {
        pair: likeness
        for pair in combinations(range(len(prepared)), 2)
        if (likeness := compare(prepared[pair[0]], prepared[pair[1]]))
    }
    return Result(
        corpus,
        frozenset(corpus.duplicates()),
        taken,
        frozenset(pairs),
        prepared_at - begin,
        compared_at - compared_from,
    )


def precision(results: Iterable[Result]) -> float:
    """Return the share of the pairs taken for the same person that are of the same person."""
    counts = [(len(result.found), len(result.taken)) for result in results]
    return sum(found for found, _ in counts) / sum(taken for _, taken in counts)


def recall(results: Iterable[Result]) -> float:
    """Return the share of the duplicates that are taken for the same person."""
    counts = [(len(result.found), len(result.duplicates)) for result in results]
    return sum(found for found, _ in counts) / sum(duplicates for _, duplicates in counts)


def pairs_in_blocks(prepared: Sequence[Comparable]) -> set[Pair]:
    """Return the pairs that share a blocking key."""
    members: dict[str, list[int]] = defaultdict(list)
    for position, each in enumerate(prepared):
        for key in blocking_keys_of(each):
            members[key].append(position)
    return {pair for block in members.values() for pair in combinations(block, 2)}


def rows_by_seed(results: Sequence[Result], seeds: Sequence[int]) -> Iterator[Sequence[str]]:
    """Yield the rows of a table with a line for each seed, and one for all."""
    yield "Seed", "Records", "Duplicates", "Precision", "Recall", "Pairs in blocks", "Found outside"
    yield "---", "---:", "---:", "---:", "---:", "---:", "---:"
    lines = [(str(seed), [result]) for seed, result in zip(seeds, results, strict=True)]
    for name, each in (*lines, ("all", list(results))):
        sizes = (
            sum(len(result.corpus.records) for result in each),
            sum(len(result.duplicates) for result in each),
        )
        blocked = sum(len(result.in_blocks) for result in each)
        outside = sum(len(result.outside_blocks) for result in each)
        # Round down, so that 99 % means at least 99 %.
        shares = (f"{int(share * 1000) / 10:g} %" for share in (precision(each), recall(each)))
        yield name, *(f"{size:,}" for size in sizes), *shares, f"{blocked:,}", str(outside)


def rows_by_change(results: Sequence[Result]) -> Iterator[Sequence[str]]:
    """Yield the rows of a table of the duplicates, by the change of the name."""
    yield "Name in the second record", "Duplicates", "Found"
    yield "---", "---:", "---:"
    all_pairs = Counter(result.change(pair) for result in results for pair in result.duplicates)
    found = Counter(result.change(pair) for result in results for pair in result.found)
    for change, count in all_pairs.most_common():
        yield change, f"{count:,}", f"{found[change]:,}"


def rows_by_relation(results: Sequence[Result]) -> Iterator[Sequence[str]]:
    """Yield the rows of a table of the pairs of two people, by their relation."""
    yield "Two people", "Pairs of people", "Pairs of records wrongly taken for one person"
    yield "---", "---:", "---:"
    people = Counter(relation for result in results for relation in result.corpus.relations.values())
    wrong = Counter(
        result.relation(pair) for result in results for pair in result.taken.keys() - result.duplicates
    )
    for relation, count in people.most_common():
        yield relation, f"{count:,}", str(wrong[relation])
    yield _UNRELATED, "all others", str(wrong[_UNRELATED])
