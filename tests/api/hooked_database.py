"""A database that runs hooks before or after the methods of its collections."""

from collections.abc import Callable
from typing import Any

Hook = Callable[[], None]


class HookedDatabase:
    """Wraps a database. Each hook runs once. The caller of the method gets the hook's exceptions."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.before: dict[tuple[str, str], Hook] = {}
        self.after: dict[tuple[str, str], Hook] = {}

    def __getitem__(self, name: str) -> Any:
        return _HookedCollection(self, self.inner[name], name)

    def list_collection_names(self) -> list[str]:
        """Return the names of all collections."""
        names: list[str] = self.inner.list_collection_names()
        return names


class _HookedCollection:
    def __init__(self, owner: HookedDatabase, inner: Any, name: str) -> None:
        self._owner, self._inner, self._name = owner, inner, name

    def __getattr__(self, method: str) -> Any:
        attribute = getattr(self._inner, method)
        key = (self._name, method)
        if key not in self._owner.before and key not in self._owner.after:
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            if hook := self._owner.before.pop(key, None):
                hook()
            result = attribute(*args, **kwargs)
            if hook := self._owner.after.pop(key, None):
                hook()
            return result

        return call
