"""Run the commands and the script of docs/importing.md in a folder."""

import ast
import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
_SHIM = Path(__file__).parents[1] / "curl.py"
_SECONDS = 60
COLUMNS = ("customer_number", "first_name", "last_name", "phone", "email")

Row = list[str]


def blocks(language: str) -> list[str]:
    """Return the page's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def with_curl(folder: Path) -> Path:
    """Put a curl into the folder on a machine without one, and return the folder."""
    if not shutil.which("curl"):
        (folder / "curl").write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(_SHIM)])} "$@"\n')
        (folder / "curl").chmod(0o755)
    return folder


def request(body: str, value: str) -> Any:
    """Return a body from the page, with a value instead of its ellipsis."""
    assert f"`{body}`" in PAGE
    return json.loads(body.replace("…", json.dumps(value)))


def customers(count: int) -> list[Row]:
    """Return rows of the page's columns, the first one in Japanese."""
    jane = [
        [f"C-{n:03}", "Jane", f"Doe {n}", f"090-1234-{n:04}", f"c{n}@example.com"] for n in range(1, count)
    ]
    return [["C-000", "花子", "山田", "090-1234-0000", ""], *jane]


@dataclass(frozen=True)
class Ran:
    """The result of a run of the script."""

    status: int
    outcomes: dict[str, int]
    refusals: list[str]
    output: str


class Import:
    """A folder with the page's script in it, and the environment that it runs in."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        """Write the script there."""
        self.url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._folder = folder
        # The page's python3 is the one that runs the tests.
        path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])
        self._env = {**os.environ, "PATH": path, "URL": f"{url}/v1", "API_KEY": key, "NO_PROXY": "127.0.0.1"}
        (folder / "load.py").write_text(blocks("python")[0], encoding="utf-8")

    def shell(self, commands: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run commands of the page."""
        return subprocess.run(
            [str(shutil.which("bash")), "-euo", "pipefail", "-c", commands],
            env={**self._env, **env},
            cwd=self._folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )

    def load(
        self, rows: list[Row], import_id: str | None = None, *, columns: Sequence[str] = COLUMNS, **env: str
    ) -> Ran:
        """Run the page's last commands on a file with these rows, with the given import ID or a new one."""
        with (self._folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
        new_id, _, command = blocks("sh")[1].partition("\n")
        done = self.shell(command if import_id else f"{new_id}\n{command}", IMPORT_ID=import_id or "", **env)
        outcomes = ast.literal_eval(done.stdout or "{}")
        return Ran(done.returncode, outcomes, done.stderr.splitlines(), done.stdout + done.stderr)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send an agent's request, and return the body of its response, if any."""
        response = httpx.request(method, f"{self.url}/v1/{path}", json=body, headers=self._headers)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def path_of(self, customer_number: str) -> str:
        """Return the path of a customer's profile."""
        criteria = [{"key": "customer_number", "values": [customer_number]}]
        (found,) = self.ask("POST", "profiles/search", {"criteria": criteria})["items"]
        return f"profiles/{found['profile']['profile_id']}"
