"""Ctrl-C is not lost, wherever the signal arrives."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from service.cli import main
from service.cli.interrupts import Interrupts

pytestmark = pytest.mark.usefixtures("interruptible")


class _Interrupting:
    """Its destructor is interrupted, as that of a PyMongo cursor can be. Python ignores what it raises."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def _interrupt_a_destructor() -> None:
    _Interrupting()


@pytest.fixture(autouse=True)
def ignored(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    """Return the exceptions that Python has ignored."""
    exceptions: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda event: exceptions.append(event.exc_type))
    return exceptions


def test_an_interrupt_in_a_destructor_stops_the_command_at_the_next_check(
    ignored: list[type[BaseException]],
) -> None:
    """Python has ignored the exception."""
    with Interrupts() as interrupts:
        interrupts.check()
        _interrupt_a_destructor()
        assert ignored == [KeyboardInterrupt]
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()


def test_a_deferred_interrupt_raises_at_the_next_check_only(ignored: list[type[BaseException]]) -> None:
    """Requests that wait are stopped at once."""
    stopped: list[str] = []
    with Interrupts() as interrupts:
        interrupts.defer(lambda: stopped.append("requests"))
        _interrupt_a_destructor()
        assert stopped == ["requests"]
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
    assert ignored == []


@pytest.mark.parametrize("prepare", [lambda _: None, Interrupts.defer], ids=["first", "second"])
def test_the_first_interrupt_raises_at_once_or_the_second_if_it_was_deferred(
    prepare: Callable[[Interrupts], None],
) -> None:
    """A command that waits for input or for a long build ends."""
    with Interrupts() as interrupts:
        prepare(interrupts)
        if prepare is Interrupts.defer:
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interrupt_before_the_work_begins_stops_it() -> None:
    """It was lost before."""
    with Interrupts() as interrupts:
        _interrupt_a_destructor()
        with pytest.raises(KeyboardInterrupt):
            interrupts.defer()


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler])
def test_the_previous_handler_remains(handler: signal.Handlers) -> None:
    """A background job of a shell ignores Ctrl-C, during the command too."""
    original = signal.signal(signal.SIGINT, handler)
    try:
        with Interrupts() as interrupts:
            if handler is signal.SIG_IGN:
                signal.raise_signal(signal.SIGINT)
                interrupts.check()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, original)


class _InterruptedImport:
    """Ctrl-C arrives while the subcommand is imported."""

    def find_spec(self, name: str, *_: object) -> None:
        """Find nothing."""
        if name == "service.cli.duplicates":
            raise KeyboardInterrupt


def test_an_interrupt_while_the_command_is_imported_has_the_exit_code_of_interrupts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The import takes seconds."""
    monkeypatch.delitem(sys.modules, "service.cli.duplicates", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_InterruptedImport(), *sys.meta_path])
    result = CliRunner().invoke(main, ["duplicates", "--domain", "a/b"])
    assert (result.exit_code, result.output) == (130, "Error: Interrupted.\n")


_ENDING = """
import atexit, signal
from service.cli.interrupts import Interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
atexit.register(signal.raise_signal, signal.SIGINT)
with Interrupts():
    pass
"""


def test_an_interrupt_of_a_library_that_closes_at_the_end_is_ignored() -> None:
    """The result is complete. The handlers of a library run after those of the command."""
    command = [sys.executable, "-c", _ENDING]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
