"""What `profile-lookup run` prints on the terminal when it is ready."""

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from service.config import Settings

_COMMAND = "profile-lookup"

# Allows the four situations in the README, except to define a search key.
CREATE_AGENT_KEY = "api-keys create --label frontend --scope profiles:edit --scope profiles:create"
# Search keys and the profiles that hold them, settings, export, erasure and the audit.
CREATE_ADMIN_KEY = (
    "api-keys create --label admin --scope profiles:admin --scope profiles:edit --scope settings:admin"
)


def welcome(url: str, settings: Settings, bundled: Mapping[str, str]) -> str:
    """Return the lines; ``bundled`` has the variables that name the bundled MongoDB and its master keys."""
    json = """-H 'Content-Type: application/json' -d '{"first_name": "Jane"}'"""
    credential = "" if settings.auth == "off" else " -H 'Authorization: Bearer KEY'"
    lines = [
        f"profile-lookup is ready: {url}",
        f"Documentation: {url}/docs",
        f"Create a profile: curl -s {url}/v1/profiles{credential} {json}",
        _about_authentication(settings, bundled),
    ]
    if bundled:
        lines += [
            f"MongoDB: {bundled['MONGODB_URI']}",
            f"Its data is in {Path(settings.data_dir).resolve()}.",
            *(
                f"The master key of sensitive values: {each}"
                for each in _assigned(bundled, "MASTER_KEYS_FILE")
            ),
            "It is the bundled one, for development only: set MONGODB_URI for production.",
        ]
    return "\n".join([*lines, "Ctrl-C stops it."])


def _about_authentication(settings: Settings, bundled: Mapping[str, str]) -> str:
    if settings.auth == "off":
        return "Nobody is asked for a credential: AUTH=off, on this machine alone. Set AUTH=on for that."
    # A MONGODB_URI from the environment may contain a password, so it is not printed.
    where = "" if bundled else ", with the same MONGODB_URI"
    variables = _assigned(_to_find_the_database(settings, bundled), "DATA_DIR", "MONGODB_DATABASE")
    return "\n".join(
        f"Make a KEY for {user}{where}: {' '.join([*variables, _command(), create])}"
        for user, create in (
            ("an agent's frontend", CREATE_AGENT_KEY),
            ("an administrator", CREATE_ADMIN_KEY),
        )
    )


def _to_find_the_database(settings: Settings, bundled: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that differ from their defaults and lead a command to the service's database."""
    variables = {}
    if bundled and settings.data_dir != Settings.data_dir:
        variables["DATA_DIR"] = str(Path(settings.data_dir).resolve())
    if settings.mongodb_database != Settings.mongodb_database:
        variables["MONGODB_DATABASE"] = settings.mongodb_database
    return variables


def _assigned(values: Mapping[str, str], *names: str) -> list[str]:
    """Return those of the variables that are there as a shell sets them."""
    return [f"{name}={shlex.quote(values[name])}" for name in names if name in values]


def _command() -> str:
    """Return how a shell starts our command, which after `make run` is on no PATH."""
    return _COMMAND if shutil.which(_COMMAND) else shlex.quote(str(Path(sys.executable).with_name(_COMMAND)))
