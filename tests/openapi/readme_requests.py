"""The README's requests, and a typed client that sends the same requests."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_ROOT = Path(__file__).parents[2]
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TIMEOUT_SECONDS = 60
# A fake curl that records its arguments and prints a new profile ID each time.
_RECORDER = """\
#!{python}
import json, sys
with open({record!r}, "a+", encoding="utf-8") as record:
    record.seek(0)
    number = len(record.readlines())
    print(json.dumps(sys.argv[1:]), file=record)
print(json.dumps({{"profile_id": f"readme-{{number}}"}}))
"""
_RECORDED_ID = re.compile(r'"readme-(\d+)"')


@dataclass(frozen=True)
class ReadmeRequest:
    """A request with a body."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


def readme_requests(folder: Path) -> list[ReadmeRequest]:
    """Return the README's requests with a body. Run its commands with a fake curl to get them."""
    record, curl = folder / "record", folder / "curl"
    curl.write_text(_RECORDER.format(python=sys.executable, record=str(record)))
    curl.chmod(0o755)
    script = "\n".join(_SHELL.findall((_ROOT / "README.md").read_text(encoding="utf-8")))
    path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        [str(shutil.which("bash")), "-euo", "pipefail", "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        timeout=_TIMEOUT_SECONDS,
        check=True,
    )
    lines = record.read_text(encoding="utf-8").splitlines()
    requests = (_request(number, json.loads(line)) for number, line in enumerate(lines))
    return [request for request in requests if request is not None]


def _request(number: int, arguments: list[str]) -> ReadmeRequest | None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", default="POST")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    options = parser.parse_args(arguments)
    if options.d is None:
        return None
    url = urlsplit(options.url)
    headers = dict(header.split(": ", 1) for header in options.H)
    headers.pop("Content-Type")
    return ReadmeRequest(
        number, options.X, url.path, dict(parse_qsl(url.query)), headers, json.loads(options.d)
    )


def to_typescript(requests: list[ReadmeRequest], paths: list[str]) -> str:
    """Return a program that sends the requests with the types of schema.ts, and prints the statuses.

    The program uses the profile IDs that the service returns. ``paths`` are the paths of the document.
    """
    calls = [_call(request, paths) for request in requests]
    return "\n".join([_PROLOGUE, *calls, "console.log(JSON.stringify(statuses));", ""])


_PROLOGUE = """\
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { argv: string[] };
const client = createClient<paths>({ baseUrl: process.argv[2] });
const ids: Record<number, string> = {};
const statuses: number[] = [];
"""


def _call(request: ReadmeRequest, paths: list[str]) -> str:
    template, variables = _template(request.path, paths)
    params = {"path": variables, "query": request.query, "header": request.headers}
    options = {"params": {place: values for place, values in params.items() if values}, "body": request.body}
    literal = _RECORDED_ID.sub(r"ids[\1]", json.dumps(options, ensure_ascii=False))
    lines = [
        "{",
        f"  const {{ data, response }} = await client.{request.method}({json.dumps(template)}, {literal});",
        "  statuses.push(response.status);",
    ]
    if template == "/v1/profiles":
        lines.append(f'  ids[{request.number}] = data?.profile_id ?? "";')
    return "\n".join([*lines, "}"])


def _template(path: str, paths: list[str]) -> tuple[str, dict[str, str]]:
    """Return the matching path of the document, and its variables. Prefer paths with fewer variables."""
    for template in sorted(paths, key=lambda each: each.count("{")):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        if match := re.fullmatch(pattern, path):
            return template, match.groupdict()
    raise LookupError(path)
