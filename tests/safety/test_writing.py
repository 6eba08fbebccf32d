"""Store methods that write have a decorator, so that their errors report an unknown outcome."""

import ast
from collections.abc import Iterator
from pathlib import Path

import service.store

_STORE = Path(next(iter(service.store.__path__)))
_WRITES = {
    *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many"),
    *("bulk_write", "find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
}
UNDECORATED = {"audit.AuditStore.insert", "sensitive_value_counts.SensitiveValueCountStore.add"}
"""Writes whose outcome a client does not need to know.

For example, a sensitive value that is counted twice only uses one more value of the hourly limit.
"""

IN_TRANSACTIONS = {"audit.AuditStore.insert_within"}
"""Writes within a transaction, whose method has the decorator."""


def _methods() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(_STORE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef):
                    yield f"{path.stem}.{getattr(node, 'name', '')}.{method.name}", method


def _calls(method: ast.FunctionDef) -> set[str]:
    return {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)}


def _has_decorator(method: ast.FunctionDef, decorator: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == decorator for each in method.decorator_list)


def test_methods_that_write_have_the_decorator() -> None:
    """A private method does not need the decorator if all methods that call it have it."""
    methods = dict(_methods())
    writing = {name for name, method in methods.items() if _calls(method) & _WRITES}
    assert len(writing) > 10
    undecorated = {name for name in writing if not _has_decorator(methods[name], "translate_write_errors")}
    private = {name for name in undecorated if name.rpartition(".")[2].startswith("_")}
    assert undecorated - private == UNDECORATED | IN_TRANSACTIONS
    for name in private:
        own, _, helper = name.rpartition(".")
        callers = [m for n, m in methods.items() if n.startswith(f"{own}.") and helper in _calls(m)]
        assert callers, name
        assert all(_has_decorator(m, "translate_write_errors") or m.name.startswith("_") for m in callers), (
            name
        )
