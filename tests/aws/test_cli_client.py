"""The AWS CLI calls the service with signatures."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

_ROOT = Path(__file__).parents[2]

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def call(client_environment: dict[str, str]) -> Iterator[Call]:
    """Return a function that runs a command for profiles and returns its output."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.aws.cli_commands"],
        env={**client_environment, "AWS_EC2_METADATA_DISABLED": "true"},
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, responses = process.stdin, process.stdout

        def run(command: str, *arguments: str, domain: str = "default", error: str = "") -> Any:
            line = json.dumps(["customer-profiles", command, "--domain-name", domain, *arguments])
            requests.write(f"{line}\n")
            requests.flush()
            code, output, errors = json.loads(responses.readline())
            assert (code != 0) == bool(error), output + errors
            if error:
                assert f"An error occurred ({error})" in errors
                return errors
            return json.loads(output)

        yield run


@pytest.fixture(scope="module")
def profile(call: Call) -> dict[str, str]:
    """Create a profile with an account number and return both."""
    account = uuid4().hex
    fields = ["--first-name", "花子", "--phone-number", "(415) 555-0101", "--account-number", account]
    address = ["--address", "Address1=1-1 Chiyoda,Country=JP", "--attributes", '{"a b": "é"}']
    created = call("create-profile", *fields, *address)
    return {"account": account, "id": created["ProfileId"]}


def test_a_profile_is_changed_found_and_read(call: Call, profile: dict[str, str]) -> None:
    """An empty text removes a value."""
    profile_id = profile["id"]
    changed = call("update-profile", "--profile-id", profile_id, "--last-name", "Lee", "--phone-number", "")
    assert changed == {"ProfileId": profile_id}
    (found,) = call("search-profiles", "--key-name", "_account", "--values", profile["account"])["Items"]
    assert found == {
        "ProfileId": profile_id,
        "FirstName": "花子",
        "LastName": "Lee",
        "AccountNumber": profile["account"],
        "Address": {"Address1": "1-1 Chiyoda", "Country": "JP"},
        "Attributes": {"a b": "é"},
        "FoundByItems": [{"KeyName": "_account", "Values": [profile["account"]]}],
    }
    read = call("batch-get-profile", "--profile-ids", profile_id)["Profiles"]
    assert read == [{name: value for name, value in found.items() if name != "FoundByItems"}]


def test_keys_are_added_and_deleted(call: Call, profile: dict[str, str]) -> None:
    """A contact is associated with a profile in the same way."""
    contact = uuid4().hex
    target = ["--profile-id", profile["id"]]
    key = ["--key-name", "_ctrContactId", "--values", contact]
    assert call("add-profile-key", *target, *key) == {"KeyName": "_ctrContactId", "Values": [contact]}
    (item,) = call("list-profile-objects", *target, "--object-type-name", "CTR")["Items"]
    assert json.loads(item["Object"])["ContactId"] == contact
    assert call("delete-profile-key", *target, *key)["Message"]
    assert call("search-profiles", *key)["Items"] == []


def test_pages_go_on_until_there_is_no_token(call: Call, profile: dict[str, str]) -> None:
    """The token is an argument of the next call."""
    name = f"Page{uuid4().hex}"
    ids = {call("create-profile", "--first-name", name)["ProfileId"] for _ in range(2)}
    search = ["search-profiles", "--key-name", "_fullName", "--values", name, "--max-results", "1"]
    first = call(*search)
    second = call(*search, "--next-token", first["NextToken"])
    found = [item["ProfileId"] for page in (first, second) for item in page["Items"]]
    assert sorted(found) == sorted(ids)
    assert profile["id"] not in found


def test_errors_have_the_names_of_aws(call: Call) -> None:
    """The message says what is wrong."""
    unknown = ["--profile-id", "0" * 32]
    call("update-profile", *unknown, "--first-name", "a", error="ResourceNotFoundException")
    assert "FirstName" in call("create-profile", "--first-name", "a" * 256, error="BadRequestException")
    call("list-segment-definitions", error="BadRequestException")
    call("batch-get-profile", "--profile-ids", "0" * 32, domain="tokyo", error="AccessDeniedException")


def test_a_profile_is_deleted(call: Call) -> None:
    """It is not found any more."""
    target = ["--profile-id", call("create-profile", "--first-name", "Jo")["ProfileId"]]
    assert call("delete-profile", *target)["Message"]
    call("delete-profile", *target, error="ResourceNotFoundException")
