"""Runs programs with node. Their packages are those of tests/openapi/package.json."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

NODE_MODULES = Path(__file__).parent / "openapi" / "node_modules"


def node(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program with node. Return its output."""
    program = shutil.which("node")
    if program is None or not NODE_MODULES.is_dir():
        message = "node and its tools are not installed; `make test` does that"
        if "CI" in os.environ or "MAKELEVEL" in os.environ:
            pytest.fail(message)
        pytest.skip(message)
    result = subprocess.run(
        [program, *command], check=False, capture_output=True, text=True, cwd=cwd, env=env
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
