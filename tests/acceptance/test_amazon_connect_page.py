"""Run the code of docs/amazon-connect.md against a real service, which is also Amazon's service here."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from click.testing import CliRunner

from schemas.examples import MATCH_REQUESTS_OF_CONNECT
from service.cli import main
from tests.acceptance.amazon import RECORD, create_customers, profile_of, state_of
from tests.acceptance.importing import ROOT, Importer, code_blocks, read_page
from tests.master_keys import ONE

_PAGE = read_page("amazon-connect.md")
_SCRIPT = code_blocks(_PAGE, "python")[1]
_SCOPES = ("profiles:create", "profiles:edit", "profiles:admin", "settings:admin")
_MAX_LINES = 90


def _blocks(language: str) -> list[str]:
    """Return the page's code blocks, also those in a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", _PAGE, re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def _in_lower_case(variables: str) -> str:
    """Return the variables with the names that they have in a file."""
    return re.sub("^[A-Z_]+", lambda found: found[0].lower(), variables, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def commands(mongodb_uri: str, module_database: str) -> Callable[..., str]:
    """Return a function that runs a command with the database of the service and returns its output."""

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
    """Return the service with the configuration of the page. Amazon's service is another domain of it."""
    scopes = [f"--scope={scope}" for scope in _SCOPES]
    key = commands("api-keys", "create", "--label", "move", *scopes)
    url = serve(module_database, WORKERS="1", AUTH="on", AWS_API="on")
    folder = tmp_path_factory.mktemp("move")
    config = _blocks("ini")[0].replace("http://127.0.0.1:8080", url)
    (folder / "config").write_text(
        config.replace("[profile amazon]\n", "[profile amazon]\nservices = ours\n")
    )
    credentials = {
        name: commands("access-keys", "create", "--domain", domain, *scopes)
        for name, domain in (("amazon", "shop"), ("ours", "default"))
    }
    (folder / "credentials").write_text(
        "".join(
            f"[{name}]\n"
            + re.sub("^[A-Z_]+", lambda found: found[0].lower(), text, flags=re.MULTILINE)
            + "\n"
            for name, text in credentials.items()
        )
    )
    (folder / "move.py").write_text(_SCRIPT, encoding="utf-8")
    return Importer(folder, url, key, module_database)


@pytest.fixture(scope="module")
def shell(ours: Importer, curl: Path) -> Callable[[str], str]:
    """Return a function that runs commands of the page. The domain at Amazon is `shop`."""

    def run(commands: str) -> str:
        result = ours.shell(
            f'export PATH="$PATH:{curl}"\n{commands.replace("AMAZON_DOMAIN", "shop")}',
            AWS_CONFIG_FILE=str(ours.folder / "config"),
            AWS_SHARED_CREDENTIALS_FILE=str(ours.folder / "credentials"),
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    return run


@pytest.fixture(scope="module")
def connect(ours: Importer) -> Iterator[Callable[[str], Any]]:
    """Return a function that creates a client of one of the two profiles."""
    clients = []
    variables = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    with pytest.MonkeyPatch.context() as patch:
        for variable, name in variables.items():
            patch.setenv(variable, str(ours.folder / name))

        def make(name: str) -> Any:
            config = Config(retries={"total_max_attempts": 1})
            client = boto3.Session(profile_name=name).client("customer-profiles", config=config)
            clients.append(client)
            return client

        yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def customers(connect: Callable[[str], Any]) -> list[str]:
    """Create customers at Amazon. Return their IDs."""
    return create_customers(connect("amazon"))


def test_everything_is_moved_and_the_steps_can_be_repeated(
    ours: Importer, shell: Callable[[str], str], connect: Callable[[str], Any], customers: list[str]
) -> None:
    """The second time, nothing is added."""
    prepare, copy = _blocks("sh")[1:]
    (ours.folder / "ids.txt").write_text("".join(f"{each}\n" for each in customers))
    assert "Left out" not in shell(prepare)
    assert shell(copy) == ""
    first = state_of(connect("ours"), customers)
    assert "Left out" not in shell(prepare)
    assert shell(copy) == ""
    assert state_of(connect("ours"), customers) == first
    (profile, order, contact) = first[7]
    assert profile == {
        "FirstName": "Jane 7",
        "AccountNumber": "A-7",
        "MobilePhoneNumber": "+1 415 555 0107",
        "Address": {"City": "Tokyo"},
        "Attributes": {"tier": "gold"},
    }
    record = json.loads(contact)
    assert {name: record[name] for name in RECORD} == RECORD
    assert (json.loads(order), record["ContactId"]) == ({"id": "O-7", "customer": "A-7"}, "c-7")
    assert ours.ask("GET", "profiles/count")["count"] == len(customers)
    description = connect("ours").get_domain(DomainName="default")
    assert (description["DefaultExpirationDays"], description["Tags"]) == (366, {"team": "care"})


def test_profiles_of_any_shape_and_their_changes_are_moved(
    ours: Importer, shell: Callable[[str], str], connect: Callable[[str], Any], customers: list[str]
) -> None:
    """Also without a name. What was removed at Amazon is removed. An unknown ID is printed."""
    amazon, target, copy = connect("amazon"), connect("ours"), _blocks("sh")[2]
    assert customers
    shell(_blocks("sh")[1])
    members = {
        "PhoneNumber": "(415) 555-0199",
        "ShippingAddress": {"City": "Oslo", "Country": "NO"},
        "Attributes": {"vip": "yes", "old": "yes"},
        "PartyType": "INDIVIDUAL",
        "PartyTypeString": "Person",
        "ProfileType": "PROFILE",
        "EngagementPreferences": {"Phone": [{"KeyName": "PhoneNumber"}]},
    }
    amazon_id = amazon.create_profile(DomainName="shop", **members)["ProfileId"]
    (ours.folder / "ids.txt").write_text(f"{amazon_id}\n{'0' * 32}\n")
    assert f"Left out the profile {'0' * 32}: " in shell(copy)
    assert profile_of(target, amazon_id) == members
    changes = {
        "PhoneNumber": "(415) 555-0198",
        "ShippingAddress": {"City": "", "Country": ""},
        "Attributes": {"old": ""},
    }
    amazon.update_profile(DomainName="shop", ProfileId=amazon_id, **changes)
    shell(copy)
    removed = {"PhoneNumber": "(415) 555-0198", "Attributes": {"vip": "yes"}}
    del members["ShippingAddress"]
    assert profile_of(target, amazon_id) == {**members, **removed}
    own = target.search_profiles(DomainName="default", KeyName="amazonProfileId", Values=[amazon_id])
    target.delete_profile(DomainName="default", ProfileId=own["Items"][0]["ProfileId"])


def test_the_lambda_function_returns_the_customer(ours: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its response is a flat map of texts, as flows need it."""
    ours.ask("POST", "profiles", {"first_name": "Bo", "account_number": "A-1-lambda"})
    monkeypatch.setenv("PROFILE_LOOKUP_URL", ours.url)
    monkeypatch.setenv("PROFILE_LOOKUP_API_KEY", ours.key)
    namespace: dict[str, Any] = {}
    exec(code_blocks(_PAGE, "python")[0], namespace)  # noqa: S102 - the code of the page
    event: Any = json.loads(json.dumps(MATCH_REQUESTS_OF_CONNECT["Details"]))
    event["Details"]["ContactData"]["Attributes"]["profileSearchValue"] = "A-1-lambda"
    found = namespace["handler"](event, None)
    assert found.pop("profileId")
    assert found == {"outcome": "unique", "firstName": "Bo", "lastName": ""}
    event["Details"]["ContactData"]["Attributes"]["profileSearchValue"] = "none"
    event["Details"]["ContactData"]["CustomerEndpoint"] = None
    assert namespace["handler"](event, None) == {
        "outcome": "none",
        "profileId": "",
        "firstName": "",
        "lastName": "",
    }


def test_the_environment_of_the_page_is_enough(ours: Importer, shell: Callable[[str], str]) -> None:
    """For boto3, without any argument."""
    credentials = (ours.folder / "credentials").read_text().split("[ours]\n")[1].split()
    pairs = [line.split("=") for line in credentials]
    variables = "".join(f"export {name.upper()}={value}\n" for name, value in pairs)
    block = _blocks("sh")[0].replace("http://127.0.0.1:8080", ours.url)
    code = "import boto3; print('Items' in boto3.client('customer-profiles').list_domains())"
    assert shell(f'{block}{variables}python3 -c "{code}"') == "True\n"


def test_the_script_is_short_and_the_page_names_this_test() -> None:
    """So that readers can check it."""
    assert len(_SCRIPT.splitlines()) <= _MAX_LINES
    assert str(Path(__file__).relative_to(ROOT)) in _PAGE
