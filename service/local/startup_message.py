"""The message of `profile-lookup run` when the service is ready."""

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from service.config import Settings

_COMMAND = "profile-lookup"
_KEY_COMMANDS = {
    # Allows the four situations in the README, except to define a search key.
    "an agent's frontend": "api-keys create --label frontend --scope profiles:edit --scope profiles:create",
    # Search keys and the profiles that hold them, settings, export, erasure and the audit.
    "an administrator": (
        "api-keys create --label admin --scope profiles:admin --scope profiles:edit --scope settings:admin"
    ),
}


def startup_message(url: str, settings: Settings, bundled: Mapping[str, str]) -> str:
    """Return the message; ``bundled`` has the variables of the bundled MongoDB and its master keys."""
    json = """-H 'Content-Type: application/json' -d '{"first_name": "Jane"}'"""
    credential = " -H 'Authorization: Bearer KEY'" if settings.auth else ""
    lines = [
        f"profile-lookup is ready: {url}",
        f"Documentation: {url}/docs",
        f"Create a profile: curl -s {url}/v1/profiles{credential} {json}",
        *_authentication_lines(settings, bundled),
    ]
    if bundled:
        lines += [
            f"MongoDB: {bundled['MONGODB_URI']}",
            f"Its data is in {Path(settings.data_dir).resolve()}.",
            *(
                f"The master key of sensitive values: {each}"
                for each in _assignments(bundled, "MASTER_KEYS_FILE")
            ),
            "It is the bundled one, for development only: set MONGODB_URI for production.",
        ]
    return "\n".join([*lines, "Ctrl-C stops it."])


def _authentication_lines(settings: Settings, bundled: Mapping[str, str]) -> list[str]:
    if not settings.auth:
        return [
            "Authentication is disabled (AUTH=off), so only this machine is served. Set AUTH=on to enable it."
        ]
    # A MONGODB_URI from the environment may contain a password, so it is not printed.
    note = "" if bundled else ", with the same MONGODB_URI"
    command = " ".join([*_database_variables(settings, bundled), _command()])
    return [f"Make a KEY for {user}{note}: {command} {create}" for user, create in _KEY_COMMANDS.items()]


def _database_variables(settings: Settings, bundled: Mapping[str, str]) -> list[str]:
    """Return the assignments that a command needs to find the service's database."""
    variables = {}
    if bundled and settings.data_dir != Settings.data_dir:
        variables["DATA_DIR"] = str(Path(settings.data_dir).resolve())
    if settings.mongodb_database != Settings.mongodb_database:
        variables["MONGODB_DATABASE"] = settings.mongodb_database
    return _assignments(variables, *variables)


def _assignments(values: Mapping[str, str], *names: str) -> list[str]:
    """Return those of the variables that have a value, in the notation of a shell."""
    return [f"{name}={shlex.quote(values[name])}" for name in names if name in values]


def _command() -> str:
    """Return how a shell starts our command, which is not on PATH after `make run`."""
    return _COMMAND if shutil.which(_COMMAND) else shlex.quote(str(Path(sys.executable).with_name(_COMMAND)))
