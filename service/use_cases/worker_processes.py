"""Worker processes. They end when the parent process ends, even if it is killed."""

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_TASKS_AHEAD = 2
"""Number of tasks that each worker has at once, so that it does not wait for the next one."""
_STOP_SECONDS = 10
"""A worker that has not ended after this time is killed."""


class ProcessLost(Exception):
    """A worker process ended unexpectedly, for example because memory ran out."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result of a task, or its error and the error's ``__cause__``, which pickling loses."""

    result: Any = None
    error: Exception | None = None
    cause: BaseException | None = None


def map_in_processes(
    count: int, make_handler: Callable[[], Callable[[_Task], _Result]], tasks: Iterable[_Task]
) -> Generator[_Result, None, None]:
    """Yield the results of the tasks in the order of the tasks.

    Each of ``count`` workers calls ``make_handler`` once, and calls the function that it returns for each
    task. ``make_handler``, the tasks and the results are pickled. Raises ``ProcessLost``, and the first error
    of ``make_handler`` or of a task. The workers end with the generator: close it if you stop early.
    """
    with ExitStack() as stack:
        connections = [stack.enter_context(_worker(make_handler)) for _ in range(count)]
        waiting: deque[Connection] = deque()
        for connection, task in zip(cycle(connections), tasks, strict=False):
            with _translate_lost_connection():
                connection.send(task)
            waiting.append(connection)
            if len(waiting) >= _TASKS_AHEAD * count:
                yield _receive(waiting.popleft())
        while waiting:
            yield _receive(waiting.popleft())


@contextmanager
def _translate_lost_connection() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise ProcessLost from error


def _receive(connection: Connection) -> Any:
    with _translate_lost_connection():
        outcome: _Outcome = connection.recv()
    if outcome.error is not None:
        raise outcome.error from outcome.cause
    return outcome.result


@contextmanager
def _worker(make_handler: Callable[[], Callable[[Any], Any]]) -> Iterator[Connection]:
    """Start a worker, and yield the connection to it. End the worker after the block."""
    context = get_context("spawn")  # PyMongo must not be forked
    parent_end, worker_end = context.Pipe()
    process = context.Process(target=_work, args=(worker_end, make_handler), daemon=True)
    # Workers inherit this mask and so ignore Ctrl-C. Only the parent handles it, and closes the connections.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        with _translate_lost_connection():
            process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
    worker_end.close()
    try:
        yield parent_end
    finally:
        parent_end.close()
        process.join(_STOP_SECONDS)
        process.kill()
        process.join()
        process.close()


def _work(connection: Connection, make_handler: Callable[[], Callable[[Any], Any]]) -> None:
    """Handle tasks until the parent closes the connection or ends."""
    handle = None
    with suppress(EOFError, ConnectionError):
        while True:
            task = connection.recv()
            try:
                handle = handle or make_handler()
                outcome = _Outcome(handle(task))
            except Exception as error:  # noqa: BLE001 - raised by the parent
                outcome = _Outcome(error=error, cause=error.__cause__)
            connection.send(outcome)
