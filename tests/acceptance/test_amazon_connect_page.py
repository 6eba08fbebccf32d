"""Run the code of docs/amazon-connect.md against a real service, except that of the move."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from schemas.examples import MATCH_REQUESTS_OF_CONNECT
from tests.acceptance import amazon_connect as page
from tests.acceptance.importing import ROOT, Importer
from tests.node import node

_POINT = "## Point a client at the service"
_FLOW = "## Match a contact"


@pytest.fixture(scope="module")
def ours(
    secured_url: str,
    secured_service: tuple[str, str],
    commands: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Importer:
    """Return the service, with an API key that may do everything."""
    scopes = [f"--scope={each}" for each in ("profiles:create", "profiles:edit", "settings:admin")]
    key = commands("api-keys", "create", "--label", "page", *scopes)
    return Importer(tmp_path_factory.mktemp("page"), secured_url, key, secured_service[1])


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


def test_a_text_message_is_matched_by_its_number(
    ours: Importer, monkeypatch: pytest.MonkeyPatch, curl: Path
) -> None:
    """To Amazon Connect, it is a chat with a phone number."""
    ours.ask("POST", "profiles", {"first_name": "Mo", "phone_numbers": [{"value": "+14155550144"}]})
    handler = _handler(ours, monkeypatch)
    endpoint = {"Address": "+14155550144", "Type": "TELEPHONE_NUMBER"}
    message = _event(Channel="CHAT", CustomerEndpoint=endpoint)
    assert handler(message)["outcome"] == "none"
    (settings,) = page.blocks("sh", _FLOW)[:1]
    assert ours.shell(f'export PATH="$PATH:{curl}"\n{settings}').returncode == 0
    assert handler(message)["firstName"] == "Mo"


def test_the_template_of_the_page_keeps_a_named_caller_unique(
    ours: Importer, commands: Callable[..., str]
) -> None:
    """A contact record then finds all profiles with the number."""
    (template,) = page.blocks("sh", "### Contact records")[:1]
    scopes = [f"--scope={each}" for each in ("profiles:admin", "settings:admin")]
    access_key = dict(line.split("=") for line in commands("access-keys", "create", *scopes).splitlines())
    environment = {"AWS_ENDPOINT_URL_CUSTOMER_PROFILES": ours.url, "AWS_DEFAULT_REGION": "us-east-1"}
    result = ours.shell(template, **access_key, **environment)
    assert (result.returncode, json.loads(result.stdout)["TemplateId"]) == (0, "CTR-NoInferred"), (
        result.stderr
    )


def test_the_code_for_streams_sends_the_contact(ours: Importer) -> None:
    """It gives the page the result of the match."""
    ours.ask("POST", "profiles", {"first_name": "Su", "phone_numbers": [{"value": "+14155550155"}]})
    snapshot: Any = deepcopy(MATCH_REQUESTS_OF_CONNECT["contactData"])
    customer = next(each for each in snapshot["contactData"]["connections"] if each["initial"])
    customer["endpoint"]["phoneNumber"] = "+14155550155"
    (code,) = page.blocks("js", _FLOW)[:1]
    contact = "getContactId: () => 'c-1', onConnecting: (run) => run(), "
    contact += "toSnapshot: () => JSON.parse(process.argv[1])"
    call = (
        f"{code}\nmatchContacts({{ contact: (each) => each({{ {contact} }}) }}, process.argv[2], "
        "async () => process.argv[3], (match) => console.log(match.candidates[0].profile.first_name));"
    )
    shown = node("--eval", call, json.dumps(snapshot), ours.url, ours.key, cwd=ours.folder)
    assert shown == "Su\n"


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
