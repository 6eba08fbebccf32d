"""docs/architecture.md names every package, and every path that it names exists."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_PATHS = sorted(set(re.findall(r"`((?:service|schemas|tests|docs)/[\w./]*)`", _PAGE)))


def test_the_page_names_every_package() -> None:
    """The packages are ``schemas`` and the folders of ``service``."""
    packages = {f"service/{folder.parent.name}/" for folder in (_ROOT / "service").glob("*/__init__.py")}
    assert packages | {"schemas/"} <= set(_PATHS)


@pytest.mark.parametrize("path", _PATHS)
def test_every_path_on_the_page_exists(path: str) -> None:
    """A path that ends with a slash is a folder, and any other path is a file."""
    target = _ROOT / path
    assert target.is_dir() if path.endswith("/") else target.is_file()
