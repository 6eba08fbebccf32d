"""Run functions at the same time, or run a function right before or after a method of a store."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from service.config import Settings
from tests.master_keys import ONE

RACERS = 12


def racing_settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=database_name,
        threads=RACERS,
        master_keys=ONE,
        auth=False,
    )


def race(racers: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all functions together; return their results or exceptions."""
    barrier = Barrier(len(racers))

    def run(racer: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        try:
            return racer()
        except Exception as error:  # noqa: BLE001 - the tests check the exceptions
            return error

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(run, racers))


def run_before(patch: pytest.MonkeyPatch, store: Any, method: str, action: Callable[[], Any]) -> None:
    """Run the action right before the next call of a store's method."""
    _wrap(patch, store, method, action, before=True)


def run_after(patch: pytest.MonkeyPatch, store: Any, method: str, action: Callable[[], Any]) -> None:
    """Run the action right after the next call of a store's method."""
    _wrap(patch, store, method, action, before=False)


def _wrap(
    patch: pytest.MonkeyPatch, store: Any, method: str, action: Callable[[], Any], *, before: bool
) -> None:
    original = getattr(store, method)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        # The action must call the original method.
        patch.setattr(store, method, original)
        if before:
            action()
            return original(*args, **kwargs)
        result = original(*args, **kwargs)
        action()
        return result

    patch.setattr(store, method, wrapped)
