"""Run the code of docs/amazon-connect.md against a real service, except that of the move."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from schemas.examples import MATCH_REQUESTS_OF_CONNECT
from service.cli import main
from tests.acceptance import amazon_connect as page
from tests.acceptance.importing import ROOT, Importer
from tests.master_keys import ONE

_POINT = "## Point a client at the service"
_FLOW = "## Match a contact"


@pytest.fixture(scope="module")
def commands(mongodb_uri: str, module_database: str) -> Callable[..., str]:
    """Return a function that runs `profile-lookup` with the database of the service."""

    def run(*arguments: str) -> str:
        environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database, "MASTER_KEYS": ONE}
        result = CliRunner().invoke(main, arguments, env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    return run


@pytest.fixture(scope="module")
def ours(
    serve: Callable[..., str],
    module_database: str,
    commands: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Importer:
    """Return the service, with an API key that may do everything."""
    scopes = [f"--scope={each}" for each in ("profiles:create", "profiles:edit", "settings:admin")]
    key = commands("api-keys", "create", "--label", "page", *scopes)
    url = serve(module_database, WORKERS="1", AUTH="on", AWS_API="on")
    return Importer(tmp_path_factory.mktemp("page"), url, key, module_database)


def test_the_environment_of_the_page_is_enough(ours: Importer, commands: Callable[..., str]) -> None:
    """For boto3, without any argument."""
    (access_key,) = list(page.commands_of(_POINT))[:1]
    export = page.blocks("sh", _POINT)[0].replace("http://127.0.0.1:8080", ours.url)
    export += "".join(f"export {line}\n" for line in commands(*access_key).splitlines())
    code = "import boto3; print(boto3.client('customer-profiles').list_domains()['Items'])"
    result = ours.shell(f'{export}python3 -c "{code}"')
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


def test_the_lambda_function_returns_the_customer(ours: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its response is a flat map of texts, as flows need it."""
    ours.ask("POST", "profiles", {"first_name": "Bo", "account_number": "A-1-lambda"})
    handler = _handler(ours, monkeypatch)
    found = handler(_event(Attributes={"profileSearchKey": "_account", "profileSearchValue": "A-1-lambda"}))
    assert found.pop("profileId")
    assert found == {"outcome": "unique", "firstName": "Bo", "lastName": ""}
    unknown = {"outcome": "none", "profileId": "", "firstName": "", "lastName": ""}
    assert handler(_event(CustomerEndpoint=None)) == unknown


def _handler(ours: Importer, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], dict[str, str]]:
    """Return the function of the page."""
    monkeypatch.setenv("PROFILE_LOOKUP_URL", ours.url)
    monkeypatch.setenv("PROFILE_LOOKUP_API_KEY", ours.key)
    namespace: dict[str, Any] = {}
    exec(page.blocks("python", _FLOW)[0], namespace)  # noqa: S102 - the code of the page
    return lambda event: namespace["handler"](event, None)


def _event(**members: Any) -> Any:
    """Return the event of a flow with these members of the contact, and no attributes by default."""
    event: Any = json.loads(json.dumps(MATCH_REQUESTS_OF_CONNECT["Details"]))
    event["Details"]["ContactData"] |= {"Attributes": {}, **members}
    return event


def test_the_page_names_its_tests() -> None:
    """So that readers can find them."""
    for name in (Path(__file__).name, "test_amazon_connect_move.py"):
        assert str(Path(__file__).with_name(name).relative_to(ROOT)) in page.PAGE
