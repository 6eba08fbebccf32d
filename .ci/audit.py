"""Audit what the service is installed with for known vulnerabilities, where the source of advisories answers.

The exit code is 1 for a finding alone. Where the source cannot be reached, a line says so: what was not
audited is never called clean.
"""

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PROJECT = "profile-lookup"
_SECONDS = 300
_SKIPPED = "Audit SKIPPED: the source of advisories cannot be reached, so nothing was audited."


def installed(project: str) -> dict[str, str]:
    """Return the versions of all that the project needs to run; tools for development are not shipped."""
    versions: dict[str, str] = {}
    to_see = [project]
    while to_see:
        name = canonicalize_name(to_see.pop())
        if name in versions:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            # Of another platform.
            continue
        versions[name] = found.version
        needed = [Requirement(line) for line in found.requires or ()]
        to_see += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    del versions[canonicalize_name(project)]
    return versions


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """Return the exit code and what to say to a report of pip-audit's."""
    dependencies = report["dependencies"]
    audited = [each for each in dependencies if "vulns" in each]
    found = [(each, fault) for each in audited for fault in each["vulns"]]
    missed = len(dependencies) - len(audited)
    lines = [
        f"{each['name']} {each['version']}: {fault['id']}, "
        f"fixed in {', '.join(fault['fix_versions']) or 'no release yet'}"
        for each, fault in found
    ]
    if not audited:
        lines.append(_SKIPPED)
    else:
        lines.append(f"Audited {len(audited)} packages, with {len(found)} findings.")
        lines += [f"NOT audited, for the source does not know them: {missed} packages."] if missed else []
    return int(bool(found)), "\n".join(lines)


def _ask(versions: dict[str, str]) -> dict[str, Any] | None:
    """Return pip-audit's report, or None where it could not make one."""
    pinned = "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))
    command = [sys.executable, "-m", "pip_audit", "--requirement", "/dev/stdin", "--no-deps", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, *options], input=pinned, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        report: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return report


def main() -> int:
    """Audit, say what came of it, and return the exit code."""
    report = _ask(installed(_PROJECT))
    if report is None:
        print(_SKIPPED)
        return 0
    code, text = verdict(report)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main())
