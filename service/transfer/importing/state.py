"""The state of an import on disk, to continue it after an interruption."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from service.transfer.errors import TransferError
from service.transfer.importing.input_file import InputFile
from service.transfer.importing.options import ImportOptions
from service.transfer.importing.totals import Totals
from service.transfer.json_types import JsonMapping, JsonObject
from service.transfer.state_folder import state_folder

_SUFFIX = ".import-state"


@dataclass(slots=True)
class ImportState:
    """The progress of an import.

    ``digest`` is the SHA-256 of the file. ``options`` decide which requests are sent, so a later run needs
    the same. ``batches`` is the number of recorded batches, ``last_row`` the number of their last row.
    ``sizes`` are the sizes of the result files in bytes, by names such as "rejected". ``duplicates_number``
    is 2 for the list FILE.duplicates-2.csv of possible duplicates, and 1 for FILE.duplicates.csv.
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
    """Return the path of a file beside the input.

    The file is in the current folder for standard input, and if the folder of the input is read-only.
    """
    path = options.path or Path("standard-input")
    folder = path.parent if os.access(path.parent, os.W_OK) else Path()
    return folder / f"{path.name}{suffix}"


def state_path(options: ImportOptions, file: InputFile) -> Path:
    """Return the path of the state: beside the input, or for standard input in ``state_folder``."""
    if options.path is not None:
        return beside(options, _SUFFIX)
    return state_folder() / f"{file.digest[:32]}{_SUFFIX}"


class UnreadableState(TransferError):
    """There is a state, but it is damaged, of another release, or this user may not read it."""


def load_state(path: Path) -> ImportState | None:
    """Return the stored state, or None if there is none. Raises ``UnreadableState``."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return ImportState(
            **{**stored, "import_id": UUID(str(stored["import_id"])), "totals": Totals(**stored["totals"])}
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnreadableState(f"{path} cannot be read, so it is unknown which rows are imported") from error


def save_state(path: Path, state: ImportState) -> None:
    """Store the state atomically, and create its folder if needed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(json.dumps(asdict(state) | {"import_id": str(state.import_id)}), encoding="utf-8")
    unfinished.replace(path)
