"""Groups of duplicates in the working file: compared with a simple computation."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from service.store.duplicates.blocking import (
    BlockingKeys,
    HashedKey,
    SharedKey,
    add_pairs,
    hash_of,
    too_shared,
)
from service.store.duplicates.groups import Group, add_groups, all_groups, count_groups, members_of, pairs_of
from service.store.duplicates.pairs import Duplicate, add_duplicates, count_pairs, ids_of, next_pairs
from service.store.duplicates.work_file import WorkFile, open_work_file

_PROFILES = 60
_TIERS = 7


def _ids(count: int) -> list[str]:
    return [f"{number:032x}" for number in range(count)]


def _components(duplicates: list[Duplicate], max_tier: int) -> set[frozenset[int]]:
    """Return the groups that pairs up to a tier form."""
    groups: list[set[int]] = []
    for each in duplicates:
        if each.tier <= max_tier:
            touched = [group for group in groups if group & {each.one, each.other}]
            groups = [group for group in groups if group not in touched]
            groups.append({each.one, each.other}.union(*touched))
    return set(map(frozenset, groups))


def _hashed(keys: BlockingKeys, key: str) -> HashedKey:
    return HashedKey(hash_of(keys.hash_key, key), "phone")


def _add(work: WorkFile, count: int, duplicates: list[Duplicate]) -> None:
    keys = BlockingKeys(work)
    with work.transaction():
        keys.add(0, [(each, []) for each in _ids(count)])
        add_duplicates(work, duplicates)
        add_groups(work)


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_the_connected_components(tmp_path: Path, seed: int) -> None:
    """The weakest tier is the first at which all profiles of the group are connected."""
    numbers = random.Random(seed)  # noqa: S311 - the same in each run
    samples = (sorted(numbers.sample(range(_PROFILES), 2)) for _ in range(seed * 3))
    chosen = {(one, other) for one, other in samples}
    duplicates = [
        Duplicate(one, other, numbers.randrange(_TIERS), ("phone",)) for one, other in sorted(chosen)
    ]
    with open_work_file(tmp_path / "state", {}, lambda: None) as work:
        _add(work, _PROFILES, duplicates)
        groups = list(all_groups(work))
        members = [frozenset(int(each, 16) for each in members_of(work, group)) for group in groups]
        assert set(members) == _components(duplicates, _TIERS)
        for group, own in zip(groups, members, strict=True):
            tiers = [each.tier for each in duplicates if each.one in own]
            assert (group.size, group.first, group.strongest) == (len(own), min(own), min(tiers))
            assert own in _components(duplicates, group.weakest)
            assert own not in _components(duplicates, group.weakest - 1)
            assert [pair.tier for pair in pairs_of(work, group)] == tiers
        assert count_groups(work) == (len(groups), sum(map(len, members)))
    assert [group.number for group in groups] == list(range(1, len(groups) + 1))
    assert groups == sorted(groups, key=lambda each: (each.weakest, each.strongest, each.first))


def test_a_long_chain_is_one_group(tmp_path: Path) -> None:
    """The depth of the sets does not matter."""
    count = 5000
    chain = [Duplicate(one, other, 1, ("phone", "name")) for one, other in pairwise(range(count))]
    with open_work_file(tmp_path / "state", {}, lambda: None) as work:
        _add(work, count, chain)
        assert list(all_groups(work)) == [Group(1, 0, count, 1, 1)]


def test_each_pair_that_shares_a_key_is_compared_once(tmp_path: Path) -> None:
    """Keys that too many share are reported with their oldest profile."""
    ids = _ids(6)
    rows = [{"a", "b"}, {"a", "b", "c"}, {"c"}, {"d", "b"}, {"d", "many"}, {"e"}]
    with open_work_file(tmp_path / "state", {}, lambda: None) as work:
        keys = BlockingKeys(work)
        with work.transaction():
            keys.add(0, [(ids[n], [_hashed(keys, key) for key in row]) for n, row in enumerate(rows)])
            add_pairs(work, max_shared=2)
        pairs = [(pair.one, pair.other) for pair in next_pairs(work, 0, 10)]
        assert pairs == [(0, 1), (1, 2), (3, 4)]
        assert count_pairs(work) == len(pairs)
        assert [pair.number for pair in next_pairs(work, 1, 10)] == [2, 3]
        assert list(too_shared(work, max_shared=2)) == [SharedKey("phone", 3, ids[0])]
        assert ids_of(work, [4, 1]) == {1: ids[1], 4: ids[4]}


def test_a_transaction_that_is_interrupted_changes_nothing(tmp_path: Path) -> None:
    """Ctrl-C also stops a long statement of SQLite."""
    checks = iter([False, False])

    def check() -> None:
        if next(checks, True):
            raise KeyboardInterrupt

    numbers = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x, x FROM n"
    with (
        open_work_file(tmp_path / "state", {}, check) as work,
        pytest.raises(KeyboardInterrupt),
        work.transaction(),
    ):
        work.change(f"INSERT INTO keys {numbers}")
    with open_work_file(tmp_path / "state", {}, lambda: None) as work:
        assert work.rows("SELECT COUNT(*) FROM keys").fetchone() == (0,)
