"""Move customers with docs/move.py, as docs/amazon-connect.md says. The service is also Amazon's here."""

import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.acceptance import amazon_connect as page
from tests.acceptance.importing import ROOT, Importer

_SECTION = "## Move from Amazon's service"
_UNKNOWN = "0" * 32
_COUNT = 21

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def ours(
    serve: Callable[..., str],
    module_database: str,
    make_commands: Callable[[str], Callable[..., str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Importer:
    """Return the service with the credentials and the configuration of the page."""
    url = serve(module_database, WORKERS="1", AUTH="on", AWS_API="on")
    commands = make_commands(module_database)
    access_key, api_key = page.commands_of(_SECTION)
    key = commands(*api_key)
    folder = tmp_path_factory.mktemp("move")
    config, credentials = page.blocks("ini", _SECTION)
    config = config.replace("http://127.0.0.1:8080", url)
    (folder / "config").write_text(
        config.replace("[profile amazon]\n", "[profile amazon]\nservices = ours\n")
    )
    for name, domain in (("amazon", "shop"), ("ours", "default")):
        values = dict(line.split("=") for line in commands(*access_key, "--domain", domain).split())
        for variable, value in values.items():
            pattern = rf"(\[{name}\][^\[]*{variable.lower()} = )\S+"
            credentials, count = re.subn(pattern, rf"\g<1>{value}", credentials)
            assert count == 1
    (folder / "credentials").write_text(credentials)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "move.py", folder / "docs")
    return Importer(folder, url, key, module_database)


@pytest.fixture(scope="module")
def variables(ours: Importer) -> dict[str, str]:
    """Return the environment variables of the page's commands."""
    return {
        "AWS_CONFIG_FILE": str(ours.folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(ours.folder / "credentials"),
        # As after the first section of the page. The script must not use them.
        "AWS_ENDPOINT_URL_CUSTOMER_PROFILES": "http://127.0.0.1:1",
        "AWS_REGION": "eu-west-2",
        "AWS_ACCESS_KEY_ID": "PLAK0123456789ABCDEF",
    }


@pytest.fixture(scope="module")
def run(ours: Importer, variables: dict[str, str], curl: Path) -> Run:
    """Return a function that runs commands of the page. The domain at Amazon is `shop`."""
    return lambda commands: ours.shell(
        f'export PATH="$PATH:{curl}"\n{commands.replace("AMAZON_DOMAIN", "shop")}', **variables
    )


@pytest.fixture
def repeat(ours: Importer, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command of the page in this process, because boto3 starts slowly."""

    def run_here(command: str) -> subprocess.CompletedProcess[str]:
        python, script, *arguments = shlex.split(command.replace("AMAZON_DOMAIN", "shop"))
        assert (python, script, arguments[-2:]) == ("python3", "docs/move.py", ["<", "ids.txt"])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", [script, *arguments[:-2]])
        output, errors = StringIO(), StringIO()
        with (ours.folder / "ids.txt").open() as ids, redirect_stdout(output), redirect_stderr(errors):
            monkeypatch.setattr(sys, "stdin", ids)
            with pytest.raises(SystemExit) as ended:
                runpy.run_path(str(ours.folder / script), run_name="__main__")
        code = ended.value.code
        assert isinstance(code, int)
        return subprocess.CompletedProcess(command, code, output.getvalue(), errors.getvalue())

    return run_here


@pytest.fixture(scope="module")
def connect(ours: Importer) -> Iterator[Callable[[str], Any]]:
    """Return a function that creates a client of one of the two services."""
    clients = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(ours.folder / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(ours.folder / "credentials"))

        def make(name: str) -> Any:
            config = Config(retries={"total_max_attempts": 1})
            client = boto3.Session(profile_name=name).client("customer-profiles", config=config)
            clients.append(client)
            return client

        yield make
    for client in clients:
        client.close()


def test_everything_is_moved_and_the_steps_can_be_repeated(
    ours: Importer, run: Run, repeat: Run, connect: Callable[[str], Any]
) -> None:
    """Also customers without a name, all members, and what has changed or gone since."""
    amazon, target = connect("amazon"), connect("ours")
    ids = page.add_customers(amazon, "shop", _COUNT)
    (ours.folder / "ids.txt").write_text("".join(f"{each}\n" for each in ids))
    set_up, profiles, objects, compare = page.blocks("sh", _SECTION)[:4]
    _check(run(set_up), "set-up: 0 profile IDs, 0 problems")
    assert ours.ask("GET", "settings")["default_region"] == "US"
    before = repeat(compare)
    assert (before.returncode, before.stderr.count(" is not here\n")) == (1, _COUNT)
    for step in (profiles, objects, compare):
        _check(run(step), f"{_COUNT} profile IDs, 0 problems")
    assert _customer(target, ids[0]) == {"profile": page.EVERYTHING, **_objects(0)}
    _check_unchanged_customers(target, ids)
    _change(amazon, ids[0])
    late = repeat(compare)
    names = "LastName, PhoneNumber, Address, ShippingAddress, Attributes, EngagementPreferences"
    assert late.stderr == f"{ids[0]} differs: {names}\n"
    for step in (profiles, objects, compare):
        _check(repeat(step), f"{_COUNT} profile IDs, 0 problems")
    _check_unchanged_customers(target, ids)
    assert _customer(target, ids[0])["Order"] == _objects(0)["Order"]


def _check_unchanged_customers(target: Any, ids: list[str]) -> None:
    """Assert that two customers and the domain are those at Amazon, and that nothing exists twice."""
    for number, members in ((1, page.PHONE_ONLY), (2, page.LAST_NAME_ONLY)):
        assert _customer(target, ids[number]) == {"profile": members, **_objects(number)}
    domain = target.get_domain(DomainName="default")
    assert (domain["Stats"]["ProfileCount"], domain["Tags"]) == (_COUNT, {"team": "sales"})
    order = target.get_profile_object_type(DomainName="default", ObjectTypeName="Order")
    assert {name: order[name] for name in page.ORDERS} == page.ORDERS


def _check(result: subprocess.CompletedProcess[str], last_line: str) -> None:
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert result.stdout.strip().endswith(last_line)


def _objects(number: int) -> dict[str, Any]:
    return {
        "Order": {"id": f"O-{number}", "customer": f"N-{number}", "tier": "bronze"},
        "CTR": {"ContactId": f"c-{number}", **page.RECORD},
    }


def _customer(client: Any, amazon_id: str) -> dict[str, Any]:
    """Return the members of a copy, its order and its contact."""
    (item,) = client.search_profiles(DomainName="default", KeyName="amazonProfileId", Values=[amazon_id])[
        "Items"
    ]
    profile_id = item.pop("ProfileId")
    del item["FoundByItems"]
    customer = {"profile": item}
    for name in ("Order", "CTR"):
        (stored,) = client.list_profile_objects(
            DomainName="default", ProfileId=profile_id, ObjectTypeName=name
        )["Items"]
        customer[name] = json.loads(stored["Object"])
    del customer["CTR"]["AWSContactTraceRecordFormatVersion"]
    return customer


def _change(amazon: Any, profile_id: str) -> None:
    """Change members, remove some, and add others."""
    amazon.update_profile(
        DomainName="shop",
        ProfileId=profile_id,
        PhoneNumber="+1 415 555 0199",
        LastName="",
        Address={"Address1": "", "City": "Leeds", "County": "West Yorkshire"},
        ShippingAddress={"City": ""},
        Attributes={"vip": "", "tier": "silver"},
        EngagementPreferences={"Phone": [], "Email": [{"KeyName": "day"}]},
    )


def test_what_cannot_be_copied_is_reported(
    ours: Importer, repeat: Run, connect: Callable[[str], Any]
) -> None:
    """The rest is copied, and the exit code is 1."""
    amazon = connect("amazon")
    known = amazon.create_profile(DomainName="shop", FirstName="Kim")["ProfileId"]
    (ours.folder / "ids.txt").write_text(f"CRM-7 {_UNKNOWN}\n{known}\n")
    profiles, objects, compare = page.blocks("sh", _SECTION)[1:4]
    result = repeat(profiles)
    assert (result.returncode, result.stderr.count("\n")) == (1, 2)
    assert "CRM-7: it is no profile ID" in result.stderr
    assert f"{_UNKNOWN}: No profile has this" in result.stderr
    assert "3 profile IDs, 2 problems" in result.stdout
    assert repeat(objects).stderr.count("the profile is not here") == 2
    assert known not in repeat(compare).stderr


@pytest.mark.parametrize("arguments", [(), ("nope", "shop", "default")])
def test_the_usage_is_shown(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    """For missing arguments and unknown commands."""
    script = str(ROOT / "docs" / "move.py")
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    # A message as the exit code is printed to standard error, and the code is 1.
    with pytest.raises(SystemExit, match=r"^Usage: "):
        runpy.run_path(script, run_name="__main__")
