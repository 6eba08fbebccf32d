"""Find the duplicates among all profiles of a domain.

Two profiles are compared if they share a blocking key. The steps are: read all profiles, find the pairs of
profiles that share a key, compare each pair, and find the groups. The results of each step are stored in a
working file, so that an interrupted search continues after the last page of profiles or slice of pairs.
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
from service.use_cases.duplicate_tasks import (
    DEFAULT_LIMITS,
    Limits,
    Page,
    Slice,
    make_page_reader,
    make_slice_comparer,
)
from service.use_cases.worker_processes import map_in_processes

_STEP, _DONE, _POSITION = "step", "done", "position"
_MIN_ITEMS = 10_000
"""With fewer items, a step takes no longer than the start of worker processes."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

Advance = Callable[[int], None]
"""A function to call with the number of newly completed items of a step. Can raise to stop the search."""


class Step(StrEnum):
    """The step that a search does next."""

    READ = "read"
    PAIR = "pair"
    COMPARE = "compare"
    GROUP = "group"
    END = "end"


@dataclass(frozen=True, slots=True)
class Processes:
    """How many worker processes there are. Each of them calls ``connect``, which is pickled."""

    count: int
    connect: Callable[[], Stores]
    min_items: int = _MIN_ITEMS
    """The calling process does a step with fewer items itself."""


@dataclass(frozen=True, kw_only=True)
class DuplicateSearch:
    """A search in a domain. Blocking keys that more than ``max_shared`` profiles share are ignored.

    ``track(step, total, done)`` shows the progress of a step, which has ``total`` items. An earlier run has
    completed ``done`` of them. ``track`` returns a context manager, which is entered during the step.
    """

    stores: Stores
    domain: str
    work: WorkFile
    max_shared: int
    track: Callable[[Step, int, int], AbstractContextManager[Advance]]
    processes: Processes
    limits: Limits = DEFAULT_LIMITS

    def run(self) -> None:
        """Begin or continue the search.

        Raises ``DatastoreUnavailable``, ``ProcessLost``, ``sqlite3.Error`` and the errors of ``track``.
        """
        steps = {
            Step.READ: self._read,
            Step.PAIR: self._pair,
            Step.COMPARE: self._compare,
            Step.GROUP: self._group,
        }
        while (step := Step(self.work.get(_STEP) or Step.READ)) is not Step.END:
            steps[step]()

    def _read(self) -> None:
        """Store the blocking keys of all profiles, in the order of creation."""
        keys, done = BlockingKeys(self.work), self._done
        total, _ = self.stores.profile_lists.count(self.domain)
        make_handler = partial(
            make_page_reader, domain=self.domain, limits=self.limits, hash_key=keys.hash_key
        )
        with (
            self.track(Step.READ, total, done) as advance,
            closing(self._results(make_handler, self._pages(), total)) as results,
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
        """Store the pairs of profiles that share a blocking key."""
        with self.track(Step.PAIR, 1, 0), self.work.transaction():
            add_pairs(self.work, max_shared=self.max_shared)
            self._begin(Step.COMPARE)

    def _compare(self) -> None:
        """Compare the pairs, and store those that are duplicates."""
        total, done = count_pairs(self.work), self._done
        make_handler = partial(make_slice_comparer, domain=self.domain, limits=self.limits)
        with (
            self.track(Step.COMPARE, total, done) as advance,
            closing(self._results(make_handler, self._slices(), total)) as results,
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
        """Store that ``step`` is next, and that none of its items is done. Call this in a transaction."""
        self.work.put(_STEP, step)
        self.work.put(_DONE, None)
        self.work.put(_POSITION, None)

    @property
    def _done(self) -> int:
        """How many items of the current step are done."""
        return int(self.work.get(_DONE) or 0)

    def _pages(self) -> Iterator[Page]:
        """Yield the pages that are not read yet. The last page has no end, and may be empty."""
        lists, size = self.stores.profile_lists, self.limits.page
        stored = self.work.get(_POSITION)
        after = (datetime.fromisoformat(stored[0]), stored[1]) if stored else None
        while until := lists.end_of_page(self.domain, after=after, size=size):
            yield Page(after, until)
            after = until
        yield Page(after, None)

    def _slices(self) -> Iterator[Slice]:
        """Yield the pairs that are not compared yet, in slices."""
        done = self._done
        while pairs := next_pairs(self.work, done, self.limits.pairs):
            done = pairs[-1].number
            yield Slice(pairs, ids_of(self.work, {each for pair in pairs for each in (pair.one, pair.other)}))

    def _results(
        self,
        make_handler: Callable[[Callable[[], Stores]], Callable[[_Task], _Result]],
        tasks: Iterable[_Task],
        items: int,
    ) -> Generator[_Result, None, None]:
        """Yield the results of the tasks in the order of the tasks.

        ``make_handler`` gets a function that connects, and returns a function that handles one task. Worker
        processes handle the tasks if the step has at least ``min_items`` items.
        """
        if items < self.processes.min_items:
            yield from map(make_handler(lambda: self.stores), tasks)
        else:
            make_handler_in_worker = partial(make_handler, self.processes.connect)
            yield from map_in_processes(self.processes.count, make_handler_in_worker, tasks)
