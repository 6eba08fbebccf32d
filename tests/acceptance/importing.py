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

from tests import tls

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
_CURL_REPLACEMENT = Path(__file__).parents[1] / "curl.py"
_TIMEOUT_SECONDS = 60
COLUMNS = ("customer_number", "first_name", "last_name", "phone", "email")

Row = list[str]


def code_blocks(language: str) -> list[str]:
    """Return the page's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def add_curl(folder: Path) -> Path:
    """Add a curl to the folder if the machine has none. Return the folder."""
    if not shutil.which("curl"):
        (folder / "curl").write_text(
            f'#!/bin/sh\nexec {shlex.join([sys.executable, str(_CURL_REPLACEMENT)])} "$@"\n'
        )
        (folder / "curl").chmod(0o755)
    return folder


def request_body(body: str, value: str) -> Any:
    """Return a request body of the page with a value instead of the ellipsis."""
    assert f"`{body}`" in PAGE
    return json.loads(body.replace("…", json.dumps(value)))


def customers(count: int) -> list[Row]:
    """Return rows in the page's columns. The first customer has a Japanese name."""
    others = [
        [f"C-{n:03}", "Jane", f"Doe {n}", f"090-1234-{n:04}", f"c{n}@example.com"] for n in range(1, count)
    ]
    return [["C-000", "花子", "山田", "090-1234-0000", ""], *others]


@dataclass(frozen=True)
class ImportResult:
    """The result of one run of the script."""

    status: int
    outcomes: dict[str, int]
    errors: list[str]
    output: str


class Import:
    """A folder with the page's script, and the environment to run it in."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        """Write the script to the folder."""
        self.url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._folder = folder
        # The page's python3 must be the Python that runs the tests.
        path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])
        self._env = {**os.environ, "PATH": path, "URL": f"{url}/v1", "API_KEY": key, "NO_PROXY": "127.0.0.1"}
        (folder / "load.py").write_text(code_blocks("python")[0], encoding="utf-8")

    def shell(self, commands: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run shell commands of the page."""
        return subprocess.run(
            [str(shutil.which("bash")), "-euo", "pipefail", "-c", commands],
            env={**self._env, **env},
            cwd=self._folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )

    def load(
        self, rows: list[Row], import_id: str | None = None, *, columns: Sequence[str] = COLUMNS, **env: str
    ) -> ImportResult:
        """Import a file with these rows with the page's commands, with this import ID or a new one."""
        with (self._folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
        new_id, _, command = code_blocks("sh")[1].partition("\n")
        result = self.shell(
            command if import_id else f"{new_id}\n{command}", IMPORT_ID=import_id or "", **env
        )
        outcomes = ast.literal_eval(result.stdout or "{}")
        return ImportResult(
            result.returncode, outcomes, result.stderr.splitlines(), result.stdout + result.stderr
        )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send an agent's request. Return the body of the response, if any."""
        response = httpx.request(
            method, f"{self.url}/v1/{path}", json=body, headers=self._headers, verify=tls.UNUSED
        )
        assert response.is_success, response.text
        return response.json() if response.content else None

    def path_of(self, customer_number: str) -> str:
        """Return the path of a customer's profile."""
        criteria = [{"key": "customer_number", "values": [customer_number]}]
        (item,) = self.ask("POST", "profiles/search", {"criteria": criteria})["items"]
        return f"profiles/{item['profile']['profile_id']}"
