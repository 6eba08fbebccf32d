"""The options of an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BY_PROFILE_ID = "profile_id"
"""The value of ``match_on`` for rows that have the IDs of profiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options of an import. Those that are None have a default.

    ``path`` is None for standard input. ``match_on`` is a unique search key, or ``profile_id``. If it
    is None, each row creates a profile. ``lists`` is "merge" or "replace". ``region`` is the country of
    phone numbers without a country code.
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
