"""A SQLite file with the state of a search for duplicates, so that the same command can continue it.

The file has IDs of profiles, names of search keys and hashes of blocking keys, but no values. SQLite sorts on
the disk, so its memory does not grow with the number of profiles.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_OWNER_ONLY_FILE, _OWNER_ONLY_FOLDER = 0o600, 0o700
_APPLICATION_ID = 0x706C6B64
"""Marks the files of this command, so that no other database is used by mistake."""
_CHECK_INTERVAL = 100_000
"""Number of instructions of SQLite between two calls of ``check``. They take some milliseconds."""
_OPTIONS, _BEGUN_AT = "options", "begun_at"
_FOREIGN = "{} is no state of this command, or damaged: delete it, or name another file with --state."

_SETTINGS = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -32768;
"""
"""A negative ``cache_size`` is in KiB: 32 MiB. ``secure_delete`` overwrites what is removed."""

_SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE profiles (number INTEGER PRIMARY KEY, id BLOB NOT NULL);
CREATE TABLE kinds (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE keys (hash INTEGER NOT NULL, profile INTEGER NOT NULL, kind INTEGER NOT NULL);
CREATE TABLE shared (hash INTEGER PRIMARY KEY, profiles INTEGER NOT NULL);
CREATE TABLE pairs (number INTEGER PRIMARY KEY, one INTEGER NOT NULL, other INTEGER NOT NULL);
CREATE TABLE duplicates (
    one INTEGER NOT NULL, other INTEGER NOT NULL, tier INTEGER NOT NULL, reasons TEXT NOT NULL,
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE TABLE members (
    first INTEGER NOT NULL, profile INTEGER NOT NULL, PRIMARY KEY (first, profile)
) WITHOUT ROWID;
CREATE TABLE groups (
    first INTEGER PRIMARY KEY, size INTEGER NOT NULL, strongest INTEGER NOT NULL, weakest INTEGER NOT NULL
);
"""


class WorkFileError(Exception):
    """The working file cannot be used. The message is one line and says what to do."""


class WorkFile:
    """An open working file. No other process can use it meanwhile.

    ``check`` is called before each transaction and while SQLite works. It can raise ``KeyboardInterrupt`` to
    stop the work. ``is_new`` is whether the search has just begun.
    """

    def __init__(self, connection: sqlite3.Connection, check: Callable[[], None], *, is_new: bool) -> None:
        self.is_new = is_new
        self._connection = connection
        self._check = check
        connection.set_progress_handler(self._must_stop, _CHECK_INTERVAL)

    @property
    def begun_at(self) -> datetime:
        """When the search began."""
        return datetime.fromisoformat(self.get(_BEGUN_AT))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all changes of the block when it ends, or none if it raises or the process ends."""
        self._check()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            # If SQLite was interrupted, raise what interrupted it.
            self._check()
            raise

    def rows(self, query: str, *parameters: object) -> sqlite3.Cursor:
        """Return a cursor, which reads the rows of a query one by one."""
        return self._connection.execute(query, parameters)

    def change(self, statement: str, *parameters: object) -> None:
        """Execute a statement. Call this in a transaction."""
        self._connection.execute(statement, parameters)

    def add(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement for each row. Call this in a transaction."""
        self._connection.executemany(statement, rows)

    def get(self, name: str) -> Any:
        """Return a value of the state, or None if it is not set."""
        row = self.rows("SELECT value FROM state WHERE name = ?", name).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, name: str, value: object) -> None:
        """Set a value of the state, or remove it if ``value`` is None. Call this in a transaction."""
        if value is None:
            self.change("DELETE FROM state WHERE name = ?", name)
        else:
            self.change("REPLACE INTO state VALUES (?, ?)", name, json.dumps(value))

    def _must_stop(self) -> bool:
        try:
            self._check()
        except KeyboardInterrupt:
            return True
        return False


@contextmanager
def open_work_file(
    path: Path, options: Mapping[str, object], check: Callable[[], None], *, makes_folder: bool = False
) -> Iterator[WorkFile]:
    """Open the file of an interrupted search with the same options, or create one for the owner only.

    With ``makes_folder``, creates the folder of the file if it is missing. Raises ``WorkFileError``, also for
    errors of SQLite in the block.
    """
    try:
        if makes_folder:
            path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY_FILE))
    except OSError as error:
        raise WorkFileError(
            f"{path} cannot be used ({error.strerror}): name another file with --state."
        ) from error
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            is_new = _prepare(connection, path, options)
            path.chmod(_OWNER_ONLY_FILE)
            yield WorkFile(connection, check, is_new=is_new)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise WorkFileError(f"{path} is used by another run: wait for its end.") from error
        raise WorkFileError(
            f"{path} cannot be used ({error}): free space, or name another file with --state."
        ) from error
    except sqlite3.DatabaseError as error:
        raise WorkFileError(_FOREIGN.format(path)) from error


def remove_work_file(path: Path) -> None:
    """Remove a working file that is not open, if it exists."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection, path: Path, options: Mapping[str, object]) -> bool:
    """Create the tables of an empty file, or check the options. Return whether the file was empty."""
    connection.executescript(_SETTINGS)
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id == _APPLICATION_ID:
        (stored,) = connection.execute("SELECT value FROM state WHERE name = ?", [_OPTIONS]).fetchone()
        before = json.loads(stored)
        if changed := [name for name, value in options.items() if before.get(name) != value]:
            raise WorkFileError(
                f"{path} is the state of an interrupted run with another {', another '.join(changed)}: "
                "repeat that command to continue it, or delete the file to start again."
            )
        return False
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
        raise WorkFileError(_FOREIGN.format(path))
    connection.executescript(f"BEGIN EXCLUSIVE; PRAGMA application_id = {_APPLICATION_ID}; {_SCHEMA}")
    state = {_OPTIONS: options, _BEGUN_AT: datetime.now(UTC).isoformat()}
    rows = [(name, json.dumps(value)) for name, value in state.items()]
    connection.executemany("INSERT INTO state VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    return True
