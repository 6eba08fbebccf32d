"""Processes that share work: the order of results, errors, and processes that are killed."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from service.use_cases.worker_processes import ProcessLost, map_in_processes


def _start(kill: int | None) -> Callable[[int], tuple[int, int]]:
    return partial(_handle, kill)


def _handle(kill: int | None, task: int) -> tuple[int, int]:
    if task == kill:
        os.kill(os.getpid(), signal.SIGKILL)
    return 100 // task, os.getpid()


def test_results_have_the_order_of_the_tasks() -> None:
    """The processes take turns. An error of a task is raised, and ends the processes."""
    tasks = [*range(1, 20), 0]
    results = map_in_processes(2, partial(_start, None), tasks)
    found = [next(results) for _ in tasks[:-1]]
    assert [result for result, _ in found] == [100 // task for task in tasks[:-1]]
    processes = {process for _, process in found}
    assert len(processes) == 2
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert not [process for process in processes if _exists(process)]


def test_a_killed_process_is_an_error() -> None:
    """The other processes end too."""
    results = map_in_processes(2, partial(_start, 4), range(1, 20))
    processes = {next(results)[1], next(results)[1]}
    with pytest.raises(ProcessLost):
        list(results)
    assert not [process for process in processes if _exists(process)]


@pytest.mark.parametrize("error", [EOFError, ConnectionResetError])
def test_an_error_of_a_connection_in_a_task_is_no_lost_process(error: type[Exception]) -> None:
    """The error is raised unchanged, and so is one of the tasks' own iterator."""
    with pytest.raises(error):
        list(map_in_processes(1, partial(_start_failing, error), [1]))

    def failing_tasks() -> Iterator[int]:
        yield 1
        raise error

    with pytest.raises(error):
        list(map_in_processes(1, partial(_start, None), failing_tasks()))


def _start_failing(error: type[Exception]) -> Callable[[int], tuple[int, int]]:
    return partial(_fail, error)


def _fail(error: type[Exception], _task: int) -> tuple[int, int]:
    raise error


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
