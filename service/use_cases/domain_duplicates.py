"""Find the duplicates among all profiles of a domain.

Two profiles are compared if they share a blocking key. The steps are: read all profiles, find the pairs that
share a key, compare them, and find the groups. Their results are in a working file, so that an interrupted
search continues after the last page of profiles or the last slice of pairs.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from service.store.duplicates.blocking import BlockingKeys, add_pairs
from service.store.duplicates.groups import add_groups
from service.store.duplicates.pairs import add_duplicates, count_pairs, ids_of, next_pairs
from service.store.duplicates.work_file import WorkFile
from service.store.stores import Stores
from service.use_cases.duplicate_tasks import DEFAULT_LIMITS, Limits, Page, Slice, comparer, reader
from service.use_cases.worker_processes import map_in_processes

_STEP, _DONE, _POSITION = "step", "done", "position"
_MIN_ITEMS = 10_000
"""With fewer items, a step takes no longer than the start of processes."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

Advance = Callable[[int], None]


class Step(StrEnum):
    """What a search does next."""

    READ = "read"
    PAIR = "pair"
    COMPARE = "compare"
    GROUP = "group"
    END = "end"


@dataclass(frozen=True, slots=True)
class Processes:
    """How many processes share the work. Each of them calls ``connect``, which is pickled."""

    count: int
    connect: Callable[[], Stores]
    min_items: int = _MIN_ITEMS
    """A step with fewer items is done in this process."""


@dataclass(frozen=True, kw_only=True)
class DuplicateSearch:
    """A search in a domain. Blocking keys that more than ``max_shared`` profiles share are left out.

    ``track`` shows a step. It gets the step, the number of items, and how many are done. It returns a
    function that gets how many more are done, and can raise to stop the search.
    """

    stores: Stores
    domain: str
    work: WorkFile
    max_shared: int
    track: Callable[[Step, int, int], AbstractContextManager[Advance]]
    processes: Processes
    limits: Limits = DEFAULT_LIMITS

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
        total, _ = self.stores.profile_lists.count(self.domain)
        start = partial(reader, domain=self.domain, limits=self.limits, hash_key=keys.hash_key)
        with (
            self.track(Step.READ, total, done) as advance,
            closing(self._results(start, self._pages(), total)) as results,
        ):
            for page, profiles in results:
                with self.work.transaction():
                    keys.add(done, profiles)
                    done += len(profiles)
                    self.work.put(_DONE, done)
                    if page.until is None:
                        keys.forget()
                        self._begin(Step.PAIR)
                    else:
                        self.work.put(_POSITION, (page.until[0].isoformat(), page.until[1]))
                advance(len(profiles))

    def _pair(self) -> None:
        """Find the pairs of profiles that share a key."""
        with self.track(Step.PAIR, 1, 0), self.work.transaction():
            add_pairs(self.work, max_shared=self.max_shared)
            self._begin(Step.COMPARE)

    def _compare(self) -> None:
        """Compare the pairs."""
        total, done = count_pairs(self.work), self._done
        start = partial(comparer, domain=self.domain, limits=self.limits)
        with (
            self.track(Step.COMPARE, total, done) as advance,
            closing(self._results(start, self._slices(), total)) as results,
        ):
            for last, duplicates in results:
                with self.work.transaction():
                    add_duplicates(self.work, duplicates)
                    self.work.put(_DONE, last)
                advance(last - done)
                done = last
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

    def _pages(self) -> Iterator[Page]:
        """Yield the pages that are not read yet. The last one ends at the end of the profiles."""
        lists, size = self.stores.profile_lists, self.limits.page
        stored = self.work.get(_POSITION)
        after = (datetime.fromisoformat(stored[0]), stored[1]) if stored else None
        while until := lists.end_of_page(self.domain, after=after, size=size):
            yield Page(after, until)
            after = until
        yield Page(after, None)

    def _slices(self) -> Iterator[Slice]:
        """Yield the pairs that are not compared yet."""
        done = self._done
        while pairs := next_pairs(self.work, done, self.limits.pairs):
            done = pairs[-1].number
            yield Slice(pairs, ids_of(self.work, {each for pair in pairs for each in (pair.one, pair.other)}))

    def _results(
        self,
        start: Callable[[Callable[[], Stores]], Callable[[_Task], _Result]],
        tasks: Iterable[_Task],
        items: int,
    ) -> Generator[_Result, None, None]:
        """Yield the results of the tasks in their order."""
        if items < self.processes.min_items:
            yield from map(start(lambda: self.stores), tasks)
        else:
            start_process = partial(start, self.processes.connect)
            yield from map_in_processes(self.processes.count, start_process, tasks)
