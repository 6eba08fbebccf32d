"""The exit codes of commands that can fail half-way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import service
from service.cli import main


@pytest.mark.parametrize("command", ["duplicates", "export", "import", "indexes", "reindex", "repair"])
def test_the_help_has_the_exit_codes(command: str) -> None:
    """Scripts see from it what happened."""
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "exit code" in result.stdout.casefold()


def test_a_repair_without_anything_to_do_succeeds(invoke: Callable[..., Result]) -> None:
    """A wrong option has the exit code of click."""
    assert invoke("repair").exit_code == 0
    assert invoke("repair", "--all").exit_code == 2


def test_an_interrupted_repair_fails(mongodb_uri: str, database_name: str) -> None:
    """As an interrupted reindex does."""
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "tests.cli.signalled", str(signal.SIGINT.value), "createIndexes"]
    result = subprocess.run(
        [*command, "repair"],
        env={**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name},
        cwd=Path(service.__file__).parents[1],
        capture_output=True,
        timeout=45,
        check=False,
    )
    signal.signal(signal.SIGINT, previous_handler)
    assert (result.returncode, result.stdout) == (1, b"")
