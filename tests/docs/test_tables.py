"""The tables of operations and settings are complete."""

import re
from dataclasses import fields
from pathlib import Path

from service.app import create_app
from service.config import Settings

_ROOT = Path(__file__).parents[2]
_API = (_ROOT / "docs" / "api.md").read_text(encoding="utf-8")
_OPERATIONS = _API.partition("\n## Operations\n")[2].partition("\n## ")[0]
_SETTINGS = (_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_table_of_operations_is_complete() -> None:
    """The table lists the application's routes, except the files of the docs page."""
    listed = re.findall(r"`([A-Z]+) (/\S*)`", _OPERATIONS)
    routes = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule).rstrip("/") or "/")
        for rule in create_app(Settings(auth=False)).url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and "<path:" not in rule.rule
    }
    assert sorted(listed) == sorted(routes)


def test_the_table_of_settings_is_complete() -> None:
    """The table lists every setting with its default, in the order of declaration."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`|none) \| \S.* \|$", _SETTINGS, re.MULTILINE)
    assert rows == [(field.name.upper(), _in_environment(field.default)) for field in fields(Settings)]


def _in_environment(default: object) -> str:
    """Return a default as the value of an environment variable."""
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, tuple):
        return ",".join(default)
    return "auto" if default is None else str(default)
