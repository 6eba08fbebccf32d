"""The wheel contains all files of the packages, not only Python's."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

_ROOT = Path(__file__).parents[2]
_SUFFIXES = {".css", ".html", ".js"}


def test_the_wheel_contains_the_agent_panel(tmp_path: Path) -> None:
    """Without its modules and pages, the installed service would have no panel."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel", "--no-deps"]
    subprocess.run([*command, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(_ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    panel = [path for path in (_ROOT / "service" / "panel").rglob("*") if path.suffix in _SUFFIXES]
    files = {str(path.relative_to(_ROOT)) for path in panel}
    assert len(files) > 30
    assert files <= packed
