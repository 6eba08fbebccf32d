"""`profile-lookup api-keys`: create, list, rotate and revoke API keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from service.auth import api_keys as use_cases
from service.cli.stores import open_stores
from service.model.principal import ApiKey, Scope
from service.use_cases.clock import now

_key_id = click.argument(
    "key_id", metavar="KEY_ID", callback=lambda _context, _parameter, value: use_cases.id_in(value)
)
_COLUMNS = ("ID", "LABEL", "DOMAIN", "SCOPES", "AGENT", "CREATED", "EXPIRES", "LAST USED", "STATE")


@click.group("api-keys")
def api_keys() -> None:
    """Create, list, rotate and revoke API keys.

    A client sends its API key with each request, in the header `Authorization: Bearer KEY`.

    The commands use the database of MONGODB_URI and MONGODB_DATABASE; set both as for the service.
    Without MONGODB_URI they use the MongoDB that `profile-lookup run` has started in DATA_DIR.
    """


@api_keys.command()
@click.option("--label", required=True, help="The user and purpose of the key, shown in the list.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="A permission of the key; can be repeated. profiles:edit and profiles:create include profiles:view.",
)
@click.option(
    "--domain", default="default", show_default=True, help="The customer base that the key gives access to."
)
@click.option("--agent-id", help="The ID of the only agent that uses the key; stored with each association.")
@click.option(
    "--expires-in-days",
    type=click.IntRange(1, 3650),
    metavar="DAYS",
    help="Without this option the key does not expire.",
)
def create(
    label: str, scopes: Sequence[str], domain: str, agent_id: str | None, expires_in_days: int | None
) -> None:
    """Create a key and print it. Only its hash is stored, so it cannot be printed again."""
    with open_stores() as stores:
        key, text = use_cases.create_api_key(
            stores.api_keys,
            label=label,
            domain=domain,
            scopes={Scope(scope) for scope in scopes},
            agent_id=agent_id,
            lifetime=None if expires_in_days is None else timedelta(days=expires_in_days),
            now=now(),
        )
    _print_key(key, text)


@api_keys.command("list")
@click.option("--domain", help="List only the keys of this domain.")
def list_keys(domain: str | None) -> None:
    """List the keys without their secrets, the oldest first."""
    with open_stores() as stores:
        rows = [_row(key, now()) for key in use_cases.list_api_keys(stores.api_keys, domain=domain)]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    for row in (_COLUMNS, *rows):
        click.echo("  ".join(map(str.ljust, row, widths)).rstrip())


@api_keys.command()
@_key_id
@click.option(
    "--grace-hours",
    type=click.IntRange(0, 24 * 90),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="How long the old key remains valid; 0 revokes it, like the command revoke.",
)
def rotate(key_id: str, grace_hours: int) -> None:
    """Replace the key KEY_ID by a new one with the same rights and lifetime, and print the new key.

    KEY_ID is the ID that `list` prints, such as plk_0123456789abcdef.

    The old key remains valid until the grace period ends, so that clients can switch without interruption.
    It cannot be rotated again; rotate the new key instead.
    """
    with open_stores() as stores:
        key, text = use_cases.rotate_api_key(
            stores.api_keys, key_id, grace=timedelta(hours=grace_hours), now=now()
        )
        # Print the key before anything else can fail, because its text is not stored.
        _print_key(key, text)
        old = use_cases.get_api_key(stores.api_keys, key_id)
    click.echo(f"It replaces {old.key_id}, which {_validity(old)}", err=True)


@api_keys.command()
@_key_id
def revoke(key_id: str) -> None:
    """Revoke the key KEY_ID. All workers reject it within five seconds.

    KEY_ID is the ID that `list` prints, such as plk_0123456789abcdef: the part of a key before its second
    underscore. You can also give the whole key, but then the shell history contains the secret.
    """
    with open_stores() as stores:
        key = use_cases.revoke_api_key(stores.api_keys, key_id, now=now())
    click.echo(f"{key.key_id} {_validity(key)}")


def _validity(key: ApiKey) -> str:
    if key.revoked_at is None and key.expires_at is not None:
        return f"is valid until {_minutes(key.expires_at)}."
    return "is revoked; within five seconds every worker rejects it."


def _print_key(key: ApiKey, text: str) -> None:
    click.echo(f"{key.key_id}: {_row(key, key.created_at)[3]} in the domain {key.domain}.", err=True)
    validity = f"is valid until {_minutes(key.expires_at)}" if key.expires_at else "does not expire"
    click.echo(f"It {validity}.", err=True)
    click.echo("Keep the key; it is not shown again:", err=True)
    click.echo(text)


def _minutes(time: datetime) -> str:
    return time.isoformat(timespec="minutes")


def _row(key: ApiKey, time: datetime) -> tuple[str, ...]:
    state = "revoked" if key.revoked_at else "expired" if key.has_ended(time) else "valid"
    return (
        key.key_id,
        key.label,
        key.domain,
        " ".join(sorted(key.scopes)),
        key.agent_id or "-",
        key.created_at.date().isoformat(),
        _minutes(key.expires_at) if key.expires_at else "never",
        key.last_used_day.isoformat() if key.last_used_day else "never",
        state,
    )
