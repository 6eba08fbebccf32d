"""`profile-lookup api-keys`: how those who run the service make, list, rotate and revoke API keys."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from service.auth import api_keys as use_cases
from service.auth.api_keys import id_in
from service.cli_stores import stores_of_environment
from service.errors.base import ServiceError
from service.errors.requests import InvalidRequest
from service.model.principal import Scope
from service.model.api_key import ApiKey
from service.store.stores import Stores
from service.use_cases.clock import now

_DAYS = click.IntRange(1, 3650)
_HOURS = click.IntRange(0, 24 * 90)
_key_id = click.argument(
    "key_id", metavar="KEY_ID", callback=lambda _context, _parameter, given: id_in(given)
)
_COLUMNS = ("ID", "LABEL", "DOMAIN", "SCOPES", "AGENT", "CREATED", "EXPIRES", "LAST USED", "STATE")


@click.group("api-keys")
def api_keys() -> None:
    """Make, list, rotate and revoke the keys that callers send.

    They work on the database that MONGODB_URI and MONGODB_DATABASE name; give them those of the service.
    Without MONGODB_URI they use the MongoDB that `profile-lookup run` has started in DATA_DIR.

    A caller sends its key with each request, in the header `Authorization: Bearer KEY`.
    """


@api_keys.command()
@click.option("--label", required=True, help="Who uses the key and what for, for the list.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it allows; give it once for each. profiles:edit and profiles:create include profiles:view.",
)
@click.option("--domain", default="default", show_default=True, help="The customer base that it opens.")
@click.option(
    "--agent-id", help="The one agent who uses it: associations are then written down under this ID alone."
)
@click.option("--expires-in-days", type=_DAYS, metavar="DAYS", help="Without it the key does not expire.")
def create(
    label: str, scopes: Sequence[str], domain: str, agent_id: str | None, expires_in_days: int | None
) -> None:
    """Make a key and print it, this once: only its hash is stored."""
    with _stores() as stores:
        made = use_cases.create_api_key(
            stores.api_keys,
            label=label,
            domain=domain,
            scopes={Scope(scope) for scope in scopes},
            agent_id=agent_id,
            lifetime=None if expires_in_days is None else timedelta(days=expires_in_days),
            now=now(),
        )
    _show(*made)


@api_keys.command("list")
@click.option("--domain", help="Those of this domain alone.")
def list_keys(domain: str | None) -> None:
    """List the keys, the oldest first; their secrets are not known."""
    with _stores() as stores:
        rows = [_row(key, now()) for key in use_cases.list_api_keys(stores.api_keys, domain=domain)]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    for row in (_COLUMNS, *rows):
        click.echo("  ".join(map(str.ljust, row, widths)).rstrip())


@api_keys.command()
@_key_id
@click.option(
    "--grace-hours",
    type=_HOURS,
    default=24,
    show_default=True,
    metavar="HOURS",
    help="How long the old key is valid still; 0 revokes it at once.",
)
def rotate(key_id: str, grace_hours: int) -> None:
    """Make a key with the rights and the lifetime of the key KEY_ID, and print it.

    KEY_ID is the ID that `list` prints, such as plk_0123456789abcdef.

    The old key is valid until the grace period ends, so that callers can change over without a gap. It cannot
    be rotated once more meanwhile: the message names the key that took its place, and that one can be.
    """
    with _stores() as stores:
        made = use_cases.rotate_api_key(
            stores.api_keys, key_id, grace=timedelta(hours=grace_hours), now=now()
        )
        # Before anything else that can fail: it is nowhere else.
        _show(*made)
        old = use_cases.get_api_key(stores.api_keys, key_id)
    click.echo(f"It takes the place of {old.key_id}, which {_end(old)}", err=True)


@api_keys.command()
@_key_id
def revoke(key_id: str) -> None:
    """Revoke the key KEY_ID: within five seconds no worker accepts it any longer.

    KEY_ID is the ID that `list` prints, such as plk_0123456789abcdef: the part of a key before its second
    underscore. The secret is not needed: give only the ID of a key that has leaked, so that the secret
    is not kept in the history of the shell. The whole key is accepted too.
    """
    with _stores() as stores:
        key = use_cases.revoke_api_key(stores.api_keys, key_id, now=now())
    click.echo(f"{key.key_id} {_end(key)}")


def _end(key: ApiKey) -> str:
    if key.revoked_at is None and key.expires_at is not None:
        return f"is valid until {_minutes(key.expires_at)}."
    return "is revoked; within five seconds every worker refuses it."


@contextmanager
def _stores() -> Iterator[Stores]:
    """Give the block the stores; what is wrong with the options is told in one line."""
    try:
        with stores_of_environment() as stores:
            yield stores
    except InvalidRequest as error:
        faults = (f"--{fault.pointer[1:].replace('_', '-')}: {fault.detail}" for fault in error.errors)
        raise click.ClickException(" ".join(faults)) from error
    except ServiceError as error:
        raise click.ClickException(error.detail) from error


def _show(key: ApiKey, text: str) -> None:
    """Print the key alone on the standard output, and what is to be known of it on the other."""
    click.echo(f"{key.key_id}: {_row(key, key.created_at)[3]} in the domain {key.domain}.", err=True)
    end = key.expires_at
    click.echo(f"It is valid until {_minutes(end)}." if end else "It does not expire.", err=True)
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
