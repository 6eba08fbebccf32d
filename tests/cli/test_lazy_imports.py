"""The command imports only what the subcommand needs: importing the whole service takes seconds."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main

_PROGRAM = """
import atexit, sys
from service.cli import main
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules})))
main(sys.argv[1:])
"""
_LIBRARIES_OF_THE_SERVICE = {"cryptography", "environs", "flask", "gevent", "marshmallow", "pymongo"}


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["--help"], 0),
        (["impotr"], 2),
        (["import", "--help"], 0),
        (["import", "missing.csv"], 2),
        (["export"], 2),
    ],
)
def test_the_service_is_not_imported(tmp_path: Path, arguments: list[str], exit_code: int) -> None:
    """For the help, for wrong arguments, and for commands that use the service over HTTP."""
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == exit_code, result.stderr
    imported = set(result.stdout.splitlines()[-1].split())
    assert "click" in imported
    assert not imported & _LIBRARIES_OF_THE_SERVICE
    assert "phonenumbers" not in imported


def test_the_help_has_the_first_sentence_of_each_subcommand() -> None:
    """It is complete, although no subcommand is imported for it."""
    result = CliRunner().invoke(main, ["--help"], terminal_width=200)
    lines = result.stdout.partition("Commands:\n")[2].splitlines()
    summaries = dict(line.strip().split(maxsplit=1) for line in lines)
    assert list(summaries) == [
        *("access-keys", "api-keys", "duplicates", "export", "import", "indexes", "openapi", "reindex"),
        *("repair", "run"),
    ]
    for name, summary in summaries.items():
        help_text = CliRunner().invoke(main, [name, "--help"]).stdout
        assert summary == " ".join(help_text.split("\n\n")[1].split())
