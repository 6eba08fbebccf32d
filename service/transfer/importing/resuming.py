"""Continue an interrupted import, or begin a new one."""

from collections.abc import Callable
from pathlib import Path

from service.transfer.errors import TransferError
from service.transfer.importing.state import ImportState, UnreadableState, load_state


class ChangedImport(TransferError):
    """The file, the options or the state have changed, and a new import would create profiles twice."""


def resume(path: Path, new: ImportState, *, name: str, message: Callable[[str], None]) -> ImportState:
    """Return the stored state if it is of the same file and options as the new one, otherwise the new one.

    An unreadable state is treated as one of another file.

    ``name`` is that of the file. ``message`` shows a line: whether the import continues or starts again.

    Raises:
        ChangedImport: The stored state is of another file or other options, and rows create profiles.

    """
    try:
        stored = load_state(path)
    except UnreadableState as error:
        change, restored = str(error), "it"
    else:
        if stored is None:
            return new
        if (stored.digest, stored.options) == (new.digest, new.options):
            message(f"Continuing the import of {name} that was interrupted{_place(stored)}.")
            return stored
        changed = "The file has" if stored.digest != new.digest else "The options have"
        change = f"{changed} changed since the import of {name} was interrupted{_place(stored)}"
        restored = "the file and the options"
    if new.options["match_on"] is None:
        raise ChangedImport(
            f"{change}. Without --match-on, the imported rows would be created again. Restore {restored} to "
            f"continue. To import all rows as new profiles, delete {path} first."
        )
    message(f"{change}. Starting again with the first row.")
    return new


def _place(stored: ImportState) -> str:
    """Return the end of a sentence: after which row an import was interrupted.

    The service can also have executed later rows, whose results were not recorded.
    """
    return f" after row {stored.last_row} or later" if stored.last_row else ", perhaps after some rows"
