"""Move customers with docs/move.py, as docs/amazon-connect.md says. The service is also Amazon's here."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
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
def run(ours: Importer, curl: Path) -> Run:
    """Return a function that runs commands of the page. The domain at Amazon is `shop`."""

    def shell(commands: str) -> subprocess.CompletedProcess[str]:
        return ours.shell(
            f'export PATH="$PATH:{curl}"\n{commands.replace("AMAZON_DOMAIN", "shop")}',
            AWS_CONFIG_FILE=str(ours.folder / "config"),
            AWS_SHARED_CREDENTIALS_FILE=str(ours.folder / "credentials"),
            # As after the first section of the page. The script must not use them.
            AWS_ENDPOINT_URL_CUSTOMER_PROFILES="http://127.0.0.1:1",
            AWS_REGION="eu-west-2",
            AWS_ACCESS_KEY_ID="PLAK0123456789ABCDEF",
        )

    return shell


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
    ours: Importer, run: Run, connect: Callable[[str], Any]
) -> None:
    """Also customers without a name, all members, and what has changed or gone since."""
    amazon, target = connect("amazon"), connect("ours")
    ids = page.add_customers(amazon, "shop", _COUNT)
    (ours.folder / "ids.txt").write_text("".join(f"{each}\n" for each in ids))
    set_up, profiles, objects, compare = page.blocks("sh", _SECTION)[:4]
    _check(run(set_up), "set-up: 0 profile IDs, 0 problems")
    assert ours.ask("GET", "settings")["default_region"] == "US"
    before = run(compare)
    assert (before.returncode, before.stderr.count(" is not here\n")) == (1, _COUNT)
    for _ in range(2):
        for step in (profiles, objects, compare):
            _check(run(step), f"{_COUNT} profile IDs, 0 problems")
        assert _customer(target, ids[0]) == {"profile": page.EVERYTHING, **_objects(0)}
        assert _customer(target, ids[1]) == {"profile": page.PHONE_ONLY, **_objects(1)}
        assert _customer(target, ids[2]) == {"profile": page.LAST_NAME_ONLY, **_objects(2)}
    domain = target.get_domain(DomainName="default")
    assert (domain["Stats"]["ProfileCount"], domain["Tags"]) == (_COUNT, {"team": "sales"})
    order = target.get_profile_object_type(DomainName="default", ObjectTypeName="Order")
    assert {name: order[name] for name in page.ORDERS} == page.ORDERS
    _change(amazon, ids[0])
    late = run(compare)
    names = "LastName, PhoneNumber, Address, ShippingAddress, Attributes, EngagementPreferences"
    assert late.stderr == f"{ids[0]} differs: {names}\n"
    for step in (profiles, objects, compare):
        _check(run(step), f"{_COUNT} profile IDs, 0 problems")


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


def test_what_cannot_be_copied_is_reported(ours: Importer, run: Run, connect: Callable[[str], Any]) -> None:
    """The rest is copied, and the exit code is 1."""
    amazon = connect("amazon")
    known = amazon.create_profile(DomainName="shop", FirstName="Kim")["ProfileId"]
    (ours.folder / "ids.txt").write_text(f"CRM-7 {_UNKNOWN}\n{known}\n")
    profiles, objects, compare = page.blocks("sh", _SECTION)[1:4]
    result = run(profiles)
    assert (result.returncode, result.stderr.count("\n")) == (1, 2)
    assert "CRM-7: it is no profile ID" in result.stderr
    assert f"{_UNKNOWN}: No profile has this" in result.stderr
    assert "3 profile IDs, 2 problems" in result.stdout
    assert run(objects).stderr.count("the profile is not here") == 2
    assert known not in run(compare).stderr


def test_the_usage_is_shown() -> None:
    """For missing arguments and unknown commands."""
    for arguments in ((), ("nope", "shop", "default")):
        result = subprocess.run(
            [sys.executable, ROOT / "docs" / "move.py", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1
        assert result.stderr.startswith("Usage: ")
