"""Audit all that is locked or installed for known vulnerabilities, where the sources of advisories answer.

The exit code is 1 for a finding alone. Where a source cannot be reached, a line says so: what was not
audited is never called clean.

A finding in what ships fails always. One in a tool for development, the build or a benchmark fails where a
release fixes it: ``make lock`` brings that. Where there is none yet, no change here could make the check
pass, and no caller of the service reaches the tool; so it is reported and does not fail.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[1]
_PROJECT = "profile-lookup"
_SECONDS = 300
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_SKIPPED = "Audit SKIPPED: the source of advisories cannot be reached, so nothing was audited."
_NPM_SKIPPED = "npm audit SKIPPED: its source of advisories cannot be reached, so no npm package was audited."

Pin = tuple[str, str]
"""The name and the version of a package."""


def locked(*files: Path) -> set[Pin]:
    """Return what the files pin, for whichever platform."""
    found = (pin for file in files for pin in _PIN.findall(file.read_text(encoding="utf-8")))
    return {(canonicalize_name(name), version) for name, version in found}


def installed() -> set[Pin]:
    """Return what this environment has, the project excepted: what came with Python is in no lock file."""
    found = {(canonicalize_name(each.name), each.version) for each in distributions()}
    return {pin for pin in found if pin[0] != _PROJECT}


def verdict(report: dict[str, Any], shipped: set[Pin]) -> tuple[int, str]:
    """Return the exit code and what to say to a report of pip-audit's."""
    dependencies = report["dependencies"]
    audited = [each for each in dependencies if "vulns" in each]
    missed = len(dependencies) - len(audited)
    code, lines = 0, []
    for each in audited:
        ships = (canonicalize_name(each["name"]), each["version"]) in shipped
        for fault in each["vulns"]:
            code |= ships or bool(fault["fix_versions"])
            lines.append(
                f"{each['name']} {each['version']}: {fault['id']}, "
                f"fixed in {', '.join(fault['fix_versions']) or 'no release yet'}"
                f"{'' if ships else ' (not shipped)'}"
            )
    if not audited:
        return code, _SKIPPED
    summary = f"Audited {len(audited)} packages, with {len(lines)} findings."
    lines.append(summary)
    lines += [f"NOT audited, for the source does not know them: {missed} packages."] if missed else []
    return code, "\n".join(lines)


def npm_verdict(report: dict[str, Any] | None) -> tuple[int, str]:
    """Return the exit code and what to say to a report of npm's; none of its packages is shipped."""
    if report is None or "vulnerabilities" not in report:
        return 0, _NPM_SKIPPED
    found = report["vulnerabilities"].values()
    lines = [
        f"npm {each['name']} {each['range']}: {each['severity']}, "
        f"{'a release fixes it' if each['fixAvailable'] else 'fixed in no release yet'} (not shipped)"
        for each in found
    ]
    lines.append(
        f"Audited {report['metadata']['dependencies']['total']} npm packages, with {len(lines)} findings."
    )
    return int(any(each["fixAvailable"] for each in found)), "\n".join(lines)


def rounds(pins: Iterable[Pin]) -> list[dict[str, str]]:
    """Divide what is pinned so that each part has one version of a package, as pip-audit demands."""
    parts: list[dict[str, str]] = []
    for name, version in sorted(pins):
        free = next((part for part in parts if name not in part), None)
        if free is None:
            parts.append(free := {})
        free[name] = version
    return parts


def _ask(versions: dict[str, str]) -> dict[str, Any] | None:
    """Return pip-audit's report, or None where it could not make one."""
    pinned = "".join(f"{name}=={version}\n" for name, version in versions.items())
    command = [sys.executable, "-m", "pip_audit", "--requirement", "/dev/stdin", "--no-deps", "--disable-pip"]
    return _run_for_json([*command, "--format", "json", "--progress-spinner", "off"], pinned)


def _ask_npm() -> dict[str, Any] | None:
    """Return npm's report, or None where it could not make one."""
    return _run_for_json(["npm", "audit", "--json", "--prefix", str(_ROOT / "tests" / "openapi")], "")


def _run_for_json(command: list[str], stdin: str) -> dict[str, Any] | None:
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        report: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return report


def main() -> int:
    """Audit, say what came of it, and return the exit code."""
    requirements = _ROOT / "requirements"
    reports = [_ask(part) for part in rounds(locked(*requirements.glob("*.txt")) | installed())]
    dependencies = [each for report in reports if report for each in report["dependencies"]]
    code, text = verdict({"dependencies": dependencies}, locked(requirements / "service.txt"))
    print(text)
    if None in reports and dependencies:
        print("NOT audited: a part of the packages, for which the source of advisories did not answer.")
    npm_code, npm_text = npm_verdict(_ask_npm())
    print(npm_text)
    return code or npm_code


if __name__ == "__main__":
    sys.exit(main())
