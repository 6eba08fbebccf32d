"""Where the master keys come from, and what an operator is told of them."""

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
    """Return a file with two masters."""
    path = tmp_path / "masters"
    path.write_text(ONE_THEN_TWO.replace(",", "\n"))
    path.chmod(0o600)
    return path


def test_masters_come_from_the_environment_or_from_a_file(file: Path) -> None:
    """The same either way; none where neither is set."""
    from_file = read_master_keys(Settings(master_keys_file=str(file)))
    assert from_file == read_master_keys(Settings(master_keys=ONE_THEN_TWO))
    assert [master.id for master in from_file] == ["one", "two"]
    assert read_master_keys(Settings()) == ()


def test_the_settings_do_not_show_the_keys() -> None:
    """Wherever they are printed."""
    assert ONE[4:12] not in f"{Settings(master_keys=ONE)!r} {Settings(master_keys=ONE)}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no master key"),
        (b"\n", "no master key"),
        (b"one two:x\n", "master key 1 is not id:key"),
        (b"one:\xff", "not ASCII"),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    """It says what is wrong with it."""
    path = tmp_path / "masters"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MasterKeyringError, match=said) as caught:
        read_master_keys(Settings(master_keys_file=str(path)))
    assert "\n" not in str(caught.value)


def test_two_sources_are_one_too_many(file: Path) -> None:
    """Which of them writes would be a guess."""
    with pytest.raises(MasterKeyringError, match="both set"):
        read_master_keys(Settings(master_keys=ONE, master_keys_file=str(file)))


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o440, False), (0o644, True), (0o604, True)])
def test_a_file_that_all_may_read_is_told(file: Path, mode: int, *, is_open: bool) -> None:
    """Its group may be the service's own."""
    file.chmod(mode)
    assert is_world_readable(Settings(master_keys_file=str(file))) is is_open
    assert is_world_readable(Settings(master_keys=ONE)) is False


@pytest.mark.parametrize("setting", ["MASTER_KEYS", "MASTER_KEYS_FILE"])
def test_gunicorn_does_not_start_with_a_bad_master(tmp_path: Path, setting: str) -> None:
    """One line, in which no key stands; not one of each worker."""
    path = tmp_path / "masters"
    path.write_text(ONE[:-8])
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:service.server.gunicorn_config",
            "--bind",
            "127.0.0.1:0",
        ],
        env={**os.environ, setting: ONE[:-8] if setting == "MASTER_KEYS" else str(path)},
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
    )
    assert done.returncode == 1
    assert done.stdout + done.stderr == (
        f"profile-lookup: {setting}: master key 1 is not 32 bytes in base64; "
        "generate one with `openssl rand -base64 32`.\n"
    )


def test_reindex_does_not_start_with_a_bad_master() -> None:
    """Likewise."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500", "MASTER_KEYS": "x"}
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
