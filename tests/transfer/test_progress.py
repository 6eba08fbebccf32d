"""The progress of a transfer."""

import io

from rich.console import Console

from service.transfer.progress import ProgressDisplay


def _display(seconds: list[float], *, terminal: bool) -> tuple[ProgressDisplay, io.StringIO]:
    output = io.StringIO()
    console = Console(file=output, force_terminal=terminal, width=100)
    return ProgressDisplay(console, clock=lambda: seconds[0]), output


def test_without_a_terminal_there_is_a_line_every_ten_seconds() -> None:
    """It has the rate and the time left, without the rows of an interrupted run."""
    seconds = [0.0]
    display, output = _display(seconds, terminal=False)
    with display:
        display.begin("rows", total=100_000, done=1000)
        for seconds[0] in (1, 9, 10, 12, 19, 21):
            display.advance(1000 + int(seconds[0]) * 1000)
    assert output.getvalue().splitlines() == [
        "11,000 rows, 1,000 a second, about 1:29 minutes left",
        "22,000 rows, 1,000 a second, about 1:18 minutes left",
    ]


def test_without_a_total_there_is_no_time_left() -> None:
    """Square brackets are shown as they are."""
    seconds = [0.0]
    display, output = _display(seconds, terminal=False)
    with display:
        display.begin("profiles", total=None)
        seconds[0] = 10
        display.advance(5000)
        display.message("[a]")
    assert output.getvalue().splitlines() == ["5,000 profiles, 500 a second", "[a]"]


def test_on_a_terminal_there_is_a_bar() -> None:
    """Lines are shown above it."""
    seconds = [0.0]
    display, output = _display(seconds, terminal=True)
    with display:
        display.begin("rows", total=100)
        seconds[0] = 2
        display.advance(50)
        display.message("The service responds again.")
    assert "50 rows" in output.getvalue()
    assert "25 a second" in output.getvalue()
    assert "The service responds again." in output.getvalue()
