"""The agent panel: a web component in ``static/``. Its modules are served without comments and spare blanks.

The comments are types and explanations for developers, about a fifth of the source. To make sure that only
comments and blanks are removed, the tests compare the syntax trees and style rules of the sources with those
of the served modules.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# Biome formats the modules, so each comment has its own lines, except a type before a bracket.
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
_TYPE = re.compile(r"/\*\* @(?:type|param) \{[^\n]*?\*/ ")
# A line break has no meaning before and after a bracket, nor after a comma or semicolon. Nor has the last
# comma or semicolon in brackets.
_WHITE_SPACE = re.compile(r"^\s+|(?<=[,;(\[{])\n\s*|[,;]?\n\s*(?=[)\]}])", re.MULTILINE)

# Blanks around operators and inside of braces have no meaning either, except in texts. ``_TEXTS.split``
# returns code and texts in turn.
_TEXTS = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)""")
_BLANKS = re.compile(r" (=>|[=!]==|&&|\|\||\?\?=?|[=?:+<>]) (?![+ ])|(?<=[,:;{]) | (?=\})|(?<=\)) (?=\{)")

_STYLES = re.compile(r"(?<=\.replaceSync\()(`[^`]*`)")
"""Style sheets, the only texts of several lines. ``_STYLES.split`` returns code and style sheets in turn."""
# In a style sheet, white space around these signs has no meaning, nor has the last semicolon of a block.
_STYLES_SPACE = re.compile(r"[;\s]*([{};,>])\s*|(?<=:) |(?<=`)\s+")


@cache
def modules() -> Mapping[str, bytes]:
    """Return the content of each module by its path below ``/panel/``, such as ``views/main.js``."""
    return {
        path: _shorten(file.read_text(encoding="utf-8")).encode()
        for path, file in _modules(files(__name__) / "static", "")
    }


def _modules(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        path = f"{prefix}{each.name}"
        if each.is_dir():
            yield from _modules(each, f"{path}/")
        elif path.endswith(".js"):
            yield path, each


def _shorten(source: str) -> str:
    parts = _STYLES.split(source)
    parts[::2] = [_shorten_code(_TYPE.sub("", _COMMENT.sub("", code))) for code in parts[::2]]
    parts[1::2] = [_STYLES_SPACE.sub(r"\1", styles) for styles in parts[1::2]]
    return "".join(parts)


def _shorten_code(code: str) -> str:
    parts = _TEXTS.split(_WHITE_SPACE.sub("", code))
    parts[::2] = [_BLANKS.sub(r"\1", part) for part in parts[::2]]
    return "".join(parts)
