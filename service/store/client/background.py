"""Run a function in the background."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread


def start_daemon(function: Callable[[], None], name: str) -> "Future[None]":
    """Run a function in a thread that does not keep the process alive; return its result."""
    future: Future[None] = Future()

    def run() -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - raised again by the future
            future.set_exception(error)
        else:
            future.set_result(None)

    Thread(target=run, name=name, daemon=True).start()
    return future
