"""`profile-lookup access-keys`, with a real MongoDB. What it shares with `api-keys` is tested there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from service.app import create_app
from service.cli import main
from service.config import Settings
from service.crypto.access_key_secrets import unseal_secret
from service.crypto.master_keyring import parse
from tests.aws.signing import sign
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE

Document = dict[str, Any]
Run = Callable[..., Result]

_KEY = re.compile(
    r"AWS_ACCESS_KEY_ID=(PLAK[0-9A-F]{16})\nAWS_SECRET_ACCESS_KEY=(plsk_[0-9a-f]{64})\n", re.ASCII
)
_CREATE = ("access-keys", "create", "--scope", "profiles:view")


@pytest.fixture
def database_name(reused_database_name: str) -> str:
    """Return the name of an empty database, which may have indexes."""
    return reused_database_name


@pytest.fixture
def run(mongodb_uri: str, database: Database[Document]) -> Run:
    """Return a function that runs the command with master keys."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name}

    def invoke(*arguments: str, master_keys: str = ONE) -> Result:
        return CliRunner().invoke(main, arguments, env=environment | {"MASTER_KEYS": master_keys})

    return invoke


@pytest.fixture
def status(database: Database[Document]) -> Callable[..., int]:
    """Return a function that sends a signed request to a worker with an empty cache."""

    def send(key_id: str, secret: str, *, domain: str = "default", master_keys: str = ONE) -> int:
        app = create_app(Settings(aws_api=True, master_keys=master_keys), database=database)
        body = b'{"KeyName": "_phone", "Values": ["+12125550123"]}'
        signed = sign(key_id, secret, path=f"/domains/{domain}/profiles/search", body=body)
        del signed.headers["content-length"]
        response = app.test_client().post(
            f"http://localhost{signed.target}", headers=signed.headers, data=body, buffered=True
        )
        return response.status_code

    return send


def _parse(result: Result) -> tuple[str, str]:
    """Return the ID and the secret. They must be the only standard output."""
    assert result.exit_code == 0, result.output
    printed = _KEY.fullmatch(result.stdout)
    assert printed, result.stdout
    return printed[1], printed[2]


def test_a_created_access_key_is_printed_as_environment_variables(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """The secret is stored encrypted. The list shows the day of the last use."""
    result = run(*_CREATE, "--domain", "tokyo", "--agent-id", "agent-7", "--expires-in-days", "90")
    key_id, secret = _parse(result)
    assert f"{key_id}: profiles:view in the domain tokyo." in result.stderr
    assert "not shown again" in result.stderr
    assert secret not in result.stderr
    assert status(key_id, secret, domain="tokyo") == 200
    stored = database["access_keys"].find_one({"_id": key_id}) or {}
    assert secret not in str(stored)
    assert unseal_secret(parse("MASTER_KEYS", ONE), key_id, "tokyo", stored["sealed_secret"]) == secret
    listed = run("access-keys", "list").stdout
    assert secret not in listed
    cells = listed.splitlines()[1].split()
    assert cells[:6] == [key_id, "AWS", "client", "tokyo", "profiles:view", "agent-7"]
    assert cells[-1] == "valid"
    assert cells[-2] == cells[-4]


def test_during_a_rotation_two_access_keys_are_valid(run: Run, status: Callable[..., int]) -> None:
    """Afterwards, only the new one is."""
    old = _parse(run(*_CREATE))
    new = _parse(run("access-keys", "rotate", old[0]))
    assert (status(*old), status(*new)) == (200, 200)
    last = _parse(run("access-keys", "rotate", new[0], "--grace-hours", "0"))
    assert (status(*new), status(*last)) == (403, 200)
    again = run("access-keys", "rotate", old[0])
    assert again.exit_code == 1
    assert f"use its successor {new[0]}" in again.stderr


def test_a_revoked_access_key_is_refused(run: Run, status: Callable[..., int]) -> None:
    """An unknown ID is an error."""
    key = _parse(run(*_CREATE))
    assert run("access-keys", "revoke", f" {key[0]} ").stdout.startswith(f"{key[0]} is revoked")
    assert status(*key) == 403
    unknown = run("access-keys", "revoke", "PLAK0000000000000000")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: No key has this ID; check the ID.\n")


@pytest.mark.parametrize("arguments", [_CREATE, ("access-keys", "rotate")])
def test_without_master_keys_no_access_key_is_created(
    run: Run, database: Database[Document], arguments: tuple[str, ...]
) -> None:
    """The error names the settings."""
    old, _ = _parse(run(*_CREATE))
    result = run(*arguments, *([old] if "rotate" in arguments else []), master_keys="")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "set MASTER_KEYS or MASTER_KEYS_FILE as for the service" in result.stderr
    assert database["access_keys"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--domain", "a.b"), "--domain: Must not contain a dot"),
        (("--domain", ""), "--domain: Must be 1 to 64 characters"),
        (("--label", ""), "--label"),
        (("--scope", "tokens:create"), "tokens:create"),
    ],
)
def test_invalid_options_are_named(run: Run, options: tuple[str, str], text: str) -> None:
    """Amazon's API has no domain with a dot and no operation that creates tokens."""
    result = run(*_CREATE, *options)
    assert result.exit_code != 0
    assert text in result.stderr
    assert result.stdout == ""


def test_the_master_keys_of_access_keys_can_be_changed(run: Run, status: Callable[..., int]) -> None:
    """`reindex` encrypts the secrets with the first master key. The clients keep theirs."""
    key = _parse(run(*_CREATE))
    assert status(*key, master_keys=ONE_THEN_TWO) == status(*key, master_keys=TWO_THEN_ONE) == 200
    assert status(*key, master_keys=TWO) == 500
    assert run("reindex", master_keys=TWO_THEN_ONE).exit_code == 0
    assert status(*key, master_keys=TWO) == 200
    assert run("reindex", master_keys=TWO).exit_code == 0


def test_reindex_names_access_keys_that_cannot_be_decrypted(run: Run) -> None:
    """Revoked access keys need no secret."""
    key_id, _ = _parse(run(*_CREATE))
    result = run("reindex", master_keys=TWO)
    assert result.exit_code == 1
    assert f"{key_id}: the secret of this access key is encrypted with the master key 'one'" in result.stderr
    assert "revoke these access keys" in result.stderr
    run("access-keys", "revoke", key_id)
    assert run("reindex", master_keys=TWO).exit_code == 0
