"""The state of an import on disk, to continue it after an interruption."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from service.transfer.importing.input_file import InputFile
from service.transfer.importing.options import ImportOptions
from service.transfer.importing.totals import Totals
from service.transfer.json_types import JsonMapping, JsonObject
from service.transfer.state_folder import state_folder

_SUFFIX = ".import-state"


@dataclass(slots=True)
class ImportState:
    """What is done. ``options`` decide which requests are sent, so a later run needs the same.

    ``sizes`` are the bytes of the result files, by their names. ``duplicates_number`` is the number of the
    file with the possible duplicates: each import has its own.
    """

    digest: str
    options: JsonMapping
    import_id: UUID = field(default_factory=uuid4)
    batches: int = 0
    last_row: int = 0
    totals: Totals = field(default_factory=Totals)
    sizes: dict[str, int] = field(default_factory=dict)
    duplicates_number: int = 1


def options_of(options: ImportOptions, url: str, key_id: str | None, region: str | None) -> JsonObject:
    """Return the options that must be the same to continue an import."""
    return {
        "url": url,
        "key_id": key_id,
        "region": region,
        "match_on": options.match_on,
        "lists": options.lists,
        "columns": dict(options.columns),
        "format": options.format,
        "encoding": options.encoding,
    }


def beside(options: ImportOptions, suffix: str) -> Path:
    """Return the path of a file beside the input, or in the current folder if that of the input is read-only.

    For standard input it is in the current folder.
    """
    path = options.path or Path("standard-input")
    folder = path.parent if os.access(path.parent, os.W_OK) else Path()
    return folder / f"{path.name}{suffix}"


def state_path(options: ImportOptions, file: InputFile) -> Path:
    """Return the path of the state: beside the input, or in the folder for states of standard input."""
    if options.path is not None:
        return beside(options, _SUFFIX)
    return state_folder() / f"{file.digest[:32]}{_SUFFIX}"


def load_state(path: Path) -> ImportState | None:
    """Return the stored state, or None if there is none that can be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return ImportState(
            **{**stored, "import_id": UUID(str(stored["import_id"])), "totals": Totals(**stored["totals"])}
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def save_state(path: Path, state: ImportState) -> None:
    """Store the state atomically. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(json.dumps(asdict(state) | {"import_id": str(state.import_id)}), encoding="utf-8")
    unfinished.replace(path)
