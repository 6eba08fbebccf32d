"""The options of an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BY_PROFILE_ID = "profile_id"
"""The value of ``match_on`` for rows that have the IDs of profiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options of an import.

    ``path`` is None for standard input. ``match_on`` is a unique search key, or ``profile_id``. If it
    is None, each row creates a profile. ``lists`` is "merge" or "replace". ``columns`` maps columns to
    fields. ``format`` and ``encoding`` are detected if they are None. ``region`` is the region that the
    domain must have as its default, or None. ``rejected`` is the file for rejected rows, or None for the
    default. ``ids`` is the file for profile IDs, or None for no file.
    """

    path: Path | None
    match_on: str | None = None
    lists: str = "merge"
    columns: Mapping[str, str]
    format: str | None = None
    encoding: str | None = None
    region: str | None = None
    dry_run: bool = False
    rejected: Path | None = None
    ids: Path | None = None
