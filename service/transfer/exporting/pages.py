"""Read all profiles, or those that have changed, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.transfer.client.connection import Connection
from service.transfer.json_types import JsonMapping

PAGE_SIZE = 1000


def all_profiles(connection: Connection) -> Iterator[list[JsonMapping]]:
    """Yield pages of all profiles. Raises TransferError."""
    cursor = None
    while True:
        page = connection.get("profiles", limit=PAGE_SIZE, cursor=cursor)
        yield page["items"]
        if (cursor := page["next_cursor"]) is None:
            return


@dataclass(slots=True)
class Changes:
    """The changes since a time, ``since``, or since a cursor.

    ``cursor`` is that of the last page that was read: the next export continues there.
    """

    connection: Connection
    since: str | None
    cursor: str | None

    def pages(self) -> Iterator[list[JsonMapping]]:
        """Yield pages of profiles that were created or changed, and of deletions. Raises TransferError."""
        while True:
            page = self.connection.get(
                "profiles/changes", limit=PAGE_SIZE, since=self.since, cursor=self.cursor
            )
            self.since, self.cursor = None, page["next_cursor"]
            if not page["items"]:
                return
            yield [item.get("profile", item) for item in page["items"]]


def changes(connection: Connection, since: str) -> Changes:
    """Return the changes since a time (ISO 8601) or the cursor of an earlier export."""
    try:
        datetime.fromisoformat(since)
    except ValueError:
        return Changes(connection, None, since)
    return Changes(connection, since, None)
