"""The message of `profile-lookup run` when the service is ready."""

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from service.config import Settings

_COMMAND = "profile-lookup"
_KEY_COMMANDS = {
    # Scopes for all README examples except defining a search key, and for agent tokens.
    "the server of the agents' frontend": (
        "api-keys create --label frontend --scope profiles:edit --scope profiles:create --scope tokens:create"
    ),
    # Scopes for search keys and their holders, merges, settings, export, erasure and the audit.
    "an administrator": (
        "api-keys create --label admin --scope profiles:admin --scope profiles:edit --scope profiles:merge "
        "--scope settings:admin"
    ),
}


def startup_message(url: str, settings: Settings, bundled: Mapping[str, str]) -> str:
    """Return the message. ``bundled`` are the variables for the bundled MongoDB; empty if it does not run."""
    json = """-H 'Content-Type: application/json' -d '{"first_name": "Jane"}'"""
    credential = " -H 'Authorization: Bearer KEY'" if settings.auth else ""
    lines = [
        f"profile-lookup is ready: {url}",
        *([f"The agent panel with a simulated phone: {url}/panel"] if settings.panel else []),
        f"Documentation: {url}/docs",
        *([f"For AWS SDKs: AWS_ENDPOINT_URL_CUSTOMER_PROFILES={url}"] if settings.aws_api else []),
        f"Create a profile: curl -s {url}/v1/profiles{credential} {json}",
        *_authentication_lines(settings, is_bundled=bool(bundled)),
    ]
    if bundled:
        lines += [
            f"MongoDB: {bundled['MONGODB_URI']}",
            f"Its data is in {Path(settings.data_dir).resolve()}.",
        ]
        if file := bundled.get("MASTER_KEYS_FILE"):
            lines.append(f"The master key: MASTER_KEYS_FILE={shlex.quote(file)}")
        lines.append("This MongoDB is bundled and for development only; set MONGODB_URI for production.")
    return "\n".join([*lines, "Press Ctrl-C to stop."])


def _authentication_lines(settings: Settings, *, is_bundled: bool) -> Iterator[str]:
    if not settings.auth:
        local_only = "so only requests from this machine are accepted. Set AUTH=on to enable it."
        yield f"Authentication is disabled (AUTH=off), {local_only}"
        return
    # The variables that a command needs to find the service's database. MONGODB_URI is not printed: it may
    # contain a password.
    words = []
    if is_bundled and settings.data_dir != Settings.data_dir:
        words.append(f"DATA_DIR={shlex.quote(str(Path(settings.data_dir).resolve()))}")
    if settings.mongodb_database != Settings.mongodb_database:
        words.append(f"MONGODB_DATABASE={settings.mongodb_database}")
    # After `make run`, the command is not on PATH.
    path = _COMMAND if shutil.which(_COMMAND) else str(Path(sys.executable).with_name(_COMMAND))
    command = " ".join([*words, shlex.quote(path)])
    note = "" if is_bundled else ", with the same MONGODB_URI"
    for user, create in _KEY_COMMANDS.items():
        yield f"Create an API key for {user}{note}: {command} {create}"
