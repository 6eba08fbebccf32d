"""The message of `profile-lookup run` when the service is ready."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
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
        *_authentication_lines(settings, is_bundled=bool(bundled)),
    ]
    if bundled:
        lines += [
            f"MongoDB: {bundled['MONGODB_URI']}",
            f"Its data is in {Path(settings.data_dir).resolve()}.",
        ]
        if file := bundled.get("MASTER_KEYS_FILE"):
            lines.append(f"The master key of sensitive values: MASTER_KEYS_FILE={shlex.quote(file)}")
        lines.append("It is the bundled one, for development only: set MONGODB_URI for production.")
    return "\n".join([*lines, "Ctrl-C stops it."])


def _authentication_lines(settings: Settings, *, is_bundled: bool) -> Iterator[str]:
    if not settings.auth:
        yield (
            "Authentication is disabled (AUTH=off), so only this machine is served. Set AUTH=on to enable it."
        )
        return
    # The variables with which a command finds the service's database. A MONGODB_URI from the environment may
    # contain a password, so it is not printed.
    words = []
    if is_bundled and settings.data_dir != Settings.data_dir:
        words.append(f"DATA_DIR={shlex.quote(str(Path(settings.data_dir).resolve()))}")
    if settings.mongodb_database != Settings.mongodb_database:
        words.append(f"MONGODB_DATABASE={settings.mongodb_database}")
    # After `make run`, our command is not on PATH.
    path = _COMMAND if shutil.which(_COMMAND) else str(Path(sys.executable).with_name(_COMMAND))
    command = " ".join([*words, shlex.quote(path)])
    note = "" if is_bundled else ", with the same MONGODB_URI"
    for user, create in _KEY_COMMANDS.items():
        yield f"Make a KEY for {user}{note}: {command} {create}"
