"""Clients that are generated from the document work."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from schemas import examples
from tests.node import NODE_MODULES, node
from tests.openapi.readme_requests import ReadmeRequest, readme_requests, to_typescript

HERE = Path(__file__).parent
PYTHON_CLIENT = "generated_profile_lookup_client"


@pytest.fixture(scope="session")
def python_client(document_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package that openapi-python-client generates."""
    folder = tmp_path_factory.mktemp("python")
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    paths = ["--path", str(document_path), "--output-path", str(folder / PYTHON_CLIENT)]
    # The generator formats the package with ruff from PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        [*command, *paths], check=False, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "warning" not in (result.stdout + result.stderr).lower()
    return folder


@pytest.fixture
def import_generated(python_client: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that imports a module of the generated package."""
    monkeypatch.syspath_prepend(str(python_client))

    def module(name: str) -> ModuleType:
        return importlib.import_module(f"{PYTHON_CLIENT}.{name}")

    return module


def test_the_generated_python_package_imports(import_generated: Any, python_client: Path) -> None:
    """The test imports every module, so that it finds each invalid operation and model."""
    root = python_client / PYTHON_CLIENT
    modules = [".".join(path.relative_to(root).with_suffix("").parts) for path in root.rglob("*.py")]
    assert len(modules) > 60
    for name in modules:
        import_generated(name.removesuffix(".__init__"))


def test_the_generated_python_client_creates_searches_and_matches(
    import_generated: Any, base_url: str
) -> None:
    """The client finds and matches a profile that it has created."""
    models = import_generated("models")
    with import_generated("client").Client(base_url=base_url, raise_on_unexpected_status=True) as client:
        created = import_generated("api.profiles.create_profile").sync_detailed(
            client=client, body=models.ProfileRequest.from_dict(examples.PROFILE_REQUEST)
        )
        assert created.status_code == 201
        assert created.headers["ETag"] == '"1"'
        profile = created.parsed
        assert isinstance(profile, models.CreatedProfile)
        assert profile.phone_numbers[0].e164 == "+14155550101"

        found = import_generated("api.profiles.search_profiles").sync(
            client=client, body=models.SearchRequest.from_dict(examples.SEARCH_REQUEST)
        )
        assert [item.profile.profile_id for item in found.items] == [profile.profile_id]
        assert found.next_cursor is None

        matched = import_generated("api.contacts.match_contact").sync(
            "call-1",
            client=client,
            body=models.MatchRequest(
                channel=models.MatchRequestChannel.VOICE, phone_number="+1 (415) 555 0101"
            ),
        )
        assert matched.outcome == "unique"
        assert matched.association is None
        assert [item.profile.profile_id for item in matched.candidates] == [profile.profile_id]


def test_the_generated_python_client_patches_a_profile(import_generated: Any, base_url: str) -> None:
    """The client sends a merge patch with `If-Match`. It parses the problem if the version is stale."""
    models = import_generated("models")
    update = import_generated("api.profiles.update_profile").sync
    with import_generated("client").Client(base_url=base_url, raise_on_unexpected_status=True) as client:
        profile = import_generated("api.profiles.create_profile").sync(
            client=client, body=models.ProfileRequest(first_name="Ada", middle_name="King")
        )
        patch = models.ProfilePatch(last_name="Lovelace", middle_name=None)
        patched = update(profile.profile_id, client=client, body=patch, if_match='"1"')
        assert (patched.version, patched.middle_name, patched.last_name) == (2, None, "Lovelace")
        stale = update(profile.profile_id, client=client, body=patch, if_match='"1"')
        assert isinstance(stale, models.Problem)
        assert stale.code == "version_conflict"


def test_the_generated_python_client_parses_a_problem(import_generated: Any, base_url: str) -> None:
    """The parsed problem has the code, and a pointer for each error."""
    models = import_generated("models")
    with import_generated("client").Client(base_url=base_url, raise_on_unexpected_status=True) as client:
        not_found = import_generated("api.profiles.read_profile").sync(examples.PROFILE_ID, client=client)
        assert isinstance(not_found, models.Problem)
        assert (not_found.status, not_found.code) == (404, "profile_not_found")
        rejected = import_generated("api.profiles.create_profile").sync(
            client=client, body=models.ProfileRequest(first_name=" ")
        )
        assert (rejected.status, rejected.code) == (422, "invalid_request")
        assert [error.pointer for error in rejected.errors] == ["/first_name"]


@pytest.fixture(scope="session")
def readme(tmp_path_factory: pytest.TempPathFactory) -> list[ReadmeRequest]:
    """Return the README's requests."""
    return readme_requests(tmp_path_factory.mktemp("readme"))


@pytest.fixture(scope="session")
def typescript(
    document_path: Path,
    document: dict[str, Any],
    readme: list[ReadmeRequest],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Any]:
    """Compile client.ts and readme.ts. Return a function that runs one of them and returns its output.

    readme.ts has the README's requests. Both must pass `tsc --strict` with the generated types. The tools
    have default options.
    """
    folder = tmp_path_factory.mktemp("typescript")
    if NODE_MODULES.is_dir():
        (folder / "node_modules").symlink_to(NODE_MODULES)
    (folder / "package.json").write_text('{"type": "module"}')
    tools = NODE_MODULES / ".bin"
    node(tools / "openapi-typescript", document_path, "--output", folder / "schema.ts", cwd=folder)
    shutil.copy(HERE / "client.ts", folder)
    (folder / "readme.ts").write_text(to_typescript(readme, list(document["paths"])), encoding="utf-8")
    # The declarations in TypeScript and in packages are not ours.
    compiler_options = ("--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext")
    node(tools / "tsc", *compiler_options, "--outDir", "compiled", "client.ts", "readme.ts", cwd=folder)

    def run(program: str, *arguments: str) -> Any:
        return json.loads(node(f"compiled/{program}.js", *arguments, cwd=folder))

    return run


def test_the_typescript_client_compiles_and_works(typescript: Callable[..., Any], base_url: str) -> None:
    """client.ts compiles with the generated types, and its requests succeed."""
    output = typescript("client", base_url, "call-1")
    assert output.pop("location").startswith("/v1/profiles/")
    assert output == {
        "e164": "+12125550100",
        "firstName": "Ada",
        "outcome": "unique",
        "association": None,
        "code": "invalid_request",
        "pointers": ["/first_name", "/nickname"],
        "version": 2,
    }


def test_the_bodies_of_the_readme_compile_and_are_accepted(
    typescript: Callable[..., Any], base_url: str, readme: list[ReadmeRequest]
) -> None:
    """The generated types require no member that the README's requests do not have."""
    assert len(readme) > 10
    statuses = typescript("readme", base_url)
    assert len(statuses) == len(readme)
    assert set(statuses) <= {200, 201}
