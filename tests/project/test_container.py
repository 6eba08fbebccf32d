"""The user, the rights, the files and the settings of the container."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.config import Settings

_ROOT = Path(__file__).parents[2]
_DOCKERFILE = (_ROOT / "Dockerfile").read_text(encoding="utf-8")
_INSTALLS = re.findall(r"pip .*install .*", _DOCKERFILE)


# These are fixed in compose.yaml, are for `make run`, or name a file that the container does not have.
_FIXED = {
    "AUTH",
    "DATA_DIR",
    "HOST",
    "MASTER_KEYS_FILE",
    "MONGODB_DATABASE",
    "MONGODB_REQUIRE_REPLICA_SET",
    "MONGODB_URI",
    "PORT",
}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """Return the services of compose.yaml."""
    document: dict[str, Any] = yaml.safe_load((_ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services: dict[str, Any] = document["services"]
    return services


@pytest.fixture(scope="module")
def service(composed: dict[str, Any]) -> dict[str, Any]:
    """Return the definition of the service in compose.yaml."""
    definition: dict[str, Any] = composed["service"]
    return definition


def test_the_image_runs_as_a_user_without_rights() -> None:
    """The last USER is a number, so that an orchestrator can see that it is not root."""
    users = re.findall(r"^USER (\S+)$", _DOCKERFILE, re.MULTILINE)
    assert users[-1] == "10001:10001"
    assert "HEALTHCHECK" in _DOCKERFILE


def test_the_image_does_not_contain_the_bundled_mongodb() -> None:
    """The image has only the project and the packages of service.txt, and no development tools."""
    image_installs = [line for line in _INSTALLS if "--python /opt/venv/bin/python" in line]
    assert [line.split(" install ")[1].rstrip(" \\") for line in image_installs] == [
        "--require-hashes --requirement requirements/service.txt",
        "--no-deps dist/*.whl",
    ]
    assert "[local" not in _DOCKERFILE.replace('"local"', "")


def test_the_image_installs_only_locked_packages() -> None:
    """Every package except the project has a hash. The build of the project downloads nothing."""
    assert all("--require-hashes" in line or "--no-deps" in line for line in _INSTALLS)
    (build,) = re.findall(r"pip wheel .*", _DOCKERFILE)
    assert "--no-deps --no-build-isolation" in build


def test_a_change_of_the_source_does_not_install_the_dependencies_again() -> None:
    """The dependencies are in a separate layer, which is created before the source is copied."""
    dependencies = _DOCKERFILE.index("--requirement requirements/service.txt")
    assert "COPY requirements/" in _DOCKERFILE[:dependencies]
    for source in ("pyproject.toml", "schemas", "service"):
        assert _DOCKERFILE.index(f"COPY {source} ") > dependencies


def test_the_container_writes_only_to_memory(service: dict[str, Any]) -> None:
    """Other files are read-only. Files in memory have a maximum size and cannot be executed."""
    assert service["read_only"] is True
    (tmpfs,) = service["tmpfs"]
    path, _, options = tmpfs.partition(":")
    assert path == "/tmp"  # noqa: S108 - the container's
    assert {"noexec", "nosuid", "nodev"} <= set(options.split(","))
    assert re.search(r"size=\d+m", options)
    assert "volumes" not in service


def test_the_container_has_no_rights_and_gains_none(service: dict[str, Any]) -> None:
    """The container has no capabilities and cannot get any. Ports are published on loopback only."""
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_every_setting_of_the_environment_reaches_the_container(service: dict[str, Any]) -> None:
    """A setting without a value in compose.yaml gets its value from the environment."""
    settings = {field.name.upper() for field in fields(Settings)}
    environment = service["environment"]
    assert environment.keys() - {"MONGODB_URI"} == settings - _FIXED
    assert [name for name, value in environment.items() if value is not None] == ["MONGODB_URI"]


def test_the_passwords_of_mongodb_have_no_default(composed: dict[str, Any]) -> None:
    """With ``:?``, compose does not start if a password is unset or empty."""
    mongodb = composed["mongodb"]["environment"]
    uri = composed["service"]["environment"]["MONGODB_URI"]
    root, user = mongodb["MONGO_INITDB_ROOT_PASSWORD"], mongodb["MONGODB_PASSWORD"]
    assert root.startswith("${MONGODB_ROOT_PASSWORD:?")
    assert user.startswith("${MONGODB_PASSWORD:?")
    assert uri.startswith(f"mongodb://profile-lookup:{user}@mongodb:27017/{Settings.mongodb_database}?")
    assert mongodb["MONGO_INITDB_DATABASE"] == Settings.mongodb_database
    assert any(argument.startswith("--keyFile=") for argument in composed["mongodb"]["command"])


def test_the_service_is_not_a_root_user_of_mongodb(composed: dict[str, Any]) -> None:
    """The role of the service's user cannot change the audit. A script creates the user in a new database."""
    assert "./deploy/mongodb:/docker-entrypoint-initdb.d:ro" in composed["mongodb"]["volumes"]
    script = (_ROOT / "deploy" / "mongodb" / "create-user.js").read_text(encoding="utf-8")
    assert 'user: "profile-lookup", pwd: process.env.MONGODB_PASSWORD, roles: [role.role]' in script
