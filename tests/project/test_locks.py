"""The lock files match pyproject.toml and each other. They contain hashes and no addresses."""

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
_EXTRAS = _PROJECT["project"]["optional-dependencies"]
_LOCAL = [*_SERVICE, *_EXTRAS["local"], *_EXTRAS["transfer"]]
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
    """Return each pinned package of a lock file with its text: its hashes and the packages that need it."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", _text(name), flags=re.MULTILINE)[1:]
    return [(Requirement(block.split("\\")[0]), block) for block in blocks]


def _pin(requirement: Requirement) -> str:
    # Without the marker: another file may need the package on more platforms.
    return f"{requirement.name}{requirement.specifier}"


def _pins(name: str) -> set[str]:
    return {_pin(requirement) for requirement, _ in _entries(name)}


def _versions(name: str, package: str) -> list[str]:
    pins = [pin for pin, _ in _entries(name) if canonicalize_name(pin.name) == canonicalize_name(package)]
    return [spec.version for pin in pins for spec in pin.specifier]


def test_every_lock_file_is_tested() -> None:
    """Every file belongs to a group of requirements in pyproject.toml."""
    assert {file.stem for file in (_ROOT / "requirements").iterdir()} == set(_LOCKED)


@pytest.mark.parametrize("name", _LOCKED)
def test_a_lock_file_contains_the_requirements_of_pyproject(name: str) -> None:
    """If this test fails after a change of the dependencies, run ``make lock``."""
    requirements = [Requirement(line) for line in _LOCKED[name]]
    locked = {canonicalize_name(pin.name) for pin, block in _entries(name) if "(pyproject.toml" in block}
    assert locked == {canonicalize_name(each.name) for each in requirements}
    for each in requirements:
        versions = [v for v in _versions(name, each.name) if each.specifier.contains(v)]
        assert versions, f"requirements/{name}.txt has no version for {each}"


@pytest.mark.parametrize("name", _LOCKED)
def test_a_lock_file_pins_by_hash_and_names_no_address(name: str) -> None:
    """The file contains neither the address of a package index nor the folder of the project."""
    assert not _ADDRESS.search(_text(name))
    assert str(_ROOT) not in _text(name)
    for pin, block in _entries(name):
        assert [spec.operator for spec in pin.specifier] == ["=="], pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), pin


@pytest.mark.parametrize("name", ["service", "local"])
def test_the_tested_versions_are_those_of_the_service(name: str) -> None:
    """The lock file of the tests contains every pin of the service."""
    assert _pins(name) <= _pins("dev")


def test_lock_files_for_the_same_environment_have_the_same_versions() -> None:
    """``make test``, ``make bench`` and the build install into the same environment."""
    for name in ("bench", "build"):
        for pin, _ in _entries(name):
            assert _pin(pin) in _pins("dev") or not _versions("dev", pin.name), pin


def test_the_build_is_locked() -> None:
    """The build does not use pip's isolated environment, which would have the newest versions."""
    assert set(_PROJECT["build-system"]["requires"]) <= set(_LOCKED["build"])


def test_all_installations_have_the_same_marker() -> None:
    """The libraries that create index terms have the same version on every platform."""
    locked = [_versions("service", package) for package in ("phonenumbers", "email-validator")]
    assert [len(versions) for versions in locked] == [1, 1]
    (phonenumbers,), (email_validator,) = locked
    assert f"{RULES_VERSION}/{phonenumbers}/{email_validator}/{unicodedata.unidata_version}" == MARKER


def test_the_installed_versions_are_the_locked_versions() -> None:
    """With other versions, the tests would not check what the service uses."""
    applicable = [pin for pin, _ in _entries("dev") if pin.marker is None or pin.marker.evaluate()]
    assert [pin.name for pin in applicable if not pin.specifier.contains(version(pin.name))] == []


def test_the_tools_from_npm_are_locked_by_hash_and_without_addresses() -> None:
    """``resolved`` would contain the address of the registry."""
    lock = json.loads((_ROOT / "tests/openapi/package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((_ROOT / "tests/openapi/package.json").read_text(encoding="utf-8"))
    root = lock["packages"].pop("")
    assert root["dependencies"] == package["dependencies"]
    assert lock["packages"]
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name
