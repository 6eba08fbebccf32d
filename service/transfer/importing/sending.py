"""Send batches concurrently, and return their results in the order of the file."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from service.transfer.importing.batches import Batch

_Result = TypeVar("_Result")
_Job = tuple[Batch, Future[_Result]]

THREADS = 4
"""Batches that are sent at once. More are no faster with two workers of the service."""
# While the oldest batch is on its way, the threads go on with the next ones.
_WINDOW = 2 * THREADS


def send_in_order(
    batches: Iterable[Batch], send: Callable[[Batch], _Result]
) -> Iterator[tuple[Batch, _Result]]:
    """Yield each batch with its result, in order. Raises what ``send`` raises.

    Rows of the same profile are applied in the order of the file: a batch that may have one in common with
    batches on their way waits for these.
    """
    jobs: SimpleQueue[_Job[_Result] | None] = SimpleQueue()
    # A daemon ends with the process, even during a request.
    threads = [Thread(target=_work, args=(jobs, send), daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    on_their_way: deque[_Job[_Result]] = deque()
    try:
        for batch in batches:
            while len(on_their_way) >= _WINDOW or _must_wait(batch, on_their_way):
                yield _oldest(on_their_way)
            on_their_way.append((batch, Future()))
            jobs.put(on_their_way[-1])
        while on_their_way:
            yield _oldest(on_their_way)
    finally:
        for _ in threads:
            jobs.put(None)


def _must_wait(batch: Batch, others: Iterable[_Job[_Result]]) -> bool:
    return any(not batch.identity.isdisjoint(other.identity) for other, _ in others)


def _oldest(jobs: deque[_Job[_Result]]) -> tuple[Batch, _Result]:
    batch, future = jobs.popleft()
    return batch, future.result()


def _work(jobs: "SimpleQueue[_Job[_Result] | None]", send: Callable[[Batch], _Result]) -> None:
    while (job := jobs.get()) is not None:
        batch, future = job
        try:
            future.set_result(send(batch))
        except Exception as error:  # noqa: BLE001 - raised again where the result is read
            future.set_exception(error)
