"""Find the duplicates among all profiles of a domain.

Two profiles are compared if they share a blocking key. The steps are: read all profiles, find the pairs that
share a key, compare them, and find the groups. Their results are in a working file, so that an interrupted
search continues after the last page of profiles or the last slice of pairs.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cachetools import LRUCache

from service.matching.duplicates.blocking import blocks, kind_of
from service.matching.duplicates.comparison import Comparable, compare, prepare
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.duplicates.blocking import BlockingKeys, add_pairs
from service.store.duplicates.groups import add_groups
from service.store.duplicates.pairs import Duplicate, Pair, add_duplicates, count_pairs, ids_of, next_pairs
from service.store.duplicates.work_file import WorkFile
from service.store.stores import Stores

_STEP, _DONE, _POSITION = "step", "done", "position"

Advance = Callable[[int], None]


class Step(StrEnum):
    """What a search does next."""

    READ = "read"
    PAIR = "pair"
    COMPARE = "compare"
    GROUP = "group"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is in memory at once: profiles that are read, pairs, and profiles prepared for comparisons.

    Twice as many profiles as pairs are read and prepared at once at most.
    """

    page: int = 1000
    pairs: int = 250
    prepared: int = 10_000


@dataclass(frozen=True, kw_only=True)
class DuplicateSearch:
    """A search in a domain. Blocking keys that more than ``max_shared`` profiles share are left out.

    ``track`` shows a step. It gets the step, the number of items, and how many are done. It returns a
    function that gets how many more are done, and can raise to stop the search.
    """

    stores: Stores
    domain: Domain
    work: WorkFile
    max_shared: int
    track: Callable[[Step, int, int], AbstractContextManager[Advance]]
    limits: Limits = Limits()

    def run(self) -> None:
        """Begin or continue the search. Raises ``DatastoreUnavailable`` and ``WorkFileError``."""
        steps = {
            Step.READ: self._read,
            Step.PAIR: self._pair,
            Step.COMPARE: self._compare,
            Step.GROUP: self._group,
        }
        while (step := Step(self.work.get(_STEP) or Step.READ)) is not Step.END:
            steps[step]()

    def _read(self) -> None:
        """Store the blocking keys of all profiles, oldest first."""
        keys, done = BlockingKeys(self.work), self._done
        total, _ = self.stores.profile_lists.count(self.domain.name)
        with self.track(Step.READ, total, done) as advance:
            after = _to_position(self.work.get(_POSITION))
            while page := self._page(after):
                after = page[-1]["created_at"], page[-1]["profile_id"]
                rows = [(each["profile_id"], _keys_by_kind(self._prepare(each))) for each in page]
                with self.work.transaction():
                    keys.add(done, rows)
                    done += len(page)
                    self.work.put(_DONE, done)
                    self.work.put(_POSITION, (after[0].isoformat(), after[1]))
                advance(len(page))
        with self.work.transaction():
            keys.forget()
            self._begin(Step.PAIR)

    def _pair(self) -> None:
        """Find the pairs of profiles that share a key."""
        with self.track(Step.PAIR, 1, 0), self.work.transaction():
            add_pairs(self.work, max_shared=self.max_shared)
            self._begin(Step.COMPARE)

    def _compare(self) -> None:
        """Compare the pairs."""
        prepared, done = LRUCache[str, Comparable](self.limits.prepared), self._done
        with self.track(Step.COMPARE, count_pairs(self.work), done) as advance:
            while slice_ := next_pairs(self.work, done, self.limits.pairs):
                duplicates = self._duplicates(slice_, prepared)
                done = slice_[-1].number
                with self.work.transaction():
                    add_duplicates(self.work, duplicates)
                    self.work.put(_DONE, done)
                advance(len(slice_))
        with self.work.transaction():
            self._begin(Step.GROUP)

    def _group(self) -> None:
        with self.track(Step.GROUP, 1, 0), self.work.transaction():
            add_groups(self.work)
            self._begin(Step.END)

    def _begin(self, step: Step) -> None:
        """Store the next step. Call this in a transaction."""
        self.work.put(_STEP, step)
        self.work.put(_DONE, None)
        self.work.put(_POSITION, None)

    @property
    def _done(self) -> int:
        """How many items of the step are done."""
        return int(self.work.get(_DONE) or 0)

    def _page(self, after: tuple[datetime, str] | None) -> Sequence[Profile]:
        lists = self.stores.profile_lists
        return lists.by_creation(self.domain.name, after=after, limit=self.limits.page, with_terms=True).items

    def _prepare(self, profile: Profile) -> Comparable:
        return prepare(profile, self.domain.custom_keys, self.domain.ignored_terms)

    def _duplicates(
        self, slice_: Sequence[Pair], prepared: MutableMapping[str, Comparable]
    ) -> list[Duplicate]:
        """Compare the pairs. Profiles that do not exist any more have no duplicates."""
        ids = ids_of(self.work, {number for pair in slice_ for number in (pair.one, pair.other)})
        comparable = {each: prepared[each] for each in ids.values() if each in prepared}
        missing = set(ids.values()).difference(comparable)
        for stored in self.stores.bulk_profiles.find(self.domain.name, missing, ()):
            comparable[stored.profile["profile_id"]] = self._prepare(stored.profile)
        prepared.update(comparable)
        return list(filter(None, (_compare(pair, ids, comparable) for pair in slice_)))


def _compare(pair: Pair, ids: Mapping[int, str], comparable: Mapping[str, Comparable]) -> Duplicate | None:
    one, other = comparable.get(ids[pair.one]), comparable.get(ids[pair.other])
    if one is None or other is None or (likeness := compare(one, other)) is None:
        return None
    return Duplicate(pair.one, pair.other, likeness.tier.rank, likeness.reasons)


def _keys_by_kind(comparable: Comparable) -> list[tuple[str, str]]:
    return [(kind_of(key), key) for key in blocks(comparable)]


def _to_position(stored: Sequence[str] | None) -> tuple[datetime, str] | None:
    return None if stored is None else (datetime.fromisoformat(stored[0]), stored[1])
