"""The committed OpenAPI document."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[1] / "openapi.yaml"


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document, which is parsed once. Tests must not change it."""
    # The parser in Python takes ten times as long as this one in C.
    document: dict[str, Any] = yaml.load(PATH.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document
