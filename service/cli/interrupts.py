"""Stop a command at Ctrl-C.

Python's own handler of SIGINT raises KeyboardInterrupt wherever the program is. In a destructor or a callback
of a library, the exception is printed and ignored, and the command would run to its end.
"""

import atexit
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

import click

EXIT_INTERRUPTED = 130


@contextmanager
def exit_at_interrupt() -> Iterator[None]:
    """Exit at Ctrl-C in the block. For code that runs before a command begins."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Error: Interrupted.", err=True)
        sys.exit(EXIT_INTERRUPTED)


class Interrupts:
    """Handles Ctrl-C during a ``with`` block of the main thread.

    Ctrl-C raises KeyboardInterrupt at once. After ``defer``, only ``check`` raises it.
    """

    def __init__(self) -> None:
        self._is_requested = False
        self._stop_waiting: Callable[[], None] | None = None
        self._previous = signal.getsignal(signal.SIGINT)

    def defer(self, stop_waiting: Callable[[], None] = lambda: None) -> None:
        """Only record the first Ctrl-C from now on: the next ``check`` raises KeyboardInterrupt.

        A second Ctrl-C raises KeyboardInterrupt at once. The signal handler calls ``stop_waiting`` at the
        first Ctrl-C. ``stop_waiting`` must not use locks: the interrupted thread may hold them. Raises
        KeyboardInterrupt if Ctrl-C was pressed already.
        """
        self._stop_waiting = stop_waiting
        self.check()

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed. Call it where the command can stop."""
        if self._is_requested:
            raise KeyboardInterrupt

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        is_first, self._is_requested = not self._is_requested, True
        if self._stop_waiting is None or not is_first:
            raise KeyboardInterrupt
        self._stop_waiting()

    def __enter__(self) -> Self:
        # In a background job of a shell, SIGINT is ignored. Keep it so.
        if self._previous is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._handle)
            # At exit, the libraries close what they opened. The command is complete then: ignore Ctrl-C.
            atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._previous)
