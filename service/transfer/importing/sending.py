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
"""Number of batches that are sent at once. More are no faster with two workers of the service."""
_MAX_PENDING = 2 * THREADS
"""More than ``THREADS``, so that the threads send the next batches while the oldest one is not complete."""


def send_in_order(
    batches: Iterable[Batch], send: Callable[[Batch], _Result]
) -> Iterator[tuple[Batch, _Result]]:
    """Yield each batch with the result of ``send``, in order. Raises what ``send`` raises.

    Rows of the same profile are applied in the order of the file: a batch waits for earlier batches that may
    have a profile in common with it.
    """
    jobs: SimpleQueue[_Job[_Result] | None] = SimpleQueue()
    # Daemon threads end with the process, even during a request.
    threads = [Thread(target=_work, args=(jobs, send), daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    pending: deque[_Job[_Result]] = deque()
    try:
        for batch in batches:
            while len(pending) >= _MAX_PENDING or _must_wait(batch, pending):
                yield _oldest(pending)
            pending.append((batch, Future()))
            jobs.put(pending[-1])
        while pending:
            yield _oldest(pending)
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
