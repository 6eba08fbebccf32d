"""A reader of the changes, as a program that copies profiles."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import Flask

from service.store.profiles.changes import ChangeStore
from tests.api.caller import Caller, Json

CHANGES = "/v1/profiles/changes"


def show_changes_at_once(app: Flask) -> Any:
    """Replace the stores of the application by some that show changes without a delay. Return the old ones.

    The delay matters only for writes that take long.
    """
    stores = app.extensions["profile_lookup"]
    changes = ChangeStore(
        app.extensions["database"], stores.profile_lists, stores.deletions, lag=timedelta(0)
    )
    app.extensions["profile_lookup"] = replace(stores, changes=changes)
    return stores


@dataclass
class Feed:
    """Reads the changes, and keeps the cursor between two polls."""

    api: Caller
    cursor: str | None = None
    copies: dict[str, Json] = field(default_factory=dict)
    """The profiles as a copy has them after all changes."""

    def page(self, **parameters: Any) -> Json:
        """Return a page of changes."""
        page: Json = self.api.get(CHANGES, query_string=parameters)
        return page

    def poll(self, **parameters: Any) -> list[Json]:
        """Return all new changes, and apply them to the copies."""
        items: list[Json] = []
        while True:
            cursor = {} if self.cursor is None else {"cursor": self.cursor}
            page = self.page(**parameters, **cursor)
            self.cursor = page["next_cursor"]
            if not page["items"]:
                return items
            items += page["items"]
            for item in page["items"]:
                if "deleted_at" in item:
                    self.copies.pop(item["profile_id"], None)
                else:
                    self.copies[item["profile_id"]] = item["profile"]


def summary(items: list[Json]) -> list[tuple[str, str]]:
    """Return the ID of each change, and what happened."""
    return [(item["profile_id"], item.get("change", "deleted")) for item in items]
