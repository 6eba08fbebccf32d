"""The folder in which commands keep the state of interrupted work."""

import os
from pathlib import Path


def state_folder() -> Path:
    """Return the folder in the user's home, as the XDG Base Directory Specification names it."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "profile-lookup"
