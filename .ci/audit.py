"""Audit all locked and installed packages for known vulnerabilities.

The exit code is 1 for a finding only. If an advisory database cannot be reached, a line says what was not
audited.

A finding in a shipped package always fails. A finding in a tool for development, builds or benchmarks fails
only if a release fixes it, which ``make lock`` installs. Otherwise it is only reported: no change here could
make the check pass, and no caller of the service reaches the tool.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import NotRequired, TypedDict

from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[1]
_PROJECT = "profile-lookup"
_TIMEOUT_SECONDS = 300
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_SKIPPED = "Audit SKIPPED: the advisory database cannot be reached, so nothing was audited."
_NPM_SKIPPED = "npm audit SKIPPED: its advisory database cannot be reached, so no npm package was audited."

Pin = tuple[str, str]
"""The name and the version of a package."""


class Vulnerability(TypedDict):
    """A vulnerability in a report of pip-audit."""

    id: str
    fix_versions: list[str]


class Package(TypedDict):
    """A package in a report of pip-audit; one that was not audited has no ``vulns``."""

    name: str
    version: str
    vulns: NotRequired[list[Vulnerability]]


def locked(*files: Path) -> set[Pin]:
    """Return the packages that the lock files pin, for all platforms."""
    pins = (pin for file in files for pin in _PIN.findall(file.read_text(encoding="utf-8")))
    return {(canonicalize_name(name), version) for name, version in pins}


def installed() -> set[Pin]:
    """Return the packages of this environment, except the project; those of Python are in no lock file."""
    pins = {(canonicalize_name(each.name), each.version) for each in distributions()}
    return {pin for pin in pins if pin[0] != _PROJECT}


def summarize(packages: list[Package], shipped: set[Pin]) -> tuple[int, str]:
    """Return the exit code and a summary of the packages in the reports of pip-audit."""
    audited = [each for each in packages if "vulns" in each]
    skipped = len(packages) - len(audited)
    code, lines = 0, []
    for each in audited:
        ships = (canonicalize_name(each["name"]), each["version"]) in shipped
        for vulnerability in each["vulns"]:
            code |= ships or bool(vulnerability["fix_versions"])
            lines.append(
                f"{each['name']} {each['version']}: {vulnerability['id']}, "
                f"fixed in {', '.join(vulnerability['fix_versions']) or 'no release yet'}"
                f"{'' if ships else ' (not shipped)'}"
            )
    if not audited:
        return code, _SKIPPED
    lines.append(f"Audited {len(audited)} packages, with {len(lines)} findings.")
    if skipped:
        lines.append(f"NOT audited, since the advisory database does not know them: {skipped} packages.")
    return code, "\n".join(lines)


def summarize_npm(report: dict | None) -> tuple[int, str]:
    """Return the exit code and a summary of npm's report; none of its packages is shipped."""
    if report is None or "vulnerabilities" not in report:
        return 0, _NPM_SKIPPED
    vulnerabilities = report["vulnerabilities"].values()
    lines = [
        f"npm {each['name']} {each['range']}: {each['severity']}, "
        f"{'a release fixes it' if each['fixAvailable'] else 'fixed in no release yet'} (not shipped)"
        for each in vulnerabilities
    ]
    lines.append(
        f"Audited {report['metadata']['dependencies']['total']} npm packages, with {len(lines)} findings."
    )
    return int(any(each["fixAvailable"] for each in vulnerabilities)), "\n".join(lines)


def batches(pins: Iterable[Pin]) -> list[dict[str, str]]:
    """Divide the pins so that each batch has one version of a package, as pip-audit requires."""
    result: list[dict[str, str]] = []
    for name, version in sorted(pins):
        free = next((batch for batch in result if name not in batch), None)
        if free is None:
            result.append(free := {})
        free[name] = version
    return result


def _pip_audit(versions: dict[str, str]) -> dict | None:
    """Return pip-audit's report, None if it could not make one."""
    pinned = "".join(f"{name}=={version}\n" for name, version in versions.items())
    command = [sys.executable, "-m", "pip_audit", "--requirement", "/dev/stdin", "--no-deps", "--disable-pip"]
    return _run_for_json([*command, "--format", "json", "--progress-spinner", "off"], pinned)


def _npm_audit() -> dict | None:
    """Return npm's report, None if it could not make one."""
    return _run_for_json(["npm", "audit", "--json", "--prefix", str(_ROOT / "tests" / "openapi")], "")


def _run_for_json(command: list[str], stdin: str) -> dict | None:
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


def main() -> int:
    """Audit, print a summary, and return the exit code."""
    requirements = _ROOT / "requirements"
    reports = [_pip_audit(batch) for batch in batches(locked(*requirements.glob("*.txt")) | installed())]
    packages = [each for report in reports if report for each in report["dependencies"]]
    code, text = summarize(packages, locked(requirements / "service.txt"))
    print(text)
    if None in reports and packages:
        print("NOT audited: a part of the packages, since the advisory database did not respond.")
    npm_code, npm_text = summarize_npm(_npm_audit())
    print(npm_text)
    return code or npm_code


if __name__ == "__main__":
    sys.exit(main())
