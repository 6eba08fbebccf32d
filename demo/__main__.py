"""Load made-up customers and contacts into a running service: ``make demo``.

The phone numbers are in ranges that the country reserves for fiction, or else in unassigned ranges.
"""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import httpx

_SCOPES = ("profiles:create", "profiles:edit", "profiles:merge", "settings:admin")
_CUSTOMERS = Path(__file__).with_name("customers.csv")
_COMMAND = ".venv/bin/profile-lookup"
_KEY = "customer_number"
_DEFINITION = {"label": "Customer number", "type": "identifier", "unique": True, "example": "D-1001"}
_HOUSEHOLD = "+81 3-0000-0100"
"""The number that three customers share."""
_CALLS = ("D-1004", "D-1071", "D-1072", "D-1121", "D-1146", "D-1193")
"""The customers with a contact, one each. Every second contact is cleared."""


@click.command()
@click.option("--url", required=True, help="The URL of the service.")
@click.option("--api-key", envvar="PROFILE_LOOKUP_API_KEY", help="An API key, unless AUTH=off.")
def main(url: str, api_key: str | None) -> None:
    """Import the customers, and associate some contacts with them."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    with httpx.Client(base_url=f"{url}/v1/", headers=headers, timeout=30) as http:
        _send(http, "PUT", f"search-keys/{_KEY}", _DEFINITION)
        profile_ids = _import(url, api_key)
        for number, customer in enumerate(_CALLS):
            contact = f"contacts/demo-call-{number + 1}"
            _send(
                http,
                "PUT",
                f"{contact}/association",
                {"profile_id": profile_ids[customer], "channel": "voice"},
            )
            if number % 2:
                _send(http, "POST", f"{contact}/clear", None)
    click.echo(
        f"{len(profile_ids)} customers and {len(_CALLS)} contacts, demo-call-1 to demo-call-{len(_CALLS)}."
    )
    click.echo("A household shares a phone. See which of its members may be calling:")
    body = f'{{"channel": "voice", "phone_number": "{_HOUSEHOLD}"}}'
    credential = ' -H "Authorization: Bearer $PROFILE_LOOKUP_API_KEY"' if api_key else ""
    json = f"-H 'Content-Type: application/json' -d '{body}'"
    click.echo(f"curl -s {url}/v1/contacts/demo-call-0/match{credential} {json}")
    if httpx.get(f"{url}/panel/").is_success:
        click.echo(f"Let them call in the agent panel with a simulated phone: {url}/panel")


def _import(url: str, api_key: str | None) -> dict[str, str]:
    """Run `profile-lookup import`. Return the profile IDs by customer number. Exit if it fails."""
    credential = {"PROFILE_LOOKUP_API_KEY": api_key} if api_key else {}
    with TemporaryDirectory() as folder:
        # The command writes files beside its input. They are about one database, so they must not stay here.
        customers = Path(shutil.copy(_CUSTOMERS, folder))
        ids, rejected = (Path(folder) / name for name in ("ids.csv", "rejected.csv"))
        files = ["--ids", str(ids), "--rejected", str(rejected)]
        result = subprocess.run(
            [sys.executable, "-m", "service.cli", "import", str(customers), "--match-on", _KEY, *files],
            env={**os.environ, **credential, "PROFILE_LOOKUP_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            reasons = rejected.read_text(encoding="utf-8") if rejected.exists() else ""
            click.echo(result.stderr + reasons, err=True, nl=False)
            sys.exit(result.returncode)
        # The other lines of the output are about columns and temporary files.
        click.echo(result.stdout.partition("\n")[0])
        with ids.open(encoding="utf-8", newline="") as file:
            return {row["id"]: row["profile_id"] for row in csv.DictReader(file)}


def _send(http: httpx.Client, method: str, path: str, body: Any) -> None:
    """Send a request. Raises ``ClickException`` if it fails, except for a conflict."""
    try:
        response = http.request(method, path, json=body)
    except httpx.TransportError as error:
        raise click.ClickException(
            f"No service runs at {http.base_url}; start it in another terminal with: make run"
        ) from error
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise click.ClickException(_key_message(response))
    # An earlier run may have cleared the contact, or the search key may have another definition.
    if not response.is_success and response.status_code != httpx.codes.CONFLICT:
        raise click.ClickException(f"{method} {path} failed with {response.status_code}: {response.text}")


def _key_message(response: httpx.Response) -> str:
    """Return what is wrong with the API key, and the command that creates another one."""
    if "Authorization" not in response.request.headers:
        state = "is missing"
    elif scope := re.search(r' scope="([^"]+)"', response.headers.get("WWW-Authenticate", "")):
        state = f"lacks the scope {scope[1]}"
    else:
        state = "is not accepted"
    # MONGODB_URI may contain a password.
    names = [name for name in ("DATA_DIR", "MONGODB_DATABASE") if os.environ.get(name)]
    words = [*(f"{name}={shlex.quote(os.environ[name])}" for name in names), _COMMAND]
    scopes = " ".join(f"--scope {scope}" for scope in _SCOPES)
    return (
        f"The service has AUTH=on, and the API key in PROFILE_LOOKUP_API_KEY {state}. "
        "Create one with the DATA_DIR or MONGODB_URI of the service, then try again:\n"
        f"export PROFILE_LOOKUP_API_KEY=$({' '.join(words)} api-keys create --label demo {scopes})"
    )


if __name__ == "__main__":
    main()
