"""Databases that can fail and recover."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from pymongo.errors import AutoReconnect

SECRET = "a value of the database"  # noqa: S105 - no password, but a text that a driver's message may contain


class FailingDatabase:
    """Wraps a database or collection. While ``broken`` is true, every method raises a driver error."""

    def __init__(self, inner: Any, *, broken: bool = False, owner: "FailingDatabase | None" = None) -> None:
        self.inner = inner
        self.broken = broken
        self.owner = owner or self

    def __getitem__(self, name: str) -> "FailingDatabase":
        return FailingDatabase(self.inner[name], owner=self.owner)

    def with_options(self, **options: Any) -> "FailingDatabase":
        """Return the collection with other options."""
        return FailingDatabase(self.inner.with_options(**options), owner=self.owner)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.inner, name)
        return self._wrap(attribute) if callable(attribute) and name != "name" else attribute

    def _wrap(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            if self.owner.broken:
                raise AutoReconnect(SECRET)
            return method(*args, **kwargs)

        return call


class WithFailingAudit:
    """Wraps a database. While ``audit.broken`` is true, the audit cannot be read or written."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.audit = FailingDatabase(inner["audit"])

    def __getitem__(self, name: str) -> Any:
        return self.audit if name == "audit" else self.inner[name]

    def list_collection_names(self) -> list[str]:
        """Return the names of all collections."""
        names: list[str] = self.inner.list_collection_names()
        return names
