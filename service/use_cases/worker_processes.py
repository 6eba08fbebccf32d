"""Processes that work for this one. They end when it ends, even if it is killed."""

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
"""How many tasks each process has at once, so that it does not wait for the next one."""
_STOP_SECONDS = 10


class ProcessLost(Exception):
    """A process that shares the work was killed, perhaps because memory was short."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The result of a task, or its error and what caused it."""

    result: Any = None
    error: Exception | None = None
    cause: BaseException | None = None


def map_in_processes(
    count: int, start: Callable[[], Callable[[_Task], _Result]], tasks: Iterable[_Task]
) -> Generator[_Result, None, None]:
    """Yield the results of the tasks in their order.

    Each process calls ``start``, and then the function that it returns for each of its tasks. All of these
    are pickled. An error of a task is raised here. Raises ``ProcessLost``.
    """
    with ExitStack() as stack:
        stack.enter_context(_lost_processes())
        connections = [stack.enter_context(_process(start)) for _ in range(count)]
        waiting: deque[Connection] = deque()
        for connection, task in zip(cycle(connections), tasks, strict=False):
            connection.send(task)
            waiting.append(connection)
            if len(waiting) >= _TASKS_AHEAD * count:
                yield _receive(waiting.popleft())
        while waiting:
            yield _receive(waiting.popleft())


@contextmanager
def _lost_processes() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise ProcessLost from error


def _receive(connection: Connection) -> Any:
    answer: _Answer = connection.recv()
    if answer.error is not None:
        raise answer.error from answer.cause
    return answer.result


@contextmanager
def _process(start: Callable[[], Callable[[Any], Any]]) -> Iterator[Connection]:
    context = get_context("spawn")  # PyMongo must not be forked
    own, other = context.Pipe()
    process = context.Process(target=_work, args=(other, start), daemon=True)
    # The process inherits the mask: Ctrl-C is for this process, which tells the others to end.
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
    other.close()
    try:
        yield own
    finally:
        own.close()
        process.join(_STOP_SECONDS)
        process.kill()
        process.join()
        process.close()


def _work(connection: Connection, start: Callable[[], Callable[[Any], Any]]) -> None:
    """Handle tasks until the other process closes the connection or ends."""
    handle = None
    with suppress(EOFError, ConnectionError):
        while True:
            task = connection.recv()
            try:
                handle = handle or start()
                answer = _Answer(handle(task))
            except Exception as error:  # noqa: BLE001 - raised by the other process
                answer = _Answer(error=error, cause=error.__cause__)
            connection.send(answer)
