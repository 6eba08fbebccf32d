"""The audit of dependencies: a finding fails it, and skipped packages are reported."""

import runpy
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_AUDIT = runpy.run_path(str(_ROOT / ".ci" / "audit.py"))
_CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
_FAULTY = {
    "name": "werkzeug",
    "version": "0.1",
    "vulns": [
        {"id": "PYSEC-0000-1", "fix_versions": ["0.2", "0.3"]},
        {"id": "PYSEC-0000-2", "fix_versions": []},
    ],
}
_UNKNOWN = {"name": "gunicorn", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "lines"),
    [
        ([_CLEAN], 0, ["Audited 1 packages, with 0 findings."]),
        (
            [_CLEAN, _FAULTY],
            1,
            [
                "werkzeug 0.1: PYSEC-0000-1, fixed in 0.2, 0.3",
                "werkzeug 0.1: PYSEC-0000-2, fixed in no release yet",
                "Audited 2 packages, with 2 findings.",
            ],
        ),
        (
            [_CLEAN, _UNKNOWN],
            0,
            [
                "Audited 1 packages, with 0 findings.",
                "NOT audited, since the advisory database does not know them: 1 packages.",
            ],
        ),
        (
            [_UNKNOWN, _UNKNOWN],
            0,
            ["Audit SKIPPED: the advisory database cannot be reached, so nothing was audited."],
        ),
    ],
    ids=["clean", "a finding", "partly skipped", "skipped"],
)
def test_a_finding_fails_and_skipped_packages_are_reported(
    packages: list[dict[str, object]], code: int, lines: list[str]
) -> None:
    """pip-audit itself also reports no vulnerability if it cannot reach the advisory database."""
    exit_code, text = _AUDIT["summarize"](packages, {("werkzeug", "0.1")})
    assert (exit_code, text.splitlines()) == (code, lines)


@pytest.mark.parametrize(
    ("ships", "fixes", "code"),
    [(True, ["0.2"], 1), (True, [], 1), (False, ["0.2"], 1), (False, [], 0)],
)
def test_a_finding_fails_unless_it_is_in_a_tool_without_a_fixed_release(
    ships: bool,  # noqa: FBT001 - a parameter of the test
    fixes: list[str],
    code: int,
) -> None:
    """A finding in a shipped package always fails. Every finding is reported."""
    fault = {"id": "PYSEC-0000-1", "fix_versions": fixes}
    package = {"name": "Tool", "version": "1", "vulns": [fault]}
    exit_code, text = _AUDIT["summarize"]([package], {("tool", "1")} if ships else set())
    assert exit_code == code
    assert ("(not shipped)" in text) is not ships
    assert "with 1 findings" in text


def test_every_locked_package_is_audited() -> None:
    """The locked packages include tests, tools, builds and other platforms."""
    pins = _AUDIT["locked"](*(_ROOT / "requirements").glob("*.txt"))
    names = {name for name, _ in pins}
    assert {"flask", "werkzeug", "gunicorn", "pymongo", "dnspython"} <= names
    assert {"pytest", "ruff", "pip-audit", "hatchling", "matplotlib", "eve", "uv", "colorama"} <= names
    shipped = {name for name, _ in _AUDIT["locked"](_ROOT / "requirements" / "service.txt")}
    assert {"flask", "werkzeug", "dnspython"} <= shipped
    assert not {"profile-lookup", "pytest", "ruff", "pip-audit", "pip"} & shipped


def test_installed_packages_that_are_not_locked_are_audited_too() -> None:
    """Someone may have installed a package by hand, and Python includes some."""
    names = {name for name, _ in _AUDIT["installed"]()}
    assert {"pip", "flask", "ruff"} <= names
    assert "profile-lookup" not in names


def test_every_version_of_a_package_is_audited() -> None:
    """pip-audit rejects two versions of a package in one run, so there are several runs."""
    pins = {("flask", "3.0"), ("flask", "3.1"), ("eve", "2.3.1")}
    assert _AUDIT["batches"](pins) == [{"eve": "2.3.1", "flask": "3.0"}, {"flask": "3.1"}]


@pytest.mark.parametrize(("fix", "code"), [(True, 1), (False, 0)])
def test_a_finding_in_a_tool_from_npm_fails_if_a_release_fixes_it(fix: bool, code: int) -> None:  # noqa: FBT001
    """``fixAvailable`` is true, false, or an object with the release."""
    fault = {"name": "ajv", "severity": "high", "range": "<8.18.0", "fixAvailable": fix}
    report = {"vulnerabilities": {"ajv": fault}, "metadata": {"dependencies": {"total": 36}}}
    exit_code, text = _AUDIT["summarize_npm"](report)
    assert exit_code == code
    assert text.splitlines()[0].startswith("npm ajv <8.18.0: high, ")
    assert text.splitlines()[1] == "Audited 36 npm packages, with 1 findings."


@pytest.mark.parametrize("report", [None, {"message": "405 Method Not Allowed", "error": {}}])
def test_skipped_npm_packages_are_reported(report: dict[str, object] | None) -> None:
    """If the registry has no advisories, npm reports an error."""
    exit_code, text = _AUDIT["summarize_npm"](report)
    assert exit_code == 0
    assert "SKIPPED" in text
