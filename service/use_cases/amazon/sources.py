"""Where the text of a field is in an object: ``_source.a.b``, or ``{{_source.a}} {{_source.b}}``.

These are the two forms of Amazon's documentation. Other expressions of Handlebars, such as helpers and
conditions, are refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from service.model.characters import is_blank
from service.model.limits import MAX_ADDITIONAL_INFORMATION_LENGTH

_PATH = re.compile(r"_source((?:\.[^.{}]+)+)")
_PLACEHOLDER = re.compile(r"\{\{\s*_source((?:\.[^.{}]+)+)\}\}")
_WHITE_SPACE = re.compile(r"\s+")
_MAX_LENGTH = MAX_ADDITIONAL_INFORMATION_LENGTH
"""The length of the longest text that a profile can have."""


def is_source(source: str) -> bool:
    """Return whether this is one of the two forms."""
    if _PATH.fullmatch(source):
        return True
    others, count = _PLACEHOLDER.subn("", source)
    return count > 0 and not {"{", "}"} & set(others)


def paths_in(source: str) -> Collection[str]:
    """Return the different paths in a source, such as ``a.b``."""
    return dict.fromkeys(_all_paths(source)).keys()


class TextTooLong(Exception):
    """The text of a field is too long for any value of a profile."""


class SourceTexts:
    """The texts of sources in an object. Reads each path once, since sources can repeat long values."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._by_path: dict[str, str | None] = {}

    def text_of(self, source: str) -> str | None:
        """Return the text of a source, or None if it has none. Raises ``TextTooLong``.

        Placeholders without a text leave nothing. Runs of white space between placeholders become one space.
        """
        texts = [self._at(path) or "" for path in _all_paths(source)]
        if sum(map(len, texts)) > _MAX_LENGTH:
            # Before the text is built: it could have megabytes.
            raise TextTooLong
        if not any(texts):
            return None
        if _PATH.fullmatch(source):
            return texts[0]
        remaining = iter(texts)
        filled = _PLACEHOLDER.sub(lambda _: next(remaining), source)
        return _WHITE_SPACE.sub(" ", filled).strip()

    def _at(self, path: str) -> str | None:
        if path not in self._by_path:
            texts = (to_text(value) for value in scalars_at(self._content, path))
            self._by_path[path] = next((text for text in texts if not is_blank(text)), None)
        return self._by_path[path]


def scalars_at(content: Mapping[str, Any], path: str) -> Iterator[object]:
    """Yield the value at a path, unless it is missing, an object or an array."""
    value = value_at(content, path)
    if isinstance(value, str | int | float):
        yield value


def value_at(content: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path, or None."""
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def to_text(value: object) -> str:
    """Return a text, a number or a boolean as text."""
    return value.strip() if isinstance(value, str) else orjson.dumps(value).decode()


def _all_paths(source: str) -> list[str]:
    """Return the paths in a source in their order."""
    if match := _PATH.fullmatch(source):
        return [_path(match[1])]
    return [_path(match[1]) for match in _PLACEHOLDER.finditer(source)]


def _path(dotted: str) -> str:
    """Return the path without the first dot, and without white space around its names."""
    return ".".join(name.strip() for name in dotted[1:].split("."))
