"""The audit of dependencies: a finding fails, and what was not audited is never called clean."""

import runpy
from pathlib import Path
from typing import Any

import pytest

_AUDIT = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "audit.py"))
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
    ("dependencies", "code", "said"),
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
                "NOT audited, for the source does not know them: 1 packages.",
            ],
        ),
        (
            [_UNKNOWN, _UNKNOWN],
            0,
            ["Audit SKIPPED: the source of advisories cannot be reached, so nothing was audited."],
        ),
    ],
    ids=["clean", "a finding", "in part", "not at all"],
)
def test_a_finding_fails_and_what_was_not_audited_is_said(
    dependencies: list[dict[str, Any]], code: int, said: list[str]
) -> None:
    """pip-audit says that no vulnerability is known, too, where it could look nothing up."""
    found, text = _AUDIT["verdict"]({"dependencies": dependencies})
    assert (found, text.splitlines()) == (code, said)


def test_what_ships_is_audited_and_nothing_else() -> None:
    """All that the service needs, however deep, and no tool for its development."""
    versions = _AUDIT["installed"]("profile-lookup")
    assert {"flask", "werkzeug", "gunicorn", "pymongo", "dnspython"} <= versions.keys()
    assert not {"profile-lookup", "pytest", "ruff", "pip-audit"} & versions.keys()
