"""The AWS SDK for JavaScript calls the service with signatures. agent.mjs makes the calls, in one process."""

import json
import shutil
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.node import NODE_MODULES, node

_CLOCK_SECONDS = 60


@pytest.fixture(scope="module")
def output(client_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what the SDK returned for each call."""
    folder = tmp_path_factory.mktemp("node")
    if NODE_MODULES.is_dir():
        (folder / "node_modules").symlink_to(NODE_MODULES)
    shutil.copy(Path(__file__).with_name("agent.mjs"), folder)
    return json.loads(node("agent.mjs", uuid4().hex, cwd=folder, env=client_environment))


def test_a_profile_is_created_changed_and_read(output: Any) -> None:
    """An empty text removes a value. Members keep their values as typed."""
    assert output["updated"] == output["created"]
    (profile,), (error,) = output["read"]["Profiles"], output["read"]["Errors"]
    assert profile == {
        "ProfileId": output["created"]["ProfileId"],
        "FirstName": output["name"],
        "LastName": "Lee",
        "PhoneNumber": "(415) 555-0101",
        "Address": {"Address1": "1-1 Chiyoda", "City": "Chiyoda-ku", "Country": "JP"},
        "Attributes": {"a b": "é"},
    }
    assert error["ProfileId"] == "0" * 32


def test_profiles_are_found_by_their_keys(output: Any) -> None:
    """Pages go on until there is no token. A removed value finds nothing."""
    created, other = output["created"]["ProfileId"], output["other"]["ProfileId"]
    (found,) = output["found"]["Items"]
    assert found["ProfileId"] == created
    assert [each["KeyName"] for each in found["FoundByItems"]] == ["_orderId", "_fullName"]
    assert output["added"]["KeyName"] == "_orderId"
    assert sorted(output["pages"][0] + output["pages"][1]) == sorted([created, other])
    assert output["removed"]["Message"]
    assert output["afterRemoval"] == []


def test_a_contact_belongs_to_the_profile_of_its_latest_association(output: Any) -> None:
    """The contact is one of the objects of this profile."""
    assert output["ofContact"] == [output["created"]["ProfileId"]]
    (contact,) = output["contacts"]
    assert contact["ObjectTypeName"] == "CTR"
    assert json.loads(contact["Object"])


def test_a_repeated_call_creates_one_profile(output: Any) -> None:
    """The SDK repeats a call if its response is lost."""
    assert output["attempts"] == 2
    assert output["afterRetry"] == [output["retried"]["ProfileId"]]


def test_times_are_dates(output: Any) -> None:
    """The SDK raises an exception for texts."""
    assert abs(output["madeAt"] - time.time()) < _CLOCK_SECONDS
    assert output["integrations"] == [["default", True]]


@pytest.mark.parametrize(
    ("case", "name", "status"),
    [
        ("missing", "ResourceNotFoundException", 404),
        ("invalid", "BadRequestException", 400),
        ("empty", "BadRequestException", 400),
        ("otherDomain", "AccessDeniedException", 403),
        ("notOffered", "BadRequestException", 400),
    ],
)
def test_an_error_is_an_exception_of_the_sdk(output: Any, case: str, name: str, status: int) -> None:
    """Of the class for the error. It has a message and the ID of the request."""
    class_name, error_name, error_status, message, has_request_id = output["errors"][case]
    assert (class_name, error_name, error_status, has_request_id) == (name, name, status, True)
    assert message


def test_a_wrong_signature_is_refused(output: Any) -> None:
    """The error has its name. The SDK has no class for it."""
    class_name, *others = output["errors"]["wrongSecret"]
    assert class_name == "CustomerProfilesServiceException"
    assert others[:2] == ["InvalidSignatureException", 403]


def test_a_profile_is_deleted(output: Any) -> None:
    """It is not found any more."""
    assert output["deleted"]["Message"]
    assert output["afterDeletion"] == []
