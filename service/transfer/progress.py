"""Show the progress of a transfer: a bar on a terminal, otherwise a line every ten seconds."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_LINE_SECONDS = 10


class ProgressDisplay:
    """Shows the progress on a console. Use it as a context manager.

    ``clock`` returns seconds. Show other lines with ``message``, so that they do not break the bar.
    """

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._progress = Progress(
            TextColumn("{task.completed:,} {task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]:,.0f} a second"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", start=False, visible=False, rate=0.0)
        self._total: int | None = None
        self._unit = ""
        self._first = 0
        self._started_at = self._shown_at = 0.0

    def message(self, text: str) -> None:
        """Show a line."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def begin(self, unit: str, *, total: int | None, done: int = 0) -> None:
        """Show the bar, and start to measure the rate.

        ``unit`` is what is counted, such as "rows". ``total`` can be an estimate; it is None if it is not
        known. ``done`` were done before; the rate does not count them.
        """
        self._unit, self._total, self._first = unit, total, done
        self._started_at = self._shown_at = self._clock()
        self._progress.update(
            self._task, description=unit, total=total, completed=done, visible=True, refresh=True
        )
        self._progress.start_task(self._task)

    def advance(self, done: int) -> None:
        """Show how many are done, including those that were done before."""
        now = self._clock()
        seconds = now - self._started_at
        rate = (done - self._first) / seconds if seconds else 0.0
        self._progress.update(self._task, completed=done, rate=rate)
        if not self._console.is_terminal and now - self._shown_at >= _LINE_SECONDS:
            self._shown_at = now
            self.message(self._line(done, rate))

    def _line(self, done: int, rate: float) -> str:
        line = f"{done:,} {self._unit}, {rate:,.0f} a second"
        if self._total is None or not rate:
            return line
        seconds = round(max(self._total - done, 0) / rate)
        return f"{line}, about {seconds // 60}:{seconds % 60:02} minutes left"

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()
