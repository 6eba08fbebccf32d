"""The lock files: they agree with pyproject.toml and with each other, and hold hashes and no addresses."""

import json
import re
import tomllib
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from service.matching.rules import MARKER, RULES_VERSION

_ROOT = Path(__file__).parents[2]
_PROJECT: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_GROUPS = _PROJECT["dependency-groups"]
_SERVICE = _PROJECT["project"]["dependencies"]
_LOCAL = [*_SERVICE, *_PROJECT["project"]["optional-dependencies"]["local"]]
# The requirements of pyproject.toml that each file locks.
_LOCKED = {
    "service": _SERVICE,
    "local": _LOCAL,
    **_GROUPS,
    "dev": [*_LOCAL, *_GROUPS["dev"]],
    "bench": [*_LOCAL, *_GROUPS["bench"]],
}
_ADDRESS = re.compile(r"://|--(?:extra-|default-)?index|--find-links|^-[if] ", re.MULTILINE)


def _text(name: str) -> str:
    return (_ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def _entries(name: str) -> list[tuple[Requirement, str]]:
    """Return each pinned package of a lock file with the lines below it: its hashes and who needs it."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", _text(name), flags=re.MULTILINE)[1:]
    return [(Requirement(block.split("\\")[0]), block) for block in blocks]


def _pins(name: str) -> set[str]:
    return {str(pin) for pin, _ in _entries(name)}


def _versions(name: str, package: str) -> list[str]:
    pins = [pin for pin, _ in _entries(name) if canonicalize_name(pin.name) == canonicalize_name(package)]
    return [spec.version for pin in pins for spec in pin.specifier]


def test_every_lock_file_is_tested() -> None:
    """None is left over that nothing writes."""
    assert {file.stem for file in (_ROOT / "requirements").iterdir()} == set(_LOCKED)


@pytest.mark.parametrize("name", _LOCKED)
def test_a_lock_file_holds_what_pyproject_asks_for(name: str) -> None:
    """A dependency that was added, removed or raised and not locked fails here: run ``make lock``."""
    asked = [Requirement(line) for line in _LOCKED[name]]
    locked = {canonicalize_name(pin.name) for pin, block in _entries(name) if "(pyproject.toml" in block}
    assert locked == {canonicalize_name(each.name) for each in asked}
    for each in asked:
        found = [one for one in _versions(name, each.name) if each.specifier.contains(one)]
        assert found, f"requirements/{name}.txt has no version for {each}"


@pytest.mark.parametrize("name", _LOCKED)
def test_a_lock_file_pins_by_hash_and_names_no_address(name: str) -> None:
    """Where it was made, and from which index, is not in it."""
    assert not _ADDRESS.search(_text(name))
    assert str(_ROOT) not in _text(name)
    for pin, block in _entries(name):
        assert [spec.operator for spec in pin.specifier] == ["=="], pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), pin


@pytest.mark.parametrize("name", ["service", "local"])
def test_what_is_tested_is_what_runs(name: str) -> None:
    """The service has the versions that its tests have."""
    assert _pins(name) <= _pins("dev")


def test_the_environments_that_share_a_folder_do_not_disagree() -> None:
    """``make test`` and ``make bench`` install into the same one, beside what builds the package."""
    for name in ("bench", "build"):
        for pin, _ in _entries(name):
            assert str(pin) in _pins("dev") or not _versions("dev", pin.name), pin


def test_the_build_is_locked() -> None:
    """The package is built without the isolated environment in which pip would take the newest."""
    assert set(_PROJECT["build-system"]["requires"]) <= set(_LOCKED["build"])


def test_two_installations_make_the_same_marker() -> None:
    """On every platform the libraries that make search entries have one version, which is installed."""
    locked = [_versions("service", package) for package in ("phonenumbers", "email-validator")]
    assert [len(versions) for versions in locked] == [1, 1]
    (phonenumbers,), (email_validator,) = locked
    assert f"{RULES_VERSION}/{phonenumbers}/{email_validator}/{unicodedata.unidata_version}" == MARKER


def test_what_is_installed_is_what_is_locked() -> None:
    """Else the tests would have run with something else."""
    applicable = [pin for pin, _ in _entries("dev") if pin.marker is None or pin.marker.evaluate()]
    assert [pin.name for pin in applicable if not pin.specifier.contains(version(pin.name))] == []


def test_the_tools_from_npm_are_locked_by_hash_and_without_addresses() -> None:
    """``resolved`` would name the registry that they were downloaded from."""
    lock = json.loads((_ROOT / "tests/openapi/package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((_ROOT / "tests/openapi/package.json").read_text(encoding="utf-8"))
    root = lock["packages"].pop("")
    assert root["dependencies"] == package["dependencies"]
    assert lock["packages"]
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name
