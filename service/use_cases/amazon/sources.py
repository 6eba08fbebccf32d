"""Where the text of a field is in an object: ``_source.a.b``, or ``{{_source.a}} {{_source.b}}``.

These are the two forms of Amazon's documentation. Other expressions of Handlebars, such as helpers and
conditions, are refused.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from service.model.characters import is_blank

_PATH = re.compile(r"_source((?:\.[^.{}]+)+)")
_PLACEHOLDER = re.compile(r"\{\{\s*_source((?:\.[^.{}]+)+)\}\}")
_WHITE_SPACE = re.compile(r"\s+")


def is_source(source: str) -> bool:
    """Return whether this is one of the two forms."""
    if _PATH.fullmatch(source):
        return True
    others, count = _PLACEHOLDER.subn("", source)
    return count > 0 and not {"{", "}"} & set(others)


def paths_in(source: str) -> list[str]:
    """Return the paths in a source, such as ``a.b``."""
    if match := _PATH.fullmatch(source):
        return [_path(match[1])]
    return [_path(match[1]) for match in _PLACEHOLDER.finditer(source)]


def text_of(source: str, content: Mapping[str, Any]) -> str | None:
    """Return the text of a source in an object, or None if it has none.

    Placeholders without a text leave nothing. Runs of white space between placeholders become one space.
    """
    if match := _PATH.fullmatch(source):
        return _text_at(content, _path(match[1]))
    texts = [_text_at(content, path) for path in paths_in(source)]
    if not any(texts):
        return None
    remaining = iter(texts)
    filled = _PLACEHOLDER.sub(lambda _: next(remaining) or "", source)
    return _WHITE_SPACE.sub(" ", filled).strip()


def scalars_at(content: Mapping[str, Any], path: str) -> Iterator[object]:
    """Yield the value at a path, unless it is missing, an object or an array."""
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str | int | float):
        yield value


def to_text(value: object) -> str:
    """Return a text, a number or a boolean as text."""
    return value.strip() if isinstance(value, str) else orjson.dumps(value).decode()


def _path(dotted: str) -> str:
    """Return the path without the first dot, and without white space around its names."""
    return ".".join(name.strip() for name in dotted[1:].split("."))


def _text_at(content: Mapping[str, Any], path: str) -> str | None:
    texts = (to_text(value) for value in scalars_at(content, path))
    return next((text for text in texts if not is_blank(text)), None)
