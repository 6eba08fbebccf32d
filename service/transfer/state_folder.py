"""The folder in which commands keep the state of interrupted work."""

import os
from pathlib import Path


def state_folder() -> Path:
    """Return a folder in $XDG_STATE_HOME, by default ~/.local/state (XDG Base Directory Specification)."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "profile-lookup"
