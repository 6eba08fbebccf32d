"""Run `profile-lookup import`, and the commands of the documentation, against a real service."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner, Result
from pymongo import MongoClient

from service.cli import main
from tests import tls

ROOT = Path(__file__).parents[2]
_CURL_REPLACEMENT = Path(__file__).parents[1] / "curl.py"
_TIMEOUT_SECONDS = 300
_POLL_SECONDS = 0.5
COLUMNS = ("customer_number", "first_name", "last_name", "phone", "email")
MAP = ("--map", "customer_number=keys.customer_number", "--match-on", "customer_number")

Row = Sequence[str]


def read_page(name: str) -> str:
    """Return the text of a page of the documentation."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def code_blocks(page: str, language: str) -> list[str]:
    """Return a page's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def add_curl(folder: Path) -> Path:
    """Add a curl to the folder if the machine has none. Return the folder."""
    if not shutil.which("curl"):
        (folder / "curl").write_text(
            f'#!/bin/sh\nexec {shlex.join([sys.executable, str(_CURL_REPLACEMENT)])} "$@"\n'
        )
        (folder / "curl").chmod(0o755)
    return folder


def customers(count: int) -> list[Row]:
    """Return rows in these columns. The first customer has a Japanese name."""
    others = [
        [f"C-{n:04}", "Jane", f"Doe {n}", f"090-1234-{n:04}", f"c{n}@example.com"] for n in range(1, count)
    ]
    return [["C-0000", "花子", "山田", "090-1234-0000", ""], *others]


@dataclass(frozen=True)
class Importer:
    """A folder to import files from, and the service and the database to import them into."""

    folder: Path
    url: str
    key: str
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables of the command."""
        return {"PROFILE_LOOKUP_URL": self.url, "PROFILE_LOOKUP_API_KEY": self.key, "NO_PROXY": "127.0.0.1"}

    def write(self, rows: Sequence[Row], columns: Row = COLUMNS, name: str = "customers.csv") -> Path:
        """Write a CSV file and return its path."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
        return path

    def run(self, *arguments: str | Path, **environment: str) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(main, list(map(str, arguments)), env=self.environment | environment)

    def pipe(self, content: bytes, *arguments: str) -> Result:
        """Run a command in this process with this standard input."""
        return CliRunner().invoke(main, arguments, input=content, env=self.environment)

    def load(self, rows: Sequence[Row], *options: str, columns: Row = COLUMNS, **environment: str) -> Result:
        """Import a file with these rows, matched on the customer number."""
        return self.run("import", self.write(rows, columns), *MAP, *options, **environment)

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
        """Start a command as a process."""
        return subprocess.Popen(
            [sys.executable, "-m", "service.cli", *map(str, arguments)],
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )

    def shell(self, commands: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run shell commands of a page in the folder."""
        # The page's commands must be those of the Python that runs the tests.
        path = os.pathsep.join([str(self.folder), str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            [str(shutil.which("bash")), "-euo", "pipefail", "-c", commands],
            env={**os.environ, **self.environment, "PATH": path, **environment},
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request. Return the body of the response, if any."""
        response = httpx.request(
            method,
            f"{self.url}/v1/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=_TIMEOUT_SECONDS,
            verify=tls.UNUSED,
        )
        assert response.is_success, response.text
        return response.json() if response.content else None

    def wait_for_changes(self, server: MongoClient[Any], cursor: str | None) -> None:
        """Wait until the service lists all changes up to now, which takes some seconds.

        They must be at most a page after the cursor.
        """
        query = f"&cursor={cursor}" if cursor else ""
        now = server.admin.command("hello")["operationTime"].as_datetime()
        give_up_at = time.monotonic() + _TIMEOUT_SECONDS
        while datetime.fromisoformat(self.ask("GET", f"profiles/changes?limit=1000{query}")["as_of"]) <= now:
            assert time.monotonic() < give_up_at
            tick(server)

    def profile_id(self, customer_number: str) -> str:
        """Return the profile ID of a customer."""
        criteria = [{"key": "customer_number", "values": [customer_number]}]
        (item,) = self.ask("POST", "profiles/search", {"criteria": criteria})["items"]
        profile_id: str = item["profile"]["profile_id"]
        return profile_id


def counts(result: Result) -> Mapping[str, int]:
    """Return the counts in the summary of an import, without zeros."""
    assert "rejected" in result.stdout, result.output
    return {
        name: int(count.replace(",", ""))
        for name, count in re.findall(r"(created|updated|unchanged|rejected) (\d[\d,]*\d|\d)", result.stdout)
        if count != "0"
    }


def tick(server: MongoClient[Any]) -> None:
    """Wait a little. MongoDB's clock goes on with each write, and otherwise every ten seconds."""
    server.admin.command("appendOplogNote", 1, data={"note": "tick"})
    time.sleep(_POLL_SECONDS)
