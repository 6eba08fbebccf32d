"""`make demo` against a real service."""

import csv
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from tests.acceptance.importing import ROOT

Document = dict[str, Any]


def _demo(url: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "demo", "--url", url, *options],
        cwd=ROOT,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _files() -> set[Path]:
    """Return the files of the demo and of the folder in which it runs."""
    return {path for folder in (ROOT, ROOT / "demo") for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def open_url(serve: Callable[..., str], module_database: str) -> str:
    """Return the URL of a service without authentication."""
    return serve(module_database, WORKERS="1", PANEL="on")


@pytest.fixture
def url(open_url: str, module_database: str, mongodb_client: "pymongo.MongoClient[Document]") -> str:
    """Return the URL of a service without authentication and profiles."""
    for collection in ("profiles", "associations"):
        mongodb_client[module_database][collection].delete_many({})
    return open_url


def test_the_demo_can_be_repeated(
    url: str, module_database: str, mongodb_client: "pymongo.MongoClient[Document]", curl: Path
) -> None:
    """The second run changes nothing, and none leaves files.

    The printed command shows the household, and the page a phone.
    """
    files = _files()
    for counts in ("created 200, updated 0, unchanged 0", "created 0, updated 0, unchanged 200"):
        result = _demo(url)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        assert result.stdout.startswith(f"200 rows: {counts}, ")
        assert len(result.stdout.splitlines()) == 5
        assert result.stdout.endswith(f": {url}/panel\n")
        assert "Profile IDs:" not in result.stdout
    assert _files() == files
    profiles = list(mongodb_client[module_database]["profiles"].find())
    assert len(profiles) == 200
    assert {profile["version"] for profile in profiles} == {1}
    assert all(number["e164"] for profile in profiles for number in profile["phone_numbers"])
    countries = Counter(profile["addresses"][0]["country"] for profile in profiles)
    assert countries["日本"] > 50
    assert len(countries) == 7
    contacts = list(mongodb_client[module_database]["associations"].find())
    assert sorted(bool(contact["cleared_at"]) for contact in contacts) == [False] * 3 + [True] * 3
    customers = {profile["keys"][0]["values"][0]: profile["_id"] for profile in profiles}
    for number, duplicate in {"D-1012": "D-1062", "D-1074": "D-1106", "D-1075": "D-1115"}.items():
        items = httpx.get(f"{url}/v1/profiles/{customers[number]}/duplicates").json()["items"]
        assert [each["profile"]["profile_id"] for each in items] == [customers[duplicate]]
    command = re.search("^curl .*$", result.stdout, re.MULTILINE)
    assert command is not None
    response = subprocess.run(
        shlex.split(command[0]),
        env={**os.environ, "PATH": f"{curl}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    candidates = httpx.Response(200, content=response.stdout).json()["candidates"]
    assert {each["profile"]["last_name"] for each in candidates} == {"山田"}
    assert len(candidates) == 3


def test_with_authentication_the_demo_says_how_to_create_its_key(
    secured_url: str, commands: Callable[..., str]
) -> None:
    """The printed command creates a key that is sufficient. A page that is off is not named."""
    url = secured_url
    agents = "api-keys create --label frontend --scope profiles:edit --scope profiles:create"
    frontend = commands(*agents.split())
    states = {"": "is missing", "plk_x": "is not accepted", frontend: "lacks the scope settings:admin"}
    for other, state in states.items():
        result = _demo(url, DATA_DIR="/a b", **({"PROFILE_LOOKUP_API_KEY": other} if other else {}))
        assert result.returncode == 1
        assert f"AUTH=on, and the API key in PROFILE_LOOKUP_API_KEY {state}." in result.stderr
        assert len(result.stderr.splitlines()) == 2
    command = re.search(r"\$\(DATA_DIR='/a b' \.venv/bin/profile-lookup (.*)\)$", result.stderr, re.MULTILINE)
    assert command is not None
    key = commands(*shlex.split(command[1]))
    result = _demo(url, PROFILE_LOOKUP_API_KEY=key)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith("curl ")
    assert '-H "Authorization: Bearer $PROFILE_LOOKUP_API_KEY"' in result.stdout
    _assert_the_duplicates_can_be_merged(url, key)


def test_the_import_of_the_demo_uses_the_api_key_of_the_option(
    secured_url: str, commands: Callable[..., str]
) -> None:
    """The environment has no API key."""
    scopes = "--scope profiles:create --scope profiles:edit --scope settings:admin"
    key = commands(*f"api-keys create --label demo {scopes}".split())
    result = _demo(secured_url, "--api-key", key)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("200 rows: ")


def _assert_the_duplicates_can_be_merged(url: str, key: str) -> None:
    """Assert that an API key finds and merges the two profiles of James Lopez."""
    with httpx.Client(base_url=f"{url}/v1/", headers={"Authorization": f"Bearer {key}"}) as http:
        search = {"criteria": [{"key": "customer_number", "values": ["D-1074"]}]}
        (found,) = http.post("profiles/search", json=search).json()["items"]
        profile_id = found["profile"]["profile_id"]
        (duplicate,) = http.get(f"profiles/{profile_id}/duplicates").json()["items"]
        body = {"profile_ids": [duplicate["profile"]["profile_id"]]}
        merged = http.post(f"profiles/{profile_id}/merge", json=body)
        assert merged.status_code == 200, merged.text


def test_the_demo_says_why_customers_are_rejected(url: str) -> None:
    """For example because a profile of an earlier run has too many numbers. The row is named."""
    definition = {"label": "Customer number", "type": "identifier", "unique": True}
    numbers = [{"value": f"+1212555{number:04}"} for number in range(100)]
    profile = {"first_name": "Taro", "phone_numbers": numbers, "keys": {"customer_number": ["D-1001"]}}
    httpx.put(f"{url}/v1/search-keys/customer_number", json=definition).raise_for_status()
    httpx.post(f"{url}/v1/profiles", json=profile).raise_for_status()
    files = _files()
    result = _demo(url)
    assert result.returncode == 1
    assert "\nrow,column,reason\n2," in result.stderr
    assert _files() == files


def test_no_example_of_the_documentation_changes_a_customer_of_the_demo() -> None:
    """A reader who has loaded the demo gets the printed results."""
    with (ROOT / "demo" / "customers.csv").open(encoding="utf-8", newline="") as file:
        numbers = {row["keys.customer_number"] for row in csv.DictReader(file)}
    assert len(numbers) == 200
    for page in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")):
        examples = "".join(re.findall("(?ms)^```.*?^```$", page.read_text(encoding="utf-8")))
        assert not numbers.intersection(re.findall(r"[A-Z]-\d+", examples)), page.name


def test_without_a_service_the_demo_says_how_to_start_it() -> None:
    """The error is one line."""
    result = _demo("http://127.0.0.1:1")
    assert result.returncode == 1
    assert result.stderr == (
        "Error: No service runs at http://127.0.0.1:1/v1/; start it in another terminal with: make run\n"
    )


@pytest.mark.parametrize("port", ["8080", "8081"])
def test_make_uses_the_port_of_make_run(port: str) -> None:
    """It is 8080 without a setting."""
    setting = [] if port == "8080" else [f"PORT={port}"]
    environment = {name: value for name, value in os.environ.items() if name not in {"PORT", "MAKEFLAGS"}}
    result = subprocess.run(
        ["/usr/bin/make", "--dry-run", "demo", *setting],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"python -m demo --url http://127.0.0.1:{port}\n" in result.stdout
