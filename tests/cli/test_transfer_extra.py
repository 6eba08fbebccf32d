"""The commands import and export without the extra `transfer`."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main


@pytest.mark.parametrize("command", [("import", "customers.csv"), ("export", "--output", "profiles.csv")])
def test_without_the_extra_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """The help works without it."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "customers.csv"
    file.touch()
    monkeypatch.setitem(sys.modules, "rich.console", None)
    result = CliRunner().invoke(main, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: rich is not installed; install it with: pip install 'profile-lookup[transfer]'\n"
    )
    assert CliRunner().invoke(main, [command[0], "--help"]).exit_code == 0
    assert list(tmp_path.iterdir()) == [file]
