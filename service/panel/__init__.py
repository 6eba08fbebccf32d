"""The agent panel: a web component in ``static/``. Its modules are served without comments and indentation.

The comments are types and explanations for developers, about a fifth of the source.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# Biome formats the modules, so each comment has its own lines, except a type before a bracket.
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
_TYPE = re.compile(r"/\*\* @(?:type|param) \{[^\n]*?\*/ ")
# Behind and before a bracket, and behind a comma, a line break has no meaning. Nor has the last comma
# or semicolon.
_WHITE_SPACE = re.compile(r"^\s+|(?<=[,(\[{])\n\s*|[,;]?\n\s*(?=[)\]}])", re.MULTILINE)


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
    return _WHITE_SPACE.sub("", _TYPE.sub("", _COMMENT.sub("", source)))
