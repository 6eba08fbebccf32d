"""All commands of the stores carry the request ID."""

import ast
from pathlib import Path

from pymongo.collection import Collection
from pymongo.database import Database

import service.store
from service.store.client.tracing import TracedCollection, TracedDatabase

_SOURCES = sorted(Path(service.store.__file__).parent.rglob("*.py"))
_METHODS = {
    name
    for inherited in (Collection, Database)
    for name, value in vars(inherited).items()
    if callable(value) and not name.startswith("_")
}
_TRACED = vars(TracedCollection).keys() | vars(TracedDatabase).keys()
# PyMongo's find_one calls the collection's own find.
_DELEGATES = {"find_one": "find"}


def _called_methods(path: Path) -> set[str]:
    """Return the names of methods of collections and databases that a module calls, on any object."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {function.attr for function in calls if isinstance(function, ast.Attribute)} & _METHODS


def test_every_method_that_a_store_calls_is_traced() -> None:
    """A new method must be added to ``TracedCollection`` or ``TracedDatabase``."""
    called = {(path.name, _DELEGATES.get(name, name)) for path in _SOURCES for name in _called_methods(path)}
    names = {name for _, name in called}
    assert names >= {"aggregate", "command", "find", "insert_one", "update_one", "with_options"}
    assert {(file, name) for file, name in called if name not in _TRACED} == set()
