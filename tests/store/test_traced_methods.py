"""All commands of the stores carry the request ID."""

import ast
from pathlib import Path

from pymongo.collection import Collection

import service.store
from service.store.client.tracing import TracedCollection

_SOURCES = sorted(Path(service.store.__file__).parent.rglob("*.py"))
_METHODS = {name for name, value in vars(Collection).items() if callable(value) and not name.startswith("_")}
# PyMongo's find_one calls the collection's own find.
_DELEGATES = {"find_one": "find"}


def _called_methods(path: Path) -> set[str]:
    """Return the names of collection methods that a module calls, on any object."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {function.attr for function in calls if isinstance(function, ast.Attribute)} & _METHODS


def test_every_method_that_a_store_calls_is_traced() -> None:
    """A new method must be added to ``TracedCollection``."""
    called = {(path.name, _DELEGATES.get(name, name)) for path in _SOURCES for name in _called_methods(path)}
    assert {name for _, name in called} >= {"aggregate", "find", "insert_one", "update_one", "with_options"}
    assert {(file, name) for file, name in called if name not in vars(TracedCollection)} == set()
