"""The container: what it runs as, and what it may write."""

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


# Given by compose.yaml, meant for `make run`, or the name of a file that the container does not have.
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
    """Return how compose runs the service."""
    found: dict[str, Any] = composed["service"]
    return found


def test_the_image_runs_as_a_user_without_rights() -> None:
    """By number, so that an orchestrator sees that it is not root, and to the end of the file."""
    users = re.findall(r"^USER (\S+)$", _DOCKERFILE, re.MULTILINE)
    assert users[-1] == "10001:10001"
    assert "HEALTHCHECK" in _DOCKERFILE


def test_the_image_leaves_the_bundled_mongodb_out() -> None:
    """And all that is for development: it has what service.txt locks, and the project."""
    image_installs = [line for line in _INSTALLS if "--python /opt/venv/bin/python" in line]
    assert [line.split(" install ")[1].rstrip(" \\") for line in image_installs] == [
        "--require-hashes --requirement requirements/service.txt",
        "--no-deps dist/*.whl",
    ]
    assert "[local" not in _DOCKERFILE.replace('"local"', "")


def test_the_image_installs_what_is_locked_and_nothing_else() -> None:
    """By hash, or the project itself; building it downloads nothing that is not locked."""
    assert all("--require-hashes" in line or "--no-deps" in line for line in _INSTALLS)
    (build,) = re.findall(r"pip wheel .*", _DOCKERFILE)
    assert "--no-deps --no-build-isolation" in build


def test_a_change_of_the_source_does_not_install_the_dependencies_again() -> None:
    """They are a layer of their own, made before the source is copied."""
    dependencies = _DOCKERFILE.index("--requirement requirements/service.txt")
    assert "COPY requirements/" in _DOCKERFILE[:dependencies]
    for source in ("pyproject.toml", "schemas", "service"):
        assert _DOCKERFILE.index(f"COPY {source} ") > dependencies


def test_the_container_writes_to_memory_alone(service: dict[str, Any]) -> None:
    """Its files are read-only; what it writes is bounded, and cannot be run."""
    assert service["read_only"] is True
    (tmpfs,) = service["tmpfs"]
    path, _, options = tmpfs.partition(":")
    assert path == "/tmp"  # noqa: S108 - the container's
    assert {"noexec", "nosuid", "nodev"} <= set(options.split(","))
    assert re.search(r"size=\d+m", options)
    assert "volumes" not in service


def test_the_container_has_no_rights_and_gains_none(service: dict[str, Any]) -> None:
    """No capability, no way to more, and the port on loopback alone."""
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_every_setting_of_the_environment_reaches_the_container(service: dict[str, Any]) -> None:
    """A new setting is named in compose.yaml too, without a value: that is the environment's, or unset."""
    settings = {field.name.upper() for field in fields(Settings)}
    environment = service["environment"]
    assert environment.keys() - {"MONGODB_URI"} == settings - _FIXED
    assert [name for name, value in environment.items() if value is not None] == ["MONGODB_URI"]


def test_its_mongodb_asks_for_passwords_that_have_no_default(composed: dict[str, Any]) -> None:
    """``:?`` makes compose refuse to start where a password is not set, or empty."""
    mongodb = composed["mongodb"]["environment"]
    uri = composed["service"]["environment"]["MONGODB_URI"]
    root, user = mongodb["MONGO_INITDB_ROOT_PASSWORD"], mongodb["MONGODB_PASSWORD"]
    assert root.startswith("${MONGODB_ROOT_PASSWORD:?")
    assert user.startswith("${MONGODB_PASSWORD:?")
    assert uri.startswith(f"mongodb://profile-lookup:{user}@mongodb:27017/{Settings.mongodb_database}?")
    assert mongodb["MONGO_INITDB_DATABASE"] == Settings.mongodb_database
    assert any(argument.startswith("--keyFile=") for argument in composed["mongodb"]["command"])


def test_the_service_is_not_the_root_of_its_mongodb(composed: dict[str, Any]) -> None:
    """It connects as a user with the role that cannot change the audit, made when the data folder is new."""
    assert "./deploy/mongodb:/docker-entrypoint-initdb.d:ro" in composed["mongodb"]["volumes"]
    script = (_ROOT / "deploy" / "mongodb" / "create-user.js").read_text(encoding="utf-8")
    assert 'user: "profile-lookup", pwd: process.env.MONGODB_PASSWORD, roles: [role.role]' in script
