"""Every method of a store that writes is marked, so that its errors have an unknown outcome."""

import ast
from collections.abc import Iterator
from pathlib import Path

import service.store

_STORE = Path(next(iter(service.store.__path__)))
_WRITES = {
    *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many"),
    *("bulk_write", "find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
}
NOTHING_TO_FIND_OUT = {"audit.AuditStore.insert", "sensitive_value_counts.SensitiveValueCountStore.add"}
"""What a caller has not asked for, and need not look for.

Such as the count of sensitive values: a value that is counted twice costs the caller one of the hour's.
"""


def _methods() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(_STORE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef):
                    yield f"{path.stem}.{getattr(node, 'name', '')}.{method.name}", method


def _calls(method: ast.FunctionDef) -> set[str]:
    return {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)}


def _has(method: ast.FunctionDef, decorator: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == decorator for each in method.decorator_list)


def test_methods_that_write_are_marked() -> None:
    """The method itself, or all methods that call a private one."""
    methods = dict(_methods())
    writing = {name for name, method in methods.items() if _calls(method) & _WRITES}
    assert len(writing) > 10
    unmarked = {name for name in writing if not _has(methods[name], "translate_write_errors")}
    inner = {name for name in unmarked if name.rpartition(".")[2].startswith("_")}
    assert unmarked - inner == NOTHING_TO_FIND_OUT
    for name in inner:
        own, _, helper = name.rpartition(".")
        callers = [m for n, m in methods.items() if n.startswith(f"{own}.") and helper in _calls(m)]
        assert callers, name
        assert all(_has(m, "translate_write_errors") or m.name.startswith("_") for m in callers), name
