"""The agent panel: a web component in ``static/``. Its modules are served without comments.

The comments are types and explanations for developers, about a fifth of the source.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# A comment that begins a line, or a type assertion before a bracket. No text of the panel has such a line.
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
_ASSERTION = re.compile(r"/\*\* @type \{[^\n]*?\} \*/ ")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


@cache
def modules() -> Mapping[str, bytes]:
    """Return the content of each module by its path below ``/panel/``, such as ``views/main.js``."""
    return {
        path: _without_comments(file.read_text(encoding="utf-8")).encode()
        for path, file in _walk(files(__name__) / "static", "")
    }


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for each in folder.iterdir():
        path = f"{prefix}{each.name}"
        if each.is_dir():
            found += _walk(each, f"{path}/")
        elif path.endswith(".js"):
            found.append((path, each))
    return found


def _without_comments(source: str) -> str:
    return _INDENTATION.sub("", _ASSERTION.sub("", _COMMENT.sub("", source)))
