"""Requests that run at the same time, or one at a chosen moment of the other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest


def race(racers: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return what each returned or raised, all having started at the same moment."""
    barrier = Barrier(len(racers))

    def run(racer: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        try:
            return racer()
        except Exception as error:  # noqa: BLE001 - what went wrong is what the tests look at
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
        # What the action itself calls is the original.
        patch.setattr(store, method, original)
        if before:
            action()
            return original(*args, **kwargs)
        result = original(*args, **kwargs)
        action()
        return result

    patch.setattr(store, method, wrapped)
