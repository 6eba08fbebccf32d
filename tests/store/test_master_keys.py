"""Master keys come from the environment or a file. Invalid master keys are reported in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import service
from service.cli import main
from service.config import Settings
from service.crypto.master_keyring import MasterKeyringError
from service.store.master_keys import is_world_readable, read_master_keys
from tests.master_keys import ONE, ONE_THEN_TWO

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with two master keys."""
    path = tmp_path / "master_keys"
    path.write_text(ONE_THEN_TWO.replace(",", "\n"))
    path.chmod(0o600)
    return path


def test_master_keys_come_from_the_environment_or_from_a_file(file: Path) -> None:
    """Both sources give the same master keys. Without a source there are none."""
    from_file = read_master_keys(Settings(master_keys_file=str(file)))
    assert from_file == read_master_keys(Settings(master_keys=ONE_THEN_TWO))
    assert [master_key.id for master_key in from_file] == ["one", "two"]
    assert read_master_keys(Settings()) == ()


def test_the_settings_do_not_show_the_master_keys() -> None:
    """Neither ``repr`` nor ``str`` contains a master key."""
    assert ONE[4:12] not in f"{Settings(master_keys=ONE)!r} {Settings(master_keys=ONE)}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no master key"),
        (b"\n", "no master key"),
        (b"one two:x\n", "master key 1 is not id:key"),
        (b"one:\xff", "not ASCII"),
        (None, "No such file"),
    ],
)
def test_an_invalid_file_is_reported_in_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    """The message explains what is wrong."""
    path = tmp_path / "master_keys"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MasterKeyringError, match=message) as error:
        read_master_keys(Settings(master_keys_file=str(path)))
    assert "\n" not in str(error.value)


def test_two_sources_of_master_keys_are_rejected(file: Path) -> None:
    """The service would not know which source has the current master key."""
    with pytest.raises(MasterKeyringError, match="both set"):
        read_master_keys(Settings(master_keys=ONE, master_keys_file=str(file)))


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o440, False), (0o644, True), (0o604, True)])
def test_a_world_readable_file_is_detected(file: Path, mode: int, *, is_open: bool) -> None:
    """A file that only its group can read is accepted, because the service can be in this group."""
    file.chmod(mode)
    assert is_world_readable(Settings(master_keys_file=str(file))) is is_open
    assert is_world_readable(Settings(master_keys=ONE)) is False


def test_gunicorn_does_not_start_with_an_invalid_master_key(tmp_path: Path) -> None:
    """Gunicorn prints only one line, not one for each worker. The line contains no master key."""
    path = tmp_path / "master_keys"
    path.write_text(ONE[:-8])
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:service.server.gunicorn_config",
            "--bind",
            "127.0.0.1:0",
        ],
        env={**os.environ, "MASTER_KEYS_FILE": str(path)},
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert result.returncode == 1
    assert result.stdout + result.stderr == (
        "profile-lookup: MASTER_KEYS_FILE: master key 1 is not 32 bytes in base64; "
        "generate one with `openssl rand -base64 32`.\n"
    )


def test_reindex_does_not_start_with_an_invalid_master_key() -> None:
    """The command prints one line and fails."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500", "MASTER_KEYS": "x"}
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
