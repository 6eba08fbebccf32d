"""The header of a table."""

from collections import Counter
from collections.abc import Sequence

from service.transfer.errors import UnreadableFile
from service.transfer.files.records import MAX_COLUMNS


def check_header(header: Sequence[str]) -> Sequence[str]:
    """Return a header without the blanks around its names.

    Raises:
        UnreadableFile: If it has no names, too many columns, zero bytes, or the same name twice.

    """
    names = [name.strip().strip("\ufeff") for name in header]
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(f"The header has {len(names):,} columns; {MAX_COLUMNS:,} are allowed.")
    if any("\0" in name for name in names):
        raise UnreadableFile("The header contains zero bytes; name a table of text.")
    if not any(names):
        raise UnreadableFile("The first row has no names of columns; add a header.")
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise UnreadableFile(f'The header has the column "{twice[0]}" twice; give each column its own name.')
    return names


def names_of(header: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns. A column without a name gets one, such as ``(column 3)``."""
    return [name or f"(column {number})" for number, name in enumerate(header, 1)]
