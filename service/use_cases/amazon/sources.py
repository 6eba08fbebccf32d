"""Sources of fields: where an object has the text, as ``_source.a.b``, or ``{{_source.a}} {{_source.b}}``.

These are the two forms in Amazon's documentation: a path, or a text with placeholders. Other expressions of
Handlebars, such as helpers and conditions, are rejected.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from service.model.characters import is_blank
from service.model.limits import MAX_ADDITIONAL_INFORMATION_LENGTH

_PATH = re.compile(r"_source((?:\.[^.{}]+)+)")
_PLACEHOLDER = re.compile(r"\{\{\s*_source((?:\.[^.{}]+)+)\}\}")
_WHITE_SPACE = re.compile(r"\s+")
_MAX_LENGTH = MAX_ADDITIONAL_INFORMATION_LENGTH
"""Maximum length of a text of a source. No field of a profile can have a longer text."""


def is_source(source: str) -> bool:
    """Return whether the source has one of the two forms."""
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
    """The texts of sources in an object. Each path is converted once, since several sources can have it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._by_path: dict[str, str | None] = {}

    def text_of(self, source: str) -> str | None:
        """Return the text of a source, or None if there is no text at any path. Raises ``TextTooLong``.

        A placeholder without a text is removed. Each run of white space in the result becomes one space.
        """
        texts = [self._at(path) or "" for path in _all_paths(source)]
        if sum(map(len, texts)) > _MAX_LENGTH:
            # Raised before the text is built, because placeholders can repeat a long text.
            raise TextTooLong
        if not any(texts):
            return None
        if _PATH.fullmatch(source):
            return texts[0]
        remaining = iter(texts)
        filled = _PLACEHOLDER.sub(lambda _: next(remaining), source)
        return _WHITE_SPACE.sub(" ", filled).strip()

    def _at(self, path: str) -> str | None:
        """Return the text, number or boolean at a path as text, or None if it is something else or blank."""
        if path not in self._by_path:
            value = value_at(self._content, path)
            text = to_text(value) if isinstance(value, str | int | float) else ""
            self._by_path[path] = None if is_blank(text) else text
        return self._by_path[path]


def value_at(content: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path, or None. The path has the names of members, such as ``a.b``."""
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def to_text(value: object) -> str:
    """Return a text without white space around it, or a number or a boolean as text."""
    return value.strip() if isinstance(value, str) else orjson.dumps(value).decode()


def _all_paths(source: str) -> list[str]:
    """Return the paths in a source in their order."""
    if match := _PATH.fullmatch(source):
        return [_path(match[1])]
    return [_path(match[1]) for match in _PLACEHOLDER.finditer(source)]


def _path(dotted: str) -> str:
    """Return the path without the first dot, and without white space around its names."""
    return ".".join(name.strip() for name in dotted[1:].split("."))
